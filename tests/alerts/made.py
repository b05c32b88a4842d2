"""Incidents and alerts as tests need them: one call, only what matters given."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from alerts.incidents.incident import Incident, Told
from schemas.alerts import Severity
from schemas.incidents import State

SITE = "aozheng"
NOW = datetime(2026, 5, 6, 3, 0, tzinfo=UTC)


def incident(**changes: Any) -> Incident:
    """An open one, just raised by a door."""
    made = Incident(
        id=uuid4(),
        site=SITE,
        number=7,
        version=1,
        state=State.OPEN,
        severity=Severity.HIGH,
        severity_by="",
        rule="door-forced",
        device="D-0001",
        building="b8",
        subject=None,
        plan=None,
        plan_open=False,
        drill=False,
        keys=("rule door-forced D-0001",),
        owner=None,
        opened_at=NOW,
        acknowledged_at=None,
        resolved_at=None,
        closed_at=None,
        reason=None,
        occurrences=1,
        children=0,
        last_at=NOW,
        merged_into=None,
    )
    return replace(made, **changes)


def told(**changes: Any) -> Told:
    """An alert about the same door, at the same time."""
    made = Told(uuid4(), "door-forced", Severity.HIGH, "D-0001", "b8", None, NOW, None, None)
    return replace(made, **changes)


def raise_alert(conn: psycopg.Connection[Any], site: str, at: datetime, **changes: Any) -> UUID:
    """Store an alert as the worker does; `ago_s` is how long ago it was stored."""
    row: dict[str, Any] = {
        "id": uuid4(),
        "site": site,
        "rule": "door-forced",
        "rule_version": 1,
        "severity": 2,
        "device": "D-0001",
        "subject": None,
        "raised_at": at,
        "occurred_at": at,
        "received_at": at,
        "judged_at": at,
        "stored_at": at + timedelta(milliseconds=20),
        "why": "{}",
        "parent": None,
        "plan": None,
        "cleared_at": None,
        **changes,
    }
    columns = ", ".join(row)
    conn.execute(f"insert into alerts ({columns}) values ({', '.join(['%s'] * len(row))})", list(row.values()))
    found: UUID = row["id"]
    return found

"""Drills: a device's event that is announced before it is sent. Whatever was not announced is real."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from alerts import audit

Conn = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Drill:
    """What will be sent: the event's id, which plan it should open, from which device."""

    event: UUID
    site: str
    plan: str
    device: str


def announce(conn: Conn, drill: Drill, fact: audit.Fact, now: datetime) -> None:
    """Announce an event, with its row of the audit log; it may be sent when this has committed."""
    conn.execute(
        "insert into drills (event, site, plan, device, started_by, started_at) values (%s, %s, %s, %s, %s, %s)",
        (str(drill.event), drill.site, drill.plan, drill.device, fact.actor, now),
    )
    audit.append(conn, fact, now)

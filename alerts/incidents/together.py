"""What touches two incidents: merging, splitting. In the caller's transaction, like all of store."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from alerts.incidents import store
from alerts.incidents.grouping import keys_of
from alerts.incidents.incident import Change, Incident, Refused, Told, Who, id_from
from alerts.incidents.lifecycle import Absorb, MergeInto, Part
from alerts.incidents.store import Conn
from schemas.alerts import Severity
from schemas.identity import uuid_of
from schemas.incidents import State


def opened(conn: Conn, site: str, alert: Told) -> Change:
    """A new incident from its first alert, not kept yet; its id follows from the alert's."""
    incident = Incident(
        id=id_from(site, alert.id),
        site=site,
        number=store.next_number(conn, site),
        version=1,
        state=State.OPEN,
        severity=alert.severity,
        severity_by="",
        rule=alert.rule,
        device=alert.device,
        building=alert.building,
        subject=alert.subject,
        plan=alert.plan,
        plan_open=False,
        drill=alert.drill,
        keys=keys_of(alert),
        owner=None,
        opened_at=alert.raised_at,
        acknowledged_at=None,
        resolved_at=None,
        closed_at=None,
        reason=None,
        occurrences=1,
        children=0,
        last_at=alert.raised_at,
        merged_into=None,
    )
    what = {"rule": alert.rule, "device": alert.device, "alert": str(alert.id), "severity": int(alert.severity)}
    return Change(incident, "incident.open", what)


def merge(conn: Conn, site: str, source: UUID, into: UUID, who: Who, now: datetime) -> Incident:
    """The alerts of `source` go to `into`; `source` is closed as a duplicate, and keeps what was written and attached there."""
    if source == into:
        raise Refused("merge_itself")
    held = store.locked(conn, site, source, into)
    left = store.act(conn, held[source], MergeInto(held[into]), who, now)
    whole = store.act(conn, held[into], Absorb(held[source]), who, now)
    store.move(conn, store.ids_of(conn, left.id), whole.id)
    return whole


def split(conn: Conn, site: str, source: UUID, alerts: Iterable[UUID], who: Who, now: datetime) -> Incident:
    """The alerts become an incident of their own, with what follows from them left where it is. The new one."""
    held = store.held(conn, site, source)
    wanted = sorted(frozenset(alerts))
    gone = tuple(_told(row, held) for row in store.told_of(conn, source, wanted))
    if not gone or len(gone) != len(wanted):
        raise Refused("split_some")
    left = store.left_of(conn, source, wanted)
    change = opened(conn, site, gone[0])  # first of all, for its lock comes before the audit log's
    identity = uuid_of("incident", site, str(source), str(held.version))
    store.act(conn, held, Part(gone, left, identity), who, now)
    fresh = replace(
        change.incident,
        id=identity,
        severity=Severity(min(one.severity for one in gone)),
        keys=(),  # what comes next belongs to the one that stays
        occurrences=len(gone),
        last_at=gone[-1].raised_at,
    )
    what = {**change.what, "split_from": str(source)}
    store.write(conn, replace(change, incident=fresh, what=what), who, now)
    store.move(conn, wanted, identity)
    return fresh


def _told(row: Mapping[str, Any], incident: Incident) -> Told:
    return Told(
        id=row["id"],
        rule=row["rule"],
        severity=Severity(row["severity"]),
        device=row["device"],
        building=incident.building if row["device"] == incident.device else "",
        subject=row["subject"],
        raised_at=row["raised_at"],
        parent=None,
        plan=None,
        drill=incident.drill,
    )

"""What the desk reads: alerts that nobody has dealt with, and what became of those that are dealt with.

How far it has read is a time of storing; it looks REACH further back, so that what a slow transaction brought later is found,
and leaves out what has a place already. So nothing is read twice, and nothing is missed however often the desk is killed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from alerts.incidents.incident import Told
from schemas.alerts import Severity
from schemas.site import Site

Conn = psycopg.Connection[Any]

REACH = timedelta(minutes=10)
FIRST_REACH = timedelta(days=1)
"""The first desk of a site begins with the alerts of the last day."""
OLDEST = timedelta(days=31)
"""An alert raised longer ago than this makes no incident: it bounds the chunks that are looked through."""
PARENT_WITHIN = timedelta(minutes=2)
"""A child may be stored before its cause, which waits until all that bears on it is known; after this long it stands alone."""
AT_ONCE = 20
"""Alerts a transaction: whoever wants to take an incident meanwhile waits no longer than that."""

_TOLD: LiteralString = """
    select a.id, a.rule, a.severity, a.device, a.subject, a.raised_at, a.parent, a.plan, a.drill, a.stored_at"""
_PLACELESS: LiteralString = "not exists (select from incident_alerts i where i.alert = a.id)"

_NEW: LiteralString = f"""
    ({_TOLD} from alerts a
     where a.site = %(site)s and a.stored_at > %(since)s and a.raised_at > %(oldest)s and {_PLACELESS}
       and not exists (select from muted_alerts m where m.alert = a.id)
       and (a.parent is null or a.stored_at < %(alone)s
            or exists (select from incident_alerts i where i.alert = a.parent)
            or exists (select from muted_alerts m where m.alert = a.parent))
     order by a.parent is not null, a.raised_at, a.id limit %(most)s)
    union all
    ({_TOLD} from muted_alerts m join alerts a on a.id = m.alert and a.raised_at = m.raised_at
     where m.released_at is not null and m.raised_at > %(oldest)s and a.site = %(site)s and {_PLACELESS}
     order by a.raised_at, a.id limit %(most)s)"""

_ENDED = """
    select i.incident, i.alert, a.cleared_at, i.child from incident_alerts i
    join alerts a on a.id = i.alert and a.raised_at = i.raised_at
    where i.cleared_at is null and a.site = %s and a.cleared_at is not null
    order by a.cleared_at, i.alert limit %s"""

_REGRADED = """
    select i.incident, i.alert, a.severity from incident_alerts i
    join alerts a on a.id = i.alert and a.raised_at = i.raised_at
    where i.cleared_at is null and a.site = %s and a.severity <> i.severity order by i.alert limit %s"""


@dataclass(frozen=True, slots=True)
class News:
    """Alerts without a place, and up to when all is read once they have one (None: there may be more)."""

    alerts: list[Told]
    read_until: datetime | None


@dataclass(frozen=True, slots=True)
class Ended:
    """An alert of an incident, and when it ended."""

    incident: UUID
    alert: UUID
    at: datetime
    child: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How many told alerts of an incident are open, and the worst severity of all its told ones."""

    left: int
    worst: Severity | None


def since(conn: Conn, site: str, now: datetime) -> datetime:
    """From when on stored alerts are looked at."""
    row = conn.execute("select stored_at from desk_progress where site = %s", (site,)).fetchone()
    return row[0] - REACH if row else now - FIRST_REACH


def news(conn: Conn, site: Site, now: datetime) -> News:
    """The next alerts that have no place, those that are told before those that follow from them."""
    times = {"since": since(conn, site.id, now), "oldest": now - OLDEST, "alone": now - PARENT_WITHIN}
    given = {"site": site.id, **times, "most": AT_ONCE}
    rows = conn.execute(_NEW, given).fetchall()
    told = sorted((_told(site, row) for row in rows), key=lambda one: (one.parent is not None, one.raised_at, one.id))
    whole = len(rows) < AT_ONCE
    return News(told, max((row[-1] for row in rows), default=None) if whole else None)


def keep_progress(conn: Conn, site: str, until: datetime) -> None:
    """Remember how far all is read; it never goes back."""
    query = """
        insert into desk_progress as d (site, stored_at) values (%s, %s)
        on conflict (site) do update set stored_at = greatest(d.stored_at, excluded.stored_at)"""
    conn.execute(query, (site, until))


def ended(conn: Conn, site: str) -> list[Ended]:
    """Alerts that ended and are not noted as such."""
    return [Ended(*row) for row in conn.execute(_ENDED, (site, AT_ONCE)).fetchall()]


def regraded(conn: Conn, site: str) -> list[tuple[UUID, UUID, Severity]]:
    """(incident, alert, severity) of alerts whose severity is not the noted one."""
    return [(row[0], row[1], Severity(row[2])) for row in conn.execute(_REGRADED, (site, AT_ONCE)).fetchall()]


def incident_of(conn: Conn, alert: UUID) -> UUID | None:
    """To which incident an alert belongs."""
    row = conn.execute("select incident from incident_alerts where alert = %s", (alert,)).fetchone()
    return row[0] if row else None


def rules_of(conn: Conn, incident: UUID) -> set[str]:
    """The rules of its told alerts."""
    query = "select distinct rule from incident_alerts where incident = %s and not child"
    return {row[0] for row in conn.execute(query, (incident,)).fetchall()}


def note_end(conn: Conn, alert: UUID, at: datetime) -> Standing:
    """Note that an alert ended; how many of its incident are open after that, and the worst severity among all."""
    conn.execute("update incident_alerts set cleared_at = %s where alert = %s", (at, alert))
    return standing(conn, alert)


def note_grade(conn: Conn, alert: UUID, severity: Severity) -> Standing:
    """Note an alert's severity."""
    conn.execute("update incident_alerts set severity = %s where alert = %s", (severity, alert))
    return standing(conn, alert)


def standing(conn: Conn, alert: UUID) -> Standing:
    """How many told alerts of the alert's incident are open, and the worst severity of all its told ones."""
    query = """
        select count(*) filter (where cleared_at is null), min(severity) from incident_alerts
        where not child and incident = (select incident from incident_alerts where alert = %s)"""
    row = conn.execute(query, (alert,)).fetchone()
    return Standing(int(row[0]), Severity(row[1]) if row[1] else None) if row else Standing(0, None)


def _told(site: Site, row: Any) -> Told:
    return Told(row[0], row[1], Severity(row[2]), row[3], site.building_of(row[3]), *row[4:9])

"""Reading what is open: incidents that are not closed, alerts that have none yet, and what both say of each device.

An alert is to be seen at once, also while the desk is away: until it has its incident it stands for itself, unless a mute holds
it back, or will when the desk comes to it. What is held back is not told here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection, sql
from psycopg.rows import class_row

from alerts.figures import SILENCE_RULES
from alerts.incidents.incident import Told
from alerts.incidents.standing import Standing, unplaced
from alerts.mutes import Mute, held_by
from alerts.rows import AlertRow, Mark
from schemas.alerts import Severity
from schemas.site import Site

Connection = AsyncConnection[Any]

MOST_UNPLACED = 500  # more wait for the desk only where it has been away in a flood
NEWEST_UNPLACED = 20  # and the newest beside them, so that a new alert of any severity is seen
NEWEST_TOLD = 50  # alerts whose ids are told with their incident, so that a screen can say when it showed them
TOLD_WITHIN = timedelta(minutes=10)  # an older one was seen before, or its moment has passed
PLACED_WITHIN = timedelta(minutes=10)
"""A mute that ended longer ago than this has nothing to hold back that the desk has not come to."""

ALERT: LiteralString = "a.id, a.rule, a.severity, a.device, a.subject, a.raised_at, a.cleared_at, a.drill, a.plan"
_OPEN: LiteralString = "from alerts a where a.site = %(site)s and a.cleared_at is null and a.parent is null"
UNPLACED: LiteralString = """not exists (select from incident_alerts i where i.alert = a.id)
    and not exists (select from muted_alerts m where m.alert = a.id and m.released_at is null)"""

_ALERTS: LiteralString = f"""
    with waiting as materialized (select {ALERT} {_OPEN} and {UNPLACED})
    (select * from waiting order by severity, raised_at desc limit %(most)s)
    union (select * from waiting order by raised_at desc limit %(newest)s)"""

COLUMNS: LiteralString = """i.id, i.number, i.version, i.state, i.severity, i.rule, i.device, i.building, i.subject, i.drill,
    i.owner, i.opened_at, i.last_at, i.occurrences, i.plan_open, i.closed_at,
    coalesce(r.summary, '{}') as plan"""
_INCIDENTS: LiteralString = f"""
    select {COLUMNS}, i.state = 'open' and (
        not exists (select from incident_alerts b where b.incident = i.id and not b.child)
        or exists (select from incident_alerts b where b.incident = i.id and not b.child and b.cleared_at is null)) as live
    from incidents i left join plan_runs r on r.incident = i.id
    where i.site = %(site)s and i.state <> 'closed'"""

_TOLD: LiteralString = """
    select b.incident, b.alert from alerts a join incident_alerts b on b.alert = a.id
    where a.site = %(site)s and a.cleared_at is null and a.parent is null and a.raised_at > %(recent)s
    order by a.raised_at desc limit %(told)s"""

_MARKS: LiteralString = """
    select a.device, min(greatest(a.severity, i.severity)) filter (where i.state in ('open', 'acknowledged')),
           bool_or(a.rule = any(%(silence)s))
    from alerts a left join incident_alerts b on b.alert = a.id left join incidents i on i.id = b.incident
    where a.site = %(site)s and a.cleared_at is null and a.parent is null and not a.drill
      and (b.alert is not null or a.rule = any(%(silence)s)) group by a.device"""


@dataclass(frozen=True, slots=True)
class Opened:
    """All that is open: `alerts` are those without an incident, `told` the newest alerts of each incident, the newest first."""

    incidents: Sequence[Standing] = ()
    alerts: Sequence[AlertRow] = ()
    told: Mapping[UUID, Sequence[UUID]] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def standing(self, site: Site) -> list[Standing]:
        """Incidents and alerts that have none, alike."""
        return [*self.incidents, *(unplaced(site, alert) for alert in self.alerts)]


async def opened(conn: Connection, site: Site, now: datetime) -> Opened:
    """What is open now. Two reads of one look may differ by what was committed between: alerts are read before incidents, so
    that what the desk places meanwhile is seen twice for one look rather than not at all."""
    given = {"site": site.id, "silence": list(SILENCE_RULES), "told": NEWEST_TOLD, "recent": now - TOLD_WITHIN}
    alerts = await _alerts(conn, site, now)
    marked = await (await conn.execute(_MARKS, given)).fetchall()
    async with conn.cursor(row_factory=class_row(Standing)) as cursor:
        incidents = await (await cursor.execute(_INCIDENTS, given)).fetchall()
    told: dict[UUID, list[UUID]] = {}
    for incident, alert in await (await conn.execute(_TOLD, given)).fetchall():
        told.setdefault(incident, []).append(alert)
    known = {incident.id for incident in incidents}
    quiet = [] if _in_a_plan(incidents) else await _mutes(conn, site.id, now)
    seen = [alert for alert in alerts if unplaced(site, alert).id not in known and not _held(site, alert, quiet)]
    return Opened(incidents, seen, told, marks(((device, Mark(*mark)) for device, *mark in marked), seen))


def marks(placed: Iterable[tuple[str, Mark]], alerts: Iterable[AlertRow]) -> Mapping[str, Mark]:
    """The worst that is open at each device, and whether an alert says that it does not speak, whoever has it in hand."""
    found = dict(placed)
    for alert in alerts:
        if not alert.drill:
            mark = found.get(alert.device, Mark(None, silent=False))
            worst = min(alert.severity, mark.severity or alert.severity)
            found[alert.device] = Mark(worst, mark.silent or alert.rule in SILENCE_RULES)
    return found


async def _alerts(conn: Connection, site: Site, now: datetime) -> list[AlertRow]:
    given = {"site": site.id, "most": MOST_UNPLACED, "newest": NEWEST_UNPLACED}
    async with conn.cursor(row_factory=class_row(AlertRow)) as cursor:
        return await (await cursor.execute(_ALERTS, given)).fetchall()


async def _mutes(conn: Connection, site: str, now: datetime) -> list[Mute]:
    columns = sql.SQL(", ").join(sql.Identifier(one.name) for one in fields(Mute))
    query = sql.SQL("select {} from mutes where site = %s and ended_at is null and ends_at > %s").format(columns)
    async with conn.cursor(row_factory=class_row(Mute)) as cursor:
        return await (await cursor.execute(query, (site, now - PLACED_WITHIN))).fetchall()


def _in_a_plan(incidents: Iterable[Standing]) -> bool:
    """While the site is in a plan that is no drill, nothing is held back."""
    return any(one.plan_open and not one.drill for one in incidents)


def _held(site: Site, alert: AlertRow, quiet: Sequence[Mute]) -> bool:
    building = site.building_of(alert.device)
    told = Told(
        alert.id, alert.rule, Severity(alert.severity), alert.device, building, alert.subject, alert.raised_at, None,
        alert.plan, alert.drill,
    )  # fmt: skip
    return held_by(told, quiet) is not None

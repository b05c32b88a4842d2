"""What is known of an incident when a step of its plan opens, read from the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from alerts.incidents.incident import Incident
from alerts.plans.fill import filling
from alerts.plans.known import Scene, Told, Vehicle, Warned
from alerts.plans.parked import Passed, counters, parked
from alerts.plans.run import Fill, Filled
from schemas.drills import TWIN
from schemas.lists import Entry, ListName
from schemas.lists_store import read_entries
from schemas.plans.model import RowsOf, Step, Tells
from schemas.revisions import newest_revision
from schemas.site import Site

Conn = psycopg.Connection[Any]

TOLD: LiteralString = """
    select coalesce(e.zone, ''), coalesce(e.attributes ->> 'floor', ''), coalesce(e.attributes ->> 'people', '')
    from incident_alerts i join alerts a on a.id = i.alert and a.raised_at = i.raised_at
    join events_facility e on e.id = (a.why #>> '{events,0,id}')::uuid and e.event_time = a.raised_at
    where i.incident = %s and not i.child and (e.zone is not null or e.attributes ?| array['floor', 'people'])
    order by i.raised_at desc limit 1"""
"""Zone, floor and number of people, of the newest event that tells any."""

LANE_RULES = ("vehicle-in-fire-lane", "parked-where-not-allowed")
STOOD = timedelta(days=7)
"""A family's holiday; who is away for longer is called by the plates of the list."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What does not change while a process runs: the site, the telephone of the control room."""

    site: Site
    callback: str


def fill_for(conn: Conn, around: Surroundings, incident: Incident) -> Fill:
    """What fills the steps of an incident's plan; it reads only what a step asks for."""
    plain = Scene(around.site, incident.device, incident.building, callback=around.callback)

    def fill(step: Step) -> Filled:
        return filling(replace(plain, **_known(conn, plain, incident, step)))(step)

    return fill


def _known(conn: Conn, plain: Scene, incident: Incident, step: Step) -> Mapping[str, Any]:
    """What this step asks for, by the scene's fields."""
    read: Mapping[str, Callable[[], Mapping[str, Any]]] = {
        RowsOf.VEHICLES: lambda: {"vehicles": _vehicles(conn, plain, incident)},
        RowsOf.PARKED: lambda: {"vehicles": _parked(conn, plain, incident)},
        RowsOf.HELPLESS: lambda: {"care": _listed(conn, plain, incident, ListName.CARE)},
        RowsOf.ELDERLY: lambda: {"care": _listed(conn, plain, incident, ListName.CARE)},
        RowsOf.FOOTAGE: lambda: {"since": _since(conn, incident)},
        Tells.WARNING: lambda: {"warnings": _warnings(conn, incident)},
    }
    asked = [str(one) for one in (step.rows and step.rows.of, step.tells) if one]
    found = {name: value for one in asked if one in read for name, value in read[one]().items()}
    return {**found, "told": told_of(conn, incident.id)} if step.draft else found


def _listed(conn: Conn, scene: Scene, incident: Incident, name: ListName) -> tuple[Entry, ...]:
    """The list's entries that count on the site's day of the incident's last alert: who has moved away is sought no more."""
    lists, _ = read_entries(conn, scene.site.id, newest_revision(conn, scene.site.id))
    day = incident.last_at.astimezone(ZoneInfo(scene.site.timezone)).date()
    return tuple(one for one in lists.of(name) if (one.valid_from or day) <= day <= (one.valid_until or day))


def _owners(conn: Conn, scene: Scene, incident: Incident) -> Mapping[str, str]:
    return {entry.subject: entry.household for entry in _listed(conn, scene, incident, ListName.VEHICLES)}


def _vehicles(conn: Conn, scene: Scene, incident: Incident) -> tuple[Vehicle, ...]:
    """Those whose alert is open and that stand at the incident's building; all where it has none."""
    query = """
        select id, subject, device from alerts
        where site = %s and rule = any(%s) and cleared_at is null and raised_at > %s - interval '1 day' order by raised_at"""
    rows = conn.execute(query, (incident.site, list(LANE_RULES), incident.last_at)).fetchall()
    owners = _owners(conn, scene, incident) if rows else {}
    found = [Vehicle(str(alert), plate or "", device, owners.get(plate, "")) for alert, plate, device in rows]
    return tuple(car for car in found if not scene.house or scene.site.building_of(car.seen_by) in {scene.house, ""})


def _parked(conn: Conn, scene: Scene, incident: Incident) -> tuple[Vehicle, ...]:
    """Those that the garages' bays and ramps know of; a car that has stood for longer than STOOD is no more told."""
    query = """
        select type, device, coalesce(subject, ''), coalesce(attributes ->> 'bay', '') from events_parking
        where site = %s and device = any(%s) and type in ('bay_taken', 'bay_freed', 'entered', 'left') and event_time > %s
        order by event_time, id"""
    rows = conn.execute(query, (incident.site, list(counters(scene.site)), incident.last_at - STOOD)).fetchall()
    bays = _listed(conn, scene, incident, ListName.BAYS)
    return parked((Passed(*row) for row in rows), _owners(conn, scene, incident), bays)


def _since(conn: Conn, incident: Incident) -> datetime:
    """When its first alert was raised; of what was opened by hand the opening."""
    query = "select min(raised_at) from incident_alerts where incident = %s and not child"
    row = conn.execute(query, (incident.id,)).fetchone()
    return min(row[0], incident.opened_at) if row and row[0] else incident.opened_at


def _warnings(conn: Conn, incident: Incident) -> tuple[Warned, ...]:
    """Those of the last day that nobody lifted, the newest of each hazard; a drill's and real ones apart."""
    query = """
        select attributes ->> 'hazard', attributes ->> 'level', event_time, type from (
            select distinct on (attributes ->> 'hazard') * from events_facility
            where site = %s and type in ('weather_warning', 'weather_cleared') and event_time > %s - interval '1 day'
              and starts_with(reverse(device), %s) = %s
            order by attributes ->> 'hazard', event_time desc, id) newest
        where type = 'weather_warning' order by event_time desc"""
    given = (incident.site, incident.last_at, TWIN[::-1], incident.drill)
    rows = conn.execute(query, given).fetchall()
    return tuple(Warned(hazard or "", level or "", at) for hazard, level, at, _ in rows)


def told_of(conn: Conn, incident: UUID) -> Told:
    """What the newest event of an incident says of its place."""
    row = conn.execute(TOLD, (incident,)).fetchone()
    return Told(*row) if row else Told()

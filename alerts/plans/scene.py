"""What is known of an incident when a step of its plan opens, read from the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from alerts.incidents.incident import Incident
from alerts.plans.fill import Scene, Told, Vehicle, filling
from alerts.plans.run import Fill, Filled
from schemas.lists import ListName, Lists
from schemas.lists_store import read_entries
from schemas.plans.model import RowsOf, Step
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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What does not change while a process runs: the site, the telephone of the control room."""

    site: Site
    callback: str


def fill_for(conn: Conn, around: Surroundings, incident: Incident) -> Fill:
    """What fills the steps of an incident's plan; it reads only what a step asks for."""
    plain = Scene(around.site, incident.device, incident.building, callback=around.callback)

    def fill(step: Step) -> Filled:
        return filling(_known(conn, plain, incident, step))(step)

    return fill


def _known(conn: Conn, plain: Scene, incident: Incident, step: Step) -> Scene:
    read: Mapping[RowsOf, Callable[[], Mapping[str, Any]]] = {
        RowsOf.VEHICLES: lambda: {"vehicles": _vehicles(conn, plain, incident)},
        RowsOf.ELDERLY: lambda: {"care": _lists(conn, plain).of(ListName.CARE)},
    }
    more = read[step.rows.of]() if step.rows and step.rows.of in read else {}
    if step.draft:
        more = {**more, "told": told_of(conn, incident.id)}
    return Scene(plain.site, plain.device, plain.building, callback=plain.callback, **more)


def _lists(conn: Conn, scene: Scene) -> Lists:
    lists, _ = read_entries(conn, scene.site.id, newest_revision(conn, scene.site.id))
    return lists


def _vehicles(conn: Conn, scene: Scene, incident: Incident) -> tuple[Vehicle, ...]:
    """Those whose alert is open and that stand at the incident's building; all where it has none."""
    query = """
        select id, subject, device from alerts
        where site = %s and rule = any(%s) and cleared_at is null and raised_at > %s - interval '1 day' order by raised_at"""
    rows = conn.execute(query, (incident.site, list(LANE_RULES), incident.last_at)).fetchall()
    owners = {entry.subject: entry.household for entry in _lists(conn, scene).of(ListName.VEHICLES)} if rows else {}
    found = [Vehicle(str(alert), plate or "", device, owners.get(plate, "")) for alert, plate, device in rows]
    return tuple(car for car in found if not scene.building or scene.site.building_of(car.seen_by) in {scene.building, ""})


def told_of(conn: Conn, incident: UUID) -> Told:
    """What the newest event of an incident says of its place."""
    row = conn.execute(TOLD, (incident,)).fetchone()
    return Told(*row) if row else Told()

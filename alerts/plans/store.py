"""Where runs are kept: one row an incident, changed under the incident's lock with a row of the audit log.

The plan as it was is in the row, so that an edited file changes nothing that runs. `next_clock` is when the run's own clock has
something to say, so that the desk asks only for those.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from alerts import mutes
from alerts.incidents import store
from alerts.incidents.incident import DESK, Change, Incident, Refused, Who
from alerts.plans.acts import Undo
from alerts.plans.clock import next_clock, overdue, reminders
from alerts.plans.press import opens, press
from alerts.plans.pressed import Pressed
from alerts.plans.run import Fill, Is, Run, begin
from schemas.incidents import State
from schemas.plans.model import Plan, Step

Conn = psycopg.Connection[Any]
RUN: TypeAdapter[Run] = TypeAdapter(Run)
"""A run as JSON, and back."""
SENT_WITHIN = timedelta(seconds=5)
LONGEST_OFFLINE = timedelta(hours=12)
"""What a telephone kept longer than a shift counts as of now."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A plan to open: for whom, where its clock is, and what fills its steps."""

    plan: Plan
    timezone: str
    fill: Fill


def open_plan(conn: Conn, incident: Incident, opening: Opening, who: Who, now: datetime) -> Incident:
    """Let a plan run for an incident that has none; its row must be held. Refused where one runs or the incident is over."""
    mutes.unended(conn, incident.site, now, hold=True)  # before the audit log's lock, as everybody does
    opens(incident, there=conn.execute("select from plan_runs where incident = %s", (incident.id,)).fetchone() is not None)
    run = begin(opening.plan, now, opening.timezone, opening.fill, drill=incident.drill)
    conn.execute(
        "insert into plan_runs (incident, site, plan, version, opened_at, run) values (%s, %s, %s, %s, %s, '{}')",
        (incident.id, incident.site, run.plan.id, run.plan.version, now),
    )
    keep(conn, incident.id, run)
    changed = replace(incident, plan=run.plan.id, plan_open=True, version=incident.version + 1)
    name = [run.plan.name.zh, run.plan.name.en]
    what = {"plan": run.plan.id, "name": name, "v": run.plan.version}
    opened = store.write(conn, Change(changed, "plan.open", what), who, now)
    if not incident.drill:
        mutes.end_for_plan(conn, incident.site, who, now)
    return opened


def run_of(conn: Conn, incident: UUID) -> Run | None:
    """The run of an incident."""
    row = conn.execute("select run from plan_runs where incident = %s", (incident,)).fetchone()
    return RUN.validate_python(row[0]) if row else None


def press_in(conn: Conn, incident: Incident, act: Any, who: Who, times: tuple[datetime, datetime], fill: Fill) -> Incident:
    """Press something in an incident's plan; `times` are when it was pressed and now. The incident's row must be held."""
    run = run_of(conn, incident.id)
    if run is None:
        raise Refused("plan_none")
    if incident.state is State.CLOSED:
        raise Refused("incident_closed", incident.number)
    pressed_at, now = times
    if isinstance(act, Undo):
        _unresolved(incident)
        pressed_at = now  # what is taken back is taken back now
    at = believed(pressed_at, now)
    pressed = press(run, act, who, max(at, run.opened_at), fill)
    return _write(conn, incident, replace(pressed, what={**pressed.what, **sent_later(at, now)}), who, now)


def _unresolved(incident: Incident) -> None:
    """Refused where taking something back would let a plan go on whose incident is resolved."""
    if incident.state is State.RESOLVED:
        raise Refused("incident_resolved", incident.number)


def sent_later(at: datetime, now: datetime) -> Mapping[str, str]:
    """What the log says of an act that was done some time before it was sent."""
    return {"at": at.isoformat()} if now - at > SENT_WITHIN else {}


def believed(pressed_at: datetime, now: datetime) -> datetime:
    """When something was pressed, as far as a telephone's clock is believed."""
    return pressed_at if now - LONGEST_OFFLINE <= pressed_at <= now else now


def due(conn: Conn, site: str, now: datetime) -> list[UUID]:
    """The incidents whose plan's clock has something to say."""
    query = "select incident from plan_runs where site = %s and next_clock <= %s order by incident limit 50"
    return [row[0] for row in conn.execute(query, (site, now)).fetchall()]


def strike(conn: Conn, site: str, identity: UUID, now: datetime) -> None:
    """Say what a plan's clock has to say: what is overdue, what is to be done again."""
    incident = store.held(conn, site, identity)
    run = run_of(conn, identity)
    if run is None:
        return
    for say in (overdue, reminders):
        for pressed in say(run, now):
            incident = _write(conn, incident, pressed, DESK, now)
            run = pressed.run


def summaries(conn: Conn, site: str) -> Mapping[UUID, Mapping[str, Any]]:
    """What lists show of each run whose incident is not closed, or closed lately."""
    query = """
        select r.incident, r.summary from plan_runs r join incidents i on i.id = r.incident
        where r.site = %s and (i.state <> 'closed' or i.closed_at > now() - interval '1 day')"""
    return {row[0]: row[1] for row in conn.execute(query, (site,)).fetchall()}


def _write(conn: Conn, incident: Incident, pressed: Pressed, who: Who, now: datetime) -> Incident:
    keep(conn, incident.id, pressed.run)
    changed = replace(incident, plan_open=pressed.run.ended_at is None, version=incident.version + 1)
    return store.write(conn, Change(changed, pressed.action, pressed.what), who, now)


def keep(conn: Conn, incident: UUID, run: Run) -> None:
    """The run as it stands now. The caller writes what changed it."""
    query = "update plan_runs set run = %s, ended_at = %s, next_clock = %s, summary = %s where incident = %s"
    whole = Jsonb(RUN.dump_python(run, mode="json"))
    conn.execute(query, (whole, run.ended_at, next_clock(run), Jsonb(summary(run)), incident))


def summary(run: Run) -> Mapping[str, Any]:
    """What a list shows of a run; what is late follows from `dues` and the time."""
    states = run.steps.values()
    counted = [state for state in states if state.state is not Is.NOT_NEEDED]
    opened = [(step, run.steps[step.id]) for step in run.plan.steps if run.steps[step.id].state is Is.OPEN]
    first = min(opened, key=lambda pair: (pair[1].due_at is None, pair[1].due_at, run.plan.steps.index(pair[0])), default=None)
    return {
        "name": [run.plan.name.zh, run.plan.name.en],
        "version": run.plan.version,
        "plot": run.plan.plot and str(run.plan.plot),
        "done": sum(state.state in {Is.DONE, Is.SKIPPED} for state in counted),
        "total": len(counted),
        "skips": [_skip(run, step) for step in run.plan.steps if run.steps[step.id].state is Is.SKIPPED],
        "dues": [state.due_at.isoformat() for _, state in opened if state.due_at],
        "next": first and {
            "step": first[0].id,
            "no": run.plan.steps.index(first[0]) + 1,
            "text": [first[0].text.zh, first[0].text.en],
            "role": str(first[0].role),
            "due_at": first[1].due_at.isoformat() if first[1].due_at else None,
        },
    }  # fmt: skip


def _skip(run: Run, step: Step) -> Mapping[str, Any]:
    """A step that was left out, for whoever directs: which and by whom; why is in the timeline."""
    return {"no": run.plan.steps.index(step) + 1, "by": run.steps[step.id].by}

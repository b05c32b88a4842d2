"""The wall's stage: the incident with a plan that needs the room, its steps with their times, the nearest cameras. Pure."""

from typing import Any

from alerts.plans import near
from alerts.plans.fill import on_floor
from alerts.plans.known import Scene
from alerts.plans.run import Is, Run, StepState, reminds_at, reminds_since
from alerts.plans.staged import Staged
from dashboard.names import pair, when
from schemas.plans.model import Step
from schemas.site import WHOLE_SITE, Name, Site

EYES = 3
LETTERS = "ABC"


def stage_json(site: Site, what: Name, staged: Staged) -> dict[str, Any]:
    """As the page takes it: names are [zh, en], times ISO 8601 in UTC."""
    one, run = staged.incident, staged.run
    scene = Scene(site, one.device, one.building)
    spot, here = scene.place, site.point_of(one.device, one.building)
    where = on_floor(spot.name, staged.told.storey) if spot else Name("", "") if one.device else WHOLE_SITE
    return {
        "id": str(one.id),
        "number": one.number,
        "version": one.version,
        "severity": one.severity,
        "drill": one.drill,
        "what": pair(what),
        "where": pair(where),
        "address": pair(site.address),
        "owner": one.owner or "",
        "opened_at": one.opened_at.isoformat(),
        "building": one.building,
        "place": {"x": here[0], "y": here[1]} if here else None,
        "plan": pair(run.plan.name),
        "plot": run.plan.plot and str(run.plan.plot),
        "steps": [
            _step(number, step, run.steps[step.id]) for number, step in enumerate(run.plan.steps, 1) if _needed(run, step)
        ],
        "cameras": _cameras(site, staged),
    }


def _cameras(site: Site, staged: Staged) -> list[dict[str, Any]]:
    """As many as have room: a plot stands in the place of one."""
    most = EYES - bool(staged.run.plan.plot)
    found = near.told_there(site, staged.newest, staged.incident.building, staged.run)[:most]
    return [
        {"letter": letter, "id": eye.id, "name": pair(eye.name), "metres": round(metres), "x": eye.x, "y": eye.y}
        for letter, (eye, metres) in zip(LETTERS, found, strict=False)
    ]


def _step(number: int, step: Step, state: StepState) -> dict[str, Any]:
    return {
        "id": step.id,
        "no": number,
        "text": pair(step.text),
        "who": pair(step.who) if step.who else None,
        "role": str(step.role),
        "state": str(state.state),
        "opened_at": when(state.opened_at),
        "due_at": when(state.due_at),
        "done_at": when(state.done_at),
        "reminds_at": when(reminds_at(step, state)),
        "reminds_since": when(reminds_since(step, state)),
        "rows": [sum(row.done_at is not None for row in state.rows), len(state.rows)] if state.rows else None,
    }


def _needed(run: Run, step: Step) -> bool:
    return run.steps[step.id].state is not Is.NOT_NEEDED

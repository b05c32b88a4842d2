"""What attaching and withdrawing make of an incident and its plan, as pure functions, or Refused with nothing changed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from alerts.attachments.model import Attachment, Spot
from alerts.incidents.incident import Change, Incident, Refused, Who
from alerts.plans.pressed import row_of, says, step_of
from alerts.plans.run import Run, with_picture
from alerts.words import kept
from schemas.incidents import State


def attach(incident: Incident, run: Run | None, one: Attachment, text: str = "") -> Change:
    """It belongs to the incident now, also to a closed one: a receipt may come later."""
    where = _where(run, one.spot)
    said = {"text": words} if (words := kept(text)) else {}
    return Change(_next(incident), "incident.attach", {"file": told(one), **where, **said})


def withdraw(incident: Incident, one: Attachment, who: Who, why: str) -> Change:
    """It was the wrong one, or shows what it must not. Who handed it in may, and who directs; its row and hash stay."""
    if one.withdrawn_at is not None:
        raise Refused("file_gone", one.name)
    if not may_withdraw(incident, one, who):
        raise Refused("file_not_yours", one.by)
    return Change(_next(incident), "incident.withdraw", {"file": told(one), "text": kept(why, needed=True)})


def may_withdraw(incident: Incident, one: Attachment, who: Who) -> bool:
    """Whether this person may; after the incident is closed only who directs."""
    return one.withdrawn_at is None and (who.directs or (one.by == who.name and incident.state is not State.CLOSED))


def without(run: Run, one: Attachment) -> Run:
    """The run without a picture that was withdrawn, so that a line not ticked yet asks for another."""
    spot, state = one.spot, run.steps.get(one.spot.step)
    if state is None or not spot.side:
        return run
    rows = tuple(
        with_picture(row, spot.side, "") if row.done_at is None and str(one.id) in {row.before, row.after} else row
        for row in state.rows
    )
    return replace(run, steps={**run.steps, spot.step: replace(state, rows=rows)})


def _where(run: Run | None, spot: Spot) -> Mapping[str, Any]:
    """The step that it belongs to, and the line of its list, in words."""
    if not spot.step:
        return {}
    if run is None:
        raise Refused("plan_none")
    step = step_of(run, spot.step)
    return says(run, step, row_of(run.steps[step.id], spot.line) if spot.line else None)


def _next(incident: Incident) -> Incident:
    return replace(incident, version=incident.version + 1)


def told(one: Attachment) -> Mapping[str, Any]:
    """What the log says of it."""
    return {"id": str(one.id), "name": one.name, "kind": one.kind, "sha256": one.sha256, "size": one.size}

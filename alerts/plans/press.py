"""What people press in a plan that runs: pure, or Refused with a sentence and nothing changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.incidents.incident import Incident, Refused, Who
from alerts.plans.run import OVER, Fill, Is, Row, Run, StepState, advance, answer_of, end, with_picture
from alerts.words import kept
from schemas.incidents import State
from schemas.plans.model import Crew, Step


@dataclass(frozen=True, slots=True)
class Tick:
    """The step is done; where two must confirm, one of the two says so."""

    step: str


@dataclass(frozen=True, slots=True)
class Say:
    """An answer to a step that asks."""

    step: str
    answer: str


@dataclass(frozen=True, slots=True)
class Skip:
    """The step is left out, for a reason."""

    step: str
    why: str


@dataclass(frozen=True, slots=True)
class TickRow:
    """One line of a step's list is done, or cannot be: then the remark says why."""

    step: str
    row: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """How a line's place looks, `side` "before" or "after"; the later picture counts. `file` is what the log says of it."""

    step: str
    row: str
    side: str
    file: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undo:
    """Take a tick back within UNDO of it, while nothing has followed from it."""

    step: str


@dataclass(frozen=True, slots=True)
class Stop:
    """End the plan before its end."""

    why: str


UNDO = timedelta(seconds=10)
"""A slip of the finger is seen at once; what is older is history, and another remark."""

TICKS: Mapping[str, frozenset[Crew]] = {
    "guard": frozenset({Crew.GUARD, Crew.STEWARD}),
    "steward": frozenset({Crew.STEWARD}),
    "supervisor": frozenset(Crew),
    "manager": frozenset(Crew),
}
"""Whose steps an account of a role may tick. The guard ticks for a steward who reports by radio."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The run after it, and what the log says: `what` holds the step's words, so that the log can be read without the plan."""

    run: Run
    action: str
    what: Mapping[str, Any]


def press(run: Run, act: Any, who: Who, at: datetime, fill: Fill) -> Pressed:
    """What the act makes of the run. `at` is when it was pressed, already bounded to what can be."""
    if run.ended_at is not None and not isinstance(act, Undo):
        raise Refused("plan_over")
    return PRESSES[type(act)](run, act, who, at, fill)


def opens(incident: Incident, *, there: bool) -> None:
    """Refused where a plan is `there` already, or the incident is over."""
    if incident.state in {State.RESOLVED, State.CLOSED}:
        raise Refused("incident_closed" if incident.state is State.CLOSED else "incident_resolved", incident.number)
    if there:
        raise Refused("plan_there")


def may_tick(step: Step, role: str, state: StepState) -> bool:
    """Whether an account of this role ticks this step as it stands: where two confirm, the second may be of another one."""
    wanted = {step.role, step.second} if state.first_by else {step.role}
    return not wanted.isdisjoint(TICKS.get(role, frozenset()))


def _tick(run: Run, act: Tick, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    if step.answers:
        raise Refused("step_asks", _number(run, step))
    if left := sum(row.done_at is None for row in state.rows):
        raise Refused("step_rows", left)
    if step.two_people and not state.first_by:
        first = replace(state, first_by=who.name, first_at=at)
        return Pressed(with_step(run, step, first), "plan.first", says(run, step))
    if step.two_people and state.first_by == who.name:
        raise Refused("step_second", state.first_by)
    return _done(run, step, replace(state, by=who.name), at, fill, "plan.tick")


def _say(run: Run, act: Say, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    answer = answer_of(step, act.answer)
    if answer is None:
        raise Refused("step_answers", _number(run, step))
    done = _done(run, step, replace(state, by=who.name, answer=answer.id), at, fill, "plan.answer")
    what = {**done.what, "answer": [answer.text.zh, answer.text.en]}
    if answer.ends is None:
        return replace(done, what=what)
    return replace(done, run=end(done.run, at, ending=str(answer.ends)), what={**what, "ends": str(answer.ends)})


def _skip(run: Run, act: Skip, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    if not step.may_skip:
        raise Refused("step_must", _number(run, step))
    why = kept(act.why, needed=True)
    skipped = with_step(run, step, replace(state, state=Is.SKIPPED, done_at=at, by=who.name, why=why))
    return Pressed(advance(skipped, at, fill), "plan.skip", {**says(run, step), "text": why})


def _tick_row(run: Run, act: TickRow, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    row = _row_to_do(state, act.row)
    ticked = replace(row, by=who.name, done_at=at, remark=kept(act.remark))
    if step.rows and step.rows.pictures and not ticked.remark and not (row.before and row.after):
        raise Refused("row_pictures")
    what = {**says(run, step, row), **({"text": ticked.remark} if ticked.remark else {})}
    state = _with_row(state, ticked)
    if all(one.done_at is not None for one in state.rows) and not step.two_people:
        return replace(_done(run, step, replace(state, by=who.name), at, fill, "plan.row"), what=what)
    return Pressed(with_step(run, step, state), "plan.row", what)


def _picture(run: Run, act: Picture, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    row = _row_to_do(state, act.row)
    if not (step.rows and step.rows.pictures) or act.side not in {"before", "after"}:
        raise Refused("row_no_pictures", _number(run, step))
    state = _with_row(state, with_picture(row, act.side, act.file["id"]))
    return Pressed(with_step(run, step, state), "plan.picture", {**says(run, step, row), "side": act.side, "file": act.file})


def row_of(state: StepState, identity: str) -> Row:
    """A line of a step's list; Refused where it has none of that name."""
    row = next((row for row in state.rows if row.id == identity), None)
    if row is None:
        raise Refused("row_unknown")
    return row


def _row_to_do(state: StepState, identity: str) -> Row:
    row = row_of(state, identity)
    if row.done_at is not None:
        raise Refused("row_done", row.by)
    return row


def _with_row(state: StepState, row: Row) -> StepState:
    return replace(state, rows=tuple(row if one.id == row.id else one for one in state.rows))


def _undo(run: Run, act: Undo, who: Who, at: datetime, fill: Fill) -> Pressed:
    step = step_of(run, act.step)
    state = run.steps[step.id]
    if run.ending or run.stopped_by:
        raise Refused("plan_over")
    if state.first_by == who.name and state.state is Is.OPEN and state.first_at and _just_now(state.first_at, at):
        return Pressed(with_step(run, step, replace(state, first_by="", first_at=None)), "plan.undo", says(run, step))
    if (
        state.state is not Is.DONE
        or state.by != who.name
        or state.answer
        or state.done_at is None
        or not _just_now(state.done_at, at)
    ):
        raise Refused("undo_late")
    opened = [one for one in run.plan.steps if one.after == step.id]
    if any(_touched(run.steps[one.id]) for one in opened):
        raise Refused("undo_late")
    steps = {**run.steps, **{one.id: StepState() for one in opened}}
    steps[step.id] = replace(state, state=Is.OPEN, done_at=None, by="", first_by="", first_at=None)
    return Pressed(replace(run, steps=steps, ended_at=None), "plan.undo", says(run, step))


def _just_now(done: datetime, at: datetime) -> bool:
    return timedelta(0) <= at - done <= UNDO


def _stop(run: Run, act: Stop, who: Who, at: datetime, fill: Fill) -> Pressed:
    if not who.directs:
        raise Refused("plan_stop_directs")
    why = kept(act.why, needed=True)
    return Pressed(end(run, at, by=who.name), "plan.stop", {"text": why})


def _done(run: Run, step: Step, state: StepState, at: datetime, fill: Fill, action: str) -> Pressed:
    done = with_step(run, step, replace(state, state=Is.DONE, done_at=at))
    return Pressed(advance(done, at, fill), action, says(run, step))


def _touched(state: StepState) -> bool:
    return state.state in OVER or bool(state.first_by) or any(row.done_at or row.before or row.after for row in state.rows)


def _open(run: Run, identity: str, who: Who, at: datetime) -> tuple[Step, StepState, datetime]:
    """An open step that this account may tick, and when it was pressed: not before it was there."""
    step = step_of(run, identity)
    state = run.steps[identity]
    if state.state in OVER:
        raise Refused("step_over", _number(run, step), state.by)
    if state.state is Is.WAITING:
        raise Refused("step_waits", _number(run, step))
    if not may_tick(step, who.role, state):
        raise Refused("step_role", _number(run, step))
    return step, state, max(at, state.opened_at or at)


def step_of(run: Run, identity: str) -> Step:
    """A step of the plan; Refused where it has none of that name."""
    step = run.plan.step(identity)
    if step is None:
        raise Refused("step_unknown")
    return step


def with_step(run: Run, step: Step, state: StepState) -> Run:
    """The run with a step as it stands now."""
    return replace(run, steps={**run.steps, step.id: state})


def _number(run: Run, step: Step) -> int:
    return run.plan.steps.index(step) + 1


def says(run: Run, step: Step, row: Row | None = None) -> Mapping[str, Any]:
    """The step, and the line of its list, in the log's words."""
    line = {"row": [row.on_paper.zh, row.on_paper.en]} if row else {}
    return {"step": step.id, "no": _number(run, step), "says": [step.text.zh, step.text.en], **line}


PRESSES: Mapping[type, Callable[[Run, Any, Who, datetime, Fill], Pressed]] = {
    Tick: _tick,
    Say: _say,
    Skip: _skip,
    TickRow: _tick_row,
    Picture: _picture,
    Undo: _undo,
    Stop: _stop,
}

"""What people press in a plan that runs, and what its clock says: pure, or Refused with a sentence and nothing changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.incidents.incident import Incident, Refused, Who
from alerts.plans.run import OVER, Fill, Is, Run, StepState, advance, answer_of, end, reminds_at
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


def may_tick(step: Step, role: str) -> bool:
    """Whether an account of this role ticks this step."""
    return step.role in TICKS.get(role, frozenset())


def _tick(run: Run, act: Tick, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    if step.answers:
        raise Refused("step_asks", _number(run, step))
    if left := sum(row.done_at is None for row in state.rows):
        raise Refused("step_rows", left)
    if step.two_people and not state.first_by:
        first = replace(state, first_by=who.name, first_at=at)
        return Pressed(_with(run, step, first), "plan.first", _says(run, step))
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
    skipped = _with(run, step, replace(state, state=Is.SKIPPED, done_at=at, by=who.name, why=why))
    return Pressed(advance(skipped, at, fill), "plan.skip", {**_says(run, step), "text": why})


def _tick_row(run: Run, act: TickRow, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    row = next((row for row in state.rows if row.id == act.row), None)
    if row is None:
        raise Refused("row_unknown")
    if row.done_at is not None:
        raise Refused("row_done", row.by)
    ticked = replace(row, by=who.name, done_at=at, remark=kept(act.remark))
    rows = tuple(ticked if one.id == row.id else one for one in state.rows)
    what = {**_says(run, step), "row": [row.on_paper.zh, row.on_paper.en], **({"text": ticked.remark} if ticked.remark else {})}
    state = replace(state, rows=rows)
    if all(one.done_at is not None for one in rows) and not step.two_people:
        return replace(_done(run, step, replace(state, by=who.name), at, fill, "plan.row"), what=what)
    return Pressed(_with(run, step, state), "plan.row", what)


def _undo(run: Run, act: Undo, who: Who, at: datetime, fill: Fill) -> Pressed:
    step = _step(run, act.step)
    state = run.steps[step.id]
    if run.ending or run.stopped_by:
        raise Refused("plan_over")
    if state.first_by == who.name and state.state is Is.OPEN and state.first_at and _just_now(state.first_at, at):
        return Pressed(_with(run, step, replace(state, first_by="", first_at=None)), "plan.undo", _says(run, step))
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
    return Pressed(replace(run, steps=steps, ended_at=None), "plan.undo", _says(run, step))


def _just_now(done: datetime, at: datetime) -> bool:
    return timedelta(0) <= at - done <= UNDO


def _stop(run: Run, act: Stop, who: Who, at: datetime, fill: Fill) -> Pressed:
    if not who.directs:
        raise Refused("plan_stop_directs")
    why = kept(act.why, needed=True)
    return Pressed(end(run, at, by=who.name), "plan.stop", {"text": why})


def _done(run: Run, step: Step, state: StepState, at: datetime, fill: Fill, action: str) -> Pressed:
    done = _with(run, step, replace(state, state=Is.DONE, done_at=at))
    return Pressed(advance(done, at, fill), action, _says(run, step))


def _touched(state: StepState) -> bool:
    return state.state in OVER or bool(state.first_by) or any(row.done_at for row in state.rows)


def _open(run: Run, identity: str, who: Who, at: datetime) -> tuple[Step, StepState, datetime]:
    """An open step that this account may tick, and when it was pressed: not before it was there."""
    step = _step(run, identity)
    state = run.steps[identity]
    if state.state in OVER:
        raise Refused("step_over", _number(run, step), state.by)
    if state.state is Is.WAITING:
        raise Refused("step_waits", _number(run, step))
    if not may_tick(step, who.role):
        raise Refused("step_role", _number(run, step))
    return step, state, max(at, state.opened_at or at)


def _step(run: Run, identity: str) -> Step:
    step = run.plan.step(identity)
    if step is None:
        raise Refused("step_unknown")
    return step


def _with(run: Run, step: Step, state: StepState) -> Run:
    return replace(run, steps={**run.steps, step.id: state})


def _number(run: Run, step: Step) -> int:
    return run.plan.steps.index(step) + 1


def _says(run: Run, step: Step) -> Mapping[str, Any]:
    return {"step": step.id, "no": _number(run, step), "says": [step.text.zh, step.text.en]}


PRESSES: Mapping[type, Callable[[Run, Any, Who, datetime, Fill], Pressed]] = {
    Tick: _tick,
    Say: _say,
    Skip: _skip,
    TickRow: _tick_row,
    Undo: _undo,
    Stop: _stop,
}


# The clock.


def overdue(run: Run, now: datetime) -> list[Pressed]:
    """Each open step whose due time has passed and was not said to be late, said."""
    found = []
    for step in run.plan.steps:
        state = run.steps[step.id]
        if run.ended_at is None and state.state is Is.OPEN and state.due_at and state.due_at < now and not state.told_late:
            run = _with(run, step, replace(state, told_late=now))
            found.append(Pressed(run, "plan.overdue", _says(run, step)))
    return found


def reminders(run: Run, now: datetime) -> list[Pressed]:
    """Each open step whose reminder is due again, said; however long nobody looked, once."""
    found = []
    for step in run.plan.steps:
        state, again = run.steps[step.id], step.reminder
        at = None if run.ended_at is not None else reminds_at(step, state)
        if again is not None and at is not None and at <= now:
            every = timedelta(seconds=again.every_s)
            run = _with(run, step, replace(state, reminded_at=at + (now - at) // every * every))
            found.append(Pressed(run, "plan.remind", {**_says(run, step), "reminds": [again.text.zh, again.text.en]}))
    return found

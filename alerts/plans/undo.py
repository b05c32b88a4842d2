"""What was pressed by mistake is taken back, for a moment and while nothing has followed from it: pure, or Refused."""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.incidents.incident import Refused, Who
from alerts.plans.acts import Undo
from alerts.plans.pressed import Pressed, number_of, row_of, says, step_of, with_row, with_step
from alerts.plans.run import OVER, Fill, Filled, Is, Row, Run, StepState, answer_of, resettle
from schemas.plans.model import Step

UNDO = timedelta(seconds=10)
"""A slip of the finger is seen at once; what is older is history, and another remark."""


def undo(run: Run, act: Undo, who: Who, at: datetime, fill: Fill) -> Pressed:
    """What a tick, or an answer that ended the plan, leaves when it is taken back."""
    step = step_of(run, act.step)
    state = run.steps[step.id]
    if run.stopped_by or (run.ending and not _has_ended(run, step)):
        raise Refused("plan_over")
    if state.answer:
        return _undo_ending(run, step, who, at, fill)
    if act.row:
        return _undo_row(run, step, row_of(state, act.row), who, at)
    if state.first_by == who.name and state.state is Is.OPEN and state.first_at and _just_now(state.first_at, at):
        return Pressed(with_step(run, step, replace(state, first_by="", first_at=None)), "plan.undo", says(run, step))
    if state.state is not Is.DONE or not _by_them(state.by, state.done_at, who, at):
        raise Refused("undo_late")
    return Pressed(_reopened(run, step, state), "plan.undo", says(run, step))


def may_undo(run: Run, act: Undo, who: Who, at: datetime) -> bool:
    """Whether it can be taken back now."""
    try:
        undo(run, act, who, at, lambda step: Filled())
    except Refused:
        return False
    return True


def _undo_row(run: Run, step: Step, row: Row, who: Who, at: datetime) -> Pressed:
    """The line is to be done again, and with its last line the step."""
    state = run.steps[step.id]
    if not _by_them(row.by, row.done_at, who, at) or state.first_by:
        raise Refused("undo_late")
    left = with_row(state, replace(row, by="", done_at=None, remark=""))
    undone = _reopened(run, step, left) if state.state is Is.DONE else with_step(run, step, left)
    return Pressed(undone, "plan.undo_row", says(run, step, row))


def _undo_ending(run: Run, step: Step, who: Who, at: datetime, fill: Fill) -> Pressed:
    """The question is open again and the plan goes on; another answer is given again, not taken back."""
    state = run.steps[step.id]
    if not run.ending:
        raise Refused("undo_answer", number_of(run, step))
    if not _by_them(state.by, state.answered_at or state.done_at, who, at):
        raise Refused("undo_late")
    asked = replace(state, state=Is.OPEN, done_at=None, by="", answer="", why="", answered_at=None)
    going_on = replace(with_step(run, step, asked), ended_at=None, ending="")
    return Pressed(resettle(going_on, at, fill), "plan.undo", says(run, step))


def _has_ended(run: Run, step: Step) -> bool:
    """Whether it was this step's answer that ended the plan."""
    state, answer = run.steps[step.id], answer_of(step, run.steps[step.id].answer)
    return bool(answer and answer.ends and (state.answered_at or state.done_at) == run.ended_at)


def _reopened(run: Run, step: Step, state: StepState) -> Run:
    """The run with a step open again; Refused where something was done in what it had opened."""
    opened = [one for one in run.plan.steps if one.after == step.id]
    if any(_touched(run.steps[one.id]) for one in opened):
        raise Refused("undo_late")
    steps = {**run.steps, **{one.id: StepState() for one in opened}}
    steps[step.id] = replace(state, state=Is.OPEN, done_at=None, by="", first_by="", first_at=None, note="", said=None)
    return replace(run, steps=steps, ended_at=None)


def _by_them(by: str, done: datetime | None, who: Who, at: datetime) -> bool:
    return by == who.name and done is not None and _just_now(done, at)


def _just_now(done: datetime, at: datetime) -> bool:
    return timedelta(0) <= at - done <= UNDO


def _touched(state: StepState) -> bool:
    return (
        state.state in OVER
        or bool(state.first_by or state.entries)
        or any(row.done_at or row.before or row.after for row in state.rows)
    )

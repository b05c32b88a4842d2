"""What people press in a plan that runs: pure, or Refused with a sentence and nothing changed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from alerts.incidents.incident import Incident, Refused, Who
from alerts.plans.acts import AddEntry, Picture, Say, SayAgain, Skip, Stop, Tick, TickRow, Undo, may_tick
from alerts.plans.pressed import Pressed, number_of, row_of, says, step_of, with_row, with_step
from alerts.plans.run import (
    OVER,
    Entry,
    Fill,
    Is,
    Row,
    Run,
    StepState,
    advance,
    answer_of,
    draft_of,
    end,
    resettle,
    with_picture,
)
from alerts.plans.undo import undo
from alerts.words import kept
from schemas.incidents import State
from schemas.plans.model import Answer, Step

MOST_ENTRIES = 1000
"""Of one step: two days of a line every three minutes."""


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


def _tick(run: Run, act: Tick, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    if step.answers:
        raise Refused("step_asks", number_of(run, step))
    if left := sum(row.done_at is None for row in state.rows):
        raise Refused("step_rows", left)
    if step.two_people and not state.first_by:
        first = replace(state, first_by=who.name, first_at=at)
        return Pressed(with_step(run, step, first), "plan.first", says(run, step))
    if step.two_people and state.first_by == who.name:
        raise Refused("step_second", state.first_by)
    at = max(at, state.first_at or at)  # it is done when both have, whoever's press comes first
    note = _written(run, step, act.text)
    done = _done(run, step, replace(state, by=who.name, note=note), at, fill, "plan.tick")
    return replace(done, what={**done.what, **({"text": note} if note else {})})


def _written(run: Run, step: Step, text: str) -> str:
    """What was written with a tick; Refused where the step asks for words and there are none."""
    note = kept(text)
    if step.asks and not note:
        raise Refused("step_words", number_of(run, step))
    return note


def _say(run: Run, act: Say, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    answer = _answer(run, step, act.answer)
    told = _with_done(run, step, replace(state, by=who.name, answer=answer.id), at)
    done = told if answer.ends else advance(told, at, fill)  # nothing opens that ends at once
    return _answered(Pressed(done, "plan.answer", says(run, step)), answer, at)


def _say_again(run: Run, act: SayAgain, who: Who, at: datetime, fill: Fill) -> Pressed:
    step = step_of(run, act.step)
    state, before = run.steps[step.id], answer_of(step, run.steps[step.id].answer)
    if before is None:
        raise Refused("answer_none", number_of(run, step))
    if not may_tick(step, who.role, state):
        raise Refused("step_role", number_of(run, step))
    answer = _answer(run, step, act.answer)
    if answer == before:
        raise Refused("answer_same", number_of(run, step))
    if state.answered_at and at < state.answered_at:  # sent late by a telephone: what was said after it stands
        raise Refused("step_over", number_of(run, step), state.by)
    why, at = kept(act.why, needed=True), max(at, state.done_at or at)
    told = replace(state, by=who.name, answer=answer.id, answered_at=at, why=why)
    what = {**says(run, step), "was": [before.text.zh, before.text.en], "text": why}
    again = with_step(run, step, told)
    return _answered(Pressed(again if answer.ends else resettle(again, at, fill), "plan.again", what), answer, at)


def _answer(run: Run, step: Step, identity: str) -> Answer:
    answer = answer_of(step, identity)
    if answer is None:
        raise Refused("step_answers", number_of(run, step))
    return answer


def _answered(pressed: Pressed, answer: Answer, at: datetime) -> Pressed:
    """With the answer in the log's words; one that ends the plan ends it."""
    pressed = replace(pressed, what={**pressed.what, "answer": [answer.text.zh, answer.text.en]})
    if answer.ends is None:
        return pressed
    ended = end(pressed.run, at, ending=str(answer.ends))
    return replace(pressed, run=ended, what={**pressed.what, "ends": str(answer.ends)})


def _add_entry(run: Run, act: AddEntry, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    if not step.takes_entries:
        raise Refused("step_no_entries", number_of(run, step))
    if len(state.entries) >= MOST_ENTRIES:
        raise Refused("entries_many", MOST_ENTRIES)
    row = row_of(state, act.row) if act.row else None
    entry = Entry(at, who.name, kept(act.text), act.row)
    of = row.on_paper if row else step.text
    what = {**says(run, step, row), "of": [of.zh, of.en], **({"text": entry.text} if entry.text else {})}
    return Pressed(with_step(run, step, replace(state, entries=(*state.entries, entry))), "plan.entry", what)


def _skip(run: Run, act: Skip, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    if not step.may_skip:
        raise Refused("step_must", number_of(run, step))
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
    state = with_row(state, ticked)
    times = [one.done_at for one in state.rows if one.done_at is not None]
    if len(times) == len(state.rows) and not step.two_people:
        return replace(_done(run, step, replace(state, by=who.name), max(times), fill, "plan.row"), what=what)
    return Pressed(with_step(run, step, state), "plan.row", what)


def _picture(run: Run, act: Picture, who: Who, at: datetime, fill: Fill) -> Pressed:
    step, state, at = _open(run, act.step, who, at)
    row = _row_to_do(state, act.row)
    if not (step.rows and step.rows.pictures) or act.side not in {"before", "after"}:
        raise Refused("row_no_pictures", number_of(run, step))
    state = with_row(state, with_picture(row, act.side, act.file["id"]))
    return Pressed(with_step(run, step, state), "plan.picture", {**says(run, step, row), "side": act.side, "file": act.file})


def _row_to_do(state: StepState, identity: str) -> Row:
    row = row_of(state, identity)
    if row.done_at is not None:
        raise Refused("row_done", row.by)
    return row


def _stop(run: Run, act: Stop, who: Who, at: datetime, fill: Fill) -> Pressed:
    if not who.directs:
        raise Refused("plan_stop_directs")
    why = kept(act.why, needed=True)
    return Pressed(end(run, at, by=who.name), "plan.stop", {"text": why})


def _done(run: Run, step: Step, state: StepState, at: datetime, fill: Fill, action: str) -> Pressed:
    return Pressed(advance(_with_done(run, step, state, at), at, fill), action, says(run, step))


def _with_done(run: Run, step: Step, state: StepState, at: datetime) -> Run:
    return with_step(run, step, replace(state, state=Is.DONE, done_at=at, said=draft_of(run, step)))


def _open(run: Run, identity: str, who: Who, at: datetime) -> tuple[Step, StepState, datetime]:
    """An open step that this account may tick, and when it was pressed: not before it was there."""
    step = step_of(run, identity)
    state = run.steps[identity]
    if state.state in OVER:
        raise Refused("step_over", number_of(run, step), state.by)
    if state.state is Is.WAITING:
        raise Refused("step_waits", number_of(run, step))
    if not may_tick(step, who.role, state):
        raise Refused("step_role", number_of(run, step))
    return step, state, max(at, state.opened_at or at)


PRESSES: Mapping[type, Callable[[Run, Any, Who, datetime, Fill], Pressed]] = {
    Tick: _tick,
    Say: _say,
    SayAgain: _say_again,
    AddEntry: _add_entry,
    Skip: _skip,
    TickRow: _tick_row,
    Picture: _picture,
    Undo: undo,
    Stop: _stop,
}

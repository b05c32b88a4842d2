"""A plan that runs, from a snapshot of itself. Pure: what was pressed and when is all that its state follows from.

A step waits, is open, and then done, skipped, or not needed. It opens when the plan does; after the step before it is done,
skipped or not needed; or with an answer. A branch that was not taken is not needed, and neither is what comes after only that.
The run ends when no step waits or is open, or with an answer that ends it, or when somebody who directs stops it.
An answer that is given again moves what hangs on it: what was done stays done, and so does what follows from that.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from schemas.plans.model import NOTE, Answer, Plan, Step
from schemas.site import Name


class Is(StrEnum):
    """How a step stands."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    NOT_NEEDED = "not_needed"


OVER = frozenset({Is.DONE, Is.SKIPPED, Is.NOT_NEEDED})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list in a step, ticked by whom and when, with a remark where there is one. `zh` and `en` say what it is to
    whoever works it; `paper_zh` and `paper_en` to the log and to papers, where it names a vehicle or a household. `before` and
    `after` are the ids of its pictures."""

    id: str
    zh: str
    en: str
    by: str = ""
    done_at: datetime | None = None
    remark: str = ""
    paper_zh: str = ""
    paper_en: str = ""
    before: str = ""
    after: str = ""

    @property
    def on_paper(self) -> Name:
        """What outlives the incident."""
        return Name(self.paper_zh or self.zh, self.paper_en or self.en)


def with_picture(row: Row, side: str, identity: str) -> Row:
    """The line with another picture, or with none, on that side."""
    return replace(row, before=identity) if side == "before" else replace(row, after=identity)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that was added to a step while it was open, about a line of its list where `row` names one."""

    at: datetime
    by: str
    text: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class StepState:
    """How one step stands. `first_by` has confirmed alone where two must; `told_late` when its being overdue was said;
    `reminded_at` when its reminder was said last; `draft` are the words to say, in both languages, and `said` how they were
    when it was done; `facts` what the system knew when it opened; `note` is what was written with its tick; `answered_at` when
    it was answered again; `why` the reason of that, or of a skip."""

    state: Is = Is.WAITING
    opened_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    by: str = ""
    answer: str = ""
    why: str = ""
    first_by: str = ""
    first_at: datetime | None = None
    rows: tuple[Row, ...] = ()
    draft: tuple[str, str] | None = None
    told_late: datetime | None = None
    reminded_at: datetime | None = None
    note: str = ""
    said: tuple[str, str] | None = None
    entries: tuple[Entry, ...] = ()
    answered_at: datetime | None = None
    facts: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """What the system puts into a step when it opens."""

    rows: tuple[Row, ...] = ()
    draft: tuple[str, str] | None = None
    facts: tuple[Name, ...] = ()


Fill = Callable[[Step], Filled]
"""Makes a step's list and words from the incident as it is at that moment."""


@dataclass(frozen=True, slots=True)
class Run:
    """`ending` is what an answer proposes to close the incident as; `stopped_by` who ended the run before its end."""

    plan: Plan
    opened_at: datetime
    timezone: str
    steps: Mapping[str, StepState]
    ended_at: datetime | None = None
    ending: str = ""
    stopped_by: str = ""
    drill: bool = False


def begin(plan: Plan, now: datetime, timezone: str, fill: Fill, *, drill: bool) -> Run:
    """The plan as it opens: its first steps are open."""
    run = Run(plan, now, timezone, {step.id: StepState() for step in plan.steps}, drill=drill)
    return advance(run, now, fill)


def advance(run: Run, now: datetime, fill: Fill) -> Run:
    """Open what may open and leave out what is not needed, until nothing changes; end where all is over."""
    steps = dict(run.steps)
    for step in run.plan.steps:  # references point upwards, so one pass from the top is enough
        if steps[step.id].state is not Is.WAITING:
            continue
        verdict, since = _may_open(run, step, steps)
        if verdict is Is.OPEN:
            steps[step.id] = _opened(run, step, steps[step.id], since or now, fill)
        elif verdict is Is.NOT_NEEDED:
            steps[step.id] = replace(steps[step.id], state=Is.NOT_NEEDED, done_at=now)
    return replace(run, steps=steps, ended_at=run.ended_at or _over(steps))


def resettle(run: Run, now: datetime, fill: Fill) -> Run:
    """Judge anew what was not done, after an answer changed: what becomes needed opens now, what no more is is not needed.

    A step that only the end of the plan had closed goes on as it was. What lines of a list were ticked stays ticked.
    """
    steps = dict(run.steps)
    for step in run.plan.steps:
        state = steps[step.id]
        if state.state in {Is.DONE, Is.SKIPPED}:
            continue
        verdict, _ = _may_open(run, step, steps)
        if verdict is not Is.OPEN:
            steps[step.id] = _shut(state, verdict, now)
        elif state.state is not Is.OPEN:
            as_it_was = replace(state, state=Is.OPEN, done_at=None)
            steps[step.id] = as_it_was if state.opened_at else _opened(run, step, state, now, fill)
    return replace(run, steps=steps, ended_at=now if _over(steps) else None)


def _over(steps: Mapping[str, StepState]) -> datetime | None:
    """When the last step was over; None while one is not. A press that was sent late may be older than others."""
    ended = [state.done_at for state in steps.values() if state.state in OVER and state.done_at is not None]
    return max(ended) if len(ended) == len(steps) else None


def _shut(state: StepState, verdict: Is, now: datetime) -> StepState:
    """The step as one that waits or is not needed; of what it was, its lines stay."""
    done_at = None if verdict is Is.WAITING else state.done_at or now
    shut = replace(state, state=verdict, done_at=done_at, opened_at=None, due_at=None, told_late=None, reminded_at=None)
    return replace(shut, first_by="", first_at=None)


def _opened(run: Run, step: Step, state: StepState, since: datetime, fill: Fill) -> StepState:
    """The step as it opens: its list, words and facts are made, and lines that were ticked before stay."""
    filled, before = fill(step), {row.id: row for row in state.rows}
    rows = tuple(before.pop(row.id, row) for row in filled.rows)
    ticked = tuple(row for row in before.values() if row.done_at)
    opened = replace(state, state=Is.OPEN, opened_at=since, due_at=_due(run, step, since), done_at=None)
    return replace(opened, rows=rows + ticked, draft=filled.draft, facts=filled.facts)


def end(run: Run, now: datetime, *, ending: str = "", by: str = "") -> Run:
    """End the run: what is not over is not needed."""
    steps = {
        name: state if state.state in OVER else replace(state, state=Is.NOT_NEEDED, done_at=now)
        for name, state in run.steps.items()
    }
    return replace(run, steps=steps, ended_at=now, ending=ending, stopped_by=by)


def _may_open(run: Run, step: Step, steps: Mapping[str, StepState]) -> tuple[Is, datetime | None]:
    """Whether a waiting step opens now, and since when; waits on; or is not needed."""
    if step.when is not None:
        asked = steps[step.when.step]
        if asked.state is Is.DONE:
            return (Is.OPEN, asked.done_at) if asked.answer in step.when.answers else (Is.NOT_NEEDED, None)
        return (Is.NOT_NEEDED, None) if asked.state in OVER else (Is.WAITING, None)
    if step.after is not None:
        before = steps[step.after]
        if before.state is Is.NOT_NEEDED:
            return Is.NOT_NEEDED, None
        return (Is.OPEN, before.done_at) if before.state in OVER else (Is.WAITING, None)
    return Is.OPEN, run.opened_at


def _due(run: Run, step: Step, opened: datetime) -> datetime | None:
    if step.by_clock is not None:
        return next_time(run.opened_at, step.by_clock, run.timezone)
    return opened + timedelta(seconds=step.due_s) if step.due_s is not None else None


def next_time(after: datetime, clock: str, timezone: str) -> datetime:
    """The first moment after that at which the local clock shows this."""
    zone = ZoneInfo(timezone)
    hour, minute = map(int, clock.split(":"))
    local = after.astimezone(zone)
    days = 0
    while True:
        day = local.date() + timedelta(days=days + hour // 24)
        found = datetime(day.year, day.month, day.day, hour % 24, minute, tzinfo=zone).astimezone(after.tzinfo)
        if found > after:
            return found
        days += 1


def answer_of(step: Step, identity: str) -> Answer | None:
    """The answer of that id."""
    return next((answer for answer in step.answers if answer.id == identity), None)


def late_s(state: StepState, now: datetime) -> float:
    """By how many seconds a step is, or was, late; 0 where it is not."""
    if state.due_at is None or state.state in {Is.WAITING, Is.NOT_NEEDED, Is.SKIPPED}:
        return 0.0
    return max(0.0, ((state.done_at or now) - state.due_at).total_seconds())


def reminds_at(step: Step, state: StepState) -> datetime | None:
    """When an open step's reminder is said next, counted from when it was said or heeded last; None where it has none."""
    if step.reminder is None or state.state is not Is.OPEN or state.opened_at is None:
        return None
    since = max(filter(None, (state.opened_at, state.reminded_at, _heeded_at(state))))
    return since + timedelta(seconds=step.reminder.every_s)


def reminds_since(step: Step, state: StepState) -> datetime | None:
    """Since when an open step's reminder was said and nobody has added a line; None where it was heeded."""
    said, heeded = state.reminded_at, _heeded_at(state)
    if step.reminder is None or state.state is not Is.OPEN or said is None or (heeded and heeded >= said):
        return None
    return said


def _heeded_at(state: StepState) -> datetime | None:
    return max((entry.at for entry in state.entries), default=None)


_NOTE = re.compile(rf"\{{{NOTE}:(\w+)\}}")
BLANK = "____"
"""Left for whoever speaks: what burns, how many are hurt, is known on the spot alone."""


def draft_of(run: Run, step: Step) -> tuple[str, str] | None:
    """A step's words with what was written with other steps; once it is done, as they were then."""
    state = run.steps[step.id]
    if state.draft is None or state.said:
        return state.said
    zh, en = (_NOTE.sub(lambda found: _noted(run, found[1]), text) for text in state.draft)
    return zh, en


def _noted(run: Run, identity: str) -> str:
    state = run.steps.get(identity)
    return (state.note if state else "") or BLANK

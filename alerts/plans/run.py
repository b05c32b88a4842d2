"""A plan that runs, from a snapshot of itself. Pure: what was pressed and when is all that its state follows from.

A step waits, is open, and then done, skipped, or not needed. It opens when the plan does; after the step before it is done,
skipped or not needed; or with an answer. A branch that was not taken is not needed, and neither is what comes after only that.
The run ends when no step waits or is open, or with an answer that ends it, or when somebody who directs stops it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from schemas.plans.model import Answer, Plan, Step
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
class StepState:
    """How one step stands. `first_by` has confirmed alone where two must; `told_late` when its being overdue was said;
    `reminded_at` when its reminder was said last; `draft` are the words to say, in both languages; `facts` what the system knew
    when the step opened."""

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
            filled = fill(step)
            opened = since or now
            due = _due(run, step, opened)
            steps[step.id] = StepState(Is.OPEN, opened, due, rows=filled.rows, draft=filled.draft, facts=filled.facts)
        elif verdict is Is.NOT_NEEDED:
            steps[step.id] = StepState(Is.NOT_NEEDED, done_at=now)
    over = all(state.state in OVER for state in steps.values())
    return replace(run, steps=steps, ended_at=run.ended_at or (now if over else None))


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
    """When an open step's reminder is said next; None where it has none."""
    since = state.reminded_at or state.opened_at
    if step.reminder is None or state.state is not Is.OPEN or since is None:
        return None
    return since + timedelta(seconds=step.reminder.every_s)

"""What the clock of a plan that runs has to say, and when next: pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.plans.pressed import Pressed, says, with_step
from alerts.plans.run import Is, Run, reminds_at


def next_clock(run: Run) -> datetime | None:
    """When the run's clock has something to say next; None where nothing is open that has a time."""
    if run.ended_at is not None:
        return None
    times = []
    for step in run.plan.steps:
        state = run.steps[step.id]
        if state.state is not Is.OPEN:
            continue
        if state.due_at and not state.told_late:
            times.append(state.due_at + timedelta(milliseconds=1))
        if reminder := reminds_at(step, state):
            times.append(reminder)
    return min(times, default=None)


def overdue(run: Run, now: datetime) -> list[Pressed]:
    """Each open step whose due time has passed and was not said to be late, said."""
    found = []
    for step in run.plan.steps:
        state = run.steps[step.id]
        if run.ended_at is None and state.state is Is.OPEN and state.due_at and state.due_at < now and not state.told_late:
            run = with_step(run, step, replace(state, told_late=now))
            found.append(Pressed(run, "plan.overdue", says(run, step)))
    return found


def reminders(run: Run, now: datetime) -> list[Pressed]:
    """Each open step whose reminder is due again, said; however long nobody looked, once."""
    found = []
    for step in run.plan.steps:
        state, again = run.steps[step.id], step.reminder
        at = None if run.ended_at is not None else reminds_at(step, state)
        if again is not None and at is not None and at <= now:
            every = timedelta(seconds=again.every_s)
            run = with_step(run, step, replace(state, reminded_at=at + (now - at) // every * every))
            found.append(Pressed(run, "plan.remind", {**says(run, step), "reminds": [again.text.zh, again.text.en]}))
    return found

"""A plan that runs: whatever is pressed in whatever order, it stays whole, and it can always be brought to its end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.incidents.incident import Refused, Who
from alerts.plans.clock import next_clock as speaks_at
from alerts.plans.clock import overdue, reminders
from alerts.plans.press import UNDO, Picture, Say, Skip, Stop, Tick, TickRow, Undo, may_tick, press
from alerts.plans.run import OVER, Filled, Is, Row, Run, StepState, begin, late_s, next_time
from schemas.plans.file import load_plans
from schemas.plans.model import Plan, Step
from schemas.site import Name
from tests.alerts.made import NOW

PLANS = load_plans()
ZONE = "Asia/Shanghai"
GUARD, OTHER, CHIEF = Who("wang", "guard"), Who("li", "guard"), Who("chief", "supervisor", directs=True)
STEWARD, SECOND = Who("zhao", "steward"), Who("deputy", "manager", directs=True)
CREW = (CHIEF, SECOND)


def fill(step: Step) -> Filled:
    """Two rows wherever a list is asked for."""
    return Filled((Row("a", "甲", "A"), Row("b", "乙", "B")) if step.rows else ())


def plan(*steps: dict[str, Any]) -> Plan:
    """A plan of these steps; texts and roles are filled in."""
    text = Name("做", "do it")
    whole = [{"text": text, "role": "guard", **step} for step in steps]
    return Plan.model_validate({"id": "small", "version": 1, "name": text, "opens_on": text, "steps": whole})


def opened(*steps: dict[str, Any]) -> Run:
    """Such a plan, just opened."""
    return begin(plan(*steps), NOW, ZONE, fill, drill=False)


def after(run: Run, *acts: tuple[Any, Who], at: datetime = NOW) -> Run:
    """The run after these."""
    for act, who in acts:
        run = press(run, act, who, at, fill).run
    return run


def refused(run: Run, act: Any, who: Who, at: datetime = NOW) -> str:
    """The key of the refusal."""
    with pytest.raises(Refused) as caught:
        press(run, act, who, at, fill)
    return caught.value.key


def states(run: Run) -> list[str]:
    """How the steps stand, in the plan's order."""
    return [str(run.steps[step.id].state) for step in run.plan.steps]


def worked(run: Run, answers: Mapping[str, str], at: datetime) -> Run:
    """One open step brought on, by people who may."""
    step = next(step for step in run.plan.steps if run.steps[step.id].state is Is.OPEN)
    state = run.steps[step.id]
    if step.answers:
        return after(run, (Say(step.id, answers[step.id]), CHIEF), at=at)
    if (row := next((row for row in state.rows if row.done_at is None), None)) is not None:
        sides = [side for side in ("before", "after") if step.rows and step.rows.pictures and not getattr(row, side)]
        looks = [(Picture(step.id, row.id, side, {"id": side}), CHIEF) for side in sides]
        return after(run, *looks, (TickRow(step.id, row.id), CHIEF), at=at)
    return after(run, (Tick(step.id), SECOND if state.first_by else CHIEF), at=at)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_whatever_is_answered_every_plan_of_the_house_comes_to_its_end(name: str) -> None:
    asked = [step for step in PLANS[name].steps if step.answers]
    assert asked
    for chosen in product(*(step.answers for step in asked)):
        run, at = begin(PLANS[name], NOW, ZONE, fill, drill=False), NOW
        answers = {step.id: answer.id for step, answer in zip(asked, chosen, strict=True)}
        while run.ended_at is None:
            at += timedelta(seconds=1)
            run = worked(run, answers, at)
        assert run.ending or run.steps[run.plan.steps[-1].id].state is Is.DONE
        assert {state.state for state in run.steps.values()} <= OVER


acts = st.one_of(
    st.builds(Tick, st.integers(0, 20)),
    st.builds(Say, st.integers(0, 20), st.sampled_from(["yes", "no", "cannot_tell", "red", "orange"])),
    st.builds(Skip, st.integers(0, 20), st.sampled_from(["", "nobody there"])),
    st.builds(TickRow, st.integers(0, 20), st.sampled_from(["a", "b"])),
    st.builds(
        Picture, st.integers(0, 20), st.sampled_from(["a", "b"]), st.sampled_from(["before", "after"]), st.just({"id": "x"})
    ),
    st.builds(Undo, st.integers(0, 20)),
)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(PLANS)),
    st.lists(st.tuples(acts, st.sampled_from([GUARD, OTHER, CHIEF, SECOND]), st.integers(0, 600)), max_size=40),
)
def test_after_any_presses_a_run_is_whole_and_its_end_can_be_reached(name: str, pressed: list[tuple[Any, Who, int]]) -> None:
    run, at = begin(PLANS[name], NOW, ZONE, fill, drill=False), NOW
    for act, who, seconds in pressed:
        at += timedelta(seconds=seconds)
        act = replace(act, step=run.plan.steps[act.step % len(run.plan.steps)].id)
        before = run
        try:
            run = press(run, act, who, at, fill).run
        except Refused:
            continue
        for step in run.plan.steps:
            was, now = before.steps[step.id], run.steps[step.id]
            assert isinstance(act, Undo) or not (was.state in OVER and now != was)
            assert now.due_at is None or now.opened_at is None or step.by_clock or now.due_at >= now.opened_at
            assert (now.state in OVER) == (now.done_at is not None)
            assert now.state is not Is.DONE or not step.two_people or (now.first_by and now.first_by != now.by)
            assert now.state is not Is.DONE or all(row.done_at for row in now.rows)
        assert (run.ended_at is not None) == all(state.state in OVER for state in run.steps.values())
    first = {step.id: step.answers[0].id for step in run.plan.steps if step.answers}
    for _ in range(200):
        if run.ended_at is not None:
            break
        run = worked(run, first, at)
    assert run.ended_at is not None


def test_the_first_steps_are_due_from_the_opening_and_the_next_from_the_step_before() -> None:
    run = opened({"id": "one", "due_s": 30}, {"id": "two", "after": "one", "due_s": 60})
    assert run.steps["one"].due_at == NOW + timedelta(seconds=30)
    run = after(run, (Tick("one"), GUARD), at=NOW + timedelta(seconds=45))
    assert run.steps["two"].due_at == NOW + timedelta(seconds=105)
    assert late_s(run.steps["one"], NOW + timedelta(hours=1)) == 15


def test_a_branch_that_was_not_taken_is_not_needed_and_neither_is_what_hangs_on_it() -> None:
    answers = [{"id": "yes", "text": Name("是", "yes")}, {"id": "no", "text": Name("否", "no")}]
    run = opened(
        {"id": "real", "answers": answers, "may_skip": False},
        {"id": "call", "when": {"step": "real", "answers": ["yes"]}},
        {"id": "guide", "after": "call"},
        {"id": "calm", "when": {"step": "real", "answers": ["no"]}},
    )
    assert states(run) == ["open", "waiting", "waiting", "waiting"]
    assert refused(run, Tick("real"), GUARD) == "step_asks"
    assert refused(run, Tick("call"), GUARD) == "step_waits"
    assert refused(run, Say("real", "maybe"), GUARD) == "step_answers"
    run = after(run, (Say("real", "no"), GUARD))
    assert states(run) == ["done", "not_needed", "not_needed", "open"]


def test_an_answer_that_ends_it_ends_it() -> None:
    answers = [{"id": "yes", "text": Name("是", "yes")}, {"id": "no", "text": Name("否", "no"), "ends": "nuisance"}]
    run = opened({"id": "real", "answers": answers, "may_skip": False}, {"id": "go"}, {"id": "then", "after": "go"})
    run = after(run, (Say("real", "no"), GUARD))
    assert (states(run), run.ending, run.ended_at) == (["done", "not_needed", "not_needed"], "nuisance", NOW)
    assert refused(run, Tick("go"), GUARD) == "plan_over"


def test_two_people_are_two_accounts() -> None:
    run = after(opened({"id": "both", "two_people": True}), (Tick("both"), GUARD))
    assert states(run) == ["open"]
    assert refused(run, Tick("both"), GUARD) == "step_second"
    run = after(run, (Tick("both"), OTHER))
    assert (run.steps["both"].first_by, run.steps["both"].by) == ("wang", "li")


@pytest.mark.parametrize("second", [GUARD, STEWARD, SECOND])
def test_where_the_second_may_be_anybody_the_first_is_the_supervisor_and_both_are_two(second: Who) -> None:
    run = opened({"id": "clear", "role": "supervisor", "two_people": True, "second": "steward"})
    assert refused(run, Tick("clear"), GUARD) == refused(run, Tick("clear"), STEWARD) == "step_role"
    run = after(run, (Tick("clear"), CHIEF))
    assert refused(run, Tick("clear"), CHIEF) == "step_second"
    run = after(run, (Tick("clear"), second))
    assert (run.steps["clear"].first_by, run.steps["clear"].by) == ("chief", second.name)


def test_a_skip_says_why_and_not_every_step_may_be_skipped() -> None:
    run = opened({"id": "may"}, {"id": "must", "may_skip": False})
    assert refused(run, Skip("may", " "), GUARD) == "text_missing"
    assert refused(run, Skip("must", "no time"), GUARD) == "step_must"
    assert after(run, (Skip("may", "no time"), GUARD)).steps["may"].why == "no time"


def test_a_step_is_ticked_by_its_role_and_once() -> None:
    run = opened({"id": "clear", "role": "supervisor"}, {"id": "go"})
    assert refused(run, Tick("clear"), GUARD) == "step_role"
    assert refused(run, Tick("gone"), GUARD) == "step_unknown"
    run = after(run, (Tick("go"), GUARD))
    assert refused(run, Tick("go"), OTHER) == "step_over"


@pytest.mark.parametrize(("role", "ticks"), [("guard", 2), ("steward", 1), ("supervisor", 4), ("manager", 4), ("auditor", 0)])
def test_whose_steps_a_role_ticks(role: str, ticks: int) -> None:
    steps = [plan({"id": "one", "role": crew}).steps[0] for crew in ("guard", "steward", "supervisor", "manager")]
    assert sum(may_tick(step, role, StepState(Is.OPEN)) for step in steps) == ticks


def test_a_list_is_done_with_its_last_row() -> None:
    run = opened({"id": "doors", "rows": {"of": "doors"}})
    assert refused(run, Tick("doors"), GUARD) == "step_rows"
    run = after(run, (TickRow("doors", "a"), GUARD))
    assert (states(run), refused(run, TickRow("doors", "a"), OTHER)) == (["open"], "row_done")
    assert refused(run, TickRow("doors", "z"), GUARD) == "row_unknown"
    run = after(run, (TickRow("doors", "b", "stuck"), OTHER))
    assert (states(run), run.steps["doors"].rows[1].remark) == (["done"], "stuck")


def test_a_slip_is_taken_back_for_a_moment_and_while_nothing_followed() -> None:
    run = after(opened({"id": "one"}, {"id": "two", "after": "one"}), (Tick("one"), GUARD))
    assert states(after(run, (Undo("one"), GUARD), at=NOW + UNDO)) == ["open", "waiting"]
    assert refused(run, Undo("one"), OTHER) == "undo_late"
    assert refused(run, Undo("one"), GUARD, at=NOW + UNDO + timedelta(seconds=1)) == "undo_late"
    assert refused(after(run, (Tick("two"), GUARD)), Undo("one"), GUARD) == "undo_late"


def test_a_tick_is_not_taken_back_when_what_followed_was_photographed() -> None:
    run = opened({"id": "one"}, {"id": "two", "after": "one", "rows": {"of": "areas", "pictures": True}})
    run = after(run, (Tick("one"), GUARD), (Picture("two", "a", "before", {"id": "x"}), GUARD))
    assert refused(run, Undo("one"), GUARD) == "undo_late"


def test_who_directs_stops_a_plan_and_says_why() -> None:
    run = opened({"id": "one", "may_skip": False})
    assert refused(run, Stop("test"), GUARD) == "plan_stop_directs"
    stopped = after(run, (Stop("the panel was tested"), CHIEF))
    assert (states(stopped), stopped.stopped_by) == (["not_needed"], "chief")


def test_what_is_overdue_is_said_once() -> None:
    run = opened({"id": "one", "due_s": 30}, {"id": "two", "due_s": 60})
    assert overdue(run, NOW + timedelta(seconds=30)) == []
    first = overdue(run, NOW + timedelta(seconds=31))
    assert [one.what["step"] for one in first] == ["one"]
    again = overdue(first[-1].run, NOW + timedelta(seconds=90))
    assert [one.what["step"] for one in again] == ["two"]
    assert overdue(again[-1].run, NOW + timedelta(seconds=99)) == []


def test_a_reminder_comes_again_and_again_and_once_after_nobody_looked() -> None:
    talk = {"every_s": 300, "text": Name("跟被困的人说话", "talk to them")}
    run, heard = opened({"id": "talk", "reminder": talk}), []
    for second in (299, 300, 301, 600, 1799, 1800):
        for one in reminders(run, NOW + timedelta(seconds=second)):
            run = one.run
            heard.append(second)
    assert heard == [300, 600, 1799, 1800]
    assert reminders(after(run, (Tick("talk"), GUARD)), NOW + timedelta(hours=2)) == []


def test_the_clock_that_speaks_next_is_the_earliest() -> None:
    talk = {"every_s": 300, "text": Name("跟被困的人说话", "talk to them")}
    run = opened({"id": "talk", "reminder": talk}, {"id": "one", "due_s": 30})
    assert speaks_at(run) == NOW + timedelta(seconds=30, milliseconds=1)
    assert speaks_at(overdue(run, NOW + timedelta(seconds=31))[-1].run) == NOW + timedelta(seconds=300)
    assert speaks_at(after(run, (Tick("talk"), GUARD), (Tick("one"), GUARD))) is None


@pytest.mark.parametrize(
    ("clock", "hours"), [("12:00", 1), ("11:00", 24), ("07:00", 20), ("24:00", 13)]
)  # NOW is 11:00 in Shanghai
def test_a_clock_is_the_next_one_after_the_opening(clock: str, hours: int) -> None:
    assert next_time(NOW, clock, ZONE) == NOW + timedelta(hours=hours)

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
from alerts.plans.acts import AddEntry, Picture, Say, SayAgain, Skip, Stop, Tick, TickRow, Undo, may_tick
from alerts.plans.clock import next_clock as speaks_at
from alerts.plans.clock import overdue, reminders
from alerts.plans.press import press
from alerts.plans.run import (
    OVER,
    Entry,
    Filled,
    Is,
    Row,
    Run,
    StepState,
    begin,
    draft_of,
    late_s,
    next_time,
    reminds_since,
)
from alerts.plans.store import RUN
from alerts.plans.undo import UNDO
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
    return after(run, (Tick(step.id, "two" if step.asks else ""), SECOND if state.first_by else CHIEF), at=at)


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
    st.builds(Tick, st.integers(0, 20), st.sampled_from(["", "two"])),
    st.builds(Say, st.integers(0, 20), st.sampled_from(["yes", "no", "cannot_tell", "red", "orange"])),
    st.builds(Skip, st.integers(0, 20), st.sampled_from(["", "nobody there"])),
    st.builds(TickRow, st.integers(0, 20), st.sampled_from(["a", "b"])),
    st.builds(
        Picture, st.integers(0, 20), st.sampled_from(["a", "b"]), st.sampled_from(["before", "after"]), st.just({"id": "x"})
    ),
    st.builds(Undo, st.integers(0, 20), st.sampled_from(["", "a"])),
    st.builds(SayAgain, st.integers(0, 20), st.sampled_from(["yes", "no", "cannot_tell", "red", "orange"]), st.just("worse")),
    st.builds(AddEntry, st.integers(0, 20), st.sampled_from(["", "on"]), st.sampled_from(["", "a"])),
)


def needed(run: Run, step: Step) -> bool:
    """Whether the plan still asks for it: told from the plan and the answers alone, without how the step itself stands."""
    above = step.when.step if step.when else step.after
    if above is None:
        return True
    before = run.steps[above]
    if before.state is Is.SKIPPED or (before.state is Is.DONE and step.when is None):
        return True
    if before.state is Is.DONE and step.when is not None:
        return before.answer in step.when.answers
    return needed(run, next(one for one in run.plan.steps if one.id == above))


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
            assert isinstance(act, Undo | SayAgain) or not (was.state in OVER and now != was)
            if isinstance(act, SayAgain) and was.state in {Is.DONE, Is.SKIPPED}:
                assert (now.state, now.note, now.rows, now.entries) == (was.state, was.note, was.rows, was.entries)
            if run.ended_at is None and now.state not in {Is.DONE, Is.SKIPPED}:
                assert (now.state in {Is.OPEN, Is.WAITING}) == needed(run, step)
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


WARNING = (
    {"id": "colour", "answers": [{"id": "orange", "text": Name("橙", "orange")}, {"id": "red", "text": Name("红", "red")},
     {"id": "no", "text": Name("没有", "none"), "ends": "nuisance"}], "may_skip": False},
    {"id": "bags", "when": {"step": "colour", "answers": ["orange", "red"]}, "rows": {"of": "ramps"}},
    {"id": "ramp", "when": {"step": "colour", "answers": ["red"]}, "due_s": 60},
    {"id": "withdraw", "after": "ramp"},
    {"id": "pumps", "due_s": 600},
)  # fmt: skip
LATER = NOW + timedelta(minutes=30)


def test_an_answer_given_again_opens_what_it_needs_from_now_and_closes_what_it_does_not() -> None:
    run = after(opened(*WARNING), (Say("colour", "orange"), GUARD), (TickRow("bags", "a"), GUARD))
    assert states(run) == ["done", "open", "not_needed", "not_needed", "open"]
    told = press(run, SayAgain("colour", "red", "water is rising"), OTHER, LATER, fill)
    assert (told.action, told.what["was"], told.what["answer"]) == ("plan.again", ["橙", "orange"], ["红", "red"])
    run = told.run
    assert states(run) == ["done", "open", "open", "waiting", "open"]
    assert run.steps["ramp"].due_at == LATER + timedelta(seconds=60)
    assert (run.steps["pumps"].due_at, run.steps["colour"].done_at) == (NOW + timedelta(seconds=600), NOW)
    run = after(run, (Tick("ramp"), GUARD), (SayAgain("colour", "orange", "a slip"), GUARD), at=LATER)
    assert states(run) == ["done", "open", "done", "open", "open"]  # whoever closed the ramp brings the people up
    assert [row.by for row in run.steps["bags"].rows] == ["wang", ""]


def test_an_answer_is_given_again_by_who_may_to_what_was_answered_and_for_a_reason() -> None:
    run = opened(*WARNING)
    assert refused(run, SayAgain("colour", "red", "worse"), GUARD) == "answer_none"
    assert refused(run, SayAgain("pumps", "red", "worse"), GUARD) == "answer_none"
    run = after(run, (Say("colour", "orange"), GUARD))
    assert refused(run, SayAgain("colour", "orange", "worse"), GUARD) == "answer_same"
    assert refused(run, SayAgain("colour", "pink", "worse"), GUARD) == "step_answers"
    assert refused(run, SayAgain("colour", "red", " "), GUARD) == "text_missing"
    assert refused(run, SayAgain("colour", "red", "worse"), Who("zhao", "steward")) == "step_role"
    assert refused(run, Undo("colour"), GUARD) == "undo_answer"


@pytest.mark.parametrize("first", ["orange", ""])
def test_an_answer_that_ended_it_is_taken_back_for_a_moment_and_all_goes_on_as_it_was(first: str) -> None:
    before = after(opened(*WARNING), *([(Say("colour", first), GUARD)] if first else []))
    ending = SayAgain("colour", "no", "a slip") if first else Say("colour", "no")
    run = after(before, (ending, GUARD), at=LATER)
    assert (run.ending, run.ended_at) == ("nuisance", LATER)
    assert refused(run, Undo("colour"), OTHER, at=LATER) == "undo_late"
    assert refused(run, Undo("colour"), GUARD, at=LATER + UNDO + timedelta(seconds=1)) == "undo_late"
    assert refused(run, Undo("pumps"), GUARD, at=LATER) == "plan_over"
    run = after(run, (Undo("colour"), GUARD), at=LATER + UNDO)
    assert states(run) == ["open", "waiting", "waiting", "waiting", "open"]
    assert (run.ending, run.ended_at, run.steps["pumps"]) == ("", None, before.steps["pumps"])


def test_a_step_that_asks_for_words_is_not_done_without_and_later_words_to_say_hold_them() -> None:
    draft = {"text": Name("电梯：{note:where}", "car: {note:where}")}
    run = begin(
        plan({"id": "where", "asks": "text"}, {"id": "call", "draft": draft}), NOW, ZONE,
        lambda step: Filled((), (step.draft.text.zh, step.draft.text.en) if step.draft else None), drill=False,
    )  # fmt: skip
    call = run.plan.steps[1]
    assert refused(run, Tick("where", " "), GUARD) == "step_words"
    assert draft_of(run, call) == ("电梯：____", "car: ____")
    pressed = press(run, Tick("where", "5楼{note:call}"), GUARD, NOW, fill)
    assert (pressed.what["text"], pressed.run.steps["where"].note) == ("5楼{note:call}", "5楼{note:call}")
    assert draft_of(pressed.run, call) == ("电梯：5楼{note:call}", "car: 5楼{note:call}")
    said = after(pressed.run, (Tick("call"), GUARD), (Undo("where"), GUARD))
    assert draft_of(said, call) == ("电梯：5楼{note:call}", "car: 5楼{note:call}")


def test_lines_are_added_to_an_open_step_and_put_off_its_reminder() -> None:
    talk = {"every_s": 300, "text": Name("跟被困的人说话", "talk to them")}
    run = opened({"id": "talk", "reminder": talk}, {"id": "log", "entries": True, "rows": {"of": "pumps"}}, {"id": "one"})
    step = run.plan.steps[0]
    run = reminders(run, NOW + timedelta(seconds=310))[-1].run
    assert reminds_since(step, run.steps["talk"]) == NOW + timedelta(seconds=300)
    run = after(run, (AddEntry("talk", "calm"), GUARD), at=NOW + timedelta(seconds=330))
    assert reminds_since(step, run.steps["talk"]) is None
    assert speaks_at(run) == NOW + timedelta(seconds=630)
    assert (states(run), run.steps["talk"].entries) == (
        ["open"] * 3, (Entry(NOW + timedelta(seconds=330), "wang", "calm"),)
    )  # fmt: skip
    assert press(run, AddEntry("log", "on, 0.4 m", "a"), GUARD, NOW, fill).what["of"] == ["甲", "A"]
    assert refused(run, AddEntry("log", "on", "z"), GUARD) == "row_unknown"
    assert refused(run, AddEntry("one", "x"), GUARD) == "step_no_entries"
    assert refused(after(run, (Tick("talk"), GUARD)), AddEntry("talk"), GUARD) == "step_over"


def test_a_line_of_a_list_is_taken_back_and_with_the_last_one_the_step() -> None:
    run = opened({"id": "doors", "rows": {"of": "doors"}}, {"id": "next", "after": "doors"})
    run = after(run, (TickRow("doors", "a"), GUARD), (TickRow("doors", "b"), OTHER))
    assert states(run) == ["done", "open"]
    assert refused(run, Undo("doors", "a"), OTHER) == "undo_late"
    back = after(run, (Undo("doors", "b"), OTHER), at=NOW + UNDO)
    assert (states(back), [row.by for row in back.steps["doors"].rows]) == (["open", "waiting"], ["wang", ""])
    assert refused(after(run, (Tick("next"), GUARD)), Undo("doors", "b"), OTHER) == "undo_late"


def test_a_run_that_was_kept_before_there_were_notes_is_still_read() -> None:
    kept = RUN.dump_python(opened({"id": "one"}), mode="json")
    for name in ("note", "said", "entries", "answered_at"):
        del kept["steps"]["one"][name]
    for name in ("asks", "entries"):
        del kept["plan"]["steps"][0][name]
    assert RUN.validate_python(kept) == opened({"id": "one"})


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


def test_a_step_is_done_when_the_last_of_its_presses_was_made_in_whatever_order_they_are_sent() -> None:
    late, early = NOW + timedelta(minutes=20), NOW + timedelta(minutes=1)
    run = opened({"id": "one", "rows": {"of": "doors"}, "due_s": 300}, {"id": "two", "after": "one", "due_s": 60})
    run = after(after(run, (TickRow("one", "a"), GUARD), at=late), (TickRow("one", "b"), OTHER), at=early)
    assert (run.steps["one"].done_at, late_s(run.steps["one"], late), run.steps["two"].opened_at) == (late, 900, late)
    run = opened({"id": "one", "two_people": True, "may_skip": False}, {"id": "two"})
    run = after(after(run, (Tick("one"), GUARD), at=late), (Tick("one"), OTHER), at=early)
    assert (run.steps["one"].first_at, run.steps["one"].done_at) == (late, late)
    assert after(run, (Tick("two"), GUARD), at=early).ended_at == late


def test_what_an_ending_answer_would_have_opened_was_never_open() -> None:
    answers = [{"id": "yes", "text": Name("是", "yes")}, {"id": "no", "text": Name("否", "no"), "ends": "nuisance"}]
    asked: dict[str, Any] = {"id": "one", "may_skip": False, "answers": answers}
    run = after(opened(asked, {"id": "two", "after": "one"}), (Say("one", "no"), GUARD))
    assert (run.steps["two"].state, run.steps["two"].opened_at) == (Is.NOT_NEEDED, None)


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

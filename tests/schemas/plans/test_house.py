"""The six plans of the house: every point that they must contain, in both languages, on every way through them."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from schemas.plans.file import load_plans
from schemas.plans.model import Crew, Ending, Plan, Plot, RowsOf, Scope, Step, Tells
from schemas.plans.texts import texts_of
from schemas.plans.words import lines_of
from schemas.rules import load_catalogue
from schemas.site import load_site
from tests.conftest import ROOT
from tests.schemas.plans.walker import ways

PLANS = load_plans()
EACH = pytest.mark.parametrize("plan", PLANS.values(), ids=[*PLANS])

POINTS: Mapping[str, set[str]] = {
    "fire": {
        *("verify by camera", "nearest person with extinguisher", "fire team", "call 119", "power and gas off"),
        *("elevators to ground floor", "unit doors released", "stairs and fire lane clear", "evacuate"),
        *("assembly point and count", "guide the engine", "footage locked", "guard the scene", "all-clear"),
    },
    "flood": {
        *("per warning colour", "people on standby", "pumps tested", "sandbags at each ramp", "move vehicles out"),
        *("elevators parked above the water line", "power of the pit rooms", "close the ramp", "log of pumps"),
        *("water level plot", "withdraw", "clean and dry", "check the elevators", "all-clear"),
    },
    "elevator": {
        *("talk within 1 min", "keep talking", "which car, floor, how many", "anyone ill", "maintenance called"),
        *("due in 30 min, reminder at 20", "nobody forces doors", "power off before rescue", "119/120 branch"),
        *("comfort afterwards", "car out of use until inspected", "all-clear"),
    },
    "snow": {
        *("areas by priority", "before/after pictures", "salt and tools issued", "elderly households asked"),
        *("slippery places marked", "must be done before 07:00", "all-clear"),
    },
    "theft": {
        *("keep distance", "keep in sight by cameras", "close gates", "call 110", "footage locked", "witnesses"),
        *("handover to the police", "request for footage prepared", "all-clear"),
    },
    "injury": {
        *("nearest steward in 3 min", "clinic in 3 min", "120 with the gate to use", "first aid", "AED"),
        *("keep people away", "guide the ambulance", "relatives", "footage locked", "report", "all-clear"),
    },
}


def step(plan: str, identity: str) -> Step:
    """A step that the plan must have."""
    found = PLANS[plan].step(identity)
    assert found is not None, identity
    return found


@EACH
def test_every_point_is_carried(plan: Plan) -> None:
    assert set(plan.points) == POINTS[plan.id]
    assert {carried for steps in plan.points.values() for carried in steps} <= {one.id for one in plan.steps}


@pytest.mark.parametrize(
    ("plan", "identity", "held"),
    [
        ("fire", "real", {"due_s": 30, "may_skip": False}),
        ("fire", "nearest", {"role": Crew.STEWARD, "due_s": 60, "after": None, "when": None, "may_skip": False}),
        ("fire", "fire_team", {"due_s": 180, "after": None, "when": None, "may_skip": False}),
        ("fire", "reinforce", {"due_s": 300, "after": None, "when": None}),
        ("elevator", "talk", {"due_s": 60, "after": None, "may_skip": False}),
        ("elevator", "arrived", {"due_s": 1800, "after": "call_maintenance", "may_skip": False}),
        ("elevator", "power_off", {"two_people": True, "may_skip": False}),
        ("elevator", "rescue", {"after": "power_off", "may_skip": False}),
        ("flood", "pit_power", {"two_people": True, "may_skip": False}),
        ("snow", "clear", {"by_clock": "07:00", "may_skip": False}),
        ("flood", "withdraw", {"two_people": True, "second": Crew.STEWARD, "may_skip": False}),
        ("flood", "colour", {"tells": Tells.WARNING}),
        ("snow", "real", {"tells": Tells.WARNING}),
        ("fire", "evacuate", {"tells": Tells.ASSEMBLY}),
        ("fire", "count", {"tells": Tells.ASSEMBLY}),
        ("injury", "aed", {"tells": Tells.AED}),
        ("injury", "clinic", {"call": "clinic"}),
        ("elevator", "call_maintenance", {"call": "maintenance"}),
        ("fire", "power_gas", {"call": "electrician"}),
        ("flood", "pit_power", {"call": "electrician"}),
        ("injury", "nearest", {"role": Crew.STEWARD, "due_s": 180, "after": None, "when": None, "may_skip": False}),
        ("injury", "clinic", {"due_s": 180, "after": None, "when": None, "may_skip": False}),
    ],
)
def test_due_times_and_care_are_those_of_law_and_practice(plan: str, identity: str, held: Mapping[str, Any]) -> None:
    assert {name: getattr(step(plan, identity), name) for name in held} == held


def test_reminders_come_every_five_minutes_to_talk_and_at_twenty_for_the_maintenance_company() -> None:
    said = [step("elevator", identity).reminder for identity in ("keep_talking", "arrived")]
    assert [one.every_s for one in said if one] == [300, 1200]


@pytest.mark.parametrize(
    ("plan", "identity", "of"),
    [
        ("fire", "doors", RowsOf.DOORS),
        ("fire", "fire_lane", RowsOf.VEHICLES),
        ("flood", "sandbags", RowsOf.RAMPS),
        ("flood", "pumps", RowsOf.PUMPS),
        ("flood", "pump_log", RowsOf.PUMPS),
        ("snow", "clear", RowsOf.AREAS),
        ("snow", "elderly", RowsOf.ELDERLY),
        ("fire", "helpless", RowsOf.HELPLESS),
        ("flood", "vehicles", RowsOf.PARKED),
        ("fire", "footage", RowsOf.FOOTAGE),
        ("injury", "footage", RowsOf.FOOTAGE),
        ("theft", "footage", RowsOf.FOOTAGE),
        ("theft", "request", RowsOf.FOOTAGE),
    ],
)
def test_lists_are_made_where_each_of_many_is_looked_at(plan: str, identity: str, of: RowsOf) -> None:
    rows = step(plan, identity).rows
    assert rows is not None and rows.of is of
    assert rows.pictures == (of is RowsOf.AREAS)


@pytest.mark.parametrize(
    ("plan", "identity", "to", "fields"),
    [
        ("fire", "call_119", "119", ["address", "floor", "what", "gate"]),
        ("elevator", "call_120", "120", ["address", "building", "what", "gate"]),
        ("elevator", "call_119", "119", ["address", "floor", "count", "gate"]),
        ("elevator", "call_maintenance", None, ["address", "floor", "count"]),
        ("theft", "call_110", "110", ["address", "what", "gate"]),
        ("injury", "call_120", "120", ["address", "what", "gate"]),
    ],
)
def test_calls_have_their_words_ready(plan: str, identity: str, to: str | None, fields: list[str]) -> None:
    draft = step(plan, identity).draft
    assert draft is not None and draft.to == to
    assert all(f"{{{name}}}" in draft.text.zh and f"{{{name}}}" in draft.text.en for name in fields)


def test_the_flood_plan_draws_the_water_level_and_asks_for_each_colour() -> None:
    assert PLANS["flood"].plot is Plot.WATER_LEVEL
    assert {"blue", "yellow", "orange", "red"} < {answer.id for answer in step("flood", "colour").answers}
    started = {way.answers["colour"]: len(way.started) for way in ways(PLANS["flood"])}
    assert started["blue"] < started["yellow"] < started["orange"] < started["red"] == started["cannot_tell"]


@EACH
def test_rain_and_snow_are_on_the_whole_site_and_all_else_in_one_place(plan: Plan) -> None:
    assert plan.scope is (Scope.SITE if plan.id in {"flood", "snow"} else Scope.BUILDING)


@EACH
def test_whom_a_step_calls_is_in_the_site_s_file(plan: Plan) -> None:
    assert {one.call for one in plan.steps if one.call} <= load_site(ROOT / "sites" / "aozheng" / "site.yaml").contacts.keys()


@EACH
def test_what_opens_it_is_a_rule_or_a_person(plan: Plan) -> None:
    """Whoever reads "by hand" opens it by hand: no other reader of `opens_on` does."""
    assert any(rule.plan == plan.id for rule in load_catalogue().values())
    assert "人工启动" in plan.opens_on.zh and "by hand" in plan.opens_on.en


@EACH
def test_the_first_question_looks_by_camera_and_no_ends_it_as_nuisance(plan: Plan) -> None:
    asked = next(one for one in plan.steps if one.answers)
    answers = {answer.id: answer.ends for answer in asked.answers}
    assert answers["no"] is Ending.NUISANCE and answers["cannot_tell"] is None
    assert any(one.show_cameras for one in plan.steps[: plan.steps.index(asked) + 1])


@EACH
def test_whoever_cannot_tell_does_at_least_what_yes_asks_for(plan: Plan) -> None:
    for asked in (one for one in plan.steps if any(answer.id == "cannot_tell" for answer in one.answers)):
        started = {
            name: {way.started for way in ways(plan) if way.answers[asked.id] == name} for name in ("yes", "cannot_tell")
        }
        assert not started["yes"] or started["yes"] == started["cannot_tell"]


@EACH
def test_the_last_step_is_the_all_clear_of_the_supervisor_and_of_a_second_person(plan: Plan) -> None:
    last = plan.steps[-1]
    assert (last.id, last.role, last.two_people, last.may_skip) == ("all_clear", Crew.SUPERVISOR, True, False)
    assert last.second is Crew.STEWARD  # at night there is one supervisor


@EACH
def test_every_step_is_reached_on_some_way(plan: Plan) -> None:
    assert frozenset[str]().union(*(way.started for way in ways(plan))) == {one.id for one in plan.steps}


@EACH
def test_every_way_ends_with_the_all_clear_or_by_an_answer_and_never_with_both(plan: Plan) -> None:
    for way in ways(plan):
        assert (way.ending is None) == (plan.steps[-1].id in way.started), way.answers


@EACH
def test_texts_are_in_their_own_language(plan: Plan) -> None:
    for place, words in texts_of(plan):
        assert re.search(r"[\u4e00-\u9fff]", words.zh), place
        assert not re.search(r"[A-Za-z]{2,}", re.sub(r"\{[\w:]+\}|AED", "", words.zh)), (place, words.zh)
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", words.en), (place, words.en)


@EACH
def test_what_a_guard_reads_is_short(plan: Plan) -> None:
    assert all(len(one.text.zh) <= 32 and len(one.text.en) <= 100 for one in plan.steps)


@EACH
def test_a_plan_is_shown_in_one_language_alone(plan: Plan) -> None:
    zh, en = ("\n".join(lines_of(plan, language)) for language in ("zh", "en"))
    assert re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[\w:]+\}|AED", "", zh)) == [plan.id]
    assert not re.search(r"[\u4e00-\u9fff]", en)

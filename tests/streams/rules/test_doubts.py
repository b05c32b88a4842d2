"""Who may have been seen without a name, however the events are heard."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import RuleError
from schemas.rules import Rule, Threshold
from streams.rules.engine import Engine
from tests.streams.rules.draws import HORIZON_S, hear, hearings
from tests.streams.rules.scenes import CATALOGUE, LISTS, SITE, Heard, admitted, at, expected, numbered, row
from tests.streams.rules.test_changes import changed, saved
from trials.naive import Row

IN_TWICE = changed(CATALOGUE["plate-in-twice"], window_s=400, hold_s=60, clear_after_s=90)
STAYS = changed(CATALOGUE["visitor-over-a-day"], window_s=500, doubt_s=300)
LOOSE = IN_TWICE.model_copy(
    update={"id": "loose", "thresholds": {k: v for k, v in IN_TWICE.thresholds.items() if k != "alike_n"}}
)
RULES = [IN_TWICE, STAYS, LOOSE]
END = at(HORIZON_S)

LOOKS: list[dict[str, Any]] = [
    *({}, {"brand": "1"}, {"brand": 1, "colour": "white"}, {"brand": "2", "colour": "white"}),
    *({"brand": "1", "vehicle_type": "van", "colour": "white"}, {"vehicle_type": "van", "colour": "red"}, {"brand": ["1"]}),
]


def passes(type_: str, second: float, subject: str | None = None, **looks: Any) -> Row:
    """A car passes the gate."""
    device = "in-1" if type_ == "entered" else "out-1"
    return row("parking", type_, device, second, subject=subject, attributes=looks)


@st.composite
def passages(draw: st.DrawFn) -> list[Row]:
    """Few cars, half of them unread, some told late."""
    found = []
    for _ in range(draw(st.integers(0, 24))):
        type_, second = draw(st.sampled_from(["entered", "left"])), 5 * draw(st.integers(0, 120))
        subject = draw(st.sampled_from([None, None, "鲁Q90001", "鲁Q90002"]))
        delay = draw(st.sampled_from([0.1, 0.1, 0.1, 45]))
        found.append(
            row(
                *("parking", type_, draw(st.sampled_from(["in-1", "out-1"])), second),
                subject=subject,
                attributes=draw(st.sampled_from(LOOKS)),
                late=delay > 2,
                received=at(second + delay),
                initial=draw(st.integers(0, 9)) == 0,
            )
        )
    return numbered(found)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_order_of_arrival_any_blocks_and_a_restart_give_the_alerts_of_the_twins(data: st.DataObject) -> None:
    heard = data.draw(passages())
    steps = data.draw(hearings(heard, shuffled=True))
    restart = data.draw(st.integers(0, max(0, len(steps) - 1)))
    assert hear(steps, RULES, until=END, restart_at=restart).judged() == expected(heard, END, RULES)


WHITE = {"brand": "1", "colour": "white"}


@pytest.mark.parametrize(
    ("between", "told"),
    [
        ({"brand": "1", "colour": "white"}, 0),
        ({"brand": "1", "colour": "white", "vehicle_type": "van"}, 0),
        ({"brand": "1", "colour": "red"}, 1),
        ({"brand": "1"}, 1),
        ({}, 1),
    ],
)
def test_who_looks_alike_in_two_things_and_differs_in_none_may_have_been_it(between: dict[str, str], told: int) -> None:
    rows = numbered([passes("entered", 0, "a", **WHITE), passes("left", 100, **between), passes("entered", 200, "a")])
    assert len(alerts_of(rows, [IN_TWICE])) == told


def test_before_and_after_nobody_is_in_doubt_and_who_is_named_is_no_other() -> None:
    around = [passes("left", 0, **WHITE), passes("entered", 5, "a", **WHITE), passes("entered", 200, "a"), passes("left", 205)]
    named = [passes("entered", 5, "a", **WHITE), passes("left", 100, "b", **WHITE), passes("entered", 200, "a")]
    assert [len(alerts_of(numbered(rows), [IN_TWICE])) for rows in (around, named)] == [1, 1]


@pytest.mark.parametrize(("second", "told"), [(0, 1), (0.000001, 0), (200, 0), (200.000001, 1)])
def test_between_begins_after_the_first_and_ends_with_the_raise(second: float, told: int) -> None:
    rows = [passes("entered", 0, "a", **WHITE), passes("left", second, **WHITE), passes("entered", 200, "a")]
    assert len(alerts_of(numbered(rows), [IN_TWICE])) == told


def test_doubt_ends_sooner_than_the_window() -> None:
    seen = [[passes("entered", 0, "a", **WHITE), passes("left", second, **WHITE)] for second in (299, 301)]
    assert [len(alerts_of(numbered(rows), [STAYS])) for rows in seen] == [0, 1]


def test_a_shorter_window_forgets_no_doubt_about_who_waits_already() -> None:
    stays = changed(STAYS, window_s=5000, doubt_s=4000)
    engine = Engine(SITE, [stays], LISTS)
    engine.step(admitted(numbered([passes("entered", 0, "a", **WHITE), passes("left", 10, **WHITE)])), at(20))
    engine.configure([changed(stays, window_s=100)], LISTS, 2)
    engine.step([], at(300))
    engine.configure([stays], LISTS, 3)
    assert engine.step([], at(6000)).alerts == []


def test_of_doubt_the_newest_rows_are_known_however_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.rules.doubts.MOST", 3)
    monkeypatch.setattr("trials.naive.MOST_DOUBTS", 3)
    like = passes("left", 50, **WHITE)
    others = [passes("left", 60 + n, brand="2") for n in range(4)]
    for after, told in ((2, 0), (3, 1), (4, 1)):
        rows = [passes("entered", 0, "a", **WHITE), like, *others[:after], passes("entered", 200, "a")]
        assert len(alerts_of(numbered(rows), [IN_TWICE])) == told
        engine, found = Engine(SITE, [IN_TWICE], LISTS), []
        for one in numbered(rows):
            found += engine.step(admitted([one]), one.at).alerts
        assert len(found) == told


def test_who_has_no_key_is_not_remembered() -> None:
    engine = Engine(SITE, [IN_TWICE], LISTS)
    empty = len(engine.dump())
    engine.step(admitted(numbered([passes("entered", second) for second in range(200)])), at(300))
    assert len(engine.dump()) < empty + 200


def test_other_looks_forget_and_the_same_are_kept_with_another_configuration() -> None:
    told = []
    for rule in (changed(IN_TWICE, hold_s=70), IN_TWICE.model_copy(update={"alike": ("brand", "colour")})):
        engine = Engine(SITE, [IN_TWICE], LISTS)
        engine.step(admitted(numbered([passes("entered", 0, "a", **WHITE), passes("left", 100, **WHITE)])), at(150))
        engine = saved(engine, [IN_TWICE])
        engine.configure([rule], LISTS, 2)
        told.append(len(engine.step(admitted([passes("entered", 200, "a")]), at(201)).alerts))
    assert told == [0, 1]


def test_nothing_is_kept_for_longer_than_it_may_matter() -> None:
    engine = Engine(SITE, [IN_TWICE], LISTS)
    empty = engine.dump()
    engine.step(admitted(numbered([passes("entered", 0, "a", **WHITE), passes("left", 1, **WHITE)])), at(10))
    full = engine.dump()
    engine.step([], at(100_000))
    assert len(empty) <= len(engine.dump()) < len(full)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"alike": ()}, "alike: says by which"),
        ({"match": {role: IN_TWICE.match[role] for role in ("first", "then", "unless")}}, "alike: says by which"),
        ({"thresholds": {**IN_TWICE.thresholds, "alike_n": Threshold(value=4, reason="more than there are")}}, "from 1 to 3"),
        ({"alike": ("#brand",)}, "pattern"),
        ({"match": {**IN_TWICE.match, "last": IN_TWICE.match["then"]}}, "two steps"),
        ({"match": {**IN_TWICE.match, "doubt": {"kind": "plate", "types": ["unreadable"]}}}, "of the rule's own kind, parking"),
    ],
)
def test_a_doubt_that_does_not_fit_is_named(changes: dict[str, Any], sentence: str) -> None:
    fields = {name: getattr(IN_TWICE, name) for name in Rule.model_fields}
    with pytest.raises((ValueError, RuleError), match=sentence):
        Rule(**{**fields, **changes})


def alerts_of(rows: Sequence[Row], rules: Sequence[Rule]) -> list[Any]:
    """What is told of these rows in the end."""
    engine, heard = Engine(SITE, rules, LISTS), Heard()
    heard.add(engine.step(admitted(list(rows)), at(HORIZON_S)))
    assert heard.judged() == expected(rows, END, rules)
    return list(heard.judged())

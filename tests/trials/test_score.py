"""Matching alerts with the truth, and the figures of the score, on cases small enough to see."""

from dataclasses import replace
from uuid import UUID

import pytest

from streams.simulator.week_ledger import Truth
from trials.score_match import Said, about, match
from trials.score_report import Score, as_json, as_text, by_rule, flooded, totals, worst_hour

FIRE = Truth("fire", 100, 110, 140, devices=frozenset({"panel"}))
CLONE = Truth("clone", 0, 50, 80, subjects=frozenset({"plate"}), also=frozenset({"twice"}))


def said(number: int, rule: str, device: str, raised: float, **more: object) -> Said:
    """An alert, heard two seconds after it was raised."""
    given = {"subject": None, "told": raised + 2, **more}
    return Said(UUID(int=number), rule, device, raised=raised, **given)  # type: ignore[arg-type]


def test_an_alert_in_time_about_the_device_answers_the_incident() -> None:
    found = match([FIRE], [said(1, "fire", "panel", 111)])
    assert [(truth.rule, answer.id.int) for truth, answer in found.answered] == [("fire", 1)]
    assert not found.missed
    assert not found.false


@pytest.mark.parametrize(
    ("rule", "device", "raised"),
    [("fire", "other", 111.0), ("smoke", "panel", 111.0), ("fire", "panel", 150.0), ("fire", "panel", 90.0)],
)
def test_an_alert_about_another_device_of_another_rule_or_at_another_time_is_false(
    rule: str, device: str, raised: float
) -> None:
    found = match([FIRE], [said(1, rule, device, raised)])
    assert found.missed == [FIRE]
    assert [one.id.int for one in found.false] == [1]


def test_a_second_alert_about_the_same_incident_is_false() -> None:
    found = match([FIRE], [said(1, "fire", "panel", 111), said(2, "fire", "panel", 120)])
    assert [one.id.int for one in found.false] == [2]


def test_two_incidents_take_an_alert_each() -> None:
    later = replace(FIRE, begin=105, due=115, by=145)
    found = match([later, FIRE], [said(2, "fire", "panel", 120), said(1, "fire", "panel", 111)])
    assert [answer.id.int for _, answer in found.answered] == [1, 2]
    assert not found.false


def test_a_rule_named_beside_is_excused_once() -> None:
    alerts = [said(n, "twice", "gate", 50 + n, subject="plate") for n in (1, 2)]
    found = match([CLONE], [*alerts, said(3, "clone", "gate", 50, subject="plate")])
    assert [alert.id.int for _, alert in found.excused] == [1]
    assert [alert.id.int for alert in found.false] == [2]


def test_what_may_be_told_is_neither_missed_nor_false() -> None:
    may = replace(FIRE, must=False)
    assert not match([may], []).missed
    assert not match([may], [said(1, "fire", "panel", 111)]).false


def test_what_must_be_told_is_served_first() -> None:
    may = replace(FIRE, begin=99, must=False)
    found = match([may, FIRE], [said(1, "fire", "panel", 111)])
    assert [truth for truth, _ in found.answered] == [FIRE]
    assert not found.missed


def test_a_child_answers_and_is_never_false() -> None:
    child = said(1, "fire", "panel", 111, parent=UUID(int=9))
    assert match([FIRE], [child]).answered
    assert not match([], [child]).false


def test_subjects_tell_incidents_at_one_device_apart() -> None:
    assert about(CLONE, said(1, "clone", "gate", 50, subject="plate"))
    assert not about(CLONE, said(1, "clone", "gate", 50, subject="another"))
    assert not about(CLONE, said(1, "clone", "gate", 50))


def test_figures_of_a_rule() -> None:
    missed = replace(FIRE, begin=1000, due=1010, by=1040)
    found = match([FIRE, missed], [said(1, "fire", "panel", 113), said(2, "fire", "panel", 500)])
    (line,) = by_rule(found)
    assert (line.incidents, line.found, line.false, line.recall, line.precision) == (2, 1, 1, 0.5, 0.5)
    assert (line.delay_p50_s, line.told_max_s) == (3, 5)
    assert not line.holds
    assert totals(found) == (0.5, 0.5)


def test_ten_alerts_in_ten_minutes_are_no_flood_and_eleven_are() -> None:
    assert flooded([60.0 * n for n in range(10)], 3600) == 0
    burst = [float(n) for n in range(11)]
    assert flooded(burst, 6000) == pytest.approx((600 + 0 - 10) / 6000)


def test_a_longer_flood_is_counted_once() -> None:
    burst = [float(n) for n in range(13)]
    assert flooded(burst, 6000) == pytest.approx((602 - 10) / 6000)


def test_the_worst_hour_is_the_clocks() -> None:
    assert worst_hour([10, 20, 3599, 3601]) == 3
    assert worst_hour([]) == 0


def _score(**changed: object) -> Score:
    good = Score(7, 1, 10, 20, 1.0, 1.0, 1.0, 5, 1.0, 2, 0.0, 0, 0, [], [], [])
    return replace(good, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [{"recall": 0.98}, {"precision": 0.94}, {"per_hour": 6.1}, {"flooded": 0.01}, {"unscored": ["x"]}, {"unknown": ["x"]}],
)
def test_every_promise_counts(changed: dict[str, object]) -> None:
    assert _score().holds
    assert not _score(**changed).holds
    assert '"ok":false' in as_json(_score(**changed))
    assert "DOES NOT HOLD" in as_text(_score(**changed))

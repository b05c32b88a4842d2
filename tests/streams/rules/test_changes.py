"""What may not change what is told: a save, a restart, a cut, another configuration at an awkward moment."""

from collections.abc import Sequence

import pytest

from schemas.lists import Lists
from schemas.rules import Rule, Threshold
from streams.rules.engine import Engine
from tests.streams.rules.scenes import CATALOGUE, LISTS, SITE, Heard, admitted, at, expected, numbered, row, time_of
from trials.naive import Row


def changed(rule: Rule, **numbers: float) -> Rule:
    """A rule with other thresholds, a version on."""
    new = {name: Threshold(value=value, reason="changed by a test") for name, value in numbers.items()}
    fields = {name: getattr(rule, name) for name in Rule.model_fields}
    return Rule(**{**fields, "version": rule.version + 1, "thresholds": {**rule.thresholds, **new}})


def saved(engine: Engine, rules: Sequence[Rule]) -> Engine:
    """Another engine that goes on from a dump."""
    other = Engine(SITE, rules, LISTS)
    other.restore(engine.dump())
    return other


def test_a_longer_hold_silences_no_key_that_is_known() -> None:
    rule = CATALOGUE["door-forced"]
    engine = Engine(SITE, [rule], LISTS)
    engine.step(admitted([row("door", "forced", "door-1", 0)]), at(1))
    engine.configure([changed(rule, hold_s=600)], LISTS, 2)
    told = [
        alert
        for hour in range(1, 6)
        for alert in engine.step(admitted([row("door", "forced", "door-1", 3600 * hour)]), at(3600 * hour + 1)).alerts
    ]
    assert len(told) == 5


def test_what_went_on_over_a_border_is_told_once_also_after_a_restart() -> None:
    rule = CATALOGUE["smoke-seen"]
    hold = rule.hold_s
    start = hold - at(0) / 1e6 % hold + hold  # a border of two windows
    seen = [row("camera", "smoke", "cam-1", second) for second in (start - 100, start + 100)]
    for restarted in (False, True):
        engine, alerts = Engine(SITE, [rule], LISTS), []
        for number, one in enumerate(seen):
            alerts += engine.step(admitted([one]), one.at + 900_000_000 * number).alerts
            engine.step([], one.at + 1)
            if restarted:
                engine = saved(engine, [rule])
        assert [alert.parent for alert in alerts] == [None, alerts[0].id]


def test_severity_does_not_hang_on_how_far_the_watermark_is_behind() -> None:
    rule = CATALOGUE["rain-warning"]
    warning = row("facility", "weather_warning", "lot-1", 10, attributes={"hazard": "rain", "level": "red"})
    found = []
    for behind in (0.0, 2.0, 9.0):
        engine, heard = Engine(SITE, [rule], LISTS), Heard()
        heard.add(engine.step(admitted([warning]), at(10 - behind)))
        heard.add(engine.step([], at(11)))
        heard.add(engine.step([], at(500)))
        found.append([(fact.rule, fact.severity) for fact in heard.judged().values()])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 1


CAMERAS = ["cam-0", "cam-1", "cam-2"]


def lost_and_back() -> tuple[list[Row], list[Row]]:
    """Three cameras of one switch go, and two minutes later they come back."""
    gone = [row("camera", "offline", name, 100 + n) for n, name in enumerate(CAMERAS)]
    return gone, [row("camera", "online", name, 300 + n) for n, name in enumerate(CAMERAS)]


OUTAGE = [CATALOGUE["camera-offline"], changed(CATALOGUE["switch-down"], devices_n=3)]


def down() -> tuple[Engine, Heard]:
    """An engine that has told that the switch is down."""
    engine, heard = Engine(SITE, OUTAGE, LISTS), Heard()
    spoken = [row("camera", "motion", name, n) for n, name in enumerate(CAMERAS)]
    heard.add(engine.step(admitted(numbered([*spoken, *lost_and_back()[0]])), at(250)))
    assert [alert.rule for alert in heard.alerts if alert.parent is None] == ["switch-down"]
    return engine, heard


def test_a_box_ends_when_its_devices_are_back_whatever_became_of_its_window() -> None:
    engine, heard = down()
    heard.add(engine.step(admitted(numbered(lost_and_back()[1])), at(303)))
    engine.configure([OUTAGE[0], changed(OUTAGE[1], window_s=60, left_s=120)], LISTS, 2)
    heard.add(engine.step([], at(1000)))
    ends = {fact.rule: fact.cleared for fact in heard.judged().values()}
    assert ends["switch-down"] is not None
    assert ends["switch-down"] <= time_of(at(302))


def test_a_box_whose_rule_is_switched_off_is_over_at_that_moment_wherever_the_log_is_cut() -> None:
    engine, heard = down()
    engine.configure(OUTAGE[:1], Lists(), 2)
    dump = engine.dump()
    found = []
    for next_watermark in (260, 290):
        other = Engine(SITE, OUTAGE[:1], Lists(), 2)
        other.restore(dump)
        said = [other.step([], at(next_watermark)), other.step([], at(400))]
        found.append(sorted((alert.id, alert.raised_at) for one in said for alert in one.alerts))
    assert found[0] == found[1]
    assert [raised for _, raised in found[0]] == [time_of(at(250))] * 3
    assert heard.alerts


@pytest.mark.parametrize("save_at", [3.0, 6.5, 8.2, 12.0])
def test_a_neighbour_who_came_before_is_known_whenever_the_state_is_saved(save_at: float) -> None:
    rule = CATALOGUE["card-face-mismatch"]
    heard = numbered(
        [
            row("door", "granted", "door-0", 0, subject="card-2", attributes={"method": "face"}),
            row("door", "granted", "door-0", 8, subject="card-1", attributes={"method": "card"}),
            row("face", "known", "face-0", 9, subject="face-4"),
        ]
    )
    steps = sorted([(one.at, one) for one in heard] + [(at(save_at), None)], key=lambda step: step[0])
    engine, told = Engine(SITE, [rule], LISTS), Heard()
    for moment, fact in steps:
        told.add(engine.step(admitted([fact]) if fact else [], moment - 1))
        if fact is None:
            engine = saved(engine, [rule])
    told.add(engine.step([], at(1000)))
    assert told.judged() == expected(heard, at(1000), [rule])

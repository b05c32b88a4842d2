"""Timers, lateness, restarts, and state that does not grow."""

from dataclasses import replace
from hashlib import blake2b

import pyarrow as pa
import pytest

from schemas.errors import StateError
from schemas.lists import Entry, ListName, Lists
from schemas.rules import Key, Rule, Threshold
from streams.rules import saved
from streams.rules.engine import Engine
from tests.streams.rules.scenes import FIRST_TEN, LISTS, SITE, Heard, admitted, at, numbered, row, run, time_of

TEN = list(FIRST_TEN.values())


def engine(*rules: str) -> Engine:
    """An engine with some of the ten rules."""
    return Engine(SITE, [FIRST_TEN[rule] for rule in rules] or TEN, LISTS)


def test_a_timer_fires_without_any_message_when_only_the_watermark_moves() -> None:
    one = engine()
    one.step(admitted([row("camera", "motion", "cam", 0)]), at(1))
    assert one.step([], at(59)).alerts == []
    (alert,) = one.step([], at(5000)).alerts
    assert (alert.rule, alert.raised_at, alert.received_at) == ("camera-silent", time_of(at(60)), None)
    assert one.step([], at(9000)).alerts == []


def test_a_rule_of_one_event_answers_before_any_watermark() -> None:
    (alert,) = engine().step(admitted([row("facility", "fire_alarm", "panel", 5)]), None).alerts
    assert (alert.rule, alert.occurred_at, alert.received_at) == ("fire-panel-alarm", time_of(at(5)), time_of(at(5.1)))


def test_a_late_fire_alarm_is_still_a_fire_and_ends_by_the_reset_that_was_heard_before_it() -> None:
    one, heard = engine(), Heard()
    heard.add(one.step(admitted([row("facility", "fire_restored", "panel", 100)]), at(200)))
    heard.add(one.step(admitted([row("facility", "fire_alarm", "panel", 5, late=True, received=at(201))]), at(200)))
    assert list(heard.facts().values()) == [("fire-panel-alarm", time_of(at(5)), time_of(at(100)))]


def test_a_late_event_raises_nothing_new_in_ordered_rules() -> None:
    late = [row("door", "denied", "door-1", second, late=True, received=at(300 + second)) for second in range(10)]
    assert run(late, 5000).alerts == []


def test_a_late_end_clears_when_it_arrives() -> None:
    events = [row("door", "held_open", "door-1", 0), row("door", "closed", "door-1", 30, late=True, received=at(200))]
    due = FIRST_TEN["door-held-open"].limit("window", 0)
    assert list(run(events, 5000).facts().values()) == [("door-held-open", time_of(at(due)), time_of(at(200)))]


def test_an_initial_report_is_life_and_no_news() -> None:
    heard = run([row("door", "held_open", "door-1", 0, initial=True), row("camera", "motion", "cam", 0, initial=True)], 5000)
    assert [alert.rule for alert in heard.alerts] == ["camera-silent"]


def test_a_restart_raises_nothing_twice_and_forgets_nothing() -> None:
    first, heard = engine(), Heard()
    heard.add(first.step(admitted([row("door", "opened", "door-1", 0), row("camera", "motion", "cam", 0)]), at(1)))
    heard.add(first.step([], at(90)))
    second = engine()
    second.restore(first.dump())
    heard.add(second.step([], at(500)))
    heard.add(second.step(admitted([row("door", "closed", "door-1", 501), row("camera", "motion", "cam", 502)]), at(502)))
    assert sorted(heard.facts().values()) == [
        ("camera-silent", time_of(at(60)), time_of(at(502))),
        ("door-not-closed", time_of(at(120)), time_of(at(501))),
    ]


def test_a_dump_restores_to_the_same_dump() -> None:
    one, two = engine(), engine()
    scene = [row("door", "denied", f"door-{second % 3}", second, subject="card-1") for second in range(50)]
    one.step(admitted(scene), at(20))
    two.restore(one.dump())
    assert two.dump() == one.dump()


def test_a_rule_that_looks_at_other_keys_starts_with_nothing_and_the_others_go_on() -> None:
    first = engine("five-denials", "forced-then-tamper")
    first.step(admitted([*(row("door", "denied", "door-1", n) for n in range(4)), row("door", "forced", "door-1", 5)]), at(6))
    newer = FIRST_TEN["five-denials"].model_copy(update={"version": 2, "key": Key.BUILDING})
    second = Engine(SITE, [FIRST_TEN["card-two-places"], newer, FIRST_TEN["forced-then-tamper"]])
    second.restore(first.dump())
    events = [row("door", "denied", "door-1", 10), row("door", "tamper", "door-1", 11)]
    assert [alert.rule for alert in second.step(admitted(events), at(20)).alerts] == ["forced-then-tamper"]


@pytest.mark.parametrize(("events_n", "more", "raised"), [(3, 1, 3), (6, 1, 0), (6, 2, 1)])
def test_a_rule_with_another_threshold_goes_on_with_what_it_remembers(events_n: int, more: int, raised: int) -> None:
    one = engine("five-denials")
    one.step(admitted([row("door", "denied", "door-1", n) for n in range(4)]), at(6))
    threshold = Threshold(value=events_n, reason="the guard on duty wants another number")
    held = Threshold(value=0, reason="every further one is told")
    rule = FIRST_TEN["five-denials"]
    thresholds = {**rule.thresholds, "events_n": threshold, "hold_s": held}
    one.configure([rule.model_copy(update={"version": 2, "thresholds": thresholds})], LISTS, 7)
    alerts = one.step(admitted([row("door", "denied", "door-1", 10 + n) for n in range(more)]), at(20)).alerts
    assert len(alerts) == min(raised, more)
    assert {(alert.rule_version, alert.why["revision"]) for alert in alerts} <= {(2, 7)}


def test_a_list_that_changed_counts_from_the_next_step_on() -> None:
    one = engine("plate-watch-list")
    seen = [row("plate", "read", "in-1", n, subject="鲁Q00009") for n in (0, 100)]
    before = one.step(admitted(seen[:1]), at(1)).alerts
    one.configure([FIRST_TEN["plate-watch-list"]], Lists({ListName.WATCH_PLATES: (Entry(subject="鲁Q00009"),)}), 2)
    assert not before
    assert [alert.subject for alert in one.step(admitted(seen[1:]), at(101)).alerts] == ["鲁Q00009"]


def test_waiting_events_are_judged_by_the_rules_that_were_there_when_they_came() -> None:
    first = engine("forced-then-tamper", "five-denials")
    first.step(admitted([row("door", "forced", "door-1", 5), row("door", "tamper", "door-1", 6)]), at(1))
    second = engine("card-two-places", "forced-then-tamper")
    second.restore(first.dump())
    assert [alert.rule for alert in second.step([], at(20)).alerts] == ["forced-then-tamper"]


def test_an_alert_of_a_rule_that_is_gone_ends_at_the_next_step() -> None:
    first = engine("camera-silent")
    heard = Heard()
    heard.add(first.step(admitted([row("camera", "motion", "cam", 0)]), at(100)))
    second = engine("five-denials")
    second.restore(first.dump())
    heard.add(second.step([], at(101)))
    assert list(heard.facts().values()) == [("camera-silent", time_of(at(60)), time_of(at(100)))]


@pytest.mark.parametrize(
    "spoil", [lambda dump: dump[:-1], lambda dump: b"else" + dump, lambda dump: dump[:40] + b"x" + dump[41:]]
)
def test_a_damaged_dump_is_refused(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(StateError, match="rule state"):
        engine().restore(spoil(engine().dump()))


def test_a_dump_with_a_number_that_json_has_not_is_refused() -> None:
    header = b'{"site":"here","beside":NaN}'
    body = len(header).to_bytes(8, "little") + header
    packed = len(body).to_bytes(8, "little") + bytes(pa.compress(body, codec=saved.CODEC, asbytes=True))
    with pytest.raises(StateError, match="cannot be read"):
        engine().restore(saved.MAGIC + blake2b(packed, digest_size=saved.DIGEST).digest() + packed)


def test_a_dump_of_another_site_is_refused() -> None:
    with pytest.raises(StateError, match="of site here, not there"):
        Engine(replace(SITE, id="there"), TEN).restore(engine().dump())


def test_state_and_texts_stay_as_small_as_the_live_keys() -> None:
    one = engine("five-denials", "stranger-three-buildings", "card-two-places", "plate-watch-list", "forced-then-tamper")
    for hour in range(40):
        events = [
            row(kind, type_, "door-1", 3600 * hour + n, subject=f"{kind}-{hour}-{n}")
            for n in range(200)
            for kind, type_ in (("face", "stranger"), ("door", "granted"))
        ]
        one.step(admitted(numbered(events)), at(3600 * hour + 200))
        size = len(one.dump())
    assert one.keys() <= 1200
    assert size < 60_000


def test_a_key_is_forgotten_only_when_it_can_no_longer_matter() -> None:
    one: list[Rule] = [FIRST_TEN["stranger-three-buildings"]]
    filler = [row("face", "stranger", "door-4", 1 + n / 10, subject=f"s{n}") for n in range(500)]
    walk = [row("face", "stranger", f"door-{n}", 590 * n, subject="walker") for n in range(3)]
    with_filler = Engine(SITE, one)
    alerts = with_filler.step(admitted(walk[:1]), at(0)).alerts
    alerts += with_filler.step(admitted(filler), at(60)).alerts
    alerts += with_filler.step(admitted(walk[1:]), at(1200)).alerts
    assert [(alert.rule, alert.subject) for alert in alerts] == [("stranger-three-buildings", "walker")]

"""What a run says, as a pure function of site, seed, start and speed."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import SettingsError
from schemas.site import DeviceKind, Site
from streams.simulator.play import Order, compose
from streams.simulator.words import Message

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_MORNING = datetime(2030, 5, 6, 8, 0, tzinfo=SHANGHAI)
CALM = Order(seed=1, speed=1.0, incidents="none", seconds=0)


def messages(site: Site, order: Order, start: datetime, seconds: int) -> list[Message]:
    script = compose(site, order, start)
    return [message for k in range(seconds) for message in script.second(k)]


def events_per_second(site: Site, start: datetime, seconds: int = 60) -> float:
    return sum(not m.say.is_heartbeat for m in messages(site, CALM, start, seconds)) / seconds


def test_the_same_seed_and_start_give_the_same_bytes_in_the_same_order(community_site: Site) -> None:
    order = replace(CALM, incidents="")
    one = [(m.due, m.source, m.content_type, m.body) for m in messages(community_site, order, MONDAY_MORNING, 90)]
    two = [(m.due, m.source, m.content_type, m.body) for m in messages(community_site, order, MONDAY_MORNING, 90)]
    assert one == two
    assert len(one) > 5_000


def test_with_a_day_of_its_own_the_same_is_said_whenever_the_run_is_started(community_site: Site) -> None:
    order = replace(CALM, incidents="", day="2030-05-06T18:00")
    runs = []
    for start in (MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=7, seconds=11)):
        found = messages(community_site, order, start, 60)
        runs.append([(m.say.happened, m.say.device.id, m.say.word, m.say.subject, m.due) for m in found])
    assert runs[0] == runs[1]


def test_a_day_that_is_none_is_refused(community_site: Site) -> None:
    with pytest.raises(SettingsError, match="yesterday"):
        compose(community_site, replace(CALM, day="yesterday"), MONDAY_MORNING)


def test_another_seed_gives_another_day(community_site: Site) -> None:
    one, two = (messages(community_site, replace(CALM, seed=seed), MONDAY_MORNING, 10) for seed in (1, 2))
    assert [m.body for m in one if not m.say.is_heartbeat] != [m.body for m in two if not m.say.is_heartbeat]


def test_messages_come_in_the_order_in_which_they_are_due(community_site: Site) -> None:
    due = [m.due for m in messages(community_site, CALM, MONDAY_MORNING, 60)]
    assert due == sorted(due)


def test_a_working_morning_brings_some_tens_of_events_a_second_and_the_night_few(community_site: Site) -> None:
    morning = events_per_second(community_site, MONDAY_MORNING)
    night = events_per_second(community_site, MONDAY_MORNING.replace(hour=3))
    assert 10 < morning < 100
    assert night < morning / 3


def test_no_renovation_worker_comes_on_a_sunday(community_site: Site) -> None:
    fast = replace(CALM, speed=30.0)
    saturday, sunday = (MONDAY_MORNING.replace(day=day, hour=9) for day in (11, 12))
    seen = [Counter(m.say.word for m in messages(community_site, fast, day, 120))["permit"] for day in (saturday, sunday)]
    assert seen[0] > 0
    assert seen[1] == 0


def test_every_sound_camera_gives_a_sign_of_life_every_ten_seconds(community_site: Site) -> None:
    script = compose(community_site, replace(CALM, seed=3), MONDAY_MORNING)
    flapping = script.voices.faults.flap_at
    beats: Counter[str] = Counter()
    for k in range(30):
        beats.update(m.say.device.id for m in script.second(k) if m.say.is_heartbeat and not m.broken and not m.copy)
    cameras = [d for d in community_site.devices.values() if d.kind is DeviceKind.CAMERA]
    assert {beats[camera.id] for camera in cameras if camera.id not in flapping} == {3}


def test_a_flapping_camera_loses_heartbeats_and_tells_its_events_late_and_in_order(community_site: Site) -> None:
    script = compose(community_site, CALM, MONDAY_MORNING)
    flapping = set(script.voices.faults.flap_at)
    said = [m.say for k in range(500) for m in script.second(k) if m.say.device.id in flapping and not m.copy and not m.broken]
    late = [say for say in said if say.due - say.happened > 1]
    assert flapping
    assert late
    assert not any(say.is_heartbeat for say in late)
    beats = Counter(say.device.id for say in said if say.is_heartbeat)
    assert all(beats[camera] < 50 for camera in flapping)


def test_jumped_seconds_are_left_out_and_open_doors_are_still_closed(community_site: Site) -> None:
    script = compose(community_site, replace(CALM, speed=20.0), MONDAY_MORNING)
    before = [m.say for k in range(30) for m in script.second(k)]
    script.jump(3_600)
    after = [m.say for k in range(3_600, 3_630) for m in script.second(k)]
    assert min(say.due for say in after) >= 3_600
    balance: Counter[str] = Counter()
    for say in before:
        balance[say.device.id] += {"opened": 1, "closed": -1}.get(say.word, 0)
    closed = {say.device.id for say in after if say.word == "closed"}
    assert {door for door, open_ in balance.items() if open_ > 0} <= closed


@pytest.mark.parametrize("speed", [1.0, 25.0])
def test_what_a_rule_measures_keeps_its_pace_however_fast_the_day_runs(community_site: Site, speed: float) -> None:
    said = [m.say for m in messages(community_site, replace(CALM, speed=speed), MONDAY_MORNING, 120) if not m.copy]
    opened: dict[str, float] = {}
    waits = []
    for say in said:
        if say.word == "opened":
            opened.setdefault(say.device.id, say.happened)
        elif say.word == "closed" and say.device.id in opened:
            waits.append(say.happened - opened.pop(say.device.id))
    assert waits
    assert max(waits) < 60


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_ordinary_life_provokes_no_rule_of_doors(community_site: Site, seed: int) -> None:
    said = [m.say for m in messages(community_site, replace(CALM, seed=seed, speed=20.0), MONDAY_MORNING, 60) if not m.copy]
    denials = Counter(say.device.id for say in said if say.word == "denied")
    assert max(denials.values(), default=0) < 5
    doors: dict[str, set[str]] = {}
    for say in said:
        if say.word == "granted" and say.subject:
            doors.setdefault(say.subject, set()).add(say.device.id)
    assert all(len(used) == 1 for used in doors.values())
    assert not {say.subject for say in said if say.word == "read"} & community_site.watch_plates

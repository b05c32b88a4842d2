"""What real devices do, in the shapes in which they say it, through decoders, logs and judge, against the whole catalogue."""

from pathlib import Path

import orjson
import pytest

from schemas.events import Kind
from streams.gateway.decode import without_headers
from tests.streams.rules.posted import SITE, Line, Post, camera, door, own, time_at

DENIED = 9
CAMERA = "C-0001"
DOOR = next(d.id for d in SITE.devices.values() if d.kind == "door" and d.vendor == "hikvision")
PANEL = next(d.id for d in SITE.devices.values() if d.kind == "fire_panel")
CAMERAS = {d.id for d in SITE.devices.values() if d.hangs_on.get("switch") == "SW-01" and d.kind == "camera"}
PAYLOADS = Path(__file__).parents[4] / "shared" / "payloads" / "hikvision"
PRESENT = sorted(PAYLOADS.glob("*")) if PAYLOADS.is_dir() else []


# Clocks.


@pytest.mark.parametrize("clock_s", [3600.0, 2.5, -2.5, -900.0])
def test_a_clock_that_is_off_over_the_limit_counts_for_nothing(clock_s: float) -> None:
    line = Line().hear([door(DOOR, DENIED, 10 + n, n, clock_s=clock_s) for n in range(5)], 20)
    assert line.told == [("five-denials", DOOR, time_at(14.05))]
    assert line.late == 0


@pytest.mark.parametrize("clock_s", [1.5, 0.0, -1.5])
def test_a_clock_within_the_limit_is_believed(clock_s: float) -> None:
    line = Line().hear([door(DOOR, DENIED, 10 + n, n, clock_s=clock_s) for n in range(5)], 20)
    assert line.told == [("five-denials", DOOR, time_at(14 + clock_s))]


# Repetitions.


def test_a_message_that_comes_twice_counts_once() -> None:
    posts = [door(DOOR, DENIED, 10 + n, n) for n in range(4)]
    line = Line().hear([*posts, *posts, *posts[:1]], 30)
    assert (line.told, line.duplicates) == ([], 5)


def test_what_comes_again_after_the_alert_changes_nothing() -> None:
    posts = [door(DOOR, DENIED, 10 + n, n) for n in range(5)]
    again = [door(DOOR, DENIED, 10 + n, n, delay=8) for n in range(5)]
    line = Line().hear([*posts, *again], 40)
    assert line.told == [("five-denials", DOOR, time_at(14))]
    assert line.duplicates == 5


# Lateness.


def test_what_is_late_within_the_allowance_is_judged_in_its_place() -> None:
    posts = [door(DOOR, DENIED, 10, 0), *(door(DOOR, DENIED, 11 + n / 10, n + 1, delay=1.5) for n in range(4))]
    line = Line().hear(posts, 30)
    assert (line.told, line.late) == ([("five-denials", DOOR, time_at(11.3))], 0)


def test_what_is_later_is_stored_as_late_and_raises_nothing_in_ordered_rules() -> None:
    posts = [door(DOOR, DENIED, 10, 0), *(door(DOOR, DENIED, 11 + n, n + 1, delay=30) for n in range(4))]
    line = Line().hear(posts, 60)
    assert (line.told, line.late) == ([], 4)


@pytest.mark.parametrize(("delay", "raised"), [(300, True), (590, True), (610, False)])
def test_a_fire_alarm_that_comes_late_is_answered_for_ten_minutes(delay: int, raised: bool) -> None:
    alive = own(1, heartbeat=True, kind="facility", device=PANEL)
    alarm = own(5, delay, kind="facility", type="fire_alarm", device=PANEL)
    line = Line().hear([alive, alarm], delay + 20)
    assert line.told == ([("fire-panel-alarm", PANEL, time_at(5))] if raised else [])
    assert line.late == 1


# Chatter.


def test_a_camera_whose_picture_comes_and_goes_is_one_unstable_camera() -> None:
    posts = [camera(CAMERA, "videoloss", 4 * n, *(("active", 1) if n % 2 else ("inactive", 0))) for n in range(75)]
    line = Line().hear(posts, 320)
    assert [rule for rule, *_ in line.told] == ["unstable-device"]


def test_a_picture_that_stays_away_is_told_and_ends_with_the_heartbeat_after_it() -> None:
    lost = [camera(CAMERA, "videoloss", 30 + 10 * n, "active", n + 1) for n in range(5)]
    alive = [camera(CAMERA, "videoloss", at, "inactive", 0) for at in (0, 10, 20, 80, 90, 100)]
    line = Line().hear([*lost, *alive], 110)
    assert line.told == [("video-lost", CAMERA, time_at(50))]
    assert [clearing.cleared_at for clearing in line.clearings] == [time_at(80)]


def test_a_switch_whose_cameras_flap_together_is_one_outage() -> None:
    posts = [
        camera(one, "deviceoffline" if n % 2 == 0 else "deviceonline", 5 + 10 * n) for one in sorted(CAMERAS) for n in range(36)
    ]
    line = Line().hear(posts, 400)
    assert len(CAMERAS) > 10
    assert len(line.told) == 1
    assert line.told[0][0] in {"switch-down", "recorder-down", "power-circuit-down"}
    assert {alert.rule for _, alert in line.alerts if alert.parent} == {"unstable-device"}


def test_a_door_that_flaps_is_one_unstable_door() -> None:
    posts = [door(DOOR, 27 + n % 2, 5 + 10 * n, n) for n in range(24)]
    rules = [rule for rule, *_ in Line().hear(posts, 300).told]
    assert rules.count("unstable-door") == 1
    assert set(rules) <= {"unstable-door", "door-forced", "door-held-open"}


# Dumps of states.


def test_the_states_that_a_camera_reports_when_it_connects_again_are_life_and_no_news() -> None:
    words = ("VMD", "fielddetection", "linedetection", "shelteralarm", "scenechangedetection", "IO", "group", "parking")
    dump = [camera(CAMERA, word, 1, "inactive", 0) for word in words]
    line = Line().hear([*dump, camera(CAMERA, "videoloss", 2, "inactive", 0)], 60)
    assert line.alerts == []
    assert line.hear([], 200, begin=60).told == [("camera-silent", CAMERA, time_at(62))]


def test_a_door_that_the_platform_says_is_still_open_is_no_news() -> None:
    door_ = next(d for d in SITE.devices.values() if d.kind == "door" and d.vendor == "isecure")
    event = {
        "eventId": "E-1",
        "eventType": 198400,
        "happenTime": "2031-03-05 12:00:05",
        "srcIndex": door_.identity,
        "status": 3,
    }
    body = orjson.dumps({"method": "OnEventNotify", "params": {"ability": "event_acs", "events": [event]}})
    assert Line().hear([Post(5.05, body, "isecure")], 400).alerts == []


# Timers.


def test_a_timer_fires_within_a_tick_of_the_watermark_without_any_message() -> None:
    line = Line().hear([door(DOOR, 25, 10, 1)], 200)
    ((second, alert),) = line.alerts
    assert (alert.rule, alert.raised_at) == ("door-not-closed", time_at(130))
    assert second == 132  # the tick that passes 130 by the allowance of two seconds


def test_what_came_due_while_the_worker_was_away_is_told_once_with_its_own_time() -> None:
    line = Line().hear([door(DOOR, 25, 10, 1), own(12, heartbeat=True, kind="camera", device=CAMERA)], 60)
    line.restart()
    assert line.hear([], 620, begin=600).told == [
        ("camera-silent", CAMERA, time_at(72)),
        ("door-not-closed", DOOR, time_at(130)),
    ]
    line.restart()
    assert len(line.hear([], 640, begin=620).told) == 2


# Messages of the collection, where it is there.


@pytest.mark.skipif(not PRESENT, reason="the collection of messages does not lie beside the repository")
def test_real_messages_ring_no_alarm_by_themselves() -> None:
    posts = []
    for n, path in enumerate(PRESENT):
        headers, body = without_headers(path.read_bytes())
        posts.append(Post(n + 0.5, body, "isecure" if "isecure" in path.name else "hikvision", headers.get("content-type", "")))
    line = Line().hear(posts, len(posts) + 3)
    assert line.told == []
    assert line.judge.places[Kind.CAMERA].next_offset > len(posts)

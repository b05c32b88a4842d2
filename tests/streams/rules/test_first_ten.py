"""Each of the first ten rules: once it fires, once it nearly does, once it clears."""

from dataclasses import dataclass

import pytest

from tests.streams.rules.scenes import FIRST_TEN, Heard, at, row, run, time_of
from trials.naive import Row


@dataclass(frozen=True)
class Scene:
    """Events that raise one alert of one rule at a second, and those that would nearly have; when it ends."""

    rule: str
    fires: list[Row]
    at_s: float
    nearly: list[list[Row]]
    ends: list[Row]
    ends_at_s: float


def readings(*values: float, start: float = 0.0) -> list[Row]:
    """Water levels, ten seconds apart."""
    return [row("facility", "water_level", "sump", start + 10.0 * i, value=value) for i, value in enumerate(values)]


def denied(*seconds: float) -> list[Row]:
    """Denials at one door."""
    return [row("door", "denied", "door-1", second) for second in seconds]


def strange(*places: tuple[str, float], who: str = "stranger-1") -> list[Row]:
    """A stranger's face at doors."""
    return [row("face", "stranger", device, second, subject=who) for device, second in places]


def card(device: str, second: float, type_: str = "granted") -> Row:
    """One card at a door."""
    return row("door", type_, device, second, subject="card-1")


SCENES = [
    Scene(
        "fire-panel-alarm", [row("facility", "fire_alarm", "panel", 5)], 5,
        [[row("facility", "fire_fault", "panel", 5)], [row("facility", "fire_alarm", "panel", 5, initial=True)],
         [row("facility", "fire_alarm", "panel", 5, late=True, very_late=True, received=at(700))]],
        [row("facility", "fire_restored", "other", 20), row("facility", "fire_restored", "panel", 65)], 65,
    ),
    Scene(
        "plate-watch-list",
        [row("plate", "read", "lane", 5, subject="鲁Q00001"), row("plate", "read", "lane", 64.9, subject="鲁Q00001")], 5,
        [[row("plate", "read", "lane", 5, subject="鲁Q00003")], [row("plate", "unreadable", "lane", 5, subject="鲁Q00001")]],
        [], 905,
    ),
    Scene(
        "five-denials", denied(0, 30, 60, 90, 119.9, 125), 119.9,
        [denied(0, 30, 60, 90), denied(0, 30, 60, 90, 120), [*denied(0, 1, 2, 3), row("door", "denied", "door-2", 4)]],
        [], 719.9,
    ),
    Scene(
        "stranger-three-buildings", strange(("door-0", 0), ("door-1", 500), ("door-0", 600), ("door-2", 1100)), 1100,
        [strange(("door-0", 0), ("door-1", 500), ("door-2", 1200)), strange(("door-0", 0), ("door-1", 5), ("nowhere", 9)),
         [*strange(("door-0", 0), ("door-1", 5)), *strange(("door-2", 9), who="stranger-2")]],
        [], 2900,
    ),
    Scene(
        "forced-then-tamper", [row("door", "forced", "door-1", 10), row("door", "tamper", "door-1", 309)], 309,
        [[row("door", "forced", "door-1", 10), row("door", "tamper", "door-1", 310)],
         [row("door", "tamper", "door-1", 10), row("door", "forced", "door-1", 20)],
         [row("door", "forced", "door-1", 10), row("door", "tamper", "door-2", 20)]],
        [], 3909,
    ),
    Scene(
        "door-not-closed", [row("door", "opened", "door-1", 10), row("door", "opened", "door-1", 50)], 130,
        [[row("door", "opened", "door-1", 10), row("door", "closed", "door-1", 130)],
         [row("door", "opened", "door-1", 10), row("door", "closed", "door-1", 10)],
         [row("door", "opened", "door-1", 10, initial=True)]],
        [row("door", "closed", "door-2", 150), row("door", "closed", "door-1", 200)], 200,
    ),
    Scene(
        "camera-silent", [row("camera", "motion", "cam", 0), row("camera", "heartbeat", "cam", 40)], 100,
        [[row("camera", "heartbeat", "cam", second) for second in range(0, 1000, 60)], []],
        [row("camera", "heartbeat", "cam", 200)], 200,
    ),
    Scene(
        "door-held-open", [row("door", "held_open", "door-1", 10), row("door", "held_open", "door-1", 60)], 70,
        [[row("door", "held_open", "door-1", 10), row("door", "closed", "door-1", 70)]],
        [row("door", "closed", "door-1", 100)], 100,
    ),
    Scene(
        "water-over-line", readings(0.1, 0.31, 0.1, 0.30, 0.35), 40,
        [readings(0.31, 0.29, 0.29, 0.35, 0.29, 0.40), readings(0.31, 0.31, float("nan"))],
        readings(0.25, 0.19, 0.20, 0.29, 0.1, start=50), 90,
    ),
    Scene(
        "card-two-places", [card("door-0", 0), card("door-2", 34.9)], 34.9,
        [[card("door-0", 0), card("door-2", 35)], [card("door-0", 0), card("unknown", 1)],
         [card("door-0", 0), card("door-0", 0.5, "opened")],
         [row("door", "opened", "door-0", 0), row("door", "opened", "door-2", 1)]],
        [], 1834.9,
    ),
]  # fmt: skip


def of(heard: Heard, rule: str) -> list[tuple[object, object]]:
    """When this rule's alerts were raised and cleared."""
    return [(raised, cleared) for name, raised, cleared in heard.facts().values() if name == rule]


def test_every_first_rule_has_a_scene() -> None:
    assert {scene.rule for scene in SCENES} == set(FIRST_TEN)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.rule)
def test_it_fires_once_at_its_time(scene: Scene) -> None:
    heard = run(scene.fires, scene.at_s)
    assert of(heard, scene.rule) == [(time_of(at(scene.at_s)), None)]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.rule)
def test_it_stays_silent_where_it_nearly_fires(scene: Scene) -> None:
    for events in scene.nearly:
        until = max((event.at for event in events), default=at(0))
        found = run(events, (until - at(0)) / 1_000_000 + (0 if scene.rule == "camera-silent" else 5000))
        assert of(found, scene.rule) == []


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.rule)
def test_it_clears_once_at_its_time(scene: Scene) -> None:
    found = run([*scene.fires, *scene.ends], scene.ends_at_s)
    assert of(found, scene.rule) == [(time_of(at(scene.at_s)), time_of(at(scene.ends_at_s)))]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.rule)
def test_it_says_why(scene: Scene) -> None:
    (alert,) = [alert for alert in run(scene.fires, scene.at_s).alerts if alert.rule == scene.rule]
    assert (alert.why["rule"], alert.why["version"]) == (scene.rule, FIRST_TEN[scene.rule].version)
    assert alert.why["thresholds"] == FIRST_TEN[scene.rule].numbers
    known = {str(event.id) for event in scene.fires}
    assert alert.why["events"]
    for reference in alert.why["events"]:
        assert reference["topic_kind"] == scene.fires[0].kind and reference["partition"] == 3
        assert reference["id"] in known or reference["id"] is None
    assert alert.device in {event.device for event in scene.fires}

"""Incidents that cameras tell: one row a rule. What is seen follows from what happens, never from a rule's numbers."""

from collections.abc import Callable, Sequence

from schemas.site import Device
from streams.simulator.week_rates import hours_of
from streams.simulator.week_stage import Plot, Stage

EVEN = hours_of("111111 111111 111111 111111")
DAY = hours_of("000000 001111 111111 110000")
NIGHT = hours_of("111100 000000 000000 000000")
DEEP_NIGHT = hours_of("011100 000000 000000 000000")
EARLY = hours_of("000011 100000 000000 000000")

Act = Callable[[Stage, float], None]
HUMAN = {"target": "human"}


def named(stage: Stage, *words: str) -> list[Device]:
    """The cameras with one of these words in their English names."""
    return [camera for camera in stage.community.cameras if any(word in camera.name.en for word in words)]


def placed(stage: Stage, *kinds: str) -> list[Device]:
    """The cameras that serve a place of one of these kinds."""
    places = stage.community.site.places
    return [camera for camera in stage.community.cameras if camera.place and places[camera.place].kind in kinds]


def sure(stage: Stage) -> float:
    """The score of what is really there."""
    return round(stage.rng.uniform(0.8, 0.97), 3)


def repeated(stage: Stage, camera: Device, type_: str, begin: float, gap: tuple[float, float], times: int) -> list[float]:
    """The same sight reported again and again, with a human target; when."""
    moments, at = [], begin
    for _ in range(times):
        stage.say(at, camera, type_, score=sure(stage), facts=HUMAN)
        moments.append(at)
        at += stage.rng.uniform(*gap)
    return moments


def _offline(stage: Stage, t: float) -> None:
    lasts = stage.rng.uniform(300, 1800)
    camera = stage.pick(stage.community.cameras, t, t + lasts)
    told = t + stage.rng.uniform(5, 20)
    stage.hush([camera.id], t, t + lasts)
    stage.say(told, camera, "offline")
    stage.say(t + lasts, camera, "online")
    stage.true("camera-offline", t, told, 180, devices=[camera.id], also=["camera-silent"])


def _silent(stage: Stage, t: float) -> None:
    lasts = stage.rng.uniform(120, 1800)
    camera = stage.pick(stage.community.cameras, t, t + lasts)
    stage.hush([camera.id], t, t + lasts)
    stage.true("camera-silent", t, t, 120, devices=[camera.id])


def _state(rule: str, pairs: Sequence[tuple[str, str]], shortest: float, longest: float, grant: float) -> Act:
    """A state that begins, lasts and ends."""

    def act(stage: Stage, t: float) -> None:
        lasts, (begins, ends) = stage.rng.uniform(shortest, longest), stage.rng.choice(pairs)
        camera = stage.pick(stage.community.cameras, t, t + lasts)
        stage.say(t, camera, begins)
        stage.say(t + lasts, camera, ends)
        stage.true(rule, t, t, grant, devices=[camera.id])

    return act


CHATTER = (
    ("covered", "uncovered", 15, 45, "a loose lens cap"),
    ("offline", "online", 20, 40, "a plug that has no hold"),
    ("video_lost", "video_restored", 12, 40, "a broken cable"),
    ("scene_changed", "scene_restored", 15, 45, "a loose mount in the wind"),
)


def _chatter(stage: Stage, t: float) -> None:
    begins, ends, shortest, longest, why = stage.rng.choice(CHATTER)
    lasts = stage.rng.uniform(900, 1800)
    camera, at = stage.pick(stage.community.cameras, t, t + lasts), t
    while at < t + lasts:
        stage.say(at, camera, begins)
        at += stage.rng.uniform(4, 12)
        stage.say(at, camera, ends)
        at += stage.rng.uniform(shortest, longest)
    stage.true("unstable-device", t, t + 300, 600, devices=[camera.id], note=why)


def _web(stage: Stage, t: float) -> None:
    """A spider before the infrared light: intrusions without a target, all night long."""
    lasts = stage.rng.uniform(1800, 3600)
    camera, at = stage.pick(named(stage, "Perimeter", "Lane"), t, t + lasts), t
    while at < t + lasts:
        stage.say(at, camera, "intrusion", score=round(stage.rng.uniform(0.3, 0.7), 3), facts={"target": ""})
        stage.say(at + 3, camera, "intrusion_ended")
        at += stage.rng.uniform(20, 45)
    stage.true("unstable-device", t, t + 300, 600, devices=[camera.id], note="a spider's web")


COVERED = (("covered", "uncovered"), ("scene_changed", "scene_restored"))

PLOTS: tuple[Plot, ...] = (
    Plot("camera-offline", 10, EVEN, 1900, _offline, "unplugged; the recorder says so some seconds later"),
    Plot("camera-silent", 10, EVEN, 1900, _silent, "a cut cable: neither heartbeat nor picture"),
    Plot("video-lost", 10, EVEN, 1300, _state("video-lost", (("video_lost", "video_restored"),), 120, 1200, 90), "no signal"),
    Plot("camera-covered", 10, EVEN, 1900, _state("camera-covered", COVERED, 240, 1800, 180), "sprayed or turned away"),
    Plot("unstable-device", 8, EVEN, 1900, _chatter, "a loose contact"),
    Plot("unstable-device web", 3, NIGHT, 3700, _web, "a spider's web"),
)  # fmt: skip

"""Incidents that cameras' analytics see: one row a rule. What is seen follows from what happens, not from a rule's numbers."""

from collections.abc import Sequence

from streams.simulator.week_incidents_camera import (
    DAY,
    DEEP_NIGHT,
    EARLY,
    EVEN,
    HUMAN,
    NIGHT,
    Act,
    named,
    placed,
    repeated,
    sure,
)
from streams.simulator.week_stage import Crowded, Plot, Stage


def _intrusion(stage: Stage, t: float) -> None:
    camera = stage.pick(named(stage, "Perimeter", "Lane"), t, t + 120)
    moments = repeated(stage, camera, "intrusion", t, (15, 40), stage.rng.randint(1, 3))
    stage.say(moments[-1] + 12, camera, "intrusion_ended")
    stage.true("intrusion", t, t, 60, devices=[camera.id])


def _line_or_fence(stage: Stage, t: float) -> None:
    camera = stage.pick(named(stage, "Perimeter"), t, t + 60)
    type_ = stage.rng.choice(("fence_climbed", "line_crossed"))
    stage.say(t, camera, type_, score=sure(stage), zone="perimeter", direction="in", facts=HUMAN)
    stage.true("line-or-fence", t, t, 30, devices=[camera.id], also=["intrusion"])


def _loitering(stage: Stage, t: float) -> None:
    camera = stage.pick([c for c in placed(stage, "unit") if "door camera" in c.name.en], t, t + 600)
    moments = repeated(stage, camera, "loitering", t, (60, 110), stage.rng.randint(4, 6))
    stage.true("loitering-at-door", t, moments[1], 300, devices=[camera.id])


def _crowd(stage: Stage, t: float) -> None:
    camera = stage.pick(placed(stage, "gate", "lot"), t, t + 1200)
    people, at = stage.rng.randint(22, 30), t
    for _ in range(stage.rng.randint(10, 18)):
        stage.say(at, camera, "crowd", score=sure(stage), value=float(people), facts={"people": people})
        people, at = people + stage.rng.randint(0, 5), at + stage.rng.uniform(45, 60)
    stage.say(at + 30, camera, "crowd_ended")
    stage.true("crowd", t, t + 60, 300, devices=[camera.id])


def _fall(stage: Stage, t: float) -> None:
    camera = stage.pick([c for c in stage.community.cameras if "elevator" not in c.name.en], t, t + 60)
    moments = repeated(stage, camera, "fall", t, (4, 8), stage.rng.randint(3, 5))
    stage.true("person-down", t, moments[1], 60, devices=[camera.id])


def _burning(word: str) -> Act:
    def act(stage: Stage, t: float) -> None:
        camera = stage.pick([c for c in stage.community.cameras if c.building], t, t + 200)
        repeated(stage, camera, word, t, (5, 12), stage.rng.randint(6, 14))
        stage.true(f"{word}-seen", t, t, 60, devices=[camera.id])

    return act


def _smoke_and_flame(stage: Stage, t: float) -> None:
    camera = stage.pick([c for c in stage.community.cameras if c.building], t, t + 300)
    stage.claim(f"fire {camera.building}", t, t + 300, 7200, 14400)
    house = [c for c in stage.community.cameras if c.building == camera.building]
    other = stage.pick(house, t, t + 300) if stage.rng.random() < 0.5 else camera
    later = t + stage.rng.uniform(20, 120)
    repeated(stage, camera, "smoke", t, (5, 12), 8)
    repeated(stage, other, "flame", later, (5, 12), 8)
    stage.true("smoke-seen", t, t, 60, devices=[camera.id])
    stage.true("flame-seen", later, later, 60, devices=[other.id])
    stage.true("smoke-flame-confirmed", t, later, 60, devices=[camera.id, other.id])


def _fire_at_place(stage: Stage, t: float) -> None:
    """The same where there is no building: a shed, a lot, a garage."""
    camera = stage.pick(placed(stage, "shed", "lot", "garden"), t, t + 300)
    stage.claim(f"fire {camera.place}", t, t + 300, 7200, 14400)
    later = t + stage.rng.uniform(20, 120)
    for rule, word, at in (("smoke-seen", "smoke", t), ("flame-seen", "flame", later)):
        repeated(stage, camera, word, at, (5, 12), 8)
        stage.true(rule, at, at, 60, devices=[camera.id])
    stage.true("smoke-flame-confirmed-place", t, later, 60, devices=[camera.id])


def _ebike(stage: Stage, t: float) -> None:
    camera = stage.pick(named(stage, "elevator"), t, t + 60)
    for n in range(stage.rng.randint(1, 3)):
        stage.say(t + 9.0 * n, camera, "ebike", score=sure(stage))
    stage.true("ebike-in-elevator", t, t, 60, devices=[camera.id])


def _parked(rule: str, zone: str, due: float, shortest: float, longest: float, *words: str) -> Act:
    def act(stage: Stage, t: float) -> None:
        lasts = stage.rng.uniform(shortest, longest)
        camera = stage.pick(named(stage, *words), t, t + lasts)
        stage.say(t, camera, "vehicle", score=sure(stage), zone=zone, facts={"target": "vehicle"})
        stage.say(t + lasts, camera, "vehicle_ended", zone=zone)
        stage.true(rule, t, t + due, 120, devices=[camera.id])

    return act


def _thrown(stage: Stage, t: float) -> None:
    camera = stage.pick(named(stage, "upward"), t, t + 60)
    stage.say(t, camera, "thrown_object", score=sure(stage))
    stage.true("thrown-object", t, t, 30, devices=[camera.id])


def _weathered(rule: str, word: str, kinds: Sequence[str], gap: tuple[float, float]) -> Act:
    """Water or snow that stays: seen again and again at one place."""

    def act(stage: Stage, t: float) -> None:
        camera = stage.pick(placed(stage, *kinds), t, t + 6 * gap[1])
        stage.claim(f"{rule} {camera.place if rule == 'water-on-ramp' else ''}", t, t + 6 * gap[1], 7200, 8 * 3600)
        moments = [t]
        while len(moments) < stage.rng.randint(5, 7):
            moments.append(moments[-1] + stage.rng.uniform(*gap))
        for at in moments:
            stage.say(at, camera, word, score=sure(stage))
        stage.true(rule, t, moments[1], 600, devices=[camera.id])

    return act


def _pool(stage: Stage, t: float) -> None:
    stage.claim("pool", t, t + 120, 7200, 7200)
    camera = stage.pick(placed(stage, "pool"), t, t + 120, 3600, 3600)
    moments = repeated(stage, camera, stage.rng.choice(("person", "person", "intrusion")), t, (8, 20), 4)
    stage.true("person-in-closed-pool", t, moments[1], 120, devices=[camera.id], also=["intrusion"])


def _evening_or_monday(stage: Stage, t: float) -> None:
    if stage.day(t).isoweekday() != 1 and 8 <= t % 86400 / 3600 <= 21:
        raise Crowded("The pool is open.")
    _pool(stage, t)


_IN_LANES = _parked("vehicle-in-fire-lane", "fire_lane", 180, 260, 900, "Lane")
_ON_STREETS = _parked("parked-where-not-allowed", "no_parking", 600, 900, 3000, "Ring Road", "Street")
_ON_RAMPS = _weathered("water-on-ramp", "water_seen", ("ramp",), (30, 60))
_ON_PATHS = _weathered("snow-on-path", "snow_seen", ("gate", "ramp", "unit"), (200, 400))

PLOTS: tuple[Plot, ...] = (
    Plot("intrusion", 10, NIGHT, 200, _intrusion, "somebody inside at night"),
    Plot("line-or-fence", 10, DEEP_NIGHT, 100, _line_or_fence, "over the wall"),
    Plot("loitering-at-door", 10, NIGHT, 700, _loitering, "somebody tries doors: reported again while he stays"),
    Plot("crowd", 10, DAY, 1300, _crowd, "a quarrel gathers a crowd that grows"),
    Plot("person-down", 10, DAY, 100, _fall, "somebody lies there"),
    Plot("smoke-seen", 3, EVEN, 300, _burning("smoke"), "a bin smoulders"),
    Plot("flame-seen", 3, EVEN, 300, _burning("flame"), "a bin burns"),
    Plot("smoke-flame-confirmed", 6, EVEN, 400, _smoke_and_flame, "smoke, then flames, by one camera or two of a house"),
    Plot("smoke-flame-confirmed-place", 6, EVEN, 400, _fire_at_place, "an e-bike burns in its shed"),
    Plot("ebike-in-elevator", 10, DAY, 100, _ebike, "an e-bike goes upstairs"),
    Plot("vehicle-in-fire-lane", 10, DAY, 1000, _IN_LANES, "parked"),
    Plot("parked-where-not-allowed", 10, DAY, 3100, _ON_STREETS, "parked"),
    Plot("thrown-object", 10, DAY, 100, _thrown, "a bottle from a window"),
    Plot("water-on-ramp", 6, DAY, 500, _ON_RAMPS, "a burst pipe"),
    Plot("snow-on-path", 6, EARLY, 2500, _ON_PATHS, "it has snowed"),
    Plot("person-in-closed-pool", 10, NIGHT, 200, _evening_or_monday, "somebody climbs into the pool"),
)  # fmt: skip

"""Incidents of fire panels, elevators, water, power, weather, and of rounds that nobody made."""

from schemas.site import DeviceKind
from streams.simulator.community import of_kind
from streams.simulator.rhythm import DAY_S, HOUR_S
from streams.simulator.week_incidents_camera import DAY, EVEN, Act
from streams.simulator.week_rows import facts
from streams.simulator.week_stage import Plot, Stage

READING_S = 20.0


def _detector(stage: Stage) -> str:
    return facts(detector=f"{stage.rng.randint(1, 200):03d}")


def _fire(stage: Stage, t: float) -> None:
    """One detector; in one case of three the panel's line was held up for minutes."""
    lasts = stage.rng.uniform(400, 1800)
    panel = stage.pick(stage.community.panels, t, t + lasts)
    late = stage.rng.uniform(60, 280) if stage.rng.random() < 1 / 3 else None
    stage.say(t, panel, "fire_alarm", delay=late, zone="2F", attributes=_detector(stage))
    stage.say(t + lasts, panel, "fire_restored")
    stage.true("fire-panel-alarm", t, t, 30, devices=[panel.id])


def _two_detectors(stage: Stage, t: float) -> None:
    lasts, later = stage.rng.uniform(400, 1800), t + stage.rng.uniform(20, 150)
    panel = stage.pick(stage.community.panels, t, t + lasts)
    stage.say(t, panel, "fire_alarm", zone="3F", attributes=facts(detector="031"))
    stage.say(later, panel, "fire_alarm", zone="4F", attributes=facts(detector="042"))
    stage.say(t + lasts, panel, "fire_restored")
    for at in (t, later):
        stage.true("fire-panel-alarm", at, at, 30, devices=[panel.id])
    stage.true("fire-two-detectors", t, later, 30, devices=[panel.id])


def _fault(stage: Stage, t: float) -> None:
    panel = stage.pick(stage.community.panels, t, t + 30 * HOUR_S)
    stage.say(t, panel, "fire_fault", zone="5F", attributes=_detector(stage))
    stage.say(t + stage.rng.uniform(26, 30) * HOUR_S, panel, "fire_fault_ended")
    stage.true("fire-fault", t, t + 24 * HOUR_S, 60, devices=[panel.id])


def _water(stage: Stage, t: float) -> None:
    """Water rises within twenty minutes to half a metre and more, stays, runs off; every twenty seconds a reading."""
    gauge = stage.pick([g for g in stage.community.gauges if "river" not in g.place], t, t + 4800, HOUR_S, HOUR_S)
    stage.hush([gauge.id], t, t + 4800)
    peak, over = stage.rng.uniform(0.45, 0.7), None
    for n in range(int(4800 / READING_S)):
        at = t + n * READING_S
        share = min(1.0, n * READING_S / 1200) if at < t + 3000 else max(0.0, 1 - (at - t - 3000) / 1200)
        level = max(0.02, peak * share + stage.rng.gauss(0, 0.008))
        over = at if over is None and level > 0.32 else over
        stage.say(at, gauge, "water_level", value=round(level, 3))
    stage.true("water-over-line", t, over or t, 300, devices=[gauge.id])


def _warning(rule: str, hazards: tuple[str, ...], levels: tuple[str, ...]) -> Act:
    """An official warning, said again after two hours, taken back later."""

    def act(stage: Stage, t: float) -> None:
        weather = of_kind(stage.community.site, DeviceKind.WEATHER)[0]
        stage.claim(weather.id, t, t + 6 * HOUR_S, HOUR_S, 2 * HOUR_S)
        told = facts(hazard=stage.rng.choice(hazards), level=stage.rng.choice(levels))
        stage.say(t, weather, "weather_warning", attributes=told)
        stage.say(t + stage.rng.uniform(4, 6) * HOUR_S, weather, "weather_cleared", attributes=told)
        stage.true(rule, t, t, 30, devices=[weather.id])

    return act


def _trapped(stage: Stage, t: float) -> None:
    lasts = stage.rng.uniform(600, 1800)
    lift = stage.pick(stage.community.lifts, t, t + lasts)
    stage.say(t, lift, "elevator_trapped")
    stage.say(t + lasts, lift, "elevator_released")
    stage.true("person-trapped", t, t, 30, devices=[lift.id])


def _three_faults(stage: Stage, t: float) -> None:
    lift, at, moments = stage.pick(stage.community.lifts, t, t + 16 * HOUR_S), t, []
    for _ in range(stage.rng.randint(3, 4)):
        stage.say(at, lift, "elevator_fault")
        stage.say(at + 120, lift, "elevator_restored")
        moments.append(at)
        at += stage.rng.uniform(1, 5) * HOUR_S
    stage.true("elevator-three-faults", t, moments[2], 30, devices=[lift.id])


def _power(stage: Stage, t: float) -> None:
    """One circuit's meter without voltage; what hangs on it lives on its batteries."""
    lasts = stage.rng.uniform(60, 900)
    circuit = stage.pick(of_kind(stage.community.site, DeviceKind.POWER), t, t + lasts, 600, HOUR_S)
    stage.say(t, circuit, "power_lost")
    stage.say(t + lasts, circuit, "power_restored")
    stage.true("power-lost", t, t + 10, 30, devices=[circuit.id])


def _forgotten(tag: str) -> Act:
    """A round that nobody makes; the truth follows from when the tag was really touched (week_rounds)."""

    def act(stage: Stage, t: float) -> None:
        stage.claim(f"{tag} {stage.rng.randrange(20)}", t, t + 1.2 * DAY_S, 2 * DAY_S, 2 * DAY_S)

    return act


PLOTS: tuple[Plot, ...] = (
    Plot("fire-panel-alarm", 5, EVEN, 2000, _fire, "one detector"),
    Plot("fire-two-detectors", 6, EVEN, 2000, _two_detectors, "a real fire"),
    Plot("fire-fault", 7, EVEN, 30 * HOUR_S, _fault, "a detector that nobody mends"),
    Plot("water-over-line", 7, EVEN, 4900, _water, "a pump has failed"),
    Plot("rain-warning", 4, DAY, 6 * HOUR_S, _warning("rain-warning", ("rain",), ("orange", "red")), "heavy rain"),
    Plot("snow-or-frost", 4, DAY, 6 * HOUR_S, _warning("snow-or-frost", ("snow", "frost"), ("yellow", "orange")), "snow"),
    Plot("person-trapped", 10, DAY, 2000, _trapped, "the cabin stands between floors"),
    Plot("elevator-three-faults", 7, DAY, 16 * HOUR_S, _three_faults, "a door that does not close"),
    Plot("power-lost", 5, EVEN, 1000, _power, "a circuit without voltage"),
    Plot("patrol-missed", 10, DAY, 2.3 * DAY_S, _forgotten("patrol"), "a point was left out"),
)

"""People counted by cameras at gates and places, every quarter of an hour, in the week and in the six weeks before it.

Counts follow the hours of rhythm.py, scatter more than chance alone (days differ, quarters differ), and fall in rain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from schemas.site import Device
from streams.simulator.rhythm import HOUR_S, RHYTHMS, Habit, Rhythm, rate
from streams.simulator.week_incidents_camera import EVEN, Act
from streams.simulator.week_rates import hours_of
from streams.simulator.week_rows import Word
from streams.simulator.week_stage import Plot, Stage

QUARTER_S = 900.0
WEEKS_BEFORE = 6
DAY_SCATTER, QUARTER_SCATTER = 0.08, 0.15
"""How far days and quarters of an hour lie off beside the chance of a count, as parts of one."""

RUSH = hours_of("000000 011111 000001 110000")


@dataclass(frozen=True, slots=True)
class Counting:
    """People a day at cameras of one kind of place, and what is left of them in rain."""

    place: str
    per_day: float
    in_rain: float
    reason: str


COUNTED = (
    Counting("gate", 2_500, 0.85, "15,000 ways a day over four gates and several cameras"),
    Counting("playground", 600, 0.3, "some fifty families a day come for an hour"),
    Counting("garden", 900, 0.4, "walkers and the evening's dance"),
    Counting("pool", 300, 1.0, "lessons and free swimming"),
    Counting("clinic", 150, 0.9, "a visit for one household in twenty a day, two ways"),
)


def counters(stage: Stage) -> list[tuple[Device, Counting]]:
    """One counting camera a place."""
    found: dict[str, tuple[Device, Counting]] = {}
    places = stage.community.site.places
    for camera in stage.community.cameras:
        for row in COUNTED:
            if camera.place in places and places[camera.place].kind == row.place and camera.id not in stage.unsound:
                found.setdefault(camera.place, (camera, row))
    return list(found.values())


def counts(stage: Stage, seed: int, wet: list[bool]) -> Iterator[Word]:
    """Every counter's words, ascending for each."""
    habit = next(row for row in RHYTHMS if row.habit is Habit.MOTION)
    quarters = np.arange(-WEEKS_BEFORE * 7 * 96, stage.days * 96)
    usual = np.array([_usual(stage, habit, float(quarter) * QUARTER_S) for quarter in quarters])
    for number, (camera, row) in enumerate(counters(stage)):
        rng = np.random.default_rng([seed, number, 4])
        days = rng.normal(1, DAY_SCATTER, len(quarters) // 96 + 1)[np.arange(len(quarters)) // 96]
        mean = usual * row.per_day * days * rng.normal(1, QUARTER_SCATTER, len(quarters))
        for quarter, expected in zip(quarters.tolist(), mean.tolist(), strict=True):
            at = (quarter + 1) * QUARTER_S - 1
            rain = quarter >= 0 and wet[quarter // 4]
            there = max(0.0, expected * (row.in_rain if rain else 1.0))
            people = float(rng.poisson(_changed(stage, camera, at, there)))
            if at < stage.end:
                yield Word(at, camera.id, "people_counted", value=people)


def _usual(stage: Stage, habit: Rhythm, second: float) -> float:
    """The share of a day's people in the quarter that begins so."""
    local: datetime = stage.begin + timedelta(seconds=second + QUARTER_S / 2)
    return rate(habit, local, False) * QUARTER_S / habit.per_day


def _changed(stage: Stage, camera: Device, at: float, expected: float) -> float:
    if stage.ledger.busy(f"many {camera.id}", at):
        return expected + 60
    return expected * 0.03 if stage.ledger.busy(f"none {camera.id}", at) else expected


def _unusual(key: str, lasts: float, due: float, *places: str) -> Act:
    """Sixty more people a quarter of an hour than there would be, or hardly anybody."""

    def act(stage: Stage, t: float) -> None:
        begin = t - t % QUARTER_S
        able = [c for c, row in counters(stage) if row.place in places and (row.place != "gate" or "south" in c.place)]
        camera = stage.pick(able, begin, begin + lasts, 6 * HOUR_S, 12 * HOUR_S)
        stage.ledger.take(f"{key} {camera.id}", begin, begin + lasts)
        stage.true("unusual-activity", begin, begin + due, due, devices=[camera.id], note=key)

    return act


PLOTS: tuple[Plot, ...] = (
    Plot("unusual-activity many", 8, EVEN, 5400, _unusual("many", 5400, 3600, "playground", "garden", "clinic"), "a gathering"),
    Plot("unusual-activity none", 4, RUSH, 10800, _unusual("none", 10800, 7200, "gate"), "a gate is blocked"),
)

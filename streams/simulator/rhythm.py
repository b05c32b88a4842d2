"""How busy the community is: one row a habit, with its day, its week-end and the reason for its number.

Figures are happenings a day in the whole community (1,250 households in 53 buildings, 739 cameras), from which an hour's
rate follows by its weight. They give some tens of events a second on a normal day and a few at night.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


class Habit(StrEnum):
    """What goes on by itself, without anything being wrong."""

    HOME = "home"
    OUT = "out"
    DENIED = "denied"
    KNOWN_FACE = "known face"
    WORKER_FACE = "worker face"
    STRANGER_FACE = "stranger face"
    CAR_IN = "car in"
    CAR_OUT = "car out"
    STREET_BAY = "street bay"
    MOTION = "motion"
    INSECT = "insect"
    RAIN = "rain"
    HEADLIGHT = "headlight"
    LINE = "line"
    LINGER = "linger"
    LIFT = "lift"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`per_day` on a working day; `hours` are weights of the 24 hours, local; `weekend` and `sunday` multiply."""

    habit: Habit
    per_day: float
    hours: tuple[float, ...]
    weekend: float
    sunday: float
    reason: str


def _hours(text: str) -> tuple[float, ...]:
    """24 digits 0..9, one an hour from midnight, as shares of the day."""
    digits = [int(c) for c in text.replace(" ", "")]
    if len(digits) != 24:
        raise ValueError(f"{text!r} has {len(digits)} hours, not 24")
    return tuple(d / sum(digits) for d in digits)


_AWAKE = _hours("110000 148766 776666 778753")
_COMING = _hours("100000 111223 753334 598642")
_LEAVING = _hours("000001 498543 345433 322110")
_WORKING = _hours("000000 058888 578888 410000")
_DARK = _hours("999985 200000 000000 013688")
_EVENING = _hours("210000 230000 000000 159864")
_EVEN = _hours("111111 111111 111111 111111")

RHYTHMS: tuple[Rhythm, ...] = (
    Rhythm(Habit.HOME, 7_500, _COMING, 1.1, 1.1, "1,250 households of 3 persons coming home twice a day"),
    Rhythm(Habit.OUT, 7_500, _LEAVING, 1.0, 0.9, "whoever came home goes out again"),
    Rhythm(Habit.DENIED, 90, _AWAKE, 1.2, 1.2, "one wrong card or code in some 170 entries"),
    Rhythm(Habit.KNOWN_FACE, 5_000, _AWAKE, 1.1, 1.1, "a third of the ways through the community pass one of 32 points"),
    Rhythm(Habit.WORKER_FACE, 240, _WORKING, 0.6, 0.0, "60 renovation workers with permits, four passages; none on Sundays"),
    Rhythm(Habit.STRANGER_FACE, 420, _WORKING, 1.2, 1.2, "couriers and visitors: one in three households has one a day"),
    Rhythm(Habit.CAR_IN, 1_250, _COMING, 0.9, 0.8, "950 cars, 1.3 drives a day"),
    Rhythm(Habit.CAR_OUT, 1_250, _LEAVING, 0.9, 0.8, "what came in goes out"),
    Rhythm(Habit.STREET_BAY, 700, _AWAKE, 1.2, 1.2, "street bays outside the gates turn over some seven times a day"),
    Rhythm(Habit.MOTION, 450_000, _AWAKE, 1.05, 1.05, "by day a camera sees somebody about every minute and a half"),
    Rhythm(Habit.INSECT, 45_000, _DARK, 1.0, 1.0, "insects before the infrared light of the outdoor cameras"),
    Rhythm(Habit.RAIN, 120_000, _EVEN, 1.0, 1.0, "drops and gusts, only in hours of rain; 5,000 an hour over all cameras"),
    Rhythm(Habit.HEADLIGHT, 9_000, _EVENING, 1.0, 1.0, "a turning car sweeps three cameras"),
    Rhythm(Habit.LINE, 260, _AWAKE, 1.1, 1.1, "virtual lines at lawns and the fire lane"),
    Rhythm(Habit.LINGER, 40, _EVENING, 1.0, 1.0, "people who wait before a door in the evening"),
    Rhythm(Habit.LIFT, 3, _AWAKE, 1.0, 1.0, "a lift that stops and recovers by itself"),
)  # fmt: skip

_SATURDAY, _SUNDAY = 5, 6


def week_share(row: Rhythm, day: date) -> float:
    """What of a working day's happenings this day has."""
    return {_SATURDAY: row.weekend, _SUNDAY: row.sunday}.get(day.weekday(), 1.0)


def rate(row: Rhythm, local: datetime, raining: bool) -> float:
    """Happenings a second at this local time."""
    if row.habit is Habit.RAIN and not raining:
        return 0.0
    here, after = row.hours[local.hour], row.hours[(local.hour + 1) % 24]
    share = local.minute / 60
    return row.per_day * week_share(row, local) * (here * (1 - share) + after * share) / HOUR_S


def is_raining(local: datetime, draw: float) -> bool:
    """Whether a day rains at this hour; `draw` in [0, 1) is the day's luck: one day in five has five wet hours."""
    if draw >= 0.2:
        return False
    begin = int(draw / 0.2 * 19)
    return begin <= local.hour < begin + 5


_PARKED = tuple(int(digit) / 10 for digit in "999998765555555556678899")
"""Tenths of the bays that are taken, by hour: nine at night, half of them while people are at work."""


def share_parked(local: datetime) -> float:
    """The share of the bays that is taken at this local time, 0 to 1."""
    here, after = _PARKED[local.hour], _PARKED[(local.hour + 1) % 24]
    return here + (after - here) * local.minute / 60

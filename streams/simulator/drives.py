"""When each car goes out and comes back: a day's plan, drawn from (seed, day, car) alone, so that no car comes in twice.

A car is at home at midnight. What a rule measures are real seconds: between two words of one car lie at least `gap_s` of
them, however fast the days go by.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from streams.simulator.rhythm import DAY_S, HOUR_S, RHYTHMS, Habit, Rhythm, week_share

TRIPS = ((0, 1, 2, 3), (0.08, 0.42, 0.32, 0.18))
"""How many drives a car sets out for on a working day, and how likely; 1.3 remain, because some find no time."""

GAP_S = 300.0
TRIES = 6
_OUT, _IN = (next(row for row in RHYTHMS if row.habit is habit) for habit in (Habit.CAR_OUT, Habit.CAR_IN))


class Drive(NamedTuple):
    """A car passes a gate, so many seconds after midnight."""

    at: float
    car: str
    word: str


@dataclass(slots=True)
class Drives:
    """The plans of a community's cars; that of the newest days are kept."""

    seed: int
    cars: Sequence[str]
    zone: ZoneInfo
    gap_s: float = GAP_S
    _days: dict[date, list[Drive]] = field(default_factory=dict)

    def between(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, Drive]]:
        """The drives from one local time up to another, in order."""
        day = begin.date()
        while day <= end.date():
            midnight = datetime.combine(day, time(), self.zone)
            plan = self._plan(day)
            first, last = (bisect_left(plan, (moment - midnight).total_seconds(), key=_at) for moment in (begin, end))
            yield from ((midnight + timedelta(seconds=drive.at), drive) for drive in plan[first:last])
            day += timedelta(days=1)

    def _plan(self, day: date) -> list[Drive]:
        if day not in self._days:
            while len(self._days) > 1:
                self._days.pop(min(self._days))
            self._days[day] = sorted(drive for car in self.cars for drive in self._of_car(car, day))
        return self._days[day]

    def _of_car(self, car: str, day: date) -> Iterator[Drive]:
        rng = Random(f"{self.seed}/drives/{day}/{car}")
        trips = rng.choices(*TRIPS)[0] if rng.random() < week_share(_OUT, day) else 0
        now = 0.0
        for _ in range(trips):
            out = _drawn(rng, _OUT, now + self.gap_s)
            back = _drawn(rng, _IN, out + self.gap_s) if out is not None else None
            if out is None or back is None:
                return
            yield Drive(out, car, "left")
            yield Drive(back, car, "entered")
            now = back


def _at(drive: Drive) -> float:
    return drive.at


def _drawn(rng: Random, row: Rhythm, after: float) -> float | None:
    """A second of the day as the habit has it, not before this one; None where none was drawn."""
    for _ in range(TRIES):
        at = (rng.choices(range(24), row.hours)[0] + rng.random()) * HOUR_S
        if after <= at < DAY_S - 60:
            return at
    return None

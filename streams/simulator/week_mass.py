"""The masses of the simulated week, an hour at a time, drawn by numpy: motion, levels, counters, people counted.

Motion follows rhythm.py. An hour's draw depends on seed and hour alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from schemas.site import Device
from streams.simulator.rhythm import HOUR_S, RHYTHMS, Habit, rate, share_parked
from streams.simulator.schedule import COUNTER_S, GAUGE_S
from streams.simulator.week_ledger import Fill
from streams.simulator.week_rows import Floats, Ints, Rows, drawn, facts, joined
from streams.simulator.week_scribe import Scribe
from streams.simulator.week_stage import Stage

MOVED: dict[Habit, tuple[float, float, tuple[str, ...]]] = {
    Habit.MOTION: (3, 15, ("human", "human", "vehicle")),
    Habit.INSECT: (1, 3, ("",)),
    Habit.RAIN: (1, 4, ("",)),
    Habit.HEADLIGHT: (1, 2, ("", "vehicle")),
}
"""How long a motion lasts, and what classifying cameras call it (as life.py has it)."""

NEARLY = 0.97


@dataclass(slots=True)
class Masses:
    """Draws what nobody would write down one by one."""

    stage: Stage
    scribe: Scribe
    seed: int
    wet: Sequence[bool]
    _cameras: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Number the cameras."""
        self._cameras = self._numbers(self.stage.community.cameras)

    def hour(self, hour: int) -> Rows:
        """Everything that happens in this hour of the week."""
        rng = np.random.default_rng([self.seed, hour, 1])
        local = self.stage.begin + timedelta(hours=hour, minutes=30)
        begin = hour * HOUR_S
        parts = [*self._moved(rng, begin, local, self.wet[hour]), self._levels(rng, begin)]
        return joined([*parts, *self._counted(rng, begin)])

    def _numbers(self, devices: Sequence[Device]) -> Ints:
        return np.array([self.scribe.book.number(device.id) for device in devices], np.int64)

    def _moved(self, rng: np.random.Generator, begin: float, local: datetime, raining: bool) -> Iterator[Rows]:
        number = self.scribe.book.number
        for row in RHYTHMS:
            if row.habit not in MOVED:
                continue
            shortest, longest, targets = MOVED[row.habit]
            n = rng.poisson(rate(row, local, raining) * HOUR_S)
            at, device = begin + rng.uniform(0, HOUR_S, n), rng.choice(self._cameras, n)
            called = np.array([number(facts(target=target)) for target in targets], np.int64)[rng.integers(0, len(targets), n)]
            yield drawn(rng, at, device, 0, number("motion"), attributes=called)
            yield drawn(rng, at + rng.uniform(shortest, longest, n), device, 0, number("motion_ended"))

    def _levels(self, rng: np.random.Generator, begin: float) -> Rows:
        gauges = self._numbers(self.stage.community.gauges)
        rounds = np.arange(0, HOUR_S, GAUGE_S)
        at = (begin + rounds[:, None] + 0.5 + 0.01 * np.arange(len(gauges))[None, :]).ravel()
        level = np.round(rng.uniform(0.02, 0.06, len(at)), 3)
        kind = self.scribe.kind(self.stage.community.gauges[0].id)
        return drawn(rng, at, np.tile(gauges, len(rounds)), kind, self.scribe.book.number("water_level"), value=level)

    def _counted(self, rng: np.random.Generator, begin: float) -> Iterator[Rows]:
        """Each lot's counter: the share of its bays that is taken, and how far its loops and bays differ."""
        for place, lot in enumerate(self.stage.community.lots):
            at = begin + np.arange(0, HOUR_S, COUNTER_S) + 0.7 + 0.1 * place
            capacity = int(str(self.stage.community.site.places[lot.place].attributes["capacity"]))
            share = np.array([share_parked(self.stage.begin + timedelta(seconds=float(t))) for t in at])
            taken, differ = np.floor(share * capacity), rng.integers(0, 3, len(at))
            for fill in (fill for fill in self.stage.fills if fill.lot == lot.id):
                taken, differ = _filled(fill, at, taken, differ, capacity)
            number = self.scribe.book.number
            told = np.array([number(facts(difference=int(d))) for d in differ], np.int64)
            who, kind = np.full(len(at), number(lot.id)), self.scribe.kind(lot.id)
            yield drawn(rng, at, who, kind, number("occupancy"), value=taken / capacity, attributes=told)


def _filled(fill: Fill, at: Floats, taken: Floats, differ: Ints, capacity: int) -> tuple[Floats, Ints]:
    inside = (at >= fill.begin) & (at < fill.gone + fill.there - fill.begin)
    if fill.full is None:
        return taken, np.where(inside, fill.difference, differ)
    most = float(capacity) if fill.full else min(capacity - 1.0, np.ceil(NEARLY * capacity))
    rise = np.clip((at - fill.begin) / (fill.there - fill.begin), 0, 1)
    fall = np.clip(1 - (at - fill.gone) / (fill.there - fill.begin), 0, 1)
    share = np.minimum(rise, fall)
    filled = np.where(share >= 1, most, np.floor(taken + (most - taken) * share * 0.98))
    return np.where(inside, np.maximum(taken, filled), taken), differ

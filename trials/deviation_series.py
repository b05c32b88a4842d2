"""Drawn series of half hours with known incidents: fifteen weeks of one door, in many variants.

Levels, scatter, moods of whole days, late and early weeks, missing hours and incidents of both signs are drawn by the seed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streams.rules import deviation as kernel

SLOTS, WEEKS, LEARNING = 48, 15, 4
DAYS = 7 * WEEKS
SIZE = DAYS * SLOTS
GRADED = LEARNING * 7 * SLOTS
INTERVAL = kernel.DAY // SLOTS
WORKING, SATURDAY, SUNDAY = 0, 1, 2

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Span = tuple[int, int, int]
"""First interval, the one after the last, and 1 (busy) or -1 (quiet)."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A kind of series: people per half hour at the busiest time, and what is difficult about it."""

    peak: float = 20
    shape: str = "office"
    size: float = 10
    """The number of a negative binomial: the smaller, the noisier."""
    mood: float = 0.05
    """How much whole days, and hours that hang together, differ from each other."""
    late: float = 0.0
    """Half hours by which a day is early or late."""
    holidays: int = 1
    busy: float = 2.0
    quiet: float = 0.5
    """Incidents a week."""
    single: float = 0.0
    """Half hours a week with some more people that are no incident."""
    moves: bool = False
    gaps: bool = False
    weekdays: bool = False
    measured: bool = False


VARIANTS: Mapping[str, Variant] = {
    "office": Variant(),
    "few people": Variant(peak=4),
    "many people": Variant(peak=120, size=20),
    "very noisy": Variant(peak=15, size=3),
    "homes": Variant(peak=15, size=8, shape="homes"),
    "lectures": Variant(peak=25, size=6, shape="lectures"),
    "trend and step": Variant(peak=15, moves=True),
    "hours missing": Variant(gaps=True),
    "many holidays": Variant(holidays=6),
    "many incidents": Variant(busy=4.0),
    "weekdays differ": Variant(weekdays=True),
    "moody days": Variant(mood=0.2),
    "single spikes": Variant(single=3.0),
    "early and late": Variant(peak=25, late=0.6),
    "everything": Variant(size=2.5, mood=0.3, late=0.6, single=1.0),
    "measured": Variant(measured=True),
}


@dataclass(frozen=True, slots=True)
class Series:
    """Fifteen weeks of one door, and what happened at it."""

    variant: str
    values: Floats
    known: Truths
    kinds: Whole
    weekdays: Whole
    incidents: list[Span]
    measured: bool


def draw(name: str, seed: int) -> Series:
    """The series of a variant and a seed."""
    variant, chance = VARIANTS[name], np.random.default_rng([seed, list(VARIANTS).index(name)])
    weekdays = (np.arange(DAYS) + chance.integers(7)) % 7
    kinds = np.maximum(weekdays - 4, WORKING)
    later = np.flatnonzero((kinds == WORKING) & (np.arange(DAYS) > 6))
    kinds[chance.choice(later, variant.holidays, replace=False)] = SUNDAY
    rate = _rate(variant, kinds, weekdays, chance)
    incidents, extra, factor = _incidents(variant, rate, chance)
    wobble = _wobble(chance)
    values = (_measure if variant.measured else _count)(variant, rate, wobble, extra, factor, chance)
    known = np.ones(SIZE, bool)
    for start in chance.integers(SIZE, size=12 if variant.gaps else 0):
        known[start : start + chance.integers(4, 60)] = False
    incidents = [span for span in incidents if known[span[0] : span[1]].all()]
    own_kind = np.where((kinds == SUNDAY) & (weekdays < 5), 6, weekdays)
    return Series(name, values, known, np.repeat(kinds, SLOTS), np.repeat(own_kind, SLOTS), incidents, variant.measured)


def _bump(hour: float, width: float) -> Floats:
    off = np.abs((np.arange(SLOTS) + 0.5) / 2 - hour)
    bump: Floats = np.exp(-0.5 * (np.minimum(off, 24 - off) / width) ** 2)
    return bump


def _profile(variant: Variant, chance: np.random.Generator) -> Floats:
    """People per half hour on working days, Saturdays, Sundays; the night is dead, or nearly so."""
    a, b, c = chance.normal(0, 0.5, 3)
    if variant.shape == "homes":
        work = 0.9 * _bump(8 + a, 1) + _bump(18.5 + b, 1.8) + 0.25 * _bump(13, 3)
        rest = [0.9 * _bump(11 + a, 2.5) + 0.8 * _bump(17 + b, 2.5), 0.7 * _bump(12 + c, 3) + 0.7 * _bump(17 + b, 2.5)]
    elif variant.shape == "lectures":
        slots = np.arange(SLOTS)
        work = 0.3 * _bump(13, 4) + 0.8 * ((slots % 4 == 0) & (slots >= 16) & (slots <= 38))
        rest = [0.15 * _bump(13, 3), 0.05 * _bump(14, 3)]
    else:
        work = _bump(9 + a, 1.2) + 0.8 * _bump(13 + b, 1.5) + 0.9 * _bump(17 + c, 1.5)
        rest = [share * chance.uniform(0.3, 2) * _bump(13 + a, 3) for share in (0.15, 0.1)]
    profile = np.stack([work, *rest])
    night = float(chance.choice([0, 0.002, 0.02]))
    scaled: Floats = variant.peak * (profile / profile.max() * chance.uniform(0.7, 1.4) + night)
    return scaled


def _rate(variant: Variant, kinds: Whole, weekdays: Whole, chance: np.random.Generator) -> Floats:
    rate = _profile(variant, chance)[kinds]
    if variant.weekdays:
        rate[weekdays == 4, 26:] *= 0.5
        rate[weekdays == 0, :24] *= 1.4
    if variant.moves:
        rate *= np.linspace(1, 1.6, DAYS)[:, None]
        rate[chance.integers(40, 70) :] *= chance.choice([0.7, 1.4])
    for day in range(DAYS if variant.late else 0):
        whole, part = divmod(chance.normal(0, variant.late), 1)
        rate[day] = (1 - part) * np.roll(rate[day], int(whole)) + part * np.roll(rate[day], int(whole) + 1)
    rate *= np.exp(chance.normal(0, variant.mood, DAYS))[:, None]
    return rate.ravel()


def _wobble(chance: np.random.Generator) -> Floats:
    """Noise of variance 1 that hangs together over hours."""
    wobble, noise = np.zeros(SIZE), chance.normal(0, 0.6, SIZE)
    for n in range(1, SIZE):
        wobble[n] = 0.8 * wobble[n - 1] + noise[n]
    return wobble


def _incidents(variant: Variant, rate: Floats, chance: np.random.Generator) -> tuple[list[Span], Floats, Floats]:
    """Incidents of one to four hours: people who come in addition, or hardly anybody although many should."""
    spans: list[Span] = []
    extra, factor, free = np.zeros(SIZE), np.ones(SIZE), np.ones(SIZE, bool)
    free[:4] = free[-12:] = False
    for side in [1] * chance.poisson(variant.busy * WEEKS) + [-1] * chance.poisson(variant.quiet * WEEKS):
        length = int(chance.integers(2, 9) if side > 0 else chance.integers(4, 9))
        start = _start(side, length, rate, free, chance)
        if start is None:
            continue
        free[start - 4 : start + length + 4] = False
        if side < 0:
            factor[start : start + length] = chance.uniform(0, 0.15)
            spans.append((start, start + length, -1))
            continue
        shape = _swell(length, chance)
        extra[start : start + length] = max(3.0, chance.uniform(0.5, 2) * variant.peak) * shape
        seen = np.flatnonzero(shape >= 0.2)
        spans.append((start + int(seen[0]), start + int(seen[-1]) + 1, 1))
    return sorted(spans), extra, factor


def _start(side: int, length: int, rate: Floats, free: Truths, chance: np.random.Generator) -> int | None:
    """Most busy incidents lie in the day, some in the night; quiet ones where at least five people are usual."""
    for _ in range(50):
        slot = chance.integers(14, 42) if side < 0 or chance.random() < 0.8 else chance.integers(SLOTS)
        start = int(chance.integers(DAYS) * SLOTS + slot)
        if free[max(start - 4, 0) : start + length + 4].all() and (side > 0 or rate[start : start + length].mean() >= 5):
            return start
    return None


def _swell(length: int, chance: np.random.Generator) -> Floats:
    if chance.random() < 0.5:
        return np.ones(length)
    swell: Floats = np.exp(-0.5 * ((np.arange(length) - chance.uniform(0, length - 1)) / max(0.8, length / 4)) ** 2)
    scaled: Floats = swell / swell.max()
    return scaled


def _count(
    variant: Variant, rate: Floats, wobble: Floats, extra: Floats, factor: Floats, chance: np.random.Generator
) -> Floats:
    noise = chance.gamma(variant.size, 1 / variant.size, (2, SIZE))
    rate = rate * np.exp(0.7 * variant.mood * wobble) * factor
    values = (chance.poisson(rate * noise[0]) + chance.poisson(extra * noise[1])).astype(np.float64)
    for n in chance.integers(SIZE, size=chance.poisson(variant.single * WEEKS)):
        values[n] += chance.integers(2, 5 + int(variant.peak / 3))
    return np.asarray(values, np.float64)


def _measure(
    variant: Variant, rate: Floats, wobble: Floats, extra: Floats, factor: Floats, chance: np.random.Generator
) -> Floats:
    noise = 0.06 * variant.peak
    values = 5 + rate / 2 + noise * (0.6 * wobble + 0.8 * chance.normal(0, 1, SIZE)) + 0.3 * extra
    broken = 5 + (values - 5) * factor - 2 * noise
    return np.where(factor < 1, broken, values)

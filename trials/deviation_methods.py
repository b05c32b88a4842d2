"""Ways to tell an unusual number from a usual one, compared on drawn series with known incidents.

`python -m trials.deviation_methods --seeds 11-30 --json` draws fifteen weeks of half hours of each variant and seed, lets
every method judge them online, and says how many incidents each finds, how many false alarms a week it gives, and how late
it is. Weeks 1 to 4 are for learning (incidents happen in them too); weeks 5 to 15 are graded. Every method knows the same
calendar. Thresholds were set on seeds 1 to 10, so that each gives as many false alarms as the kernel with its defaults
(`--seeds 1-10 --false 0.24`).
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from streams.rules import deviation as kernel
from streams.rules import layout as at

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


# Drawing.


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


# Methods. All series are judged side by side: values[intervals, series].


@dataclass(frozen=True, slots=True)
class Batch:
    """Many series as arrays."""

    series: list[Series]
    values: Floats
    known: Truths
    cells: Whole
    measured: Truths


def batch_of(series: Sequence[Series]) -> Batch:
    """The arrays of many series; a cell is a time of a kind of day."""
    slot = np.arange(SIZE)[:, None] % SLOTS
    kinds = np.stack([one.kinds for one in series], 1)
    values, known = np.stack([one.values for one in series], 1), np.stack([one.known for one in series], 1)
    return Batch(list(series), values, known, kinds * SLOTS + slot, np.array([one.measured for one in series]))


GRAIN = 0.1
"""Of the measured variant; a count's is 1."""


def _past(batch: Batch, days: int, beside: int) -> Iterator[tuple[int, Floats]]:
    """For each interval the last values of its cell, and of those beside it; NaN where there are none yet."""
    count = len(batch.series)
    every = np.arange(count)
    ring = np.full((count, 3 * SLOTS, days), np.nan)
    place = np.zeros((count, 3 * SLOTS), np.int64)
    for n in range(SIZE):
        cell = batch.cells[n]
        near = [cell // SLOTS * SLOTS + (cell + step) % SLOTS for step in range(-beside, beside + 1)]
        yield n, np.concatenate([ring[every, one] for one in near], 1)
        seen, at_ = every[batch.known[n]], cell[batch.known[n]]
        ring[seen, at_, place[seen, at_] % days] = batch.values[n, seen]
        place[seen, at_] += 1


def farrington(batch: Batch) -> Floats:
    """Farrington Flexible without its trend: quasi-Poisson, past outliers weigh less, bounds by the power 2/3."""
    scores = np.zeros_like(batch.values)
    for n, past in _past(batch, 15, 1):
        there = ~np.isnan(past)
        past, weight = np.where(there, past, 0), there.astype(np.float64)
        for _ in range(2):
            total = np.maximum(weight.sum(1), 1)
            mean = (weight * past).sum(1) / total
            square = (weight * (past - mean[:, None]) ** 2).sum(1) / np.maximum(total - 1, 1)
            off = _power(past, mean[:, None], square[:, None], batch.measured[:, None])
            weight = np.where(np.abs(off) > 2.58, np.maximum(np.abs(off), 1) ** -2.0, 1.0) * there
        off = _power(batch.values[n], mean, square * (1 + 1 / total), batch.measured)
        scores[n] = np.where(there.sum(1) >= 9, off, 0)
    return np.where(batch.known, scores, 0)


def _power(values: Floats, mean: Floats, square: Floats, measured: Truths) -> Floats:
    low = np.maximum(mean, 0.05)
    noise = np.sqrt(np.maximum(square / low, 1))
    counted = 1.5 * (np.maximum(values, 0) ** (2 / 3) - low ** (2 / 3)) / (low ** (1 / 6) * noise)
    return np.where(measured, (values - mean) / np.sqrt(np.maximum(square, GRAIN**2)), counted)


def median_mad(batch: Batch) -> Floats:
    """The distance from the median of the last fifteen days of the kind, in median absolute deviations."""
    scores = np.zeros_like(batch.values)
    for n, past in _past(batch, 15, 0):
        enough = (~np.isnan(past)).sum(1) >= 3
        past = np.where(enough[:, None], past, 0)
        middle = _middle(past)
        spread = 1.4826 * _middle(np.abs(past - middle[:, None]))
        spread = np.maximum(spread, np.where(batch.measured, GRAIN, np.sqrt(np.abs(middle) + 1)))
        scores[n] = np.where(enough, (batch.values[n] - middle) / spread, 0)
    return np.where(batch.known, scores, 0)


def _middle(values: Floats) -> Floats:
    """The median of each row without its NaN, which sort last."""
    there = (~np.isnan(values)).sum(1)
    ordered, rows = np.sort(values, 1), np.arange(len(values))
    middle: Floats = (ordered[rows, (there - 1) // 2] + ordered[rows, there // 2]) / 2
    return middle


def _smoothed(batch: Batch, season: float, level: float, *, poisson: bool) -> Floats:
    """Exponential smoothing of each cell, and of a level over all; the noise is smoothed too, or Poisson's."""
    count = len(batch.series)
    every, floor = np.arange(count), np.where(batch.measured, GRAIN, 1.0) ** 2
    mean, square, days = (np.zeros((count, 3 * SLOTS)) for _ in range(3))
    base, scores = np.zeros(count), np.zeros_like(batch.values)
    for n in range(SIZE):
        at_, known = (every, batch.cells[n]), batch.known[n]
        expected, ready = base + mean[at_], known & (days[at_] >= 3)
        off = batch.values[n] - expected
        noise = np.maximum(expected, 0.5) if poisson else np.maximum(square[at_], np.where(batch.measured, floor, expected))
        scores[n] = np.where(ready, off / np.sqrt(np.maximum(noise, 0.5 if poisson else floor)), 0)
        base += np.where(ready, level * off, 0)
        gain = known * np.maximum(season, 1 / (days[at_] + 1))
        mean[at_] += gain * (batch.values[n] - base - mean[at_])
        square[at_] += np.where(days[at_] > 0, gain * (off * off - square[at_]), 0)
        days[at_] += known
    return scores


def holt_winters(batch: Batch) -> Floats:
    """Holt-Winters with an additive season and no trend."""
    return _smoothed(batch, 0.15, 0.02, poisson=False)


def poisson_sums(batch: Batch) -> Floats:
    """Deviations from a smoothed season in Poisson's spreads."""
    return _smoothed(batch, 0.15, 0.0, poisson=True)


def summed(scores: Floats, drift: float = 1.0) -> tuple[Floats, Floats]:
    """The two one-sided sums (CUSUM) of what lies beyond the drift."""
    up, down = np.zeros_like(scores), np.zeros_like(scores)
    for n in range(1, SIZE):
        up[n] = np.clip(up[n - 1] + scores[n] - drift, 0, 40)
        down[n] = np.clip(down[n - 1] - scores[n] - drift, 0, 40)
    return up, down


def markov(batch: Batch) -> tuple[Floats, Floats]:
    """Ihler, Hutchins and Smyth's Markov-modulated Poisson process as an online filter: log odds of busy and of quiet.

    Gamma-Poisson rates a cell, learned by as much as the interval is likely to be usual; three states that stay.
    """
    count = len(batch.series)
    every, prior = np.arange(count), np.array([1.0, 0.0, 0.0])
    shape, weight, days = np.full((count, 3 * SLOTS), 0.5), np.full((count, 3 * SLOTS), 0.5), np.zeros((count, 3 * SLOTS))
    state, up, down = np.tile(prior, (count, 1)), np.full_like(batch.values, -40), np.full_like(batch.values, -40)
    stay = np.array([[0.998, 0.001, 0.001], [0.25, 0.75, 0.0], [0.25, 0.0, 0.75]])
    extras = -np.log(1 - (np.arange(8) + 0.5) / 8)
    for n in range(SIZE):
        at_, known, value = (every, batch.cells[n]), batch.known[n], batch.values[n]
        mean, ready = shape[at_] / weight[at_], days[at_] >= 3
        means = mean + np.append(0.0, extras)[:, None] * np.maximum(mean, 3)
        usual, *busy = _chance(value, means, shape[at_])
        likely = np.stack([usual, np.mean(busy, 0), _chance(value, 0.1 * mean + 0.02, np.ones(count))], 1)
        after = state @ stay * (likely + 1e-300)
        after /= after.sum(1)[:, None]
        state = np.where((known & ready)[:, None], after, prior)
        odds = np.log((state[:, 1:] + 1e-17) / (state[:, :1] + 1e-17))
        up[n], down[n] = odds[:, 0], odds[:, 1]
        share = known * state[:, 0]
        shape[at_] += share * (value - shape[at_] / 12)
        weight[at_] += share * (1 - weight[at_] / 12)
        days[at_] += known
    return up, down


def _chance(value: Floats, mean: Floats, size: Floats) -> Floats:
    """The negative binomial."""
    ways = _log_gamma(value + size) - _log_gamma(size) - _log_gamma(value + 1)
    chance: Floats = np.exp(ways + size * np.log(size / (size + mean)) + value * np.log(mean / (size + mean)))
    return chance


def _log_gamma(x: Floats) -> Floats:
    """Stirling's series, from x + 6 down."""
    y, steps = x + 6, np.log(x * (x + 1) * (x + 2)) + np.log((x + 3) * (x + 4) * (x + 5))
    series: Floats = (y - 0.5) * np.log(y) - y + 0.9189385332046727 + 1 / (12 * y) - 1 / (360 * y**3) - steps
    return series


def by_kernel(batch: Batch, line: float, alone: float | None = None, *, weekdays: bool = False) -> list[list[Span]]:
    """What streams/rules/deviation.py says with its defaults."""
    kinds = 7 if weekdays else 3
    return [_one_by_kernel(one, one.weekdays if weekdays else one.kinds, kinds, line, alone or 5.0) for one in batch.series]


def _one_by_kernel(series: Series, kinds: Whole, number: int, line: float, alone: float) -> list[Span]:
    params = np.zeros(kernel.PARAMS, np.int64)
    params[at.WINDOW], params[kernel.INTERVAL], params[kernel.MEASURED] = 28 * kernel.DAY, INTERVAL, series.measured
    params[kernel.LIVES], params[kernel.WARM], params[kernel.LEAST], params[kernel.MEMORY] = 1, 14 * kernel.DAY, 3, 20
    params[kernel.CALM], params[kernel.GRAIN] = 2, round(1000 * (GRAIN if series.measured else 1))
    params[kernel.DRIFT], params[kernel.LINE], params[kernel.ALONE] = 1000, round(1000 * line), round(1000 * alone)
    heads, words = np.full((at.HEADS, 1), at.LONG_AGO), np.full((1, kernel.words_of(number, 1800)), at.LONG_AGO)
    heads[at.DUE] = at.NEVER
    there = np.flatnonzero(series.known)
    rows = np.zeros((len(there), at.MARK + 4), np.int64)
    rows[:, at.ROLES], rows[:, at.MARK] = 1, there * INTERVAL
    rows.view(np.float64)[:, at.EXTRA] = series.values[there]
    calendar = [(day * kernel.DAY, kinds[day * SLOTS], day * kernel.DAY) for day in range(DAYS)]
    signals, evidence = np.empty((SIZE, at.SIGNAL), np.int64), np.empty((SIZE, 1, kernel.SHOWN), np.int64)
    table = np.array([*calendar, (DAYS * kernel.DAY, -1, 0)], np.int64)
    _, found = kernel.tally(0, rows, heads, words, params, signals, evidence, table)
    rest = signals[found:], evidence[found:]
    _, more = kernel.close(0, 1, SIZE * INTERVAL, heads, words, params, *rest, table)
    ends = signals[: found + more, at.WHEN] // INTERVAL - 1
    starts, stops = ends[::2].tolist(), [*ends[1::2].tolist(), SIZE]
    sides = evidence[: found + more : 2, 0, kernel.DIRECTION].tolist()
    return [(start, stop, side) for start, stop, side in zip(starts, stops, sides, strict=False)]


def spans_over(scores: tuple[Floats, Floats], line: float) -> list[list[Span]]:
    """Alarms where a score reaches the line, until it has not for two intervals."""
    up, down = scores
    return [_spans(np.where(up[:, n] >= line, 1, np.where(down[:, n] >= line, -1, 0))) for n in range(up.shape[1])]


def _spans(sides: Whole) -> list[Span]:
    spans: list[Span] = []
    for n in np.flatnonzero(sides).tolist():
        if spans and spans[-1][2] == sides[n] and n - spans[-1][1] < 2:
            spans[-1] = (spans[-1][0], n + 1, spans[-1][2])
        else:
            spans.append((n, n + 1, int(sides[n])))
    return spans


def both(scores: Floats) -> tuple[Floats, Floats]:
    """A two-sided score as two one-sided ones."""
    return scores, -scores


Alarms = Callable[[float], list[list[Span]]]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to judge a batch, at a threshold set on seeds 1 to 10."""

    judge: Callable[[Batch], Alarms]
    line: float
    grid: tuple[float, float, float]
    """Where the threshold is sought: from, to, step."""


def _scored(scores: Callable[[Batch], tuple[Floats, Floats]], line: float, grid: tuple[float, float, float]) -> Method:
    return Method(lambda batch: partial(spans_over, scores(batch)), line, grid)


WIDE = (2.0, 12.0, 0.25)

METHODS: Mapping[str, Method] = {
    "this kernel": Method(lambda batch: partial(by_kernel, batch), 2.0, (1.0, 5.0, 0.1)),
    "… one interval alone": Method(lambda batch: lambda line: by_kernel(batch, 99.0, line), 3.25, WIDE),
    "… each weekday by itself": Method(lambda batch: partial(by_kernel, batch, weekdays=True), 2.5, (1.0, 5.0, 0.1)),
    "Farrington Flexible": _scored(lambda batch: both(farrington(batch)), 3.75, WIDE),
    "Farrington Flexible, summed": _scored(lambda batch: summed(farrington(batch)), 3.75, WIDE),
    "median and MAD": _scored(lambda batch: both(median_mad(batch)), 6.75, WIDE),
    "Holt-Winters": _scored(lambda batch: both(holt_winters(batch)), 5.0, WIDE),
    "Poisson CUSUM": _scored(lambda batch: summed(poisson_sums(batch)), 29.0, (2.0, 39.0, 1.0)),
    "Markov-modulated Poisson": _scored(markov, 36.0, (0.0, 38.0, 1.0)),
}
COUNTS_ONLY = {"Poisson CUSUM", "Markov-modulated Poisson"}


# Grading.


@dataclass(slots=True)
class Grade:
    """What a method did: incidents found and there, false alarms, weeks, and hours until each found one was told."""

    found: int = 0
    there: int = 0
    false: int = 0
    weeks: int = 0
    hours: float = 0.0

    def add(self, series: Series, alarms: Sequence[Span]) -> None:
        """An incident is found by an alarm of its side that is on between its start and half an hour after its end.

        False is an alarm that touches nothing from an hour before an incident to an hour and a half after it.
        """
        for start, end, side in series.incidents:
            told = [alarm for alarm in alarms if alarm[2] == side and alarm[0] <= end and alarm[1] > start]
            self.there += start >= GRADED
            if told and start >= GRADED:
                self.found += 1
                self.hours += max(told[0][0] + 1 - start, 0) / 2
        graded = [alarm for alarm in alarms if alarm[0] >= GRADED]
        self.false += sum(not any(a <= end + 3 and b >= start - 2 for start, end, _ in series.incidents) for a, b, _ in graded)
        self.weeks += WEEKS - LEARNING

    def figures(self) -> dict[str, float]:
        """Recall, false alarms a week, mean delay in hours."""
        share, late = self.found / max(self.there, 1), self.hours / max(self.found, 1)
        return {"recall": round(share, 3), "false_per_week": round(self.false / self.weeks, 2), "delay_h": round(late, 2)}


def graded(batch: Batch, alarms: list[list[Span]]) -> dict[str, Any]:
    """The figures over all counted variants, over the measured one, and of each."""
    grades = {name: Grade() for name in ["counted", *VARIANTS]}
    for series, one in zip(batch.series, alarms, strict=True):
        grades[series.variant].add(series, one)
        if not series.measured:
            grades["counted"].add(series, one)
    return {name: grade.figures() for name, grade in grades.items()}


def tuned(method: Method, alarms: Alarms, batch: Batch, false: float) -> float:
    """The lowest threshold that gives no more false alarms a week."""
    lines = [round(float(line), 3) for line in np.arange(*method.grid)]
    few = (line for line in lines if graded(batch, alarms(line))["counted"]["false_per_week"] <= false)
    return next(few, lines[-1])


def compare(seeds: Sequence[int], false: float | None = None) -> dict[str, Any]:
    """Each method's threshold and figures; with a number of false alarms, at the threshold that gives it on these seeds."""
    batch = batch_of([draw(name, seed) for name in VARIANTS for seed in seeds])
    compared: dict[str, Any] = {}
    for name, method in METHODS.items():
        alarms = method.judge(batch)
        line = method.line if false is None else tuned(method, alarms, batch, false)
        figures = graded(batch, alarms(line))
        if name in COUNTS_ONLY:
            figures.pop("measured")
        compared[name] = {"threshold": line, **figures}
    return compared


def table(compared: Mapping[str, Any]) -> str:
    """The figures for reading."""
    lines = [f"{'':28} threshold  recall  false/week  delay h   measured: recall  false/week"]
    for name, one in compared.items():
        all_, extra = one["counted"], one.get("measured")
        lines.append(f"{name:28} {one['threshold']:9} {all_['recall']:7} {all_['false_per_week']:11} {all_['delay_h']:8}")
        lines[-1] += f"   {extra['recall']:16} {extra['false_per_week']:11}" if extra else ""
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="11-30", help="first-last")
    parser.add_argument("--false", type=float, help="seek the thresholds that give so many false alarms a week on these seeds")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    first, _, last = args.seeds.partition("-")
    compared = compare(range(int(first), int(last or first) + 1), args.false)
    sys.stdout.write((json.dumps(compared, indent=1, ensure_ascii=False) if args.json else table(compared)) + "\n")


if __name__ == "__main__":
    main()

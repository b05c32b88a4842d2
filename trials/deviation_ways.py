"""Methods that tell an unusual number from a usual one. All series are judged side by side: values[intervals, series]."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from streams.rules import deviation as kernel
from streams.rules import layout as at
from trials.deviation_series import DAYS, INTERVAL, SIZE, SLOTS, Floats, Series, Span, Truths, Whole


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
    params[kernel.QUIET_LINE], params[kernel.QUIET_ALONE] = params[kernel.LINE], params[kernel.ALONE]
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

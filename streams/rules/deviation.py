"""The kernel of deviation: the rows of a key in each interval against what is usual for that time of that kind of day.

An interval is [start, end), judged at its end: by the first row at or after it, or once the watermark has reached it, so
an interval without rows is judged too, and at the same time. What is counted (or summed) is judged by its square root,
where noise is about as large at 3 as at 300; a measured series by its mean. Usual is learned per kind of day and time of
day, robustly: what lies far off moves it no further than what lies two spreads off. docs/deviation.md says why so.

The kernel knows no time zones. A calendar says them: calendar[n, 3], ascending, is from when on an entry holds, the kind of
day, and the instant that midnight was by the clock then in force; a kind below 0 means that the time is not known.

words[slot]: the words named below, then three a cell (days, mean, variance), a cell for each kind and time of day, as many
as there is room for. Numbers with a fraction are float64 by their bits. rows[:, EXTRA] is such a number: what the row
counts, 1 for an event. Roles: bit 0 counts, bit 1 only tells that the source is alive.
"""

from math import sqrt
from typing import Any

import numpy as np

from streams.rules.layout import (
    CLEAR,
    DUE,
    EXTRA,
    HOLD,
    LONG_AGO,
    MARK,
    NEVER,
    NO_ROW,
    OPEN,
    OWN,
    RAISE,
    RAISED,
    ROLES,
    SEEN,
    SLOT,
    WINDOW,
    kernel,
    signal,
)  # fmt: skip

INTERVAL, ORIGIN, MEASURED, LIVES, WARM, LEAST, MEMORY, CALM, GRAIN, DRIFT = range(OWN, OWN + 10)
LINE, ALONE, QUIET_LINE, QUIET_ALONE, PARAMS = range(OWN + 10, OWN + 15)
"""params after WINDOW (a key silent for so long is forgotten) and HOLD, in microseconds.

INTERVAL and ORIGIN (an instant where an interval starts), microseconds; MEASURED: 1 mean, 0 sum; LIVES: an interval with
fewer rows is not known; WARM: microseconds in which a new key is only learned; LEAST, MEMORY: days of its kind after which a
cell speaks (3 at least), and over which it forgets; CALM: usual intervals that clear. In thousandths: GRAIN, the smallest
amount that means something; DRIFT, LINE and ALONE, spreads: what an interval must exceed to count, what the excess of
adjacent intervals must reach together, and what one interval must reach by itself; the two last are those of quiet.
"""

AMOUNT, NUMBER, ALIVE, FIRST, SIDE, QUIET, UP, DOWN, UP_SINCE, DOWN_SINCE = range(10)
BEFORE, SQUARE, PRODUCT, SPREAD, LEARNED, CELLS = range(10, 16)
"""Of the current interval: sum, counted rows, all rows. When the key began; the side of its open alert, usual intervals
since. Excess above and below usual, and since when. The last deviation in spreads, the mean square of deviations and of
products of adjacent ones, their variance over all cells, and from how many intervals."""

DAYS, MEAN, VARIANCE, CELL = 0, 1, 2, 3
FROM, KIND, MIDNIGHT = 0, 1, 2
ENDED, OBSERVED, EXPECTED, LOWER, UPPER, DIRECTION, SINCE, SHOWN = 0, 1, 2, 3, 4, 5, 6, 7
"""evidence[s, 0]: the interval's end, four float64 by their bits, 1 (busy) or -1 (quiet), since when it has added up."""

DAY = 86_400_000_000
FEW = 3
"""The first days of a cell give their median: one incident among them does no harm."""

_COUNTS = 1
_FAR = 2.0
"""Spreads beyond which a deviation is cut for learning, and the bounds that are shown: 19 of 20 usual intervals are inside."""
_CUT = 1.1
"""Cutting normal deviations at two spreads leaves 0.92 of their mean square; this gives it back."""
_BESIDE, _ALIKE = 2.0, 6.0
"""How many days each neighbouring cell is worth for a cell's mean, and it and the whole key for its variance."""
_RECENT = 500
"""Intervals over which the key's own figures are taken."""
_ANSCOMBE = 0.375
"""sqrt(count + 3/8) has a variance near 1/4 from counts of 1 or 2 on."""
_TOGETHER = 0.95
"""No correlation makes evidence vanish."""
_ABSURD = 1e100
"""Amounts from here on, and what is no number, count nothing: their squares would outgrow every number."""


@kernel(layout=1, inline=True)
def cell_of(time: int, calendar: Any, params: Any) -> int:
    """The first word of the cell for an interval that starts at `time`; -1 where the calendar does not know it."""
    low = min(max((time - calendar[0, FROM]) // DAY, 0), calendar.shape[0] - 1)  # nearly right: most days have one entry
    while low >= 0 and calendar[low, FROM] > time:
        low -= 1
    while low + 1 < calendar.shape[0] and calendar[low + 1, FROM] <= time:
        low += 1
    if low < 0 or calendar[low, KIND] < 0:
        return -1
    slots = DAY // params[INTERVAL]
    place = (time - calendar[low, MIDNIGHT]) // params[INTERVAL]
    return int(CELLS + (calendar[low, KIND] * slots + min(max(place, 0), slots - 1)) * CELL)


@kernel(layout=1, inline=True)
def beside(cell: int, step: int, params: Any) -> int:
    """The cell before or after in the same kind of day; midnight follows midnight."""
    slots = DAY // params[INTERVAL]
    number = (cell - CELLS) // CELL
    return int(CELLS + (number // slots * slots + (number + step) % slots) * CELL)


@kernel(layout=1, inline=True)
def scaled(amount: float, params: Any) -> float:
    """An amount where noise is even: the root of a count, a measured value as it is, in grains."""
    grains = amount / (params[GRAIN] / 1000)
    return float(grains) if params[MEASURED] else sqrt(max(grains, 0.0) + _ANSCOMBE)


@kernel(layout=1)
def amount_of(value: float, params: Any) -> float:
    """The amount behind a scaled one."""
    root = max(value, 0.0)
    grains = value if params[MEASURED] else max(root * root - _ANSCOMBE, 0.0)
    return float(grains * (params[GRAIN] / 1000))


@kernel(layout=1, inline=True)
def floor_of(params: Any) -> float:
    """The least variance: a measured value is no finer than its grain, a count's root varies by 1/4."""
    return 1.0 if params[MEASURED] else 0.25


@kernel(layout=1, inline=True)
def usual(cell: int, slot: int, words: Any, floats: Any, params: Any) -> tuple[float, float]:
    """What a cell expects, scaled, and its spread. Few days lean on the neighbouring cells and widen the spread."""
    days = float(words[slot, cell + DAYS])
    mean, weight = days * floats[slot, cell + MEAN], days
    variance, share = days * floats[slot, cell + VARIANCE] + _ALIKE * floats[slot, SPREAD], days + _ALIKE
    for step in (-1, 1):
        other = beside(cell, step, params)
        if words[slot, other + DAYS] >= FEW:
            mean, weight = mean + _BESIDE * floats[slot, other + MEAN], weight + _BESIDE
            variance, share = variance + _ALIKE * floats[slot, other + VARIANCE], share + _ALIKE
    return mean / weight, sqrt(max(floor_of(params), variance / share) * (1 + 1 / weight))


@kernel(layout=1)
def start_cell(cell: int, slot: int, value: float, words: Any, floats: Any, params: Any) -> None:
    """Take the first days of a cell: kept as they are, then their median and how far they lie from it."""
    days = words[slot, cell + DAYS]
    words[slot, cell + DAYS] = days + 1
    if days < FEW - 1:
        floats[slot, cell + (MEAN if days == 0 else VARIANCE)] = value
        return
    one, two = floats[slot, cell + MEAN], floats[slot, cell + VARIANCE]
    middle = max(min(one, two), min(max(one, two), value))
    off = (abs(one - middle) + abs(two - middle) + abs(value - middle)) / 2
    floats[slot, cell + MEAN] = middle
    if words[slot, LEARNED] == 0:
        floats[slot, cell + VARIANCE] = max(floor_of(params), off * off)
    else:
        floats[slot, cell + VARIANCE] = (off * off + 3 * floats[slot, SPREAD]) / 4


@kernel(layout=1, inline=True)
def learn(cell: int, slot: int, value: float, expected: float, spread: float, words: Any, floats: Any, params: Any) -> None:
    """Move a cell towards what was seen, by no more than a deviation of two spreads would."""
    days, far = words[slot, cell + DAYS], _FAR * spread
    step = max(-far, min(far, value - floats[slot, cell + MEAN]))
    square = _CUT * min((value - expected) * (value - expected), far * far)
    number = min(days + 1, params[MEMORY])
    floats[slot, cell + MEAN] += step / number
    floats[slot, cell + VARIANCE] += (square - floats[slot, cell + VARIANCE]) / number
    words[slot, cell + DAYS] = number
    words[slot, LEARNED] = min(words[slot, LEARNED] + 1, _RECENT)
    floats[slot, SPREAD] += (square - floats[slot, SPREAD]) / (words[slot, LEARNED] + 1)


@kernel(layout=1, inline=True)
def together(slot: int, off: float, words: Any, floats: Any) -> float:
    """What a deviation counts where it adds up: noise that hangs together says less than noise that does not.

    With a correlation r of adjacent intervals a sum varies by (1 + r) / (1 - r) more than one of independent deviations.
    """
    r = min(max(floats[slot, PRODUCT] / max(floats[slot, SQUARE], 0.001), 0.0), _TOGETHER)
    cut = max(-_FAR, min(_FAR, off))
    floats[slot, PRODUCT] += (cut * floats[slot, BEFORE] - floats[slot, PRODUCT]) / _RECENT
    floats[slot, SQUARE] += (cut * cut - floats[slot, SQUARE]) / _RECENT
    floats[slot, BEFORE] = cut
    return off * sqrt((1 - r) / (1 + r))


@kernel(layout=1, inline=True)
def add_up(
    slot: int, excess: int, since: int, off: float, start: int, line: float, words: Any, floats: Any, params: Any
) -> float:
    """Add what one interval lies beyond the drift; the sum so far. It starts anew where nothing is left of it."""
    before = floats[slot, excess]
    floats[slot, excess] = min(max(before + off - params[DRIFT] / 1000, 0.0), 2 * line)
    if before == 0.0:
        words[slot, since] = start
    return float(floats[slot, excess])


@kernel(layout=1)
def fresh(slot: int, words: Any) -> None:
    """Forget what has added up."""
    words[slot, UP] = words[slot, DOWN] = 0


@kernel(layout=1, inline=True)
def side_of(slot: int, off: float, counted: float, words: Any, floats: Any, heads: Any, params: Any) -> int:
    """1 where this interval makes the key unusually busy, -1 unusually quiet, else 0; while an alert is open always 0."""
    if words[slot, SIDE] != 0:
        return 0
    start = heads[DUE, slot] - params[INTERVAL]
    line, quiet = params[LINE] / 1000, params[QUIET_LINE] / 1000
    up = add_up(slot, UP, UP_SINCE, counted, start, line, words, floats, params)
    down = add_up(slot, DOWN, DOWN_SINCE, -counted, start, quiet, words, floats, params)
    if heads[DUE, slot] - heads[RAISED, slot] < params[HOLD]:
        return 0
    if up >= line or off >= params[ALONE] / 1000:
        return 1
    return -1 if down >= quiet or off <= -params[QUIET_ALONE] / 1000 else 0


@kernel(layout=1, inline=True)
def calmed(slot: int, off: float, words: Any, params: Any) -> bool:
    """Whether the open alert ends: so many intervals in a row no longer lie beyond the drift on its side."""
    if words[slot, SIDE] == 0:
        return False
    usual_again = words[slot, SIDE] * off < params[DRIFT] / 1000
    words[slot, QUIET] = words[slot, QUIET] + 1 if usual_again else 0
    return bool(words[slot, QUIET] >= params[CALM])


@kernel(layout=1)
def tell(what: int, slot: int, side: int, heads: Any, words: Any, signals: Any, found: int) -> int:
    """Raise or clear at the interval's end; what adds up begins anew."""
    end = heads[DUE, slot]
    words[slot, SIDE], words[slot, QUIET] = (side if what == RAISE else 0), 0
    heads[OPEN, slot] = end if what == RAISE else LONG_AGO
    if what == RAISE:
        heads[RAISED, slot] = end
    fresh(slot, words)
    return signal(signals, found, what, slot, end, NO_ROW)


@kernel(layout=1)
def explain(found: int, slot: int, side: int, observed: float, expected: float, spread: float, heads: Any, words: Any,
            params: Any, evidence: Any) -> None:  # fmt: skip
    """Write what a guard reads: seen, usual, from, to, and since when."""
    floats = evidence.view(np.float64)
    evidence[found, 0, ENDED] = heads[DUE, slot]
    floats[found, 0, OBSERVED] = observed
    floats[found, 0, EXPECTED] = amount_of(expected, params)
    floats[found, 0, LOWER] = amount_of(expected - _FAR * spread, params)
    floats[found, 0, UPPER] = amount_of(expected + _FAR * spread, params)
    evidence[found, 0, DIRECTION] = side
    evidence[found, 0, SINCE] = words[slot, UP_SINCE if side > 0 else DOWN_SINCE]


@kernel(layout=1)
def pass_over(slot: int, heads: Any, words: Any, params: Any, signals: Any, evidence: Any, found: int) -> int:
    """An interval that cannot be judged breaks what adds up, and keeps no alert open."""
    fresh(slot, words)
    side = words[slot, SIDE]
    if not calmed(slot, 0.0, words, params):
        return found
    evidence[found] = LONG_AGO
    evidence[found, 0, ENDED], evidence[found, 0, DIRECTION] = heads[DUE, slot], side
    return tell(CLEAR, slot, 0, heads, words, signals, found)


@kernel(layout=1)
def judge(slot: int, cell: int, observed: float, heads: Any, words: Any, floats: Any, params: Any, signals: Any, evidence: Any,
          found: int) -> int:  # fmt: skip
    """Hold a known interval against its cell, then learn from it."""
    value = scaled(observed, params)
    if words[slot, cell + DAYS] < FEW:
        start_cell(cell, slot, value, words, floats, params)
        words[slot, BEFORE] = 0
        return pass_over(slot, heads, words, params, signals, evidence, found)
    ready = words[slot, cell + DAYS] >= params[LEAST] and heads[DUE, slot] - words[slot, FIRST] > params[WARM]
    expected, spread = usual(cell, slot, words, floats, params)
    off = (value - expected) / spread
    counted = together(slot, off, words, floats)
    learn(cell, slot, value, expected, spread, words, floats, params)
    if not ready:
        return pass_over(slot, heads, words, params, signals, evidence, found)
    open_side = words[slot, SIDE]
    if calmed(slot, off, words, params):
        explain(found, slot, open_side, observed, expected, spread, heads, words, params, evidence)
        return tell(CLEAR, slot, 0, heads, words, signals, found)
    side = side_of(slot, off, counted, words, floats, heads, params)
    if side == 0:
        return found
    explain(found, slot, side, observed, expected, spread, heads, words, params, evidence)
    return tell(RAISE, slot, side, heads, words, signals, found)


@kernel(layout=1)
def begin(slot: int, time: int, heads: Any, words: Any, floats: Any, params: Any) -> None:
    """A new key: nothing is known, and the interval that it appears in ends next."""
    words[slot] = 0
    words[slot, FIRST] = time
    floats[slot, SQUARE], floats[slot, SPREAD] = 1.0, 2 * floor_of(params)
    heads[DUE, slot] = time - (time - params[ORIGIN]) % params[INTERVAL] + params[INTERVAL]


@kernel(layout=1)
def forget(slot: int, heads: Any, words: Any, signals: Any, evidence: Any, found: int) -> int:
    """A key that was silent for the window is new when it comes again; its alert ends."""
    side, end = words[slot, SIDE], heads[DUE, slot]
    if side != 0:
        evidence[found] = LONG_AGO
        evidence[found, 0, ENDED], evidence[found, 0, DIRECTION] = end, side
        found = tell(CLEAR, slot, 0, heads, words, signals, found)
    words[slot] = LONG_AGO
    heads[DUE, slot] = NEVER
    return found


@kernel(layout=1)
def end_interval(
    slot: int, calendar: Any, heads: Any, words: Any, floats: Any, params: Any, signals: Any, evidence: Any, found: int
) -> int:
    """Judge the key's current interval and begin the next; at most one signal.

    The interval in which a key appeared is not known (unless it appeared at its start), nor one with too few signs of life,
    nor one without a measurement.
    """
    end = heads[DUE, slot]
    if end - heads[SEEN, slot] >= params[WINDOW]:
        return forget(slot, heads, words, signals, evidence, found)
    number, alive, observed = words[slot, NUMBER], words[slot, ALIVE], floats[slot, AMOUNT]
    words[slot, AMOUNT] = words[slot, NUMBER] = words[slot, ALIVE] = 0
    known = alive >= params[LIVES] and words[slot, FIRST] <= end - params[INTERVAL]
    cell = cell_of(end - params[INTERVAL], calendar, params)
    if params[MEASURED]:
        known = known and number > 0
        observed = observed / max(number, 1)
    if known and cell >= 0 and cell + CELL <= words.shape[1]:
        found = judge(slot, cell, observed, heads, words, floats, params, signals, evidence, found)
    else:
        words[slot, BEFORE] = 0
        found = pass_over(slot, heads, words, params, signals, evidence, found)
    heads[DUE, slot] = end + params[INTERVAL]
    return found


@kernel(layout=1)
def tally(
    start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any, calendar: Any
) -> tuple[int, int]:
    """Add rows to the interval that they lie in, after ending those before it; the next row and the signals written."""
    floats, amounts, found = words.view(np.float64), rows.view(np.float64), 0
    for i in range(start, rows.shape[0]):
        slot, time = rows[i, SLOT], rows[i, MARK]
        while heads[DUE, slot] <= time:
            if found == signals.shape[0]:
                return i, found
            found = end_interval(slot, calendar, heads, words, floats, params, signals, evidence, found)
        if heads[DUE, slot] == NEVER:
            begin(slot, time, heads, words, floats, params)
        heads[SEEN, slot] = time
        words[slot, ALIVE] += 1
        if rows[i, ROLES] & _COUNTS and abs(amounts[i, EXTRA]) < _ABSURD:
            words[slot, NUMBER] += 1
            floats[slot, AMOUNT] += amounts[i, EXTRA]
    return rows.shape[0], found


@kernel(layout=1)
def close(
    start: int, used: int, watermark: int, heads: Any, words: Any, params: Any, signals: Any, evidence: Any, calendar: Any
) -> tuple[int, int]:
    """End every interval that the watermark has reached, from slot `start` on; the next slot and the signals written."""
    floats, found = words.view(np.float64), 0
    for slot in range(start, used):
        while heads[DUE, slot] <= watermark:
            if found == signals.shape[0]:
                return slot, found
            found = end_interval(slot, calendar, heads, words, floats, params, signals, evidence, found)
    return used, found


def words_of(kinds: int, interval_s: int) -> int:
    """How many words a key needs for so many kinds of day."""
    return CELLS + kinds * (86_400 // interval_s) * CELL

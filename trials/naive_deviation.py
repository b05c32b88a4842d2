"""The slow, obvious twin of the rule kernel of deviation, written from its definition over a complete list of one key's rows.

Nothing here knows of blocks, arrays, calendars as tables, or numbers in bits; it shares no code with streams/rules. Tests
hold the kernel against it. Times are whole microseconds since the epoch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import inf, sqrt
from statistics import median

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Heard:
    """One row of the key: when, and how much it counts (None: it only tells that the source is alive)."""

    at: int
    amount: float | None = 1.0


@dataclass(frozen=True, slots=True)
class Usual:
    """The thresholds, in seconds, days of a kind, amounts and spreads."""

    interval_s: int
    origin: int
    window_s: int
    hold_s: int
    measured: bool
    lives: int
    warm_s: int
    least: int
    memory: int
    calm: int
    grain: float
    drift: float
    line: float
    alone: float
    quiet_line: float
    quiet_alone: float

    @property
    def interval(self) -> int:
        """Microseconds of an interval."""
        return self.interval_s * SECOND

    def lines(self, side: int) -> tuple[float, float]:
        """What intervals must reach together, and one by itself: busy (1) or quiet (-1)."""
        return (self.line, self.alone) if side > 0 else (self.quiet_line, self.quiet_alone)


@dataclass(frozen=True, slots=True)
class Almanac:
    """Local time: which days are known, and of what kind each is."""

    zone: tzinfo
    first: date
    days: int
    kind_of: Callable[[date], int]

    def place(self, start: int, interval_s: int) -> tuple[int, int] | None:
        """The kind of day and the interval of the day by the clock on the wall; None where the day is not known."""
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=start)).astimezone(self.zone)
        if not self.first <= local.date() < self.first + timedelta(self.days):
            return None
        since_midnight = local.hour * 3600 + local.minute * 60 + local.second
        return self.kind_of(local.date()), since_midnight // interval_s


@dataclass(frozen=True, slots=True)
class Said:
    """What is said at an interval's end, and what a guard reads; None where the interval could not be judged."""

    what: str
    at: int
    side: int
    seen: tuple[float, float, float, float] | None = None
    since: int | None = None


@dataclass(slots=True)
class _Cell:
    """One time of one kind of day."""

    first: list[float] = field(default_factory=list)
    days: int = 0
    mean: float = 0.0
    variance: float = 0.0

    @property
    def known(self) -> bool:
        return self.days >= 3


@dataclass(slots=True)
class _Key:
    """What is known of the key: its cells and figures, the open alert, and what has added up on each side."""

    floor: float
    cells: dict[tuple[int, int], _Cell] = field(default_factory=dict)
    spread: float = 0.0
    learned: int = 0
    product: float = 0.0
    square: float = 1.0
    before: float = 0.0
    side: int = 0
    quiet: int = 0
    excess: dict[int, float] = field(default_factory=lambda: {1: 0.0, -1: 0.0})
    since: dict[int, int] = field(default_factory=lambda: {1: 0, -1: 0})
    raised: float = -inf

    def __post_init__(self) -> None:
        self.spread = 2 * self.floor


def deviations(heard: Sequence[Heard], usual: Usual, almanac: Almanac, watermark: int) -> list[Said]:
    """Everything that is said of the key by this watermark."""
    said: list[Said] = []
    raised = -inf
    for life in _lives(heard, usual):
        key = _Key(1.0 if usual.measured else 0.25, raised=raised)
        said += _life(key, life, usual, almanac, watermark)
        raised = key.raised
    return said


def _lives(heard: Sequence[Heard], usual: Usual) -> Iterator[list[Heard]]:
    """The rows between times of silence after which the key is forgotten."""
    life: list[Heard] = []
    for row in heard:
        if life and row.at >= _forgotten(life, usual):
            yield life
            life = []
        life.append(row)
    if life:
        yield life


def _forgotten(life: Sequence[Heard], usual: Usual) -> int:
    """The first end of an interval at which the window has passed since the last row."""
    over = life[-1].at + usual.window_s * SECOND - usual.origin
    return usual.origin + -(-over // usual.interval) * usual.interval


def _life(key: _Key, life: Sequence[Heard], usual: Usual, almanac: Almanac, watermark: int) -> Iterator[Said]:
    first = life[0].at
    start = usual.origin + (first - usual.origin) // usual.interval * usual.interval
    last = _forgotten(life, usual)
    while start + usual.interval <= min(watermark, last):
        end = start + usual.interval
        if end == last:
            if key.side:
                yield Said("clear", end, key.side)
            return
        rows = [row for row in life if start <= row.at < end]
        place, observed = almanac.place(start, usual.interval_s), _observed(rows, usual)
        if place is None or observed is None or start < first:
            key.before = 0.0
            yield from _passed_over(key, end, usual)
        else:
            yield from _judged(key, place, observed, end, end - first > usual.warm_s * SECOND, usual)
        start = end


def _observed(rows: Sequence[Heard], usual: Usual) -> float | None:
    """The sum or the mean of the interval; None where it is not known."""
    amounts = [row.amount for row in rows if row.amount is not None and abs(row.amount) < 1e100]
    total = 0.0
    for amount in amounts:
        total += amount
    if len(rows) < usual.lives or (usual.measured and not amounts):
        return None
    return total / len(amounts) if usual.measured else total


def _passed_over(key: _Key, end: int, usual: Usual) -> Iterator[Said]:
    key.excess = {1: 0.0, -1: 0.0}
    side = key.side
    if _calmed(key, 0.0, usual):
        yield Said("clear", end, side)


def _judged(key: _Key, place: tuple[int, int], observed: float, end: int, warm: bool, usual: Usual) -> Iterator[Said]:
    grains = observed / usual.grain
    value = grains if usual.measured else sqrt(max(grains, 0.0) + 0.375)
    cell = key.cells.setdefault(place, _Cell())
    if not cell.known:
        _start(key, cell, value)
        key.before = 0.0
        yield from _passed_over(key, end, usual)
        return
    ready = warm and cell.days >= usual.least
    expected, spread = _expected(key, place, usual)
    off = (value - expected) / spread
    counted = _counted(key, off)
    _learn(key, cell, value, expected, spread, usual)
    if not ready:
        yield from _passed_over(key, end, usual)
        return
    usually, lower, upper = (_amount(expected + far * spread, usual) for far in (0, -2, 2))
    seen = (observed, usually, lower, upper)
    before = key.side
    if key.side and _calmed(key, off, usual):
        yield Said("clear", end, before, seen, key.since[before])
    elif not before:
        side = _side(key, off, counted, end, usual)
        if side:
            key.side, key.quiet, key.raised, key.excess = side, 0, end, {1: 0.0, -1: 0.0}
            yield Said("raise", end, side, seen, key.since[side])


def _start(key: _Key, cell: _Cell, value: float) -> None:
    cell.first.append(value)
    cell.days += 1
    if cell.days == 3:
        cell.mean = median(cell.first)
        off = 0.0
        for one in cell.first:
            off += abs(one - cell.mean)
        off /= 2
        cell.variance = (off * off + 3 * key.spread) / 4 if key.learned else max(key.floor, off * off)


def _expected(key: _Key, place: tuple[int, int], usual: Usual) -> tuple[float, float]:
    cell = key.cells[place]
    mean, weight = cell.days * cell.mean, float(cell.days)
    variance, share = cell.days * cell.variance + 6 * key.spread, cell.days + 6.0
    for step in (-1, 1):
        number = (place[1] + step) % (86_400 // usual.interval_s)
        other = key.cells.get((place[0], number), _Cell())
        if other.known:
            mean, weight = mean + 2 * other.mean, weight + 2
            variance, share = variance + 6 * other.variance, share + 6
    return mean / weight, sqrt(max(key.floor, variance / share) * (1 + 1 / weight))


def _counted(key: _Key, off: float) -> float:
    r = min(max(key.product / max(key.square, 0.001), 0.0), 0.95)
    cut = max(-2.0, min(2.0, off))
    key.product += (cut * key.before - key.product) / 500
    key.square += (cut * cut - key.square) / 500
    key.before = cut
    return off * sqrt((1 - r) / (1 + r))


def _learn(key: _Key, cell: _Cell, value: float, expected: float, spread: float, usual: Usual) -> None:
    far = 2 * spread
    cell.days = min(cell.days + 1, usual.memory)
    square = 1.1 * min((value - expected) * (value - expected), far * far)
    cell.mean += max(-far, min(far, value - cell.mean)) / cell.days
    cell.variance += (square - cell.variance) / cell.days
    key.learned = min(key.learned + 1, 500)
    key.spread += (square - key.spread) / (key.learned + 1)


def _side(key: _Key, off: float, counted: float, end: int, usual: Usual) -> int:
    for side in (1, -1):
        if key.excess[side] == 0.0:
            key.since[side] = end - usual.interval
        key.excess[side] = min(max(key.excess[side] + side * counted - usual.drift, 0.0), 2 * usual.lines(side)[0])
    if end - key.raised < usual.hold_s * SECOND:
        return 0
    decided = [side for side in (1, -1) if key.excess[side] >= usual.lines(side)[0] or side * off >= usual.lines(side)[1]]
    return decided[0] if decided else 0


def _calmed(key: _Key, off: float, usual: Usual) -> bool:
    """Whether the open alert ends with this interval; what adds up begins anew."""
    if not key.side:
        return False
    key.quiet = key.quiet + 1 if key.side * off < usual.drift else 0
    if key.quiet < usual.calm:
        return False
    key.side, key.quiet, key.excess = 0, 0, {1: 0.0, -1: 0.0}
    return True


def _amount(value: float, usual: Usual) -> float:
    root = max(value, 0.0)
    return (value if usual.measured else max(root * root - 0.375, 0.0)) * usual.grain

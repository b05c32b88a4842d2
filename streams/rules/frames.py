"""What each kernel needs around it: the marks it remembers, the two extra numbers, its parameters, the size of its state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.kernels import Kernel
from schemas.rules import Of, Rule
from streams.rules import chain, deviation, episodes, lapse, level, repeats, travel
from streams.rules import places as where
from streams.rules.calendar import KINDS_OF_DAY
from streams.rules.columns import DEVICE, VALUE, Flags
from streams.rules.names import NOBODY, Ints
from streams.rules.world import World

SECOND = 1_000_000
PLAIN, STARTED = 4, 6
"""Words of a mark: time, offset, id; where a timer may raise later, device and subject too: the matrix's first columns."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Beside the plain columns: two numbers a row (n, 2), the last words of the mark (n, added), which rows count at all."""

    numbers: Ints
    marks: Ints
    usable: Flags


@dataclass(frozen=True, slots=True)
class Frame:
    """One kernel and what surrounds it. `marks` are the first columns of the matrix; `extra` adds what is worked out.

    `many` is the threshold that says how many marks are kept, oldest first, where that may change and the marks still serve.
    `window_s` is the window where the rule says none.
    """

    fold: Callable[..., tuple[int, int]]
    marks: int
    shown: Callable[[Rule], int]
    words: Callable[[Rule, int], int]
    own: Callable[[Rule, World], tuple[float, ...]] = lambda rule, world: ()
    extra: Callable[[Rule, Ints, Ints, World], Extra] | None = None
    added: int = 0
    timers: Callable[..., tuple[int, int]] | None = None
    tables: Callable[[Rule, World], tuple[Any, ...]] = lambda rule, world: ()
    many: str = ""
    window_s: float = 0.0

    @property
    def width(self) -> int:
        """Words of a mark."""
        return self.marks + self.added


def _values(rule: Rule, rows: Ints, roles: Ints, world: World) -> Extra:
    values = world.of(rule.of or Of.DEVICE, rows)
    return Extra(_nothing(rows), values[:, None], values != NOBODY)


def _compared(rule: Rule, rows: Ints, roles: Ints, world: World) -> Extra:
    """The value of what is compared; a row that only allows needs none."""
    numbers = _nothing(rows)
    numbers[:, 0] = world.of(rule.of or Of.DEVICE, rows)
    return Extra(numbers, _no_marks(rows), (numbers[:, 0] != NOBODY) | (roles & episodes.ANSWER != 0))


_READING, _OVER, _UNDER = 1, 2, 4


def _sides(rule: Rule, rows: Ints, roles: Ints, world: World) -> Extra:
    values = np.ascontiguousarray(rows[:, VALUE]).view(np.float64)
    reading = roles & _READING != 0
    over = np.where(reading, values >= rule.limit("line", np.inf), roles & _OVER != 0)
    under = np.where(reading, values <= rule.limit("low_line", -np.inf), roles & _UNDER != 0)
    side = over.astype(np.int64) - (~over & under)
    numbers = _nothing(rows)
    numbers[:, 0] = side
    return Extra(numbers, np.stack([rows[:, VALUE], side], axis=1), ~reading | ~np.isnan(values))


def _stands(rule: Rule, rows: Ints, roles: Ints, world: World) -> Extra:
    numbers = _nothing(rows)
    numbers[:, 0] = world.places.of(rows[:, DEVICE], where.INDEX)
    return Extra(numbers, rows[:, [DEVICE]], numbers[:, 0] != where.NOWHERE)


def _amounts(rule: Rule, rows: Ints, roles: Ints, world: World) -> Extra:
    """What each row counts: one, or its value."""
    numbers = _nothing(rows)
    numbers[:, 0] = ONE if rule.measure == "count" else rows[:, VALUE]
    return Extra(numbers, np.zeros((len(rows), deviation.SHOWN - PLAIN), np.int64), np.ones(len(rows), np.bool_))


ONE = int(np.array([1.0]).view(np.int64)[0])
DAY = 86_400 * SECOND


def _usual(rule: Rule, world: World) -> tuple[float, ...]:
    """The thresholds of deviation in the order of its parameters; docs/deviation.md gives reasons for the defaults."""
    line, alone = rule.limit("line", 2), rule.limit("alone", 5)
    limits = (("grain", 1.0), ("drift", 1.0), ("line", line), ("alone", alone), ("quiet_line", line), ("quiet_alone", alone))
    fractions = [1000 * rule.limit(name, usual) for name, usual in limits]
    days = [rule.limit(name, usual) for name, usual in (("least", 3), ("memory", 20))]
    measured, life, warm = rule.measure == "mean", rule.limit("life", 0), rule.limit("warm_up", 14) * DAY
    origin = world.time.midnight()
    return (rule.limit("interval", 0) * SECOND, origin, measured, life, warm, *days, rule.limit("calm", 2), *fractions)


def _nothing(rows: Ints) -> Ints:
    return np.zeros((len(rows), 2), np.int64)


def _no_marks(rows: Ints) -> Ints:
    return np.empty((len(rows), 0), np.int64)


def _number(name: str) -> Callable[[Rule], int]:
    return lambda rule: int(rule.limit(name, 1))


def _ring(name: str) -> Callable[[Rule, int], int]:
    """The marks, and where the next one goes."""
    return lambda rule, width: _number(name)(rule) * width + 1


def _about(rule: Rule) -> tuple[float, float]:
    """How long before it begins and after its window an episode still looks."""
    return rule.limit("before", 0) * SECOND, rule.limit("after", 0) * SECOND


def _steps(rule: Rule) -> int:
    return 3 if "last" in rule.match else 2


_STARTED: Mapping[str, Any] = {
    "marks": STARTED, "shown": lambda rule: 1, "words": lambda rule, width: width + 1, "timers": lapse.timers,
}  # fmt: skip

FRAMES: Mapping[Kernel, Frame] = {
    Kernel.EACH: Frame(repeats.each, PLAIN, lambda rule: 1, lambda rule, width: repeats.EACH_WORDS),
    Kernel.COUNT: Frame(
        repeats.count, PLAIN, _number("events"), _ring("events"), many="events",
        own=lambda rule, world: (rule.limit("events", 1),),
    ),
    Kernel.DISTINCT: Frame(
        repeats.distinct, PLAIN, _number("values"), _ring("values"), own=lambda rule, world: (rule.limit("values", 1),),
        extra=_values, added=1, many="values",
    ),
    Kernel.SEQUENCE: Frame(
        chain.sequence, PLAIN, _steps, lambda rule, width: _steps(rule) ** 2 * width, own=lambda rule, world: (_steps(rule),),
    ),
    Kernel.WITHOUT: Frame(lapse.lapse, own=lambda rule, world: (rule.limit("before", 0) * SECOND,), **_STARTED),
    Kernel.DWELL: Frame(lapse.lapse, own=lambda rule, world: (0,), **_STARTED),
    Kernel.ABSENCE: Frame(lapse.absence, **_STARTED),
    Kernel.LEVEL: Frame(
        level.level, PLAIN, _number("readings"), _ring("readings"),
        own=lambda rule, world: (rule.limit("over", 1), rule.limit("readings", 1)), extra=_sides, added=2, many="readings",
    ),
    Kernel.TRAVEL: Frame(
        travel.travel, PLAIN, lambda rule: 2, lambda rule, width: 2 * width + 1,
        own=lambda rule, world: (rule.limit("speed", 1) * 1000, rule.limit("clock_allowance", 0) * SECOND),
        extra=_stands, added=1, tables=lambda rule, world: (world.places.ways(rule.by),),
    ),
    Kernel.SURPLUS: Frame(
        episodes.surplus, STARTED, lambda rule: 2, lambda rule, width: 2 * width + episodes.SURPLUS_WORDS,
        own=lambda rule, world: (rule.limit("excess", 1), *_about(rule)),
        extra=_compared, timers=episodes.end_surpluses,
    ),
    Kernel.MISMATCH: Frame(
        episodes.mismatch, STARTED, lambda rule: 2,
        lambda rule, width: 2 * width + episodes.mismatch_words(width),
        own=lambda rule, world: _about(rule), extra=_compared, timers=episodes.end_mismatches,
    ),
    Kernel.DEVIATION: Frame(
        deviation.tally, PLAIN, lambda rule: 1,
        lambda rule, width: deviation.words_of(KINDS_OF_DAY, int(rule.limit("interval", 3600))),
        own=_usual, extra=_amounts, added=deviation.SHOWN - PLAIN, timers=deviation.close,
        tables=lambda rule, world: (world.time.calendar(),), window_s=28 * 86_400.0,
    ),
}  # fmt: skip

"""What each kernel needs around it: the marks it remembers, the two extra numbers, its parameters, the size of its state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.rules import Kernel, Key, Rule
from streams.rules import chain, lapse, level, repeats, travel
from streams.rules.columns import DEVICE, ID_HIGH, ID_LOW, OFFSET, SUBJECT, TIME, VALUE, Flags
from streams.rules.names import NOBODY, Ints
from streams.rules.places import Places

SECOND = 1_000_000
PLAIN = (TIME, OFFSET, ID_HIGH, ID_LOW)


@dataclass(frozen=True, slots=True)
class Extra:
    """Beside the plain columns: two numbers a row, the last words of the mark, and which rows count at all."""

    numbers: Ints
    marks: Ints
    usable: Flags


@dataclass(frozen=True, slots=True)
class Frame:
    """One kernel and what surrounds it. `marks` are columns of the matrix; `extra` adds what is worked out."""

    fold: Callable[..., tuple[int, int]]
    marks: tuple[int, ...]
    shown: Callable[[Rule], int]
    words: Callable[[Rule, int], int]
    own: Callable[[Rule], tuple[float, ...]] = lambda rule: ()
    extra: Callable[[Rule, Ints, Places], Extra] | None = None
    added: int = 0
    timed: bool = False

    @property
    def width(self) -> int:
        """Words of a mark."""
        return len(self.marks) + self.added


def key_of(key: Key, rows: Ints, places: Places) -> Ints:
    """The key of each row, NOBODY where it has none."""
    if key is Key.BUILDING:
        return places.buildings(rows[DEVICE])
    keys: Ints = rows[DEVICE if key is Key.DEVICE else SUBJECT]
    return keys


def _values(rule: Rule, rows: Ints, places: Places) -> Extra:
    values = key_of(rule.of or Key.DEVICE, rows, places)
    return Extra(_nothing(rows), values[None], values != NOBODY)


def _sides(rule: Rule, rows: Ints, places: Places) -> Extra:
    values = rows[VALUE].view(np.float64)
    over = values >= rule.limit("line", np.inf)
    side = over.astype(np.int64) - (~over & (values <= rule.limit("low_line", -np.inf)))
    numbers = _nothing(rows)
    numbers[0] = side
    return Extra(numbers, np.stack([rows[VALUE], side]), ~np.isnan(values))


def _coordinates(rule: Rule, rows: Ints, places: Places) -> Extra:
    found, known = places.coordinates(rows[DEVICE])
    return Extra(np.ascontiguousarray(found.T), rows[[DEVICE]], known)


def _nothing(rows: Ints) -> Ints:
    return np.zeros((2, rows.shape[1]), np.int64)


def _number(name: str) -> Callable[[Rule], int]:
    return lambda rule: int(rule.limit(name, 1))


def _steps(rule: Rule) -> int:
    return len(rule.match) - ("clears" in rule.match)


_STARTED: Mapping[str, Any] = {
    "marks": (*PLAIN, DEVICE, SUBJECT), "shown": lambda rule: 1, "words": lambda rule, width: width + 1, "timed": True,
}  # fmt: skip

FRAMES: Mapping[Kernel, Frame] = {
    Kernel.EACH: Frame(repeats.each, PLAIN, lambda rule: 1, lambda rule, width: 1),
    Kernel.COUNT: Frame(
        repeats.count, PLAIN, _number("events"), lambda rule, width: _number("events")(rule) * width,
        own=lambda rule: (rule.limit("events", 1),),
    ),
    Kernel.DISTINCT: Frame(
        repeats.distinct, PLAIN, _number("values"), lambda rule, width: _number("values")(rule) * width,
        own=lambda rule: (rule.limit("values", 1),), extra=_values, added=1,
    ),
    Kernel.SEQUENCE: Frame(
        chain.sequence, PLAIN, _steps, lambda rule, width: _steps(rule) ** 2 * width, own=lambda rule: (_steps(rule),),
    ),
    Kernel.WITHOUT: Frame(lapse.lapse, own=lambda rule: (rule.limit("before", 0) * SECOND,), **_STARTED),
    Kernel.DWELL: Frame(lapse.lapse, own=lambda rule: (0,), **_STARTED),
    Kernel.ABSENCE: Frame(lapse.absence, **_STARTED),
    Kernel.LEVEL: Frame(
        level.level, PLAIN, _number("readings"), lambda rule, width: _number("readings")(rule) * width,
        own=lambda rule: (rule.limit("over", 1), rule.limit("readings", 1)), extra=_sides, added=2,
    ),
    Kernel.TRAVEL: Frame(
        travel.travel, PLAIN, lambda rule: 2, lambda rule, width: 2 * width + 2,
        own=lambda rule: (rule.limit("speed", 1) * 1000, rule.limit("clock_allowance", 0) * SECOND),
        extra=_coordinates, added=1,
    ),
}  # fmt: skip

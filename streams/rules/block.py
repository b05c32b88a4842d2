"""A block's rows, and what is worked out once for all rules that look at the very same ones.

An array of indices is known by its identity; it is kept beside what was worked out, so that no other one takes its place.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from schemas.rules import Key
from streams.rules import columns as at
from streams.rules.dispatch import Picked
from streams.rules.names import NOBODY, Ints
from streams.rules.world import World

T = TypeVar("T")

PLAIN_KEYS = {Key.DEVICE: at.DEVICE, Key.SUBJECT: at.SUBJECT}
"""Keys that stand in a column as they are, where no row is a drill's."""


class Block:
    """Rows of columns.py in the order of judgement."""

    def __init__(self, world: World, rows: Ints) -> None:
        self.rows = rows
        self._world = world
        self._drills = bool((rows[:, at.FLAGS] & at.DRILL).any())
        self._known: dict[tuple[object, ...], tuple[Any, object]] = {}

    def folded(self, picked: Picked) -> tuple[Ints, Ints]:
        """The rows that play a kernel's roles, and their bits."""
        parts = tuple((id(rows), bit) for rows, bit in zip(picked.rows, picked.bits, strict=True))
        return self._once(parts, picked.rows, lambda: picked.folded(self.rows[:, at.TIME]))

    def keyed(self, key: Key, chosen: Ints) -> tuple[Ints, Ints]:
        """The keys of the chosen rows, and which of them have one."""
        keys = self.keys(key, chosen)
        return keys, self._once(("keyed", key, id(chosen)), chosen, lambda: np.flatnonzero(keys != NOBODY))

    def keys(self, key: Key, chosen: Ints) -> Ints:
        """The keys of the chosen rows, NOBODY where there is none."""
        if key in PLAIN_KEYS and not self._drills:
            return self._once((key, id(chosen)), chosen, lambda: self.rows[chosen, PLAIN_KEYS[key]])
        return self._once((key, id(chosen)), chosen, lambda: self._world.key(key, self.some(chosen)))

    def some(self, chosen: Ints) -> Ints:
        """The chosen rows."""
        return self._once(("some", id(chosen)), chosen, lambda: self.rows[chosen])

    def _once(self, what: tuple[object, ...], of: object, work_out: Callable[[], T]) -> T:
        known = self._known.get(what)
        if known is None:
            known = self._known[what] = (work_out(), of)
        found: T = known[0]
        return found

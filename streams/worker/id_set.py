"""A set of 16-byte ids in numpy, by open addressing, probed by compiled kernels.

The all-zero id means "empty place"; heartbeats have it and are never asked about.
"""

import numba
import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

_FIRST_PLACES = 1024


class IdSet:
    """Ids as (n, 2) arrays of uint64. Grows by doubling, never more than half full."""

    def __init__(self) -> None:
        self._table: Ids = np.zeros((_FIRST_PLACES, 2), dtype=np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def contains(self, ids: Ids) -> Bools:
        """Which of the ids are in the set."""
        return _contains(self._table, ids)

    def add(self, ids: Ids) -> Bools:
        """Put the ids in, in order; which of them were in before (also by an earlier one of this call)."""
        self._make_room(len(ids))
        known = _add(self._table, ids)
        self._count += len(ids) - int(known.sum())
        return known

    def _make_room(self, more: int) -> None:
        places = len(self._table)
        while places < 2 * (self._count + more):
            places *= 2
        if places > len(self._table):
            old, self._table = self._table, np.zeros((places, 2), dtype=np.uint64)
            _add(self._table, old[(old[:, 0] != 0) | (old[:, 1] != 0)])


def warm() -> None:
    """Load or compile the kernels."""
    nothing, ids = np.zeros((0, 2), np.uint64), IdSet()
    ids.add(nothing)
    ids.contains(nothing)


@numba.njit(cache=True, nogil=True)
def _find(table: Ids, first: np.uint64, second: np.uint64) -> np.signedinteger:
    """The place of the id, or of the empty place where it belongs."""
    mask = len(table) - 1
    mixed = (first ^ (second >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15)
    at = np.int64(mixed >> np.uint64(32)) & mask
    while (table[at, 0] != 0 or table[at, 1] != 0) and (table[at, 0] != first or table[at, 1] != second):
        at = (at + 1) & mask
    return at


@numba.njit(cache=True, nogil=True)
def _contains(table: Ids, ids: Ids) -> Bools:
    known = np.zeros(len(ids), dtype=np.bool_)
    for row in range(len(ids)):
        at = _find(table, ids[row, 0], ids[row, 1])
        known[row] = table[at, 0] != 0 or table[at, 1] != 0
    return known


@numba.njit(cache=True, nogil=True)
def _add(table: Ids, ids: Ids) -> Bools:
    known = np.zeros(len(ids), dtype=np.bool_)
    for row in range(len(ids)):
        at = _find(table, ids[row, 0], ids[row, 1])
        known[row] = table[at, 0] != 0 or table[at, 1] != 0
        table[at, 0] = ids[row, 0]
        table[at, 1] = ids[row, 1]
    return known

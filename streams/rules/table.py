"""From a key to its slot: an open-addressing index over dense rows, so that state is as large as the live keys."""

from typing import Any

from streams.rules.layout import EXTRA, MARK, ROLES, SLOT, kernel

EMPTY = -1


@kernel(layout=1)
def claim(start: int, wanted: Any, keys: Any, index: Any, used: int, slots: Any) -> tuple[int, int]:
    """Find or make the slot of each wanted key from row `start` on.

    wanted[n] and keys[rows] int64, index[power of two] int32 (EMPTY or a slot), slots[n] int64 is written. Returns the next
    row and the slots in use; it stops where a new key finds `keys` full. Keys are hashes already: their low bits are the place.
    """
    mask = index.shape[0] - 1
    for i in range(start, wanted.shape[0]):
        key = wanted[i]
        place = key & mask
        while index[place] != EMPTY and keys[index[place]] != key:
            place = (place + 1) & mask
        if index[place] == EMPTY:
            if used == keys.shape[0]:
                return i, used
            keys[used] = key
            index[place] = used
            used += 1
        slots[i] = index[place]
    return wanted.shape[0], used


@kernel(layout=1)
def rebuild(keys: Any, used: int, index: Any) -> None:
    """Write the index of the first `used` keys, which are all different."""
    mask = index.shape[0] - 1
    for place in range(index.shape[0]):
        index[place] = EMPTY
    for slot in range(used):
        place = keys[slot] & mask
        while index[place] != EMPTY:
            place = (place + 1) & mask
        index[place] = slot


@kernel(layout=1)
def gather(used: Any, rows: Any, slots: Any, roles: Any, marks: int, facts: Any) -> None:
    """Write what a kernel takes (layout.py) of the rows `used`: slot, roles, no extra numbers, the mark."""
    for n in range(used.shape[0]):
        i = used[n]
        facts[n, SLOT] = slots[n]
        facts[n, ROLES] = roles[n]
        for k in range(EXTRA, MARK):
            facts[n, k] = 0
        for k in range(marks):
            facts[n, MARK + k] = rows[i, k]

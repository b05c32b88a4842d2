"""The shape of the arrays that every kernel takes, and the two things that every kernel does.

A kernel is `fold(start, rows, heads, words, params, signals, evidence) -> (next row, signals written)`, all arrays int64 and
C-contiguous, times in microseconds since the epoch:

- rows[n, MARK + m], in the order of judgement: slot of the row's key, bits of the roles it plays, two numbers that the kernel
  names, and the mark: time, offset, id (two halves), and what else the kernel remembers of an event.
- heads[4, slots]: when the key was last seen, last raised, when its timer is due, since when its alert is open.
- words[slots, w]: what the kernel remembers of the key; LONG_AGO where there is nothing yet.
- params[p]: window and hold in microseconds, then the kernel's own.
- signals[s, 4]: what, slot, time, row (NO_ROW: a timer). evidence[s, e, m]: the marks that met the thresholds.

A kernel that finds `signals` full returns the row to go on with. Numba keeps compiled code by the date of a kernel's own
file, so a change here does not reach it: raise VERSION, and every kernel's file has to be touched before it imports.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

VERSION = 1

SLOT, ROLES, EXTRA, MARK = 0, 1, 2, 4
TIME, OFFSET, ID_HIGH, ID_LOW, MORE = 0, 1, 2, 3, 4
SEEN, RAISED, DUE, OPEN, HEADS = 0, 1, 2, 3, 4
WINDOW, HOLD, OWN = 0, 1, 2
WHAT, WHO, WHEN, ROW, SIGNAL = 0, 1, 2, 3, 4

RAISE, CLEAR, AFTER, BEFORE = 1, 2, 3, 4
"""What a signal says. AFTER and BEFORE raise a child of the alert of the tumbling window before, or after."""
NO_ROW = -1
ROOM = 2
"""How many signals one row may give at most: a timer that came due before it, and its own."""

LONG_AGO = -(2**62)
NEVER = 2**63 - 1

F = TypeVar("F", bound=Callable[..., Any])


def kernel(*, layout: int, inline: bool = False) -> Callable[[F], F]:
    """Compile to machine code that is cached and releases the interpreter's lock. `layout` is the VERSION written for.

    `inline` puts a helper's code into its callers: a call hands over every array as seven words, which costs more than a line.
    """
    if layout != VERSION:
        raise ImportError(f"A kernel was written for layout {layout}; streams/rules/layout.py is at {VERSION}.")
    return cast(Callable[[F], F], njit(cache=True, nogil=True, inline="always" if inline else "never"))


@kernel(layout=1)
def signal(signals: Any, found: int, what: int, slot: int, time: int, row: int) -> int:
    """Write one signal; how many there are now."""
    signals[found, WHAT] = what
    signals[found, WHO] = slot
    signals[found, WHEN] = time
    signals[found, ROW] = row
    return found + 1


@kernel(layout=1)
def show(evidence: Any, found: int, words: Any, slot: int, marks: int) -> None:
    """Copy a key's first marks beside the signal that is about to be written."""
    width = evidence.shape[2]
    for j in range(marks):
        for k in range(width):
            evidence[found, j, k] = words[slot, j * width + k]


@kernel(layout=1)
def put(words: Any, slot: int, number: int, rows: Any, i: int, width: int) -> int:
    """Put row i's mark into the key's ring of so many marks, over the oldest; where the oldest now stands.

    The word behind the marks says where the next one goes: nothing is moved, however many are kept.
    """
    place = max(words[slot, number * width], 0)
    for k in range(width):
        words[slot, place * width + k] = rows[i, MARK + k]
    place = place + 1 if place + 1 < number else 0
    words[slot, number * width] = place
    return int(place)


@kernel(layout=1)
def show_ring(evidence: Any, found: int, words: Any, slot: int, number: int, oldest: int) -> None:
    """Copy a ring's marks, oldest first, beside the signal that is about to be written."""
    width = evidence.shape[2]
    for j in range(number):
        place = (oldest + j) % number
        for k in range(width):
            evidence[found, j, k] = words[slot, place * width + k]

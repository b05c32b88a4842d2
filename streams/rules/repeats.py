"""The kernels that remember the last few events of a key: each, count, distinct.

Windows are (t - window, t] in event time. A key that raised raises nothing more until `hold` after that raise.
"""

from typing import Any

from streams.rules.layout import (
    AFTER,
    BEFORE,
    HOLD,
    LONG_AGO,
    MARK,
    OWN,
    RAISE,
    RAISED,
    ROOM,
    SEEN,
    SLOT,
    WINDOW,
    kernel,
    put,
    show_ring,
    signal,
)  # fmt: skip

MEMORY = 62
"""Windows back: ten seconds' windows reach over the ten minutes that a row may be late."""


NEWEST, BEGUN, LAST, FIRST, CHILDREN, EACH_WORDS = 0, 1, 2, 3, 4, 5
"""What each remembers of a key with a hold: its newest window, a bit for it and each of the MEMORY before it that has begun,
the last time of all, the first time in the newest window, and a bit for each window whose alert is a child."""


@kernel(layout=1)
def each(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Every row raises; with a hold, the first one read of the key's tumbling window of that length.

    So the windows that raise, and with them the alerts' ids, do not depend on the order of reading. What goes on over the
    border of two windows is told once: the second is a child of the first, unless that is a child itself. A row that is
    older than this memory raises nothing.
    """
    found, hold = 0, params[HOLD]
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time = rows[i, SLOT], rows[i, MARK]
        heads[SEEN, slot] = max(heads[SEEN, slot], time)
        what = window_begun(slot, time, hold, words) if hold > 0 else RAISE
        if what == 0:
            continue
        heads[RAISED, slot] = max(heads[RAISED, slot], time)
        for k in range(evidence.shape[2]):
            evidence[found, 0, k] = rows[i, MARK + k]
        found = signal(signals, found, what, slot, time, i)
    return rows.shape[0], found


@kernel(layout=1)
def window_begun(slot: int, time: int, hold: int, words: Any) -> int:
    """RAISE where the time is the first of its window; AFTER or BEFORE where it only goes on from, or leads to, the one beside
    it; 0 where the window has begun."""
    window, newest, what = time // hold, words[slot, NEWEST], RAISE
    if window > newest:
        ago = window - newest if newest != LONG_AGO else MEMORY + 1
        before = words[slot, CHILDREN] & 1
        if ago == 1 and not before and time - words[slot, LAST] < hold:
            what = AFTER
        words[slot, BEGUN] = words[slot, BEGUN] << ago if ago <= MEMORY else 0
        words[slot, CHILDREN] = words[slot, CHILDREN] << ago if ago <= MEMORY else 0
        words[slot, NEWEST], words[slot, FIRST] = window, time
        newest = window
    back = newest - window
    if back == 0:
        words[slot, FIRST] = min(words[slot, FIRST], time)
    words[slot, LAST] = max(words[slot, LAST], time)
    if back > MEMORY or words[slot, BEGUN] >> back & 1:
        return 0
    if back == 1 and not words[slot, CHILDREN] & 1 and words[slot, FIRST] - time < hold:
        what = BEFORE
    words[slot, BEGUN] |= 1 << back
    if what != RAISE:
        words[slot, CHILDREN] |= 1 << back
    return int(what)


@kernel(layout=1)
def count(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise at the row with which n rows of its key lie in the window. words: the last n marks as a ring (layout.py)."""
    number, width, found = params[OWN], evidence.shape[2], 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time = rows[i, SLOT], rows[i, MARK]
        heads[SEEN, slot] = time
        oldest = put(words, slot, number, rows, i, width)
        if words[slot, oldest * width] > time - params[WINDOW] and time - heads[RAISED, slot] >= params[HOLD]:
            heads[RAISED, slot] = time
            show_ring(evidence, found, words, slot, number, oldest)
            found = signal(signals, found, RAISE, slot, time, i)
    return rows.shape[0], found


@kernel(layout=1)
def distinct(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise at the row with which n different values of its key lie in the window.

    words: the newest mark of each of the last n values as a ring (layout.py); a mark's last word is its value.
    """
    number, width, found = params[OWN], evidence.shape[2], 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time, value = rows[i, SLOT], rows[i, MARK], rows[i, MARK + width - 1]
        heads[SEEN, slot] = time
        known = -1
        for j in range(number):
            if words[slot, j * width + width - 1] == value:
                known = j
        new = known < 0
        oldest = put(words, slot, number, rows, i, width) if new else renew(words, slot, number, rows, i, width, known)
        if words[slot, oldest * width] > time - params[WINDOW] and time - heads[RAISED, slot] >= params[HOLD]:
            heads[RAISED, slot] = time
            show_ring(evidence, found, words, slot, number, oldest)
            found = signal(signals, found, RAISE, slot, time, i)
    return rows.shape[0], found


@kernel(layout=1)
def renew(words: Any, slot: int, number: int, rows: Any, i: int, width: int, known: int) -> int:
    """Put row i's mark in the newest place of the ring instead of the mark at `known`; where the oldest stands."""
    oldest = max(words[slot, number * width], 0)
    newest = oldest - 1 if oldest > 0 else number - 1
    place = known
    while place != newest:
        after = place + 1 if place + 1 < number else 0
        for k in range(width):
            words[slot, place * width + k] = words[slot, after * width + k]
        place = after
    for k in range(width):
        words[slot, newest * width + k] = rows[i, MARK + k]
    return int(oldest)

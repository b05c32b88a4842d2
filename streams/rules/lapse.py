"""The kernels with a timer: without and dwell (one machine), absence, and the timers that come due when nothing arrives.

A timer due at d fires before rows later than d and after rows at or before d; what it raises is raised at d. A hold
postpones a timer and never drops it, because the state that it watches goes on. While a key's alert is open its timer rests.
"""

from typing import Any

from streams.rules.layout import (
    CLEAR,
    DUE,
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
    ROOM,
    SEEN,
    SLOT,
    WINDOW,
    kernel,
    show,
    signal,
)  # fmt: skip

_STARTS, _ENDS = 1, 2


@kernel(layout=1)
def ring(slot: int, heads: Any, words: Any, signals: Any, evidence: Any, found: int) -> int:
    """Raise what the key's timer stands for, at the timer's own time."""
    due = heads[DUE, slot]
    heads[RAISED, slot] = heads[OPEN, slot] = due
    heads[DUE, slot] = NEVER
    show(evidence, found, words, slot, 1)
    return signal(signals, found, RAISE, slot, due, NO_ROW)


@kernel(layout=1)
def lapse(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise when no end has followed a start for the window; the end clears it.

    Roles: bit 0 starts, bit 1 ends. The earliest start stands until an end. params[OWN]: an end so long before a start
    answers it too. words: the mark of the start, then the time of the last end.
    """
    width, found = evidence.shape[2], 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time, roles = rows[i, SLOT], rows[i, MARK], rows[i, ROLES]
        heads[SEEN, slot] = time
        if heads[DUE, slot] < time:
            found = ring(slot, heads, words, signals, evidence, found)
        resting = heads[DUE, slot] == NEVER and heads[OPEN, slot] == LONG_AGO
        if roles & _STARTS and resting and words[slot, width] < time - params[OWN]:
            for k in range(width):
                words[slot, k] = rows[i, MARK + k]
            heads[DUE, slot] = max(time + params[WINDOW], heads[RAISED, slot] + params[HOLD])
        if roles & _ENDS:
            words[slot, width] = time
            heads[DUE, slot] = NEVER
            if heads[OPEN, slot] != LONG_AGO:
                heads[OPEN, slot] = LONG_AGO
                found = signal(signals, found, CLEAR, slot, time, i)
    return rows.shape[0], found


@kernel(layout=1)
def absence(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise when a key that spoke has been silent for the window; any row of it clears it. words: the mark of the last row."""
    found = 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time = rows[i, SLOT], rows[i, MARK]
        heads[SEEN, slot] = time
        if heads[DUE, slot] < time:
            found = ring(slot, heads, words, signals, evidence, found)
        if heads[OPEN, slot] != LONG_AGO:
            heads[OPEN, slot] = LONG_AGO
            found = signal(signals, found, CLEAR, slot, time, i)
        for k in range(evidence.shape[2]):
            words[slot, k] = rows[i, MARK + k]
        heads[DUE, slot] = max(time + params[WINDOW], heads[RAISED, slot] + params[HOLD])
    return rows.shape[0], found


@kernel(layout=1)
def timers(
    start: int, used: int, watermark: int, heads: Any, words: Any, params: Any, signals: Any, evidence: Any
) -> tuple[int, int]:
    """Fire every timer due at or before the watermark, from slot `start` on; the next slot and the signals written."""
    found = 0
    for slot in range(start, used):
        if found == signals.shape[0]:
            return slot, found
        if heads[DUE, slot] <= watermark:
            found = ring(slot, heads, words, signals, evidence, found)
    return used, found

"""The kernel of level: k of the last n readings at or over a line, until k of the last n are at or under a lower one."""

from typing import Any

from streams.rules.layout import (
    CLEAR,
    EXTRA,
    HOLD,
    LONG_AGO,
    MARK,
    OPEN,
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


@kernel(layout=1)
def level(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise at a reading over the line with which k of the last n are; clear at one under the lower line likewise.

    rows[:, EXTRA] is 1 at or over the line, -1 at or under the lower one, 0 between, and is the mark's last word too.
    params[OWN:]: k, n. words: the last n marks as a ring (layout.py).
    Readings outside the window do not count, and after a raise or a clearing counting begins anew.
    """
    enough, number, width, found = params[OWN], params[OWN + 1], evidence.shape[2], 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time, side = rows[i, SLOT], rows[i, MARK], rows[i, EXTRA]
        heads[SEEN, slot] = time
        oldest = put(words, slot, number, rows, i, width)
        like = 0
        for j in range(number):
            if words[slot, j * width] > time - params[WINDOW] and words[slot, j * width + width - 1] == side:
                like += 1
        wanted = 1 if heads[OPEN, slot] == LONG_AGO else -1
        if side != wanted or like < enough or (side == 1 and time - heads[RAISED, slot] < params[HOLD]):
            continue
        if side == 1:
            heads[RAISED, slot] = heads[OPEN, slot] = time
            show_ring(evidence, found, words, slot, number, oldest)
            found = signal(signals, found, RAISE, slot, time, i)
        else:
            heads[OPEN, slot] = LONG_AGO
            found = signal(signals, found, CLEAR, slot, time, i)
        for j in range(words.shape[1]):
            words[slot, j] = LONG_AGO
    return rows.shape[0], found

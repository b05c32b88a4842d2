"""The kernels that remember the last few events of a key: each, count, distinct.

Windows are (t - window, t] in event time. A key that raised raises nothing more until `hold` after that raise.
"""

from typing import Any

from streams.rules.layout import HOLD, LONG_AGO, MARK, OWN, RAISE, RAISED, ROOM, SEEN, SLOT, WINDOW, kernel, show, signal

MEMORY = 62
"""Windows back: ten seconds' windows reach over the ten minutes that a row may be late."""


@kernel(layout=1)
def each(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Every row raises; with a hold, the first one read of the key's tumbling window of that length.

    words: the newest window that raised, and a bit for it and each of the MEMORY before it. So the windows that raise, and with
    them the alerts' ids, do not depend on the order of reading. A row that is older than this memory raises nothing.
    """
    found, hold = 0, params[HOLD]
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time = rows[i, SLOT], rows[i, MARK]
        heads[SEEN, slot] = max(heads[SEEN, slot], time)
        if hold > 0:
            window, newest = time // hold, words[slot, 0]
            if window > newest:
                ago = window - newest
                words[slot, 1] = words[slot, 1] << ago if newest != LONG_AGO and ago <= MEMORY else 0
                words[slot, 0] = newest = window
            back = newest - window
            if back > MEMORY or words[slot, 1] >> back & 1:
                continue
            words[slot, 1] |= 1 << back
        heads[RAISED, slot] = max(heads[RAISED, slot], time)
        for k in range(evidence.shape[2]):
            evidence[found, 0, k] = rows[i, MARK + k]
        found = signal(signals, found, RAISE, slot, time, i)
    return rows.shape[0], found


@kernel(layout=1)
def count(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise at the row with which n rows of its key lie in the window. words: the last n marks, oldest first."""
    number, width, found = params[OWN], evidence.shape[2], 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time = rows[i, SLOT], rows[i, MARK]
        heads[SEEN, slot] = time
        for j in range((number - 1) * width):
            words[slot, j] = words[slot, j + width]
        for k in range(width):
            words[slot, (number - 1) * width + k] = rows[i, MARK + k]
        if words[slot, 0] > time - params[WINDOW] and time - heads[RAISED, slot] >= params[HOLD]:
            heads[RAISED, slot] = time
            show(evidence, found, words, slot, number)
            found = signal(signals, found, RAISE, slot, time, i)
    return rows.shape[0], found


@kernel(layout=1)
def distinct(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise at the row with which n different values of its key lie in the window.

    words: the newest mark of each of the last n values, oldest first; a mark's last word is its value.
    """
    number, width, found = params[OWN], evidence.shape[2], 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time, value = rows[i, SLOT], rows[i, MARK], rows[i, MARK + width - 1]
        heads[SEEN, slot] = time
        out = 0
        for j in range(number):
            if words[slot, j * width + width - 1] == value:
                out = j
        for j in range(out * width, (number - 1) * width):
            words[slot, j] = words[slot, j + width]
        for k in range(width):
            words[slot, (number - 1) * width + k] = rows[i, MARK + k]
        if words[slot, 0] > time - params[WINDOW] and time - heads[RAISED, slot] >= params[HOLD]:
            heads[RAISED, slot] = time
            show(evidence, found, words, slot, number)
            found = signal(signals, found, RAISE, slot, time, i)
    return rows.shape[0], found

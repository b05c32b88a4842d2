"""The kernels that remember the last few events of a key: each, count, distinct.

Windows are (t - window, t] in event time. A key that raised raises nothing more until `hold` after that raise.
"""

from typing import Any

from streams.rules.layout import HOLD, MARK, OWN, RAISE, RAISED, ROOM, SEEN, SLOT, WINDOW, kernel, show, signal


@kernel(layout=1)
def each(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Every row raises, but not within `hold` of the key's last raise, before or after it. The order is that of reading."""
    found = 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time = rows[i, SLOT], rows[i, MARK]
        heads[SEEN, slot] = max(heads[SEEN, slot], time)
        if abs(time - heads[RAISED, slot]) < params[HOLD]:
            continue
        heads[RAISED, slot] = time
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

"""The kernel of travel: one subject at two places sooner than anyone can get there."""

from math import sqrt
from typing import Any

from streams.rules.layout import EXTRA, HOLD, MARK, OWN, RAISE, RAISED, ROOM, SEEN, SLOT, WINDOW, kernel, show, signal


@kernel(layout=1)
def travel(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise at a row whose place is further from the key's row before than the time between them allows.

    rows[:, EXTRA:EXTRA + 2]: x, y in mm. params[OWN:]: speed in mm/s, allowance for two clocks in microseconds. Only
    consecutive rows within the window are compared, in a straight line: no way is shorter. words: marks of the row before
    and of this one, then x, y of the row before.
    """
    width, found = evidence.shape[2], 0
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time = rows[i, SLOT], rows[i, MARK]
        heads[SEEN, slot] = time
        for k in range(width):
            words[slot, k] = words[slot, width + k]
            words[slot, width + k] = rows[i, MARK + k]
        before = words[slot, 0]
        if before > time - params[WINDOW]:
            x, y = rows[i, EXTRA] - words[slot, 2 * width], rows[i, EXTRA + 1] - words[slot, 2 * width + 1]
            needed = sqrt(float(x * x + y * y)) / params[OWN] * 1_000_000 - params[OWN + 1]
            if time - before < needed and time - heads[RAISED, slot] >= params[HOLD]:
                heads[RAISED, slot] = time
                show(evidence, found, words, slot, 2)
                found = signal(signals, found, RAISE, slot, time, i)
        words[slot, 2 * width] = rows[i, EXTRA]
        words[slot, 2 * width + 1] = rows[i, EXTRA + 1]
    return rows.shape[0], found

"""The kernel of travel: one subject at two places sooner than anyone can get there."""

from typing import Any

from streams.rules.layout import EXTRA, HOLD, MARK, OWN, RAISE, RAISED, ROOM, SEEN, SLOT, WINDOW, kernel, show, signal


@kernel(layout=1)
def travel(
    start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any, ways: Any
) -> tuple[int, int]:
    """Raise at a row whose place is further from the key's row before than the time between them allows.

    rows[:, EXTRA] is where the row is in ways[from, to], metres of the shortest way. params[OWN:]: speed in mm/s, allowance for
    two clocks in microseconds. Only consecutive rows within the window are compared. words: marks of the row before and of
    this one, then where the row before was.
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
            metres = ways[words[slot, 2 * width], rows[i, EXTRA]]
            needed = metres * 1_000_000_000.0 / params[OWN] - params[OWN + 1]
            if time - before < needed and time - heads[RAISED, slot] >= params[HOLD]:
                heads[RAISED, slot] = time
                show(evidence, found, words, slot, 2)
                found = signal(signals, found, RAISE, slot, time, i)
        words[slot, 2 * width] = rows[i, EXTRA]
    return rows.shape[0], found

"""The kernel of sequence: A then B (then C) of one key within the window, from the first to the last, with nothing between."""

from typing import Any

from streams.rules.layout import HOLD, LONG_AGO, MARK, OWN, RAISE, RAISED, ROLES, ROOM, SEEN, SLOT, WINDOW, kernel, show, signal

UNLESS = 1 << 3
"""The bit of the role `unless`: behind first, then and last."""


@kernel(layout=1)
def sequence(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise at the row that completes the steps within the window of the latest first step that allows it.

    params[OWN] steps; bit s of a row's roles says that it can be step s. words: the chain being shown, then for each step
    but the last the chain up to it with the latest start (a later start is never worse). A completed chain is used up,
    raised or held. A row with the bit UNLESS throws away what is collected then.
    """
    steps, width, found = params[OWN], evidence.shape[2], 0
    chain = steps * width
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time = rows[i, SLOT], rows[i, MARK]
        heads[SEEN, slot] = time
        over = rows[i, ROLES] & UNLESS != 0
        for step in range(steps - 1, -1, -1):
            if not rows[i, ROLES] >> step & 1:
                continue
            before, here = step * chain, ((step + 1) % steps) * chain
            if step and words[slot, before] <= time - params[WINDOW]:
                continue
            for j in range(step * width):
                words[slot, here + j] = words[slot, before + j]
            for k in range(width):
                words[slot, here + step * width + k] = rows[i, MARK + k]
            if step < steps - 1:
                continue
            if time - heads[RAISED, slot] >= params[HOLD]:
                heads[RAISED, slot] = time
                show(evidence, found, words, slot, steps)
                found = signal(signals, found, RAISE, slot, time, i)
            over = True
            break
        if over:
            for j in range(words.shape[1]):
                words[slot, j] = LONG_AGO
    return rows.shape[0], found

"""The kernels that look at what belongs together in a few seconds: surplus and mismatch.

An episode begins at an event of the key while none is under way, and ends a window later. What it raises is raised at its end,
because what answers it may come after it. Both keep a few of the rows before, for what answers it beforehand.
"""

from typing import Any

from streams.rules.layout import (
    DUE,
    EXTRA,
    HOLD,
    LONG_AGO,
    MARK,
    NEVER,
    NO_ROW,
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

EVENT, ANSWER, OWNED = 1, 2, 4
VALUES, ALLOWS, EARLIER, OTHERS = 8, 4, 3, 3
"""Different values of one surplus that are told apart; allows before an episode (of mismatch: events and owns) and witnesses
before it that are kept; witnesses of other values that are remembered."""

# Words behind the two marks of an episode: surplus has counts (values, allows), the values, and the times of allows; mismatch
# has its own value, whether it was seen, the other witnesses, those before, and values and times of the last events and owns.
N_VALUES, N_ALLOWS, FIRST_VALUE = 0, 1, 2
FIRST_ALLOW = FIRST_VALUE + VALUES
SURPLUS_WORDS = FIRST_ALLOW + ALLOWS
OWN_VALUE, SAME, FIRST_WITNESS = 0, 1, 2


@kernel(layout=1)
def end_surplus(slot: int, heads: Any, words: Any, params: Any, signals: Any, evidence: Any, found: int) -> int:
    """End the key's window or its episode, and raise where more came than were allowed. Without any allow nothing was opened.

    At the window's end an episode is over where no surplus can be left, because allows only lessen it; another one waits on.
    """
    rest = 2 * evidence.shape[2]
    due, allows, last = heads[DUE, slot], words[slot, rest + N_ALLOWS], words[slot, 0] + params[WINDOW] + params[OWN + 2]
    heads[DUE, slot] = NEVER
    if words[slot, rest + N_VALUES] - max(allows, 1) < params[OWN]:
        return found
    if due < last:
        heads[DUE, slot] = last
        return found
    if allows == 0:
        return found
    heads[RAISED, slot] = due
    show(evidence, found, words, slot, 2)
    return signal(signals, found, RAISE, slot, due, NO_ROW)


@kernel(layout=1)
def surplus(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise at the end of an episode in which at least params[OWN] more values came than rows that allow one.

    rows[:, EXTRA] is the value. params[OWN + 1:]: how long before the first event an allow counts, and how long after the
    window, for which the decision waits where there is a surplus by then. words: marks of the first event and of the last
    with a new value, then the counts, the values, and the times of the last allows.
    """
    width, found = evidence.shape[2], 0
    rest = 2 * width
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time, roles, value = rows[i, SLOT], rows[i, MARK], rows[i, ROLES], rows[i, EXTRA]
        heads[SEEN, slot] = time
        while heads[DUE, slot] < time:
            found = end_surplus(slot, heads, words, params, signals, evidence, found)
        if roles & EVENT and value != 0:
            if heads[DUE, slot] == NEVER:
                if time - heads[RAISED, slot] >= params[HOLD]:
                    begin(slot, rows, i, heads, words, params[WINDOW], width)
                    words[slot, rest + N_VALUES] = 1
                    words[slot, rest + FIRST_VALUE] = value
                    allowed = 0
                    for j in range(ALLOWS):
                        allowed += words[slot, rest + FIRST_ALLOW + j] >= time - params[OWN + 1]
                    words[slot, rest + N_ALLOWS] = allowed
            elif time <= words[slot, 0] + params[WINDOW]:
                n, known = words[slot, rest + N_VALUES], False
                for j in range(n):
                    known |= words[slot, rest + FIRST_VALUE + j] == value
                if not known and n < VALUES:
                    words[slot, rest + FIRST_VALUE + n] = value
                    words[slot, rest + N_VALUES] = n + 1
                    for k in range(width):
                        words[slot, width + k] = rows[i, MARK + k]
        if roles & ANSWER:
            if heads[DUE, slot] != NEVER:
                words[slot, rest + N_ALLOWS] += 1
            for j in range(ALLOWS - 1):
                words[slot, rest + FIRST_ALLOW + j] = words[slot, rest + FIRST_ALLOW + j + 1]
            words[slot, rest + FIRST_ALLOW + ALLOWS - 1] = time
    return rows.shape[0], found


@kernel(layout=1)
def begin(slot: int, rows: Any, i: int, heads: Any, words: Any, lasts: int, width: int) -> None:
    """Begin an episode of the key with row i, which is decided so long after it."""
    heads[DUE, slot] = rows[i, MARK] + lasts
    for k in range(width):
        words[slot, k] = rows[i, MARK + k]
        words[slot, width + k] = LONG_AGO


@kernel(layout=1)
def mismatch_words(width: int) -> int:
    """Words of mismatch behind its two marks."""
    return FIRST_WITNESS + (OTHERS + EARLIER) * (width + 1) + 2 * ALLOWS


@kernel(layout=1)
def end_mismatch(slot: int, heads: Any, words: Any, params: Any, signals: Any, evidence: Any, found: int) -> int:
    """End the key's episode, and raise where another was seen that no event or own explains, and the right one was not.

    params[OWN:]: how long before the window and after it an event or own of the other's explains it.
    """
    width = evidence.shape[2]
    rest, size = 2 * width, width + 1
    events = rest + FIRST_WITNESS + (OTHERS + EARLIER) * size
    due = heads[DUE, slot]
    heads[DUE, slot] = NEVER
    if words[slot, rest + SAME] == 1:
        return found
    for j in range(OTHERS):
        place = rest + FIRST_WITNESS + j * size
        value = words[slot, place]
        explained = value == LONG_AGO
        for k in range(ALLOWS):
            recent = words[slot, events + 2 * k + 1] > words[slot, 0] - params[WINDOW] - params[OWN]
            explained |= recent and words[slot, events + 2 * k] == value
        if not explained:
            heads[RAISED, slot] = due
            for k in range(width):
                words[slot, width + k] = words[slot, place + 1 + k]
            show(evidence, found, words, slot, 2)
            return signal(signals, found, RAISE, slot, due, NO_ROW)
    return found


@kernel(layout=1)
def compare(slot: int, words: Any, value: int, width: int, mark: Any, place: int) -> None:
    """Hold a witness of `value`, whose mark stands in mark[place:], against the episode's own value."""
    rest, size = 2 * width, width + 1
    if value == words[slot, rest + OWN_VALUE]:
        words[slot, rest + SAME] = 1
        return
    for j in range(OTHERS):
        other = rest + FIRST_WITNESS + j * size
        if words[slot, other] == value:
            return
        if words[slot, other] == LONG_AGO:
            words[slot, other] = value
            for k in range(width):
                words[slot, other + 1 + k] = mark[place + k]
            return


@kernel(layout=1)
def mismatch(start: int, rows: Any, heads: Any, words: Any, params: Any, signals: Any, evidence: Any) -> tuple[int, int]:
    """Raise a window after an event where a witness of another value was seen within the window about it, and none of its own.

    rows[:, EXTRA] is the value, 0 for none. A witness whose value had an event or own row there is explained by that, from
    params[OWN] before the window to params[OWN + 1] after it, for which the decision waits. words: marks of the event and of
    the witness shown, then what stands above.
    """
    width, found = evidence.shape[2], 0
    rest, size = 2 * width, width + 1
    earlier = rest + FIRST_WITNESS + OTHERS * size
    events = earlier + EARLIER * size
    for i in range(start, rows.shape[0]):
        if found + ROOM > signals.shape[0]:
            return i, found
        slot, time, roles, value = rows[i, SLOT], rows[i, MARK], rows[i, ROLES], rows[i, EXTRA]
        heads[SEEN, slot] = time
        if heads[DUE, slot] < time:
            found = end_mismatch(slot, heads, words, params, signals, evidence, found)
        if value == 0:
            continue
        if roles & EVENT and heads[DUE, slot] == NEVER and time - heads[RAISED, slot] >= params[HOLD]:
            begin(slot, rows, i, heads, words, params[WINDOW] + params[OWN + 1], width)
            words[slot, rest + OWN_VALUE], words[slot, rest + SAME] = value, 0
            for j in range(OTHERS):
                words[slot, rest + FIRST_WITNESS + j * size] = LONG_AGO
            for j in range(EARLIER):
                place = earlier + j * size
                if words[slot, place + 1] > time - params[WINDOW]:
                    compare(slot, words, words[slot, place], width, words[slot], place + 1)
        if roles & (EVENT | OWNED):
            for j in range(2 * ALLOWS - 2):
                words[slot, events + j] = words[slot, events + j + 2]
            words[slot, events + 2 * ALLOWS - 2], words[slot, events + 2 * ALLOWS - 1] = value, time
        if roles & ANSWER:
            if heads[DUE, slot] != NEVER and time <= words[slot, 0] + params[WINDOW]:
                compare(slot, words, value, width, rows[i], MARK)
            for j in range((EARLIER - 1) * size):
                words[slot, earlier + j] = words[slot, earlier + j + size]
            last = earlier + (EARLIER - 1) * size
            words[slot, last] = value
            for k in range(width):
                words[slot, last + 1 + k] = rows[i, MARK + k]
    return rows.shape[0], found


@kernel(layout=1)
def end_surpluses(
    start: int, used: int, watermark: int, heads: Any, words: Any, params: Any, signals: Any, evidence: Any
) -> tuple[int, int]:
    """End every episode due at or before the watermark, from slot `start` on; the next slot and the signals written."""
    found = 0
    for slot in range(start, used):
        if found == signals.shape[0]:
            return slot, found
        while heads[DUE, slot] <= watermark:
            found = end_surplus(slot, heads, words, params, signals, evidence, found)
    return used, found


@kernel(layout=1)
def end_mismatches(
    start: int, used: int, watermark: int, heads: Any, words: Any, params: Any, signals: Any, evidence: Any
) -> tuple[int, int]:
    """The same for mismatch."""
    found = 0
    for slot in range(start, used):
        if found == signals.shape[0]:
            return slot, found
        if heads[DUE, slot] <= watermark:
            found = end_mismatch(slot, heads, words, params, signals, evidence, found)
    return used, found

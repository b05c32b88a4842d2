"""Rows that wait for the watermark, and come out in the order of judgement."""

import numpy as np

from streams.rules.columns import ATTRIBUTES, COLUMNS, DEVICE, SUBJECT, TIME, ZONE, empty, in_order, joined
from streams.rules.names import Ints

WHOLE = 8192
"""Rows of a part that is joined to no other: a megabyte, so that joining needs no room to speak of."""

TEXTS = [DEVICE, SUBJECT, ZONE, *range(ATTRIBUTES, COLUMNS)]


class Pending:
    """A buffer of matrices (columns.py), each in the order of time, so that what is due is cut off without a look at the rest.

    What was taken was at or before the watermark; what comes later is after it.
    """

    def __init__(self) -> None:
        self._parts: list[Ints] = []

    def add(self, rows: Ints) -> None:
        """Keep rows, in any order. Small parts are joined while the newest are alike in size: there are few, and each row is
        copied a few times at most."""
        if not len(rows):
            return
        part = _by_time(rows)
        while self._parts and len(self._parts[-1]) < 2 * len(part) and len(part) < WHOLE:
            part = _by_time(joined([self._parts.pop(), part]))
        self._parts.append(part)

    def take(self, watermark: int) -> Ints:
        """Remove and return the rows at or before the watermark, sorted by (time, id)."""
        cuts = [_due(part[:, TIME], watermark) for part in self._parts]
        ripe = [part[:cut] for part, cut in zip(self._parts, cuts, strict=True) if cut]
        self._parts = [part[cut:] for part, cut in zip(self._parts, cuts, strict=True) if cut < len(part)]
        return in_order(joined(ripe)) if ripe else empty()

    def texts(self) -> list[Ints]:
        """The numbers whose texts the waiting rows need, among others."""
        return [part[:, TEXTS] for part in self._parts]

    def rows(self) -> Ints:
        """Everything that waits, sorted."""
        return in_order(joined(self._parts)) if self._parts else empty()


def _due(times: Ints, watermark: int) -> int:
    """How many of the times, in order, are at or before the watermark; most parts wait as a whole."""
    return 0 if times[0] > watermark else int(np.searchsorted(times, watermark, "right"))


def _by_time(rows: Ints) -> Ints:
    """The rows in the order of time."""
    times = rows[:, TIME]
    return rows if (times[1:] >= times[:-1]).all() else rows[np.argsort(times, kind="stable")]

"""Rows that wait for the watermark, and come out in the order of judgement."""

from streams.rules.columns import TIME, empty, in_order, joined
from streams.rules.names import Ints


class Pending:
    """A buffer of matrices (columns.py). What was taken was at or before the watermark; what comes later is after it."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []

    def add(self, rows: Ints) -> None:
        """Keep rows, in any order."""
        if len(rows):
            self._parts.append(rows)

    def take(self, watermark: int) -> Ints:
        """Remove and return the rows at or before the watermark, sorted by (time, id)."""
        ripe = []
        rest = []
        for rows in self._parts:
            due = rows[:, TIME] <= watermark
            if due.all():
                ripe.append(rows)
            elif due.any():
                ripe.append(rows[due])
                rest.append(rows[~due])
            else:
                rest.append(rows)
        self._parts = [joined(rest)] if rest else []  # many small parts would be looked at one by one each time
        return in_order(joined(ripe)) if ripe else empty()

    def rows(self) -> Ints:
        """Everything that waits, sorted."""
        return in_order(joined(self._parts)) if self._parts else empty()

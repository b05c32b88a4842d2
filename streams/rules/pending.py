"""Rows that wait for the watermark, and come out in the order of judgement."""

from streams.rules.columns import TIME, empty, in_order, joined
from streams.rules.names import Ints


class Pending:
    """A buffer of matrices (columns.py). What was taken was at or before the watermark; what comes later is after it."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []

    def add(self, rows: Ints) -> None:
        """Keep rows, in any order."""
        if rows.shape[1]:
            self._parts.append(rows)

    def take(self, watermark: int) -> Ints:
        """Remove and return the rows at or before the watermark, sorted by (time, id)."""
        if not self._parts:
            return empty()
        rows = joined(self._parts)
        ripe = rows[TIME] <= watermark
        rest = rows[:, ~ripe]
        self._parts = [rest] if rest.shape[1] else []
        return in_order(rows[:, ripe])

    def rows(self) -> Ints:
        """Everything that waits, sorted."""
        return in_order(joined(self._parts)) if self._parts else empty()

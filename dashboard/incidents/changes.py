"""A list whose rows change, and what of it a browser has not heard yet. Pure; desk-changes.js is the twin of `heard`.

What is told says how rows are, never what was done to them: laid over the list of any number from `since` to `seq`, it makes
the list of `seq`. So a browser that skipped pushes gets what it missed in one, and hearing something twice does no harm. A
browser whose own number is none of these (it lost something, or another process speaks) cannot lay it over, and asks for the
whole: told since 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

REMEMBERED = 300
"""Numbers for which ids that went are remembered, five minutes of beats: who is further behind is told the whole."""

Row = Mapping[str, Any]
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows at a number, by id, and at which number each changed last; that of the ids that went too, for a while."""

    seq: int = 0
    rows: Mapping[str, Row] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)

    @property
    def news_seq(self) -> int:
        """When anything changed last."""
        return max(self.changed.values(), default=0)

    def next(self, found: Iterable[Row]) -> "Listed":
        """The list of the next number, as it was found to be."""
        seq, rows = self.seq + 1, {row["id"]: row for row in found}
        touched = {one for one in rows.keys() | self.rows.keys() if rows.get(one) != self.rows.get(one)}
        known = {one: at for one, at in self.changed.items() if one in rows or at > seq - REMEMBERED}
        return Listed(seq, rows, {**known, **dict.fromkeys(touched, seq)})

    def since(self, seq: int) -> Told:
        """What somebody has not heard who has the list of that number; the whole where that is too long ago, or 0."""
        if seq <= self.seq - REMEMBERED or not seq:
            return {"seq": self.seq, "since": 0, "rows": list(self.rows.values()), "gone": []}
        touched = [one for one, at in self.changed.items() if at > seq]
        rows, gone = [self.rows[one] for one in touched if one in self.rows], [one for one in touched if one not in self.rows]
        return {"seq": self.seq, "since": seq, "rows": rows, "gone": gone}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a browser has: the rows of a number of the process `run`."""

    run: str
    seq: int
    rows: Mapping[str, Row]


def heard(had: Heard | None, told: Told) -> Heard | None:
    """What a browser has then; None where it has to ask for the whole."""
    if had and had.run == told["run"] and told["seq"] <= had.seq:
        return had
    fresh = {row["id"]: row for row in told["rows"]}
    if not told["since"]:
        return Heard(told["run"], told["seq"], fresh)
    if had is None or had.run != told["run"] or told["since"] > had.seq:
        return None
    gone = frozenset(told["gone"])
    return Heard(had.run, told["seq"], {one: row for one, row in {**had.rows, **fresh}.items() if one not in gone})

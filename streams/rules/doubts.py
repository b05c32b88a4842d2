"""Who may have been seen without a name: an alert is not raised where somebody who looks alike came between.

A rule with `alike` remembers how its first events looked, and the newest MOST rows of the role `doubt` that name nobody. Few
rows: plain arrays, searched when something is raised.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.rules import Rule
from streams.rules import columns as at
from streams.rules import layout
from streams.rules.columns import Flags
from streams.rules.frames import SECOND
from streams.rules.machine import Signal
from streams.rules.names import NOBODY, Ints
from streams.rules.world import World

FOREVER_S = 1e12
MOST = 4096
"""Rows of doubt that are known: in a community two a day are; who says more, a device gone mad, may not fill the memory."""

TIME, ID_HIGH, ID_LOW, LOOKS = 0, 1, 2, 3


@dataclass(slots=True)
class Kept:
    """One rule's rows (n, LOOKS + its `alike`): first events, and those that name nobody.

    `lasts` is how long they may matter, in microseconds: a key that waits goes on waiting by what was said when it began.
    """

    alike: tuple[str, ...]
    firsts: Ints
    doubts: Ints
    lasts: int


class Doubts:
    """What the rules with `alike` remember, by rule."""

    def __init__(self, rules: Mapping[str, Rule], world: World) -> None:
        self._world = world
        self.kept: dict[str, Kept] = {}
        self.configure(rules)

    def configure(self, rules: Mapping[str, Rule]) -> None:
        """Take other rules; what was remembered is kept where the rule still asks for the same looks."""
        self._rules = {name: rule for name, rule in rules.items() if rule.alike}
        known = {name: kept for name, kept in self.kept.items() if name in self._rules}
        self.kept = {
            name: known[name] if name in known and known[name].alike == rule.alike else _nothing(rule.alike)
            for name, rule in self._rules.items()
        }
        for name, rule in self._rules.items():
            now = round((rule.limit("window", 0) + rule.hold_s) * SECOND)
            self.kept[name].lasts = max(self.kept[name].lasts, now)

    def note(self, rule: str, firsts: Ints, doubts: Ints) -> None:
        """Remember rows (of columns.py) in their order, up to the watermark: those of the first role, and those of doubt."""
        kept = self.kept[rule]
        kept.firsts = np.concatenate([kept.firsts, self._looks(rule, firsts)])
        kept.doubts = np.concatenate([kept.doubts, self._looks(rule, doubts[doubts[:, at.SUBJECT] == NOBODY])])

    def silences(self, rule: str, signal: Signal) -> bool:
        """Whether what the signal would raise may be explained by somebody who was not named."""
        kept = self.kept.get(rule)
        if kept is None:
            return False
        first = signal.marks[0]
        known = (kept.firsts[:, ID_HIGH] == first[layout.ID_HIGH]) & (kept.firsts[:, ID_LOW] == first[layout.ID_LOW])
        if not known.any():
            return False
        began, row = first[layout.TIME], self._rules[rule]
        until = min(signal.time, began + round(row.limit("doubt", FOREVER_S) * SECOND))
        newest = kept.doubts[kept.doubts[:, TIME] <= signal.time][-MOST:]
        between = (newest[:, TIME] > began) & (newest[:, TIME] <= until)
        looks = kept.firsts[known][0, LOOKS:]
        return bool((between & alike(looks, newest[:, LOOKS:], row.limit("alike", 1))).any())

    def forget(self, watermark: int) -> None:
        """Drop what no alert after the watermark can be about."""
        for kept in self.kept.values():
            since = watermark - kept.lasts
            kept.firsts = kept.firsts[kept.firsts[:, TIME] >= since]
            kept.doubts = kept.doubts[kept.doubts[:, TIME] >= since][-MOST:]

    def _looks(self, rule: str, rows: Ints) -> Ints:
        kind = self._rules[rule].kind
        looks = [self._world.column(kind, name) for name in self._rules[rule].alike]
        return rows[:, [at.TIME, at.ID_HIGH, at.ID_LOW, *looks]]

    # Saved state.

    def saved(self) -> Mapping[str, Sequence[object]]:
        """All that is remembered, as JSON has it."""
        return {
            name: [kept.alike, _text(kept.firsts), _text(kept.doubts), kept.lasts] for name, kept in sorted(self.kept.items())
        }

    def remember(self, saved: Mapping[str, Sequence[Any]]) -> None:
        """Go on from what was saved, where the rule still asks for the same looks."""
        for name, (looks, firsts, doubts, lasts) in saved.items():
            rule = self._rules.get(name)
            if rule is not None and list(rule.alike) == looks:
                lasts = max(lasts, self.kept[name].lasts)
                self.kept[name] = Kept(rule.alike, _matrix(rule.alike, firsts), _matrix(rule.alike, doubts), lasts)


def alike(looks: Ints, others: Ints, least: float) -> Flags:
    """Which of the others agree with these looks in so many things at least, and differ in none that both are known by."""
    both = (looks != NOBODY) & (others != NOBODY)
    found: Flags = (both.sum(axis=1) >= least) & ~((others != looks) & both).any(axis=1)
    return found


def _nothing(looks: Sequence[str]) -> Kept:
    return Kept(tuple(looks), _matrix(looks, ""), _matrix(looks, ""), 0)


def _text(rows: Ints) -> str:
    return b64encode(rows.tobytes()).decode()


def _matrix(looks: Sequence[str], text: str) -> Ints:
    return np.frombuffer(b64decode(text), np.int64).reshape(-1, LOOKS + len(looks))

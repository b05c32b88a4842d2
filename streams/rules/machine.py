"""One rule at work: its keys' state in arrays, folded by its kernel."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.rules import Rule
from streams.rules import layout as at
from streams.rules.frames import FRAMES, PLAIN, SECOND, key_of
from streams.rules.lapse import timers
from streams.rules.names import NOBODY, Ints
from streams.rules.places import Places
from streams.rules.table import EMPTY, claim, rebuild

AT_ONCE = 64
"""Signals a kernel may write before it hands them over: more is only space."""

FIRST_SLOTS = 64


NOTHING = (np.empty(0, np.int64), np.empty((0, 0), np.int64), np.empty((0, 0), np.int64))
"""A state that no machine takes over."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What a kernel said about a key: raise or clear, at a time, because of a row of the fold (None: a timer) and marks."""

    what: int
    key: int
    time: int
    row: int | None
    marks: tuple[tuple[int, ...], ...]


class Machine:
    """A rule's state. `allowance` is how long after the watermark rows of a past time may still come, in microseconds."""

    def __init__(self, rule: Rule, places: Places, allowance: int = 0) -> None:
        self.rule = rule
        self.frame = FRAMES[rule.kernel]
        self._places = places
        window, hold = rule.limit("window", 0) * SECOND, rule.hold_s * SECOND
        self._keep = int(max(window, rule.limit("before", 0) * SECOND)) + allowance
        self._hold = int(hold) + allowance
        self._params = np.array([window, hold, *self.frame.own(rule)], np.int64)
        self._signals = np.empty((AT_ONCE, at.SIGNAL), np.int64)
        self._evidence = np.empty((AT_ONCE, self.frame.shown(rule), self.frame.width), np.int64)
        nothing = np.empty(0, np.int64)
        self._fill(
            nothing, np.empty((at.HEADS, 0), np.int64), np.empty((0, self.frame.words(rule, self.frame.width)), np.int64)
        )

    def __len__(self) -> int:
        """How many keys have state."""
        return self._used

    def fold(self, rows: Ints, roles: Ints, before: int) -> list[Signal]:
        """Judge rows of columns.py in their order; `roles` as bits from 0. Rows without key, value or place match nothing.

        `before` is the watermark that all of these rows lie after: state that matters after it is kept.
        """
        keys = self.keys_of(rows)
        extra = self.frame.extra(self.rule, rows, self._places) if self.frame.extra else None
        usable = keys != NOBODY if extra is None else (keys != NOBODY) & extra.usable
        used = np.flatnonzero(usable)
        if not len(used):
            return []
        facts = np.zeros((len(used), at.MARK + self.frame.width), np.int64)
        facts[:, at.SLOT] = self._slots(keys[used], before)
        facts[:, at.ROLES] = roles[used]
        plain = at.MARK + len(self.frame.marks)
        facts[:, at.MARK : plain] = rows[list(self.frame.marks)][:, used].T
        if extra is not None:
            facts[:, at.EXTRA : at.MARK] = extra.numbers[:, used].T
            facts[:, plain:] = extra.marks[:, used].T
        return self._run(facts, used)

    def warm(self) -> None:
        """Compile, or load what was compiled before, without judging anything."""
        self._run_kernel(0, np.empty((0, at.MARK + self.frame.width), np.int64))
        timers(0, 0, 0, self._heads, self._words, self._signals, self._evidence)
        claim(0, np.empty(0, np.int64), self._keys, self._index, self._used, np.empty(0, np.int64))

    def fire(self, watermark: int) -> list[Signal]:
        """Fire the timers that are due, whether anything arrived or not."""
        signals: list[Signal] = []
        slot = 0
        while self.frame.timed and slot < self._used:
            slot, found = timers(slot, self._used, watermark, self._heads, self._words, self._signals, self._evidence)
            signals += self._written(found, None)
        return signals

    def _run(self, facts: Ints, used: Ints) -> list[Signal]:
        signals: list[Signal] = []
        row = 0
        while row < len(facts):
            row, found = self._run_kernel(row, facts)
            signals += self._written(found, used)
        return signals

    def _run_kernel(self, row: int, facts: Ints) -> tuple[int, int]:
        return self.frame.fold(row, facts, self._heads, self._words, self._params, self._signals, self._evidence)

    def _written(self, found: int, used: Ints | None) -> Iterator[Signal]:
        for (what, slot, time, row), marks in zip(self._signals[:found].tolist(), self._evidence[:found].tolist(), strict=True):
            cause = None if row == at.NO_ROW or used is None else int(used[row])
            shown = tuple(tuple(mark) for mark in marks if mark[at.TIME] != at.LONG_AGO)
            yield Signal(what, int(self._keys[slot]), time, cause, shown)

    # State.

    def keys_of(self, rows: Ints) -> Ints:
        """The key of each row, NOBODY where it has none."""
        return key_of(self.rule.key, rows, self._places)

    def state(self) -> tuple[Ints, Ints, Ints]:
        """Keys (n), heads (4, n) and words (n, w): everything that the rule remembers."""
        return self._keys[: self._used], self._heads[:, : self._used], self._words[: self._used]

    def take_over(self, keys: Ints, heads: Ints, words: Ints) -> bool:
        """Go on from such a state; False, and nothing changed, where its shape is not this rule's."""
        fits = heads.shape == (at.HEADS, len(keys)) and words.shape == (len(keys), self._words.shape[1])
        if fits:
            self._fill(keys, heads, words)
        return fits

    def _slots(self, wanted: Ints, before: int) -> Ints:
        if self._used > len(self._keys) * 3 // 4:
            self.evict(before)
        slots = np.empty(len(wanted), np.int64)
        row = 0
        while row < len(wanted):
            row, self._used = claim(row, wanted, self._keys, self._index, self._used, slots)
            if row < len(wanted):
                self._make_room(2 * len(self._keys))
        return slots

    def evict(self, watermark: int) -> None:
        """Forget the keys whose state can change no judgement of rows after the watermark."""
        keys, heads, words = self.state()
        busy = (heads[at.DUE] != at.NEVER) | (heads[at.OPEN] != at.LONG_AGO)
        busy |= (heads[at.SEEN] + self._keep > watermark) | (heads[at.RAISED] + self._hold > watermark)
        self._fill(keys[busy], heads[:, busy], words[busy])

    def live(self) -> Ints:
        """The numbers of texts that the state needs, among others: keys, and what marks hold beyond the plain columns."""
        told = [word for word in range(self._words.shape[1]) if word % self.frame.width >= len(PLAIN)]
        return np.concatenate([self._keys[: self._used], self._words[: self._used][:, told].ravel()])

    def _make_room(self, rows: int) -> None:
        self._fill(*self.state(), rows)

    _used: int
    _index: npt.NDArray[np.int32]

    def _fill(self, keys: Ints, heads: Ints, words: Ints, rows: int = 0) -> None:
        """Hold such a state, with room for so many keys at least, and for half as many again as there are."""
        used = len(keys)
        rows = max(rows, FIRST_SLOTS, 1 << (used * 3 // 2).bit_length())
        self._keys = np.empty(rows, np.int64)
        self._heads = np.full((at.HEADS, rows), at.LONG_AGO)
        self._heads[at.DUE] = at.NEVER
        self._words = np.full((rows, words.shape[1]), at.LONG_AGO)
        self._keys[:used], self._heads[:, :used], self._words[:used] = keys, heads, words
        self._used = used
        self._index = np.full(2 * rows, EMPTY, np.int32)
        rebuild(self._keys, used, self._index)

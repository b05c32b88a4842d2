"""One rule at work: its keys' state in arrays, folded by its kernel."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.kernels import Kernel
from schemas.rules import Rule
from streams.rules import columns, table
from streams.rules import layout as at
from streams.rules.block import Block
from streams.rules.frames import FRAMES, PLAIN, SECOND
from streams.rules.names import NOBODY, Ints
from streams.rules.world import World

AT_ONCE = 64
"""Signals a kernel may write before it hands them over: more is only space."""

FIRST_SLOTS = 64


@dataclass(frozen=True, slots=True)
class Signal:
    """What a kernel said about a key: raise or clear, at a time, because of a row of the fold (None: a timer) and marks."""

    what: int
    key: int
    time: int
    row: int | None
    marks: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class State:
    """All that a rule remembers: keys (n), heads (HEADS, n), words (n, w). `fit` says what the words mean."""

    fit: str
    many: int
    keys: Ints
    heads: Ints
    words: Ints


def fit_of(rule: Rule, world: World) -> str:
    """State that was gathered under another version of the rule serves this one where both say the same here.

    What `each` remembers are windows as long as the hold; travel remembers places by the site's order; deviation, amounts by
    intervals.
    """
    parts: list[object] = [rule.kernel, rule.key, rule.of, "last" in rule.match]
    if rule.kernel is Kernel.EACH:
        parts.append(rule.hold_s)
    if rule.kernel is Kernel.TRAVEL:
        parts += [rule.by, world.places.order]
    if rule.kernel is Kernel.DEVIATION:
        parts += [rule.measure, rule.limit("interval", 0), rule.limit("grain", 1)]
    return "/".join(map(str, parts))


class Machine:
    """A rule's state. `allowance` is how long after the watermark rows of a past time may still come, in microseconds."""

    def __init__(self, rule: Rule, world: World, allowance: int = 0) -> None:
        self.rule = rule
        self.frame = FRAMES[rule.kernel]
        self._world = world
        window, hold = rule.limit("window", self.frame.window_s) * SECOND, rule.hold_s * SECOND
        back = max(window + rule.limit("before", 0) * SECOND, hold if rule.kernel is Kernel.EACH else 0)
        self._keep = int(back) + allowance
        self._hold = int(hold) + allowance
        self._params = np.array([window, hold, *self.frame.own(rule, world)], np.int64)
        self._tables = self.frame.tables(rule, world)
        self._signals = np.empty((AT_ONCE, at.SIGNAL), np.int64)
        self._evidence = np.empty((AT_ONCE, self.frame.shown(rule), self.frame.width), np.int64)
        self.words = self.frame.words(rule, self.frame.width)
        self._next_due = at.NEVER
        self._fill(np.empty(0, np.int64), np.empty((at.HEADS, 0), np.int64), np.empty((0, self.words), np.int64))

    def __len__(self) -> int:
        """How many keys have state."""
        return self._used

    def fold(self, block: Block, chosen: Ints, roles: Ints, before: int) -> list[Signal]:
        """Judge the chosen rows of a block in their order; `roles` as bits, one for each of them.

        Rows without key, value or place match nothing. `before` is the watermark that all of these rows lie after: state that
        matters after it is kept.
        """
        if self.frame.extra is None:
            keys, used, extra = *block.keyed(self.rule.key, chosen), None
        else:
            keys, extra = block.keys(self.rule.key, chosen), self.frame.extra(self.rule, block.some(chosen), roles, self._world)
            used = np.flatnonzero((keys != NOBODY) & extra.usable)
        if not len(used):
            return []
        slots = self._slots(keys[used], before)
        facts = np.empty((len(used), at.MARK + self.frame.width), np.int64)
        table.gather(chosen[used], block.rows, slots, roles[used], self.frame.marks, facts)
        if extra is not None:
            facts[:, at.EXTRA : at.MARK] = extra.numbers[used]
            facts[:, at.MARK + self.frame.marks :] = extra.marks[used]
        signals = self._run(facts, chosen[used])
        if self.frame.timers is not None:
            self._next_due = min(self._next_due, int(self._heads[at.DUE, slots].min()))
        return signals

    def warm(self) -> None:
        """Compile, or load what was compiled before, without judging anything."""
        self.run_kernel(0, np.empty((0, at.MARK + self.frame.width), np.int64))
        if self.frame.timers is not None:
            self._time_out(0, at.LONG_AGO)
        nothing = np.empty(0, np.int64)
        table.claim(0, nothing, self._keys, self._index, self._used, nothing)
        table.gather(nothing, columns.empty(), nothing, nothing, 0, np.empty((0, at.MARK), np.int64))

    def fire(self, watermark: int) -> list[Signal]:
        """Fire the timers that are due, whether anything arrived or not; none is looked at before the earliest can be due."""
        signals: list[Signal] = []
        if self.frame.timers is None or self._next_due > watermark:
            return signals
        slot = 0
        while slot < self._used:
            slot, found = self._time_out(slot, watermark)
            signals += self._written(found, None)
        self._next_due = int(self._heads[at.DUE, : self._used].min(initial=at.NEVER))
        return signals

    def _time_out(self, slot: int, watermark: int) -> tuple[int, int]:
        if self.frame.timers is None:
            return self._used, 0
        state = (self._heads, self._words, self._params, self._signals, self._evidence)
        return self.frame.timers(slot, self._used, watermark, *state, *self._tables)

    def _run(self, facts: Ints, used: Ints) -> list[Signal]:
        signals: list[Signal] = []
        row = 0
        while row < len(facts):
            row, found = self.run_kernel(row, facts)
            signals += self._written(found, used)
        return signals

    def run_kernel(self, row: int, facts: Ints) -> tuple[int, int]:
        """Fold what a kernel takes (layout.py) from a row on: the row to go on with, and the signals that stand written."""
        state = (self._heads, self._words, self._params, self._signals, self._evidence)
        return self.frame.fold(row, facts, *state, *self._tables)

    def _written(self, found: int, used: Ints | None) -> Iterator[Signal]:
        for (what, slot, time, row), marks in zip(self._signals[:found].tolist(), self._evidence[:found].tolist(), strict=True):
            cause = None if row == at.NO_ROW or used is None else int(used[row])
            shown = tuple(tuple(mark) for mark in marks if mark[at.TIME] != at.LONG_AGO) if what != at.CLEAR else ()
            yield Signal(what, int(self._keys[slot]), time, cause, shown)

    # State.

    def keys_of(self, rows: Ints) -> Ints:
        """The key of each row, NOBODY where it has none."""
        return self._world.key(self.rule.key, rows)

    def state(self) -> State:
        """Everything that the rule remembers."""
        used = self._used
        return State(fit_of(self.rule, self._world), self._many(), self._keys[:used], self._heads[:, :used], self._words[:used])

    def take_over(self, state: State) -> bool:
        """Go on from such a state; False, and nothing changed, where what it remembers is of no use to this rule."""
        if state.fit != fit_of(self.rule, self._world) or len(state.heads) != at.HEADS:
            return False
        words = self._resized(state.words, state.many)
        if words.shape != (len(state.keys), self.words):
            return False
        self._fill(state.keys, state.heads, words)
        return True

    def _many(self) -> int:
        return int(self.rule.limit(self.frame.many, 1)) if self.frame.many else 1

    def _resized(self, words: Ints, many: int) -> Ints:
        """Where fewer marks are kept now the newest stay; where more, nothing stands before them."""
        size = many * self.frame.width
        ring = words.shape[1] == size + 1
        if not self.frame.many or many == self._many() or words.shape[1] not in {size, size + 1}:
            return words
        marks = words[:, :size].reshape(len(words), many, self.frame.width)
        if ring:  # oldest first, as they stand where there is no ring
            turned = (np.arange(many) + np.maximum(words[:, size:], 0)) % many
            marks = np.take_along_axis(marks, turned[:, :, None], axis=1)
        nothing = np.full((len(words), max(0, self._many() - many), self.frame.width), at.LONG_AGO)
        kept: Ints = np.concatenate([nothing, marks], axis=1)[:, -self._many() :].reshape(len(words), -1)
        return np.concatenate([kept, np.zeros((len(words), 1), np.int64)], axis=1) if ring else kept

    def _slots(self, wanted: Ints, before: int) -> Ints:
        if self._used > len(self._keys) * 3 // 4:
            self.evict(before)
        return self.claim(wanted)

    def claim(self, wanted: Ints) -> Ints:
        """The slot of each key, made where it is new."""
        slots = np.empty(len(wanted), np.int64)
        row = 0
        while row < len(wanted):
            row, self._used = table.claim(row, wanted, self._keys, self._index, self._used, slots)
            if row < len(wanted):
                self._make_room(2 * len(self._keys))
        return slots

    def evict(self, watermark: int) -> None:
        """Forget the keys whose state can change no judgement of rows after the watermark."""
        keys, heads, words = self._keys[: self._used], self._heads[:, : self._used], self._words[: self._used]
        busy = (heads[at.DUE] != at.NEVER) | (heads[at.OPEN] != at.LONG_AGO)
        busy |= (heads[at.SEEN] + self._keep > watermark) | (heads[at.RAISED] + self._hold > watermark)
        self._fill(keys[busy], heads[:, busy], words[busy])

    def live(self) -> Ints:
        """The numbers of texts that the state needs, among others: keys, and what marks hold beyond the plain columns."""
        aligned = self.rule.kernel not in {Kernel.SURPLUS, Kernel.MISMATCH}
        told = [word for word in range(self.words) if not aligned or word % self.frame.width >= PLAIN]
        return np.concatenate([self._keys[: self._used], self._words[: self._used][:, told].ravel()])

    def size(self) -> int:
        """Bytes of the live keys' state: keys, heads, words."""
        return self._used * 8 * (1 + at.HEADS + self.words)

    def _make_room(self, rows: int) -> None:
        used = self._used
        self._fill(self._keys[:used], self._heads[:, :used], self._words[:used], rows)

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
        self._next_due = int(heads[at.DUE].min(initial=at.NEVER))
        self._index = np.full(2 * rows, table.EMPTY, np.int32)
        table.rebuild(self._keys, used, self._index)

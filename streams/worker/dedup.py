"""Which events are repetitions: exact, in bounded memory, and the same answer in a replay.

An id belongs to one kind, so each topic has a `Dedup` of its own and its answer follows from that topic's log alone. Two
generations of ids are kept. `horizon_us` is the event time from which on every stored event of the lane is in them; an
event that the device dates before it, or whose device's clock is not trusted (its event time is not the device's), may
have been stored earlier and is looked up. What remains open: a device whose clock ran ahead by more than
the horizon's age, was set right, and only then repeated an old message.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streams.worker.id_set import Bools, Ids, IdSet

Int64s = npt.NDArray[np.int64]

GENERATION = 1 << 17
"""Ids in one generation: two of them, in tables at most half full, are 8 MiB a kind."""

ALWAYS = -(1 << 62)
"""A horizon before all times: nothing was ever stored."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Of what was stored below the offset that a lane starts from: all ids with event times from `horizon_us` to `until_us`."""

    ids: Ids
    horizon_us: int
    until_us: int


NOTHING = Stored(np.zeros((0, 2), dtype=np.uint64), ALWAYS, ALWAYS)


class Dedup:
    """The ids of one topic's recent events."""

    def __init__(self, stored: Stored, generation: int = GENERATION) -> None:
        self._limit = generation
        self._new, self._old = IdSet(), IdSet()
        self._new_until, self._old_until = stored.until_us, ALWAYS
        self.horizon_us = stored.horizon_us
        self._new.add(stored.ids)

    def unsure(self, ids: Ids, occurred_us: Int64s, event_us: Int64s) -> Int64s:
        """The rows that memory does not answer for: to be looked up before `admit`."""
        old = (occurred_us < self.horizon_us) | (occurred_us != event_us)
        rows = np.flatnonzero(old)
        known = self._new.contains(ids[rows]) | self._old.contains(ids[rows])
        return rows[~known]

    def admit(self, ids: Ids, event_us: Int64s, found: Bools) -> Bools:
        """Which rows are new; they are remembered. `found` marks those that the look-up found stored."""
        before = self._old.contains(ids) | found
        new = np.zeros(len(ids), dtype=np.bool_)
        rows = np.flatnonzero(~before)
        new[rows] = ~self._new.add(ids[rows])
        if len(event_us):
            self._new_until = max(self._new_until, int(event_us.max()))
        if len(self._new) >= self._limit:
            self._turn()
        return new

    def _turn(self) -> None:
        self.horizon_us = max(self.horizon_us, self._old_until + 1)
        self._old, self._old_until = self._new, self._new_until
        self._new = IdSet()

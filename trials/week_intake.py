"""The simulated week's batches as a worker hands them to the rules: with offsets, without what was said before."""

from dataclasses import dataclass, field

import numpy as np

from streams.rules import columns
from streams.rules.engine import Admitted
from streams.simulator.week import Batch
from streams.worker.id_set import IdSet


@dataclass(slots=True)
class Intake:
    """Counts what it lets through."""

    events: int = 0
    heartbeats: int = 0
    _offsets: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, IdSet] = field(default_factory=dict)

    def admit(self, batch: Batch) -> Admitted:
        """One batch, without the events whose id came before."""
        kind, rows = batch.batch.column("kind")[0].as_py(), batch.batch.num_rows
        offsets = np.arange(rows, dtype=np.int64) + self._offsets.get(kind, 0)
        self._offsets[kind] = self._offsets.get(kind, 0) + rows
        if batch.beats:
            self.heartbeats += rows
            return Admitted(batch.batch, 0, offsets, batch.ticks, batch.late)
        ids = columns.ids(batch.batch.column("id")).view(np.uint64)
        new = ~self._seen.setdefault(kind, IdSet()).add(ids)
        self.events += int(new.sum())
        return Admitted(batch.batch.filter(new), 0, offsets[new], batch.ticks[new], batch.late[new])

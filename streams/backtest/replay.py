"""The pure core: rows in the order of their arrival → ticks, late marks, no repetitions → the live engine → what it said.

Time. The gateway states the time every `tick_s`; here it is read off the arrivals: before a row stands the last multiple of
`tick_s` that is not after its arrival. A row is late as streams/worker/judge.py says, or where the log said so.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.alerts import Alert, Clearing, SeverityChange
from schemas.codec import SCHEMA
from schemas.events import HEARTBEAT, Kind
from streams.backtest.form import by_kind
from streams.backtest.order import arrivals
from streams.rules.engine import Admitted, Judgement
from streams.worker.copy_rows import Int64s, ids_of, times_of
from streams.worker.dedup import NOTHING, Dedup
from streams.worker.id_set import Bools

SECOND = 1_000_000
REMEMBERED = 1 << 21
"""Ids of each kind in one of two generations: a repetition two million events later is no longer known as one."""


class Judges(Protocol):
    """The rules of one site (streams.rules.engine.Engine)."""

    def step(self, admitted: Sequence[Admitted], watermark_us: int | None) -> Judgement: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How time is told: as the settings of the live system say. `until_us` is when watching ends, else with the last row."""

    tick_us: int = SECOND // 4
    lateness_us: int = 2 * SECOND
    until_us: int | None = None


@dataclass(slots=True)
class Outcome:
    """What the rules said of the rows, and what the rows were. Times in microseconds; `first_us` is None without a row."""

    alerts: list[Alert] = field(default_factory=list)
    clearings: list[Clearing] = field(default_factory=list)
    changes: list[SeverityChange] = field(default_factory=list)
    events: int = 0
    heartbeats: int = 0
    late: int = 0
    repeated: int = 0
    strangers: int = 0
    first_us: int | None = None
    last_us: int = 0

    def add(self, judgement: Judgement) -> None:
        """Take in one step's."""
        self.alerts += judgement.alerts
        self.clearings += judgement.clearings
        self.changes += judgement.changes


def replay(
    engine: Judges,
    batches: Iterable[pa.RecordBatch],
    pace: Pace,
    site: str,
    step_done: Callable[[Outcome], None] = lambda _: None,
) -> Outcome:
    """Judge the rows (streams.backtest.form.FORM, in order) of this site, a batch a block."""
    outcome = Outcome()
    memory = {kind: Dedup(NOTHING, REMEMBERED) for kind in Kind}
    for batch in batches:
        received = arrivals(batch)
        admitted = _admitted(_own(batch, site, outcome), pace, memory, outcome)
        watermark = int(received[-1]) // pace.tick_us * pace.tick_us - pace.lateness_us
        outcome.add(engine.step(admitted, watermark))
        outcome.first_us = int(received[0]) if outcome.first_us is None else outcome.first_us
        outcome.last_us = max(outcome.last_us, int(received[-1]), int(times_of(batch.column("event_time")).max()))
        step_done(outcome)
    outcome.add(engine.step([], _end(outcome, pace)))
    return outcome


def _end(outcome: Outcome, pace: Pace) -> int | None:
    """Nothing further comes: everything is judged up to the end, without an allowance."""
    if pace.until_us is not None:
        return pace.until_us
    return None if outcome.first_us is None else outcome.last_us


def _own(batch: pa.RecordBatch, site: str, outcome: Outcome) -> pa.RecordBatch:
    own = pc.equal(batch.column("site"), site)
    strangers = batch.num_rows - int(pc.sum(own).as_py() or 0)
    outcome.strangers += strangers
    return batch.filter(own) if strangers else batch


def _admitted(batch: pa.RecordBatch, pace: Pace, memory: dict[Kind, Dedup], outcome: Outcome) -> list[Admitted]:
    found = []
    for kind, rows in by_kind(batch):
        kept = _without_repetitions(rows, memory[kind], outcome)
        ticks = arrivals(kept) // pace.tick_us * pace.tick_us
        told: Bools = kept.column("late").to_numpy(zero_copy_only=False)
        late = told | (times_of(kept.column("event_time")) <= ticks - pace.lateness_us)
        outcome.late += int(late.sum())
        partition = kept.column("partition")[0].as_py() if kept.num_rows else 0
        found.append(Admitted(kept.select(_COLUMNS), partition, _numbers(kept, "offset"), ticks, late))
    return found


_COLUMNS = list(range(len(SCHEMA)))
"""FORM begins with schemas.codec.SCHEMA."""


def _numbers(batch: pa.RecordBatch, name: str) -> Int64s:
    found: Int64s = batch.column(name).to_numpy()
    return found


def _without_repetitions(rows: pa.RecordBatch, memory: Dedup, outcome: Outcome) -> pa.RecordBatch:
    events = np.flatnonzero(np.asarray(pc.not_equal(rows.column("type"), HEARTBEAT)))
    ids = ids_of(rows.column("id"))[events]
    new = memory.admit(ids, times_of(rows.column("event_time"))[events], np.zeros(len(events), np.bool_))
    outcome.events += int(new.sum())
    outcome.heartbeats += rows.num_rows - len(events)
    outcome.repeated += len(new) - int(new.sum())
    if new.all():
        return rows
    keep = np.ones(rows.num_rows, np.bool_)
    keep[events] = new
    return rows.filter(pa.array(keep))

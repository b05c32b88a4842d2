"""The pure step of a lane: records in the order of their logs → rows without repetitions → rules → one block to store.

Reading is done before anything changes, so a look-up that fails (the database is away) leaves the judge as it was, and the
same records may be given again.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.alerts import Alert, Clearing, SeverityChange
from schemas.configuration import Configuration
from schemas.errors import StateError
from schemas.events import HEARTBEAT, Kind
from schemas.letters import Letter
from schemas.lists import Lists
from schemas.rules import Rule
from streams.rules.engine import Admitted
from streams.rules.layout import LONG_AGO
from streams.worker import roll_ups
from streams.worker.copy_rows import encode_rows, ids_of, times_of
from streams.worker.dedup import Dedup, Int64s
from streams.worker.id_set import Bools
from streams.worker.reader import Reader
from streams.worker.records import Place, Places, Record, Tick
from streams.worker.recover import Doubt, Recovered
from streams.worker.standing import Stand
from streams.worker.store import Block

log = logging.getLogger(__name__)


LookUp = Callable[[Doubt], Bools]


class Judgement(Protocol):
    """What the rules say about a block."""

    @property
    def alerts(self) -> Sequence[Alert]: ...
    @property
    def clearings(self) -> Sequence[Clearing]: ...
    @property
    def changes(self) -> Sequence[SeverityChange]: ...


class Engine(Protocol):
    """The rules of one site (streams.rules.engine)."""

    def step(self, admitted: Sequence[Admitted], watermark_us: int | None) -> Judgement: ...
    def dump(self) -> bytes: ...
    def restore(self, state: bytes) -> None: ...
    def configure(self, rules: Sequence[Rule], lists: Lists, revision: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Bench:
    """What a judge works with: reader, look-up, the site's rules and the configuration that they are of, the allowance for
    lateness, and a clock for marks."""

    reader: Reader
    look_up: LookUp
    engine: Engine
    site: str
    partition: int
    lateness_us: int
    now: Callable[[], datetime]
    configuration: Configuration | None = None


@dataclass(slots=True)
class _Read:
    """One topic's part of a block, before anything is admitted."""

    batches: list[pa.RecordBatch] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)
    place: Place = field(default_factory=Place)


@dataclass(slots=True)
class _Rows:
    """One topic's rows with what each row's record says."""

    batch: pa.RecordBatch
    offsets: Int64s
    ticks: Int64s
    event_us: Int64s
    events: Int64s
    found: Bools


@dataclass(slots=True)
class Figures:
    """What happened in a block, for the metrics. `oldest_us` is the earliest arrival among its new events."""

    rows: dict[Kind, int] = field(default_factory=dict)
    late: int = 0
    duplicates: int = 0
    oldest_us: int | None = None


@dataclass(slots=True)
class Prepared:
    """A block ready to store, the dead letters that must be in Kafka before, and its figures."""

    block: Block
    letters: list[Letter]
    figures: Figures
    saves_state: bool
    flushes: bool

    @property
    def worth_storing(self) -> bool:
        """Whether anything but time passed, or it is time to say how far time is: other blocks of ticks wait for the next."""
        block = self.block
        if self.flushes and block.end != block.start:
            return True
        said = block.alerts or block.clearings or block.changes
        return bool(block.copies or said or block.seen or self.letters or self.saves_state)


class Judge:
    """One partition's state between blocks. `places` is how far it has read; `dead` what is not to be read but buried."""

    def __init__(self, bench: Bench, recovered: Recovered) -> None:
        self._bench = bench
        self.places: Places = dict(recovered.places)
        self.stored: Places = {kind: recovered.stored.get(kind, Place()) for kind in Kind}
        self._emitted: Places = dict(self.stored)
        self._dedup = {kind: Dedup(recovered.ids[kind]) for kind in Kind}
        self._newest = roll_ups.Newest()
        self._strangers: set[str] = set()
        self._configuration = bench.configuration
        self.dead: Mapping[tuple[Kind, int], str] = {}
        self.fresh = recovered.state is None
        if recovered.state is not None:
            self._restore(recovered.state)

    def _restore(self, state: bytes) -> None:
        """Go on from a saved state. One that cannot be read is said, and stops no partition: what was stored is stored."""
        try:
            self._bench.engine.restore(state)
        except StateError as err:
            log.error("Partition %d: %s", self._bench.partition, err)

    def is_replay(self, record: Record) -> bool:
        """Whether the record's events are in the database already."""
        return record.offset < self.stored[record.kind].next_offset

    def waits_for(self, configuration: Configuration | None) -> bool:
        """Whether this is another configuration, to be judged by from here on: not before everything that is stored was read
        again, because it was judged by the one before."""
        known = self._configuration
        if configuration is None or configuration is known:
            return False
        if known is not None and (known.revision, known.rules) == (configuration.revision, configuration.rules):
            self._configuration = configuration
            return False
        return all(place.next_offset >= self.stored[kind].next_offset for kind, place in self.places.items())

    def skip_to(self, kind: Kind, offset: int) -> None:
        """Go on at an offset: the log holds nothing before it any more."""
        self.places[kind] = Place(max(offset, self.places[kind].next_offset), self.places[kind].tick_us)

    def step(
        self,
        records: Iterable[Record],
        *,
        flush: bool,
        save: bool,
        careful: bool = False,
        configuration: Configuration | None = None,
    ) -> Prepared:
        """Judge the records. `flush` adds the devices' newest words, `save` the rules' state; `careful` looks every id up.

        A `configuration` is judged by from these records on; the state is saved with them, so that every replay begins behind.
        """
        save = save or configuration is not None
        read, letters = self._read(records)
        rows = {kind: self._doubts(kind, part, careful) for kind, part in read.items() if part.batches}
        for kind, part in read.items():
            self.places[kind] = part.place
        figures, counts = Figures(), roll_ups.Counts()
        copies: dict[Kind, list[memoryview]] = {}
        admitted = []
        for kind, mine in rows.items():
            batch, marks = self._admit(kind, mine, figures)
            self._newest.add(batch)
            self._copy(kind, batch, marks, copies, counts, figures)
            admitted.extend(self._own(batch, marks))
        if configuration is not None:
            self._bench.engine.configure(configuration.rules, configuration.lists, configuration.revision)
            self._configuration = configuration
        judgement = self._bench.engine.step(admitted, self._watermark())
        block = self._block(copies, counts, judgement, flush or save, save)
        return Prepared(block, letters, figures, save, flush or save)

    def _read(self, records: Iterable[Record]) -> tuple[dict[Kind, _Read], list[Letter]]:
        read: dict[Kind, _Read] = {}
        letters: list[Letter] = []
        for record in records:
            part = read.get(record.kind) or read.setdefault(record.kind, _Read(place=self.places[record.kind]))
            if record.offset < part.place.next_offset:
                continue
            tick_us = part.place.tick_us
            if reason := self.dead.get((record.kind, record.offset)):
                letters.append(self._bench.reader.letter(record, reason))
            elif isinstance(said := self._bench.reader.read(record), Tick):
                tick_us = self._newer(said, tick_us)
            else:
                letters.extend(said.letters if not self.is_replay(record) else ())
                if said.batch.num_rows:
                    part.batches.append(said.batch)
                    part.offsets.append(record.offset)
                    part.ticks.append(LONG_AGO if tick_us is None else tick_us)
            part.place = Place(record.offset + 1, tick_us)
        return read, letters

    def _newer(self, tick: Tick, tick_us: int | None) -> int | None:
        """Time never goes back; another site's clock says nothing about ours."""
        if tick.site != self._bench.site:
            return tick_us
        return max(round(tick.time.timestamp() * 1_000_000), tick_us or LONG_AGO)

    def _doubts(self, kind: Kind, part: _Read, careful: bool) -> _Rows:
        """The topic's rows as one batch, with the answer of the database where memory has none."""
        batch = part.batches[0] if len(part.batches) == 1 else pa.concat_batches(part.batches)
        sizes = [one.num_rows for one in part.batches]
        offsets, ticks = np.repeat(np.array(part.offsets), sizes), np.repeat(np.array(part.ticks), sizes)
        event_us = times_of(batch.column("event_time"))
        events = np.flatnonzero(np.asarray(pc.not_equal(batch.column("type"), HEARTBEAT)))
        ids, occurred = ids_of(batch.column("id"))[events], times_of(batch.column("occurred_at"))[events]
        unsure = np.arange(len(events)) if careful else self._dedup[kind].unsure(ids, occurred, event_us[events])
        found = np.zeros(len(events), dtype=np.bool_)
        if len(unsure):
            found[unsure] = self._bench.look_up(Doubt(kind, ids[unsure], occurred[unsure], offsets[events][unsure]))
        return _Rows(batch, offsets, ticks, event_us, events, found)

    def _admit(self, kind: Kind, rows: _Rows, figures: Figures) -> tuple[pa.RecordBatch, "_Marks"]:
        """The rows without repetitions (heartbeats stay), with their marks."""
        ids = ids_of(rows.batch.column("id"))[rows.events]
        new = self._dedup[kind].admit(ids, rows.event_us[rows.events], rows.found)
        late = rows.event_us <= rows.ticks - self._bench.lateness_us
        marks = _Marks(rows.offsets, rows.ticks, late)
        figures.duplicates += len(new) - int(new.sum())
        if new.all():
            return rows.batch, marks
        keep = np.ones(rows.batch.num_rows, dtype=np.bool_)
        keep[rows.events] = new
        return rows.batch.filter(pa.array(keep)), marks.only(keep)

    def _copy(
        self,
        kind: Kind,
        batch: pa.RecordBatch,
        marks: "_Marks",
        copies: dict[Kind, list[memoryview]],
        counts: roll_ups.Counts,
        figures: Figures,
    ) -> None:
        """Encode the events that the database does not hold yet."""
        wanted = np.asarray(pc.not_equal(batch.column("type"), HEARTBEAT))
        wanted = wanted & (marks.offsets >= self.stored[kind].next_offset)
        if not wanted.any():
            return
        if not wanted.all():
            batch, marks = batch.filter(pa.array(wanted)), marks.only(wanted)
        copies[kind] = [encode_rows(batch, marks.late, self._bench.partition, marks.offsets)]
        roll_ups.count(batch, counts)
        figures.rows[kind] = batch.num_rows
        figures.late += int(marks.late.sum())
        oldest = int(times_of(batch.column("received_at")).min())
        figures.oldest_us = oldest if figures.oldest_us is None else min(oldest, figures.oldest_us)

    def _own(self, batch: pa.RecordBatch, marks: "_Marks") -> list[Admitted]:
        """The rows of the site whose rules are here; another site's are stored and not judged, which is said once."""
        own = np.asarray(pc.equal(batch.column("site"), self._bench.site))
        if not own.all():
            for site in pc.unique(batch.column("site")).to_pylist():
                if site != self._bench.site and site not in self._strangers:
                    self._strangers.add(site)
                    log.warning("Events of site %r are stored and not judged: this worker knows %r.", site, self._bench.site)
            batch, marks = batch.filter(pa.array(own)), marks.only(own)
        if not batch.num_rows:
            return []
        return [Admitted(batch, self._bench.partition, marks.offsets, marks.ticks, marks.late)]

    def _watermark(self) -> int | None:
        ticks = [place.tick_us for place in self.places.values()]
        known = [tick for tick in ticks if tick is not None]
        return min(known) - self._bench.lateness_us if len(known) == len(Kind) else None

    def _block(
        self, copies: dict[Kind, list[memoryview]], counts: roll_ups.Counts, judgement: Judgement, flush: bool, save: bool
    ) -> Block:
        end = {kind: self._further(kind) for kind in Kind}
        return Block(
            start=self._emitted,
            end=end,
            copies=copies,
            alerts=judgement.alerts,
            clearings=judgement.clearings,
            changes=judgement.changes,
            judged_at=self._bench.now(),
            counts=counts,
            seen=self._newest.take() if flush else {},
            state=self._bench.engine.dump() if save else None,
            state_at=dict(self.places) if save else {},
            configuration=_stand(self._configuration),
        )

    def _further(self, kind: Kind) -> Place:
        """Where the stored progress stands after this block: a replay does not move it."""
        here, stored = self.places[kind], self._emitted[kind]
        return here if here.next_offset >= stored.next_offset else stored

    def emitted(self, block: Block) -> None:
        """The block goes to the store: the next one starts where it ends."""
        self._emitted = block.end


def _stand(configuration: Configuration | None) -> Stand | None:
    return Stand(configuration.revision, configuration.as_of) if configuration else None


@dataclass(frozen=True, slots=True)
class _Marks:
    """What goes with each row of a batch."""

    offsets: Int64s
    ticks: Int64s
    late: Bools

    def only(self, keep: Bools) -> "_Marks":
        """The marks of some of the rows."""
        return _Marks(self.offsets[keep], self.ticks[keep], self.late[keep])

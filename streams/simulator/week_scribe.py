"""From words to rows, and from rows to Arrow batches of schemas.codec.SCHEMA."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from schemas.codec import SCHEMA
from schemas.events import Kind
from schemas.site import Site
from streams.simulator.week_rows import KIND_OF, KINDS, Book, Flags, Floats, Ints, Rows, Word


@dataclass(slots=True)
class Scribe:
    """Turns words into rows, and rows into batches."""

    site: Site
    begin_us: int
    book: Book = field(default_factory=Book)

    def kind(self, device: str) -> int:
        """The place of a device's kind in KINDS; what the site does not know is a facility's tag (a round's point)."""
        known = self.site.devices.get(device)
        return KINDS.index(KIND_OF.get(known.kind, Kind.FACILITY) if known else Kind.FACILITY)

    def rows(self, words: Iterable[Word], rng: np.random.Generator) -> Rows:
        """The words, sorted by when they happened."""
        said = sorted(words, key=lambda word: word.at)
        n, number = len(said), self.book.number
        columns = dict(zip(Word._fields, zip(*said, strict=True), strict=True)) if said else dict.fromkeys(Word._fields, ())
        kinds = {device: self.kind(device) for device in set(columns["device"])}

        def texts(name: str) -> Ints:
            return np.array([number(text) for text in columns[name]], np.int64)

        def numbers(name: str) -> Floats:
            return np.array(columns[name], np.float64)

        def flags(name: str) -> Flags:
            return np.array(columns[name], np.bool_)

        at, delay = numbers("at"), numbers("delay")
        ids = rng.integers(-(1 << 63), (1 << 63) - 1, (2, n))
        return Rows(
            at=at,
            sent=at + np.where(np.isnan(delay), rng.uniform(0.03, 0.35, n), delay),
            kind=np.array([kinds[device] for device in columns["device"]], np.int64),
            device=texts("device"),
            type=texts("type"),
            subject=texts("subject"),
            score=numbers("score"),
            value=numbers("value"),
            zone=texts("zone"),
            direction=texts("direction"),
            attributes=texts("attributes"),
            initial=flags("initial"),
            staged=flags("staged"),
            high=ids[0],
            low=ids[1],
        )

    def micros(self, seconds: Floats) -> Ints:
        """Seconds since the week began as microseconds since the epoch."""
        return self.begin_us + np.round(seconds * 1e6).astype(np.int64)

    def batch(self, rows: Rows, occurred: Floats, event: Floats) -> pa.RecordBatch:
        """Rows of one kind, as they stand, with the devices' clocks and the times that they are ordered by."""
        n, time = len(rows), pa.timestamp("us", tz="UTC")
        ids = np.stack([rows.high, rows.low], axis=1).astype(">i8").tobytes()
        nothing = self.book.number("{}")
        zeros = pa.array(np.zeros(n, np.int64))
        columns = [
            pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), n, [None, pa.py_buffer(ids)]),
            pa.array([self.site.id]).take(zeros),
            pa.array([str(KINDS[int(rows.kind[0])])]).take(zeros),
            self.book.column(rows.type),
            self.book.column(rows.device),
            pa.array(self.micros(occurred)).cast(time),
            pa.array(self.micros(rows.sent)).cast(time),
            pa.array(self.micros(event)).cast(time),
            self.book.column(rows.subject),
            pa.array(rows.score, mask=np.isnan(rows.score)),
            pa.array(rows.value, mask=np.isnan(rows.value)),
            self.book.column(rows.zone),
            self.book.column(rows.direction),
            self.book.column(np.where(rows.attributes < 0, nothing, rows.attributes)),
            pa.nulls(n, pa.string()),
            pa.array(rows.initial),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)

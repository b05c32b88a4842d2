"""The simulated week's rows as columns of numbers, and as Arrow batches of schemas.codec.SCHEMA.

A `Word` is what a device says, written by hand-made scenes; `Rows` are the same for the masses, drawn by numpy. Texts are
numbered once by a `Book`, so that a batch's column of texts is one lookup.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from schemas.codec import SCHEMA
from schemas.events import Kind
from schemas.site import DeviceKind, Site

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
KINDS = tuple(Kind)

KIND_OF: Mapping[DeviceKind, Kind] = {
    DeviceKind.CAMERA: Kind.CAMERA,
    DeviceKind.FACE: Kind.FACE,
    DeviceKind.PLATE: Kind.PLATE,
    DeviceKind.DOOR: Kind.DOOR,
    DeviceKind.BARRIER: Kind.PARKING,
    DeviceKind.LOT: Kind.PARKING,
}
"""Whose topic a device speaks into; all others are facilities."""


class Word(NamedTuple):
    """One thing said: `at` is true time, seconds since the week began; `delay` until it arrives, None: as the line goes.

    `staged` words belong to an incident: no link trouble of ordinary life touches them.
    """

    at: float
    device: str
    type: str
    subject: str | None = None
    score: float | None = None
    value: float | None = None
    zone: str | None = None
    direction: str | None = None
    attributes: str = "{}"
    delay: float | None = None
    initial: bool = False
    staged: bool = False


def facts(**attributes: Any) -> str:
    """Attributes as the JSON text of their column."""
    return orjson.dumps(attributes).decode()


class Book:
    """Texts numbered in the order in which they came; -1 is none."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}
        self._words = pa.array([None], pa.string())

    def number(self, text: str | None) -> int:
        """The number of a text, new or known."""
        if text is None:
            return -1
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def column(self, numbers: Ints) -> pa.Array:
        """The texts of these numbers, null for -1."""
        if len(self._words) != len(self.texts) + 1:
            self._words = pa.array([*self.texts, None], pa.string())
        return self._words.take(pa.array(np.where(numbers < 0, len(self.texts), numbers)))


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of equal length. Texts are numbers of the week's book; `sent` is the arrival, seconds since the week began."""

    at: Floats
    sent: Floats
    kind: Ints
    device: Ints
    type: Ints
    subject: Ints
    score: Floats
    value: Floats
    zone: Ints
    direction: Ints
    attributes: Ints
    initial: Flags
    staged: Flags
    high: Ints
    low: Ints

    def __len__(self) -> int:
        return len(self.at)

    def where(self, chosen: Flags | Ints) -> "Rows":
        """Some of the rows."""
        return Rows(*(getattr(self, one.name)[chosen] for one in fields(self)))


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows one after the other."""
    return Rows(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Rows)))


def drawn(rng: np.random.Generator, at: Floats, device: Ints, kind: Ints | int, type_: Ints | int, **more: Any) -> Rows:
    """Rows of a mass; what is not given is absent."""
    n = len(at)
    ids = rng.integers(-(1 << 63), (1 << 63) - 1, (2, n))

    def column(name: str, absent: float | int | bool, dtype: Any) -> Any:
        return np.broadcast_to(np.asarray(more.get(name, absent), dtype), n).copy()

    return Rows(
        at=at,
        sent=at + rng.uniform(0.03, 0.35, n),
        kind=np.broadcast_to(np.asarray(kind, np.int64), n).copy(),
        device=device,
        type=np.broadcast_to(np.asarray(type_, np.int64), n).copy(),
        subject=column("subject", -1, np.int64),
        score=column("score", np.nan, np.float64),
        value=column("value", np.nan, np.float64),
        zone=column("zone", -1, np.int64),
        direction=column("direction", -1, np.int64),
        attributes=column("attributes", -1, np.int64),
        initial=np.zeros(n, np.bool_),
        staged=np.zeros(n, np.bool_),
        high=ids[0],
        low=ids[1],
    )


@dataclass(slots=True)
class Scribe:
    """Turns words into rows, and rows into batches."""

    site: Site
    begin_us: int
    book: Book = field(default_factory=Book)

    def kind(self, device: str) -> int:
        """The place of a device's kind in KINDS; what the site does not know is a facility's tag (an extinguisher, a patrol point)."""
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

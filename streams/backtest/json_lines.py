"""Events of JSON Lines: our own messages, one a line, or rows as `gatehouse tail --json` prints them, or both.

What cannot be read is passed over and remembered with its line, as the gateway would refuse it alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from schemas import event_json
from schemas.codec import to_batch
from schemas.decoded import Rejected
from schemas.events import Event, Heartbeat, Received, place
from streams.backtest.errors import EventsError
from streams.backtest.form import FORM, Assumed, shaped
from streams.backtest.tables import COLUMNS, ROWS

STORED = ("received_at", "event_time")
"""Our own messages never say these: a row that does is one that was stored."""


@dataclass(slots=True)
class Unreadable:
    """Lines that were passed over: how many, and the first of them with the reason."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < 10:
            self.first.append(sentence)


@dataclass(slots=True)
class _Chunk:
    """The rows of some lines: own messages and stored ones, each with the line's number."""

    own: list[Received] = field(default_factory=list)
    own_lines: list[int] = field(default_factory=list)
    stored: list[Mapping[str, Any]] = field(default_factory=list)
    stored_lines: list[int] = field(default_factory=list)


def of_json_lines(path: Path, assumed: Assumed, unreadable: Unreadable) -> Iterator[pa.RecordBatch]:
    """A file's rows in FORM."""
    try:
        with path.open("rb") as file:
            number = 0
            while lines := list(islice(file, ROWS)):
                yield from _batches(_read(lines, number, assumed, unreadable), assumed)
                number += len(lines)
    except OSError as err:
        raise EventsError(f"{path} cannot be read: {err.strerror}.") from err


def _read(lines: Sequence[bytes], before: int, assumed: Assumed, unreadable: Unreadable) -> _Chunk:
    chunk = _Chunk()
    for number, line in enumerate(lines, before + 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as err:
            unreadable.add(f"line {number}: it is not JSON: {err}.")
            continue
        if isinstance(value, dict) and (STORED[0] in value or STORED[1] in value):
            _stored(value, number, chunk, unreadable)
        else:
            _own(value, number, assumed, chunk, unreadable)
    return chunk


def _stored(value: dict[str, Any], number: int, chunk: _Chunk, unreadable: Unreadable) -> None:
    if value.get("what") == "alert":
        return  # `gatehouse tail` prints them among the events
    if not isinstance(value.get("kind"), str) or not isinstance(value.get("type"), str):
        unreadable.add(f"line {number}: it has no kind or no type.")
        return
    attributes = value.get("attributes")
    if not isinstance(attributes, str):
        value["attributes"] = orjson.dumps(attributes).decode() if attributes else "{}"
    chunk.stored.append(value)
    chunk.stored_lines.append(number)


def _own(value: object, number: int, assumed: Assumed, chunk: _Chunk, unreadable: Unreadable) -> None:
    parsed = event_json.parse(value)
    for rejected in parsed.rejected:
        unreadable.add(_sentence(number, rejected))
    found: tuple[Event | Heartbeat, ...] = (*parsed.events, *parsed.heartbeats)
    for what in found:
        at = what.occurred_at if isinstance(what, Event) else what.at
        if at is None:
            unreadable.add(f"line {number}: a heartbeat in a file has to say `at`.")
            continue
        chunk.own.append(Received(assumed.site, what, at, place(at, at, 0.0, assumed.skew_limit_s)))
        chunk.own_lines.append(number)


def _sentence(number: int, rejected: Rejected) -> str:
    return f"line {number}: {rejected.reason}" + (f" ({rejected.at})" if rejected.at else "")


def _batches(chunk: _Chunk, assumed: Assumed) -> Iterator[pa.RecordBatch]:
    found = []
    if chunk.own:
        found.append(_marked(to_batch(chunk.own), np.array(chunk.own_lines, np.int64)))
    if chunk.stored:
        given = set().union(*chunk.stored)
        names = [name for name in COLUMNS if name in given]
        columns = {name: [row.get(name) for row in chunk.stored] for name in names}
        numbers = columns.setdefault("kafka_offset", [None] * len(chunk.stored))
        pairs = zip(numbers, chunk.stored_lines, strict=True)
        columns["kafka_offset"] = [line if offset is None else offset for offset, line in pairs]
        found.append(shaped(_table(columns), assumed, 0))
    if found:
        yield found[0] if len(found) == 1 else pa.concat_batches(found)


def _table(columns: Mapping[str, list[Any]]) -> pa.RecordBatch:
    try:
        return pa.RecordBatch.from_pydict(dict(columns))
    except (pa.ArrowInvalid, pa.ArrowTypeError) as err:
        raise EventsError(f"Some rows hold a value of another type than the others: {err}.") from err


def _marked(batch: pa.RecordBatch, lines: np.ndarray[Any, np.dtype[np.int64]]) -> pa.RecordBatch:
    n = batch.num_rows
    marks = [pa.repeat(pa.scalar(False), n), pa.array(lines), pa.repeat(pa.scalar(0, pa.int32()), n)]
    return pa.RecordBatch.from_arrays([*batch.columns, *marks], schema=FORM)

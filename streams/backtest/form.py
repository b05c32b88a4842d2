"""Events of any table in one form: schemas.codec.SCHEMA with what the log said of each row (late, offset, partition).

Every column but a time may be missing. `id` is the event's own where the row tells its arrival or its event time too (it
comes from a log or a table of ours); else it is the sender's identity of the event, as in our JSON, and without one
identity follows from the content (its times in UTC). So the same events give the same ids from every kind of file.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from schemas.codec import SCHEMA
from schemas.event_json import VENDOR
from schemas.events import HEARTBEAT, Kind, event_id
from schemas.text import clean_value
from streams.backtest.errors import EventsError
from streams.backtest.ids import binary_ids
from streams.backtest.times import placed, times

FORM = pa.schema(
    [
        *SCHEMA,
        pa.field("late", pa.bool_(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("partition", pa.int32(), nullable=False),
    ]
)
"""Late, Kafka's offset and partition as the row tells them; else not late, the row's number, 0."""

OCCURRED = ("occurred_at", "event_time", "time")
TEXTS = ("subject", "zone", "direction", "picture")
NUMBERS = ("score", "value")


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a row is where it does not say so: the site's id and time zone, and for a bare series kind, type and device."""

    site: str
    timezone: str
    kind: str = ""
    type: str = ""
    device: str = ""
    skew_limit_s: float = 1.0


Columns = Mapping[str, pa.Array]


def shaped(table: pa.RecordBatch, assumed: Assumed, first_row: int) -> pa.RecordBatch:
    """The rows in FORM; EventsError names the column that is missing or wrong."""
    given = dict(zip(table.schema.names, table.columns, strict=True))
    n = table.num_rows
    occurred = times(_first(given, OCCURRED), assumed.timezone)
    arrived = times(given["received_at"], assumed.timezone) if "received_at" in given else None
    received = occurred if arrived is None else pc.coalesce(arrived, occurred)
    told = times(given["event_time"], assumed.timezone) if "event_time" in given else None
    trusted = placed(occurred, received, assumed.skew_limit_s)
    columns = {
        "site": _text(given, "site", assumed.site, n),
        "kind": _text(given, "kind", assumed.kind, n),
        "type": _text(given, "type", assumed.type, n),
        "device": _text(given, "device", assumed.device, n),
        "occurred_at": occurred,
        "received_at": received,
        "event_time": trusted if told is None else pc.coalesce(told, trusted),
        **{name: _cast(given, name, pa.string(), n) for name in TEXTS},
        **{name: _cast(given, name, pa.float64(), n) for name in NUMBERS},
        "attributes": _attributes(given.get("attributes"), n),
        "initial": _filled(given, "initial", pa.bool_(), False, n),
        "late": _filled(given, "late", pa.bool_(), False, n),
        "offset": _offsets(given, first_row, n),
        "partition": _filled(given, "kafka_partition", pa.int32(), 0, n),
    }
    stored = "received_at" in given or "event_time" in given
    columns["id"] = identities(given.get("id"), columns, stored=stored)
    return _checked(pa.RecordBatch.from_arrays([columns[field.name] for field in FORM], schema=FORM))


def _first(given: Columns, names: tuple[str, ...]) -> pa.Array:
    found = [given[name] for name in names if name in given]
    if not found:
        raise EventsError(f"No column tells the time: name one {', '.join(names[:-1])} or {names[-1]}.")
    return found[0]


def _cast(given: Columns, name: str, kind: pa.DataType, n: int) -> pa.Array:
    if name not in given:
        return pa.nulls(n, kind)
    try:
        return pc.cast(given[name], kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as err:
        raise EventsError(f"Column {name} is no {kind}: {err}.") from err


def _text(given: Columns, name: str, default: str, n: int) -> pa.Array:
    column = _cast(given, name, pa.string(), n)
    if not column.null_count:
        return column
    if not default:
        raise EventsError(f"Some rows have no {name}: give the column, or say --{name}.")
    return pc.fill_null(column, default)


def _filled(given: Columns, name: str, kind: pa.DataType, default: object, n: int) -> pa.Array:
    return pc.fill_null(_cast(given, name, kind, n), pa.scalar(default, kind))


def _offsets(given: Columns, first_row: int, n: int) -> pa.Array:
    return pc.coalesce(_cast(given, "kafka_offset", pa.int64(), n), pa.array(np.arange(first_row, first_row + n)))


def _attributes(column: pa.Array | None, n: int) -> pa.Array:
    """As JSON text: a column of structs or maps is written as such, without what is null."""
    if column is None:
        return pa.repeat(pa.scalar("{}"), n)
    if pa.types.is_struct(column.type) or pa.types.is_map(column.type):
        rows = (dict(row or {}) for row in column.to_pylist())
        return pa.array([orjson.dumps({k: v for k, v in row.items() if v is not None}).decode() for row in rows], pa.string())
    return pc.fill_null(pc.cast(column, pa.string()), "{}")


def identities(column: pa.Array | None, columns: Columns, *, stored: bool) -> pa.Array:
    """The events' 16-byte ids; zero for heartbeats."""
    beats = pc.equal(columns["type"], HEARTBEAT)
    n = len(beats)
    if column is not None and stored and (own := binary_ids(column, beats)) is not None:
        return own
    names: list[Any] = [None] * n if column is None else pc.cast(column, pa.string()).to_pylist()
    devices, contents = columns["device"].to_pylist(), _contents(columns)
    quiet = beats.to_pylist()
    found = [
        bytes(16) if beat else _id(device, name, contents, at, stored=stored)
        for at, (device, name, beat) in enumerate(zip(devices, names, quiet, strict=True))
    ]
    return pa.array(found, pa.binary(16))


def _id(device: str, name: str | None, content: Callable[[int], str], row: int, *, stored: bool) -> bytes:
    if stored and name and len(name) == len(str(UUID(int=0))):
        try:
            return UUID(name).bytes
        except ValueError:
            pass  # a name that is only as long
    return event_id(VENDOR, device, name or content(row)).bytes


def _contents(columns: Columns) -> Callable[[int], str]:
    """By row, what our JSON says of the same event (schemas.event_json.content)."""
    names = ("kind", "type", "device", "occurred_at", "subject", "score", "value", "zone", "direction", "picture", "initial")

    def content(row: int) -> str:
        whole = {name: columns[name][row].as_py() for name in names}
        whole["attributes"] = orjson.loads(columns["attributes"][row].as_py())
        return orjson.dumps(clean_value(whole), option=orjson.OPT_SORT_KEYS).decode()

    return content


def _checked(batch: pa.RecordBatch) -> pa.RecordBatch:
    kinds = set(pc.unique(batch.column("kind")).to_pylist())
    if strange := kinds - set(Kind):
        raise EventsError(f"{min(strange)!r} is no kind of event: use one of {', '.join(Kind)}.")
    for field in FORM:
        if not field.nullable and batch.column(field.name).null_count:
            raise EventsError(f"Some rows have no {field.name}.")
    return batch


def by_kind(batch: pa.RecordBatch) -> Iterator[tuple[Kind, pa.RecordBatch]]:
    """The rows of each kind that is there, in their order."""
    kinds = pc.unique(batch.column("kind")).to_pylist()
    for kind in sorted(kinds, key=list(Kind).index):
        yield Kind(kind), batch if len(kinds) == 1 else batch.filter(pc.equal(batch.column("kind"), kind))

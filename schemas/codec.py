"""How events travel: Arrow IPC micro-batches from our gateway, JSON from anyone else, and ticks.

A batch is a `pyarrow.RecordBatch` of SCHEMA, of one site and one kind, heartbeats among the events. Reading refuses with
RecordError what has other columns, a wrong type or a null where there may be none; it never guesses.

A tick is the gateway's statement "all that I received before `time` stands before this record". Time in the log makes the
judgement of events a function of the log alone.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
import pyarrow as pa

from schemas.errors import RecordError
from schemas.events import HEARTBEAT, Event, Kind, Received

_TIME = pa.timestamp("us", tz="UTC")

SCHEMA = pa.schema(
    [
        pa.field("id", pa.binary(16), nullable=False),
        pa.field("site", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("device", pa.string(), nullable=False),
        pa.field("occurred_at", _TIME, nullable=False),
        pa.field("received_at", _TIME, nullable=False),
        pa.field("event_time", _TIME, nullable=False),
        pa.field("subject", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("value", pa.float64()),
        pa.field("zone", pa.string()),
        pa.field("direction", pa.string()),
        pa.field("attributes", pa.string(), nullable=False),
        pa.field("picture", pa.string()),
        pa.field("initial", pa.bool_(), nullable=False),
    ]
)

_NO_ID = bytes(16)


def to_batch(rows: Sequence[Received]) -> pa.RecordBatch:
    """Rows, in the order given, as one batch. A heartbeat's id is zero and its occurred_at its event time."""
    return pa.RecordBatch.from_pylist([_row(row) for row in rows], schema=SCHEMA)


def _row(row: Received) -> dict[str, object]:
    common = {
        "site": row.site,
        "kind": str(row.what.kind),
        "device": row.what.device,
        "received_at": row.received_at,
        "event_time": row.event_time,
    }
    if not isinstance(row.what, Event):
        life = {
            "id": _NO_ID,
            "type": HEARTBEAT,
            "occurred_at": row.what.at or row.event_time,
            "attributes": "{}",
            "initial": False,
        }
        return common | life
    event = row.what
    return common | {
        "id": event.id.bytes,
        "type": event.type,
        "occurred_at": event.occurred_at,
        "subject": event.subject,
        "score": event.score,
        "value": event.value,
        "zone": event.zone,
        "direction": event.direction,
        "attributes": orjson.dumps(dict(event.attributes)).decode(),
        "picture": event.picture,
        "initial": event.initial,
    }


def encode(batch: pa.RecordBatch) -> bytes:
    """A batch as one Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def decode(value: bytes) -> pa.RecordBatch:
    """The batch of an Arrow IPC stream; RecordError where it is not one of ours."""
    try:
        table = pa.ipc.open_stream(value).read_all()
        batches = table.combine_chunks().to_batches()
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError, EOFError) as err:
        raise RecordError(f"The value is not an Arrow IPC stream: {err}.") from err
    if not table.schema.equals(SCHEMA):
        raise RecordError(f"The batch's columns are not those of gatehouse events: {', '.join(table.schema.names)[:200]}.")
    batch = batches[0] if batches else pa.RecordBatch.from_pylist([], schema=SCHEMA)
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid as err:
        raise RecordError(f"The batch is damaged: {err}.") from err
    for field in SCHEMA:
        if not field.nullable and batch.column(field.name).null_count:
            raise RecordError(f"The batch has no {field.name} in some rows.")
    return batch


def encode_tick(time: datetime) -> bytes:
    """A tick's value."""
    return orjson.dumps({"time": time.astimezone(UTC).isoformat()})


def decode_tick(value: bytes) -> datetime:
    """The time that a tick states, in UTC."""
    try:
        time = datetime.fromisoformat(orjson.loads(value)["time"])
        if time.tzinfo is None:
            raise RecordError("The tick's time has no zone.")
        return time.astimezone(UTC)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError) as err:
        raise RecordError("The tick has no readable time.") from err


def kind_of(name: str) -> Kind:
    """The kind by its name, or RecordError."""
    try:
        return Kind(name)
    except ValueError as err:
        raise RecordError(f"{name!r} is no kind of event: use one of {', '.join(Kind)}.") from err

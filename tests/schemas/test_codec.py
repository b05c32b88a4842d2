"""Events through Arrow and back; what is refused."""

from datetime import UTC, datetime, timedelta, timezone

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import codec
from schemas.errors import RecordError
from schemas.events import HEARTBEAT, TYPES, Event, Heartbeat, Kind, Received

TIMES = st.integers(0, 4_000_000_000_000_000).map(lambda us: datetime(1970, 1, 2, tzinfo=UTC) + timedelta(microseconds=us))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.floats(allow_nan=False)


@st.composite
def received(draw: st.DrawFn) -> Received:
    """Any event or heartbeat that the gateway may hold."""
    kind, device, at = draw(st.sampled_from(Kind)), draw(TEXTS), draw(TIMES)
    what: Event | Heartbeat = Heartbeat(kind, device, draw(st.none() | TIMES))
    if draw(st.booleans()):
        what = Event(
            id=draw(st.uuids()),
            kind=kind,
            type=draw(st.sampled_from(TYPES[kind])),
            device=device,
            occurred_at=draw(TIMES),
            subject=draw(st.none() | TEXTS),
            score=draw(st.none() | NUMBERS),
            value=draw(st.none() | NUMBERS),
            zone=draw(st.none() | TEXTS),
            direction=draw(st.none() | TEXTS),
            attributes=draw(st.dictionaries(TEXTS, st.none() | st.integers(-(2**53), 2**53) | TEXTS, max_size=3)),
            picture=draw(st.none() | TEXTS),
            initial=draw(st.booleans()),
        )
    return Received(draw(TEXTS), what, at, draw(TIMES))


@given(st.lists(received(), max_size=8))
def test_what_is_written_is_read(rows: list[Received]) -> None:
    read = codec.decode(codec.encode(codec.to_batch(rows))).to_pylist()
    assert len(read) == len(rows)
    for row, got in zip(rows, read, strict=True):
        assert (got["site"], got["kind"], got["device"]) == (row.site, str(row.what.kind), row.what.device)
        assert (got["received_at"], got["event_time"]) == (row.received_at, row.event_time)
        if isinstance(row.what, Event):
            names = ("type", "occurred_at", "subject", "score", "value", "zone", "direction", "picture", "initial")
            assert got["id"] == row.what.id.bytes
            assert {name: got[name] for name in names} == {name: getattr(row.what, name) for name in names}
            assert orjson.loads(got["attributes"]) == dict(row.what.attributes)
        else:
            assert (got["type"], got["id"]) == (HEARTBEAT, bytes(16))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_batch_are_refused_with_a_sentence(value: bytes) -> None:
    with pytest.raises(RecordError):
        codec.decode(value)


def test_a_batch_of_other_columns_is_refused() -> None:
    table = pa.table({"id": [1, 2]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(RecordError, match="columns"):
        codec.decode(bytes(sink.getvalue()))


@given(TIMES)
def test_a_tick_is_read_as_written_in_any_zone(time: datetime) -> None:
    elsewhere = time.astimezone(timezone(timedelta(hours=8)))
    assert codec.decode_tick(codec.encode_tick(elsewhere)) == time


@pytest.mark.parametrize("value", [b"", b"[]", b"{}", b'{"time": 3}', b'{"time": "2030-01-01T00:00:00"}', b'{"time": "noon"}'])
def test_a_tick_without_a_readable_time_is_refused(value: bytes) -> None:
    with pytest.raises(RecordError):
        codec.decode_tick(value)

"""One record of Kafka: whatever is in it, it is rows, a tick, or a dead letter."""

from datetime import UTC, datetime
from types import SimpleNamespace

import orjson
import pyarrow as pa
import pytest

from schemas import codec
from schemas.events import Event, Heartbeat, Kind, Received, event_id
from schemas.letters import LARGEST_BODY, encode_letter
from schemas.topics import ARROW, CONTENT_TYPE, JSON, LARGEST_RECORD, TICK
from streams.worker.log_reader import record_of
from streams.worker.reader import Reader
from streams.worker.records import Record, Rows, Tick

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)
EVENT = {"kind": "camera", "type": "motion", "device": "c", "occurred_at": "2031-03-05T12:00:00Z"}


def read(content_type: str, value: bytes, ms: int = 1_930_478_400_000, key: bytes = b"site") -> Rows | Tick:
    return Reader("p", 0, "site", 2.0).read(Record(Kind.CAMERA, 5, ms, key, content_type, value))


def batch(**columns: int) -> bytes:
    """One event's record with some of its times replaced."""
    rows = codec.to_batch([Received("site", Event(event_id("v", "c", "1"), Kind.CAMERA, "motion", "c", NOON), NOON, NOON)])
    for name, value in columns.items():
        field = codec.SCHEMA.field(name)
        rows = rows.set_column(codec.SCHEMA.get_field_index(name), field, pa.array([value], field.type))
    return codec.encode(rows)


def refused(said: Rows | Tick) -> bool:
    return isinstance(said, Rows) and said.batch.num_rows == 0 and len(said.letters) == 1


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2031-03-05T12:00:00", 5, None])
def test_a_tick_without_a_time_that_can_be_held_is_a_dead_letter(time: object) -> None:
    assert refused(read(TICK, orjson.dumps({"time": time})))


@pytest.mark.parametrize("time", ["2099-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00", "1800-01-01T00:00:00+00:00"])
def test_a_tick_that_no_clock_can_have_said_is_a_dead_letter(time: str) -> None:
    assert refused(read(TICK, orjson.dumps({"time": time})))
    assert isinstance(read(TICK, orjson.dumps({"time": "2031-03-05T12:59:00+00:00"})), Tick)


def test_nothing_arrived_long_after_kafka_had_it() -> None:
    day_us = 86_400_000_000
    ahead = {name: round(NOON.timestamp() * 1_000_000) + day_us for name in ("received_at", "event_time")}
    assert refused(read(ARROW, batch(**ahead)))


@pytest.mark.parametrize("device", ["door\0one", "长" * 700])
def test_a_device_that_the_database_cannot_hold_is_a_dead_letter_even_where_it_only_lives(device: str) -> None:
    beats = [Received("site", Heartbeat(Kind.CAMERA, name, NOON), NOON, NOON) for name in ("c", "长" * 500, device)]
    assert refused(read(ARROW, codec.encode(codec.to_batch(beats))))
    fine = read(ARROW, codec.encode(codec.to_batch(beats[:2])))
    assert isinstance(fine, Rows) and fine.batch.num_rows == 2 and not fine.letters


@pytest.mark.parametrize("ms", [-1, 10**18])
@pytest.mark.parametrize("value", [orjson.dumps(EVENT), b"{"])
def test_a_record_with_a_timestamp_that_is_no_time_is_a_dead_letter(ms: int, value: bytes) -> None:
    assert refused(read(JSON, value, ms))


@pytest.mark.parametrize("name", ["occurred_at", "received_at", "event_time"])
@pytest.mark.parametrize("us", [2**62, -(2**62), -(2**63)])
def test_a_batch_with_a_time_that_no_database_holds_is_a_dead_letter(name: str, us: int) -> None:
    assert refused(read(ARROW, batch(**{name: us})))


def test_a_key_that_is_no_sites_id_is_a_dead_letter() -> None:
    assert refused(read(JSON, orjson.dumps(EVENT), key=b"s" * 5000))


def test_a_heartbeat_with_a_nonsense_time_is_still_life() -> None:
    beat = {"heartbeat": True, "kind": "camera", "device": "c", "at": "0001-01-01T00:00:00Z"}
    said = read(JSON, orjson.dumps(beat))
    assert isinstance(said, Rows) and said.batch.num_rows == 1
    assert said.batch.column("occurred_at")[0].as_py().year == 2031


def test_what_is_right_is_read() -> None:
    for said in (read(JSON, orjson.dumps(EVENT)), read(ARROW, batch())):
        assert isinstance(said, Rows) and said.batch.num_rows == 1 and not said.letters


def test_a_header_without_a_value_stops_nobody() -> None:
    message = SimpleNamespace(offset=7, timestamp=1.5, key=None, value=None, headers=[(CONTENT_TYPE, None)])
    assert record_of(Kind.DOOR, message) == Record(Kind.DOOR, 7, 1500, b"", "", b"")


def test_a_record_too_large_for_a_dead_letter_is_cut_and_it_is_said() -> None:
    said = read(JSON, b"{" * (LARGEST_BODY + 1))
    assert isinstance(said, Rows) and len(said.letters) == 1
    assert len(said.letters[0].body) == LARGEST_BODY and str(LARGEST_BODY + 1) in said.letters[0].reason
    assert len(encode_letter(said.letters[0])) < LARGEST_RECORD


def test_many_bad_entries_of_one_record_are_one_dead_letter() -> None:
    said = read(JSON, orjson.dumps([EVENT, *range(5000), EVENT | {"kind": "door", "type": "opened"}]))
    assert isinstance(said, Rows) and said.batch.num_rows == 1
    assert len(said.letters) == 1 and "topic's kind" in said.letters[0].reason and "[1]" in said.letters[0].at

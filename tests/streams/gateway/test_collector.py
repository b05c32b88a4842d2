"""Batches of what arrives together."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from schemas.codec import decode
from schemas.errors import Unavailable
from schemas.events import Event, Kind, Received, event_id
from streams.gateway.collector import RECORD_BYTES, ROWS, Collector, records_of
from streams.gateway.record import Record

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)


def row(number: int, kind: Kind = Kind.CAMERA, note: str = "") -> Received:
    attributes = {"note": note} if note else {}
    event = Event(event_id("v", "c", str(number)), kind, "other", "c", NOON, attributes=attributes)
    return Received("site", event, NOON, NOON)


def ids(records: list[Record]) -> list[bytes]:
    return [found for record in records for found in decode(record.value).column("id").to_pylist()]


def test_many_rows_become_several_records_in_their_order() -> None:
    rows = [row(number) for number in range(ROWS + 1)]
    records = records_of(rows, "p", 4)
    assert len(records) == 2
    assert ids(records) == [found.what.id.bytes for found in rows if isinstance(found.what, Event)]


def test_large_rows_become_records_that_kafka_takes() -> None:
    records = records_of([row(number, note="x" * 15_000) for number in range(200)], "p", 4)
    assert len(ids(records)) == 200
    assert all(len(record.value) <= RECORD_BYTES for record in records)


async def test_messages_that_arrive_together_share_a_record_for_each_kind() -> None:
    taken: list[Record] = []

    async def take(record: Record) -> None:
        taken.append(record)

    collector = Collector(take, "p", 4, 0.01)
    await asyncio.gather(*(collector.add([row(number), row(number, Kind.PLATE)]) for number in range(5)))
    assert sorted(record.topic for record in taken) == ["p.camera", "p.plate"]
    assert len(ids(taken)) == 10


async def test_everyone_in_a_batch_that_fails_is_told() -> None:
    async def refuse(_: Record) -> None:
        raise Unavailable("No room.")

    collector = Collector(refuse, "p", 4, 0.001)
    results = await asyncio.gather(*(collector.add([row(n)]) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable] * 3


async def test_at_the_end_what_waits_is_sent() -> None:
    taken: list[Record] = []

    async def take(record: Record) -> None:
        taken.append(record)

    collector = Collector(take, "p", 4, 60.0)
    waiting = asyncio.create_task(collector.add([row(1)]))
    await asyncio.sleep(0)
    await collector.close()
    await waiting
    assert len(taken) == 1


async def test_a_device_that_hangs_up_takes_nobodys_batch_with_it() -> None:
    taken: list[Record] = []

    async def take(record: Record) -> None:
        taken.append(record)

    collector = Collector(take, "p", 4, 0.01)
    gone, stays = (asyncio.create_task(collector.add([row(number)])) for number in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert len(ids(taken)) == 2


async def test_rows_that_no_batch_holds_keep_nobody_waiting() -> None:
    async def take(_: Record) -> None:
        return

    collector = Collector(take, "p", 4, 0.001)
    broken = replace(row(1), site="\ud800")
    with pytest.raises(UnicodeError):
        await asyncio.wait_for(collector.add([broken]), 5)

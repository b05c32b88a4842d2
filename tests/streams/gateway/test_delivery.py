"""Kafka or disk, decided with a recording sink in Kafka's place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from schemas.errors import Unavailable
from streams.gateway.delivery import Delivery, Where
from streams.gateway.kafka import Sink, TooBig
from streams.gateway.record import Record
from streams.gateway.spool import Full, Spool


class RecordingSink:
    """Takes records while it is up; `huge` are those it will never take."""

    def __init__(self) -> None:
        self.up, self.taken, self.huge = True, list[Record](), set[bytes]()

    async def send(self, record: Record) -> None:
        if not self.up:
            raise Unavailable("Kafka is away.")
        if record.value in self.huge:
            raise TooBig("Never.")
        self.taken.append(record)


def record(number: int) -> Record:
    return Record("t.camera", 0, "site", "application/json", str(number).encode())


@asynccontextmanager
async def delivering(path: Path, sink: RecordingSink, limit: int = 1 << 20) -> AsyncIterator[tuple[Delivery, Spool]]:
    spool = Spool(path / "spool.sqlite", limit)
    delivery = Delivery(cast(Sink, sink), spool)
    draining = asyncio.create_task(delivery.drain())
    try:
        yield delivery, spool
    finally:
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
        spool.close()


async def emptied(spool: Spool) -> None:
    while spool.depth:
        await asyncio.sleep(0.01)


async def test_while_kafka_answers_nothing_touches_the_disk(tmp_path: Path) -> None:
    sink = RecordingSink()
    async with delivering(tmp_path, sink) as (delivery, spool):
        assert await delivery.deliver(record(1)) is Where.KAFKA
        assert spool.depth == 0


async def test_what_came_while_kafka_was_away_goes_first_when_it_is_back(tmp_path: Path) -> None:
    sink = RecordingSink()
    sink.up = False
    async with delivering(tmp_path, sink) as (delivery, spool):
        assert [await delivery.deliver(record(number)) for number in range(5)] == [Where.SPOOL] * 5
        sink.up = True
        await delivery.deliver(record(5))
        await asyncio.wait_for(emptied(spool), 10)
        await delivery.deliver(record(6))
    assert [int(taken.value) for taken in sink.taken] == list(range(7))


async def test_a_spool_left_behind_is_drained_at_the_next_start(tmp_path: Path) -> None:
    sink = RecordingSink()
    sink.up = False
    async with delivering(tmp_path, sink) as (delivery, _):
        await delivery.deliver(record(1))
    sink.up = True
    async with delivering(tmp_path, sink) as (_, spool):
        await asyncio.wait_for(emptied(spool), 10)
    assert [taken.value for taken in sink.taken] == [b"1"]


async def test_with_kafka_away_and_the_disk_full_nothing_is_promised(tmp_path: Path) -> None:
    sink = RecordingSink()
    sink.up = False
    async with delivering(tmp_path, sink, limit=300) as (delivery, _):
        await delivery.deliver(record(1))
        with pytest.raises(Full):
            await delivery.deliver(record(2))


async def test_a_record_that_is_too_big_does_not_stop_those_behind_it(tmp_path: Path) -> None:
    sink = RecordingSink()
    sink.huge = {b"1"}
    async with delivering(tmp_path, sink) as (delivery, spool):
        await delivery.deliver(record(1))
        await asyncio.wait_for(emptied(spool), 10)
        await delivery.deliver(record(2))
        assert delivery.aside >= 1
    assert [taken.value for taken in sink.taken] == [b"2"]

"""The sink's patience, with a producer that answers when it is told to."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from kafka.record import util

from schemas.errors import Unavailable
from schemas.settings import MIB
from streams.gateway.kafka import Sink
from streams.gateway.record import Record


class Slow:
    """A producer that acknowledges each record after a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._sender = self

    def send(self, *_: object, **__: object) -> "Slow":
        return self

    def add_callback(self, done: Callable[[object], None]) -> None:
        asyncio.get_running_loop().call_later(self._seconds, done, None)

    def add_errback(self, _: object) -> None:
        """It never fails."""

    def force_close(self) -> None:
        """Nothing is held."""

    def close(self, _: float) -> None:
        """Nothing is open."""


async def sink(producer: Any) -> Sink:
    made = Sink(lambda: producer, 0.1, lambda _: None)
    made.connect()
    while not made.up:
        await asyncio.sleep(0.01)
    return made


async def test_a_large_record_has_the_time_that_its_size_needs() -> None:
    made = await sink(Slow(0.4))
    await made.send(Record("t", 0, "k", "application/json", bytes(16 * MIB)))
    assert made.up
    await made.close(1)


async def test_a_small_one_that_is_not_acknowledged_goes_to_the_spool() -> None:
    made = await sink(Slow(30))
    with pytest.raises(Unavailable):
        await made.send(Record("t", 0, "k", "application/json", b"x"))
    await made.close(1)


def test_sums_over_records_are_computed_outside_python() -> None:
    assert util.crc32c_c is not None

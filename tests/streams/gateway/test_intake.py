"""One message through the gateway's heart, with a delivery that remembers in Kafka's place."""

from datetime import UTC, datetime
from typing import cast

import orjson
import pytest
from prometheus_client import CollectorRegistry

from schemas.sources import Source
from streams.gateway import intake
from streams.gateway.app import _first_received
from streams.gateway.collector import Collector
from streams.gateway.delivery import Delivery, Where
from streams.gateway.envelope import Clocks
from streams.gateway.intake import Intake, Message, Place, State
from streams.gateway.metrics import Metrics
from streams.gateway.record import Record
from streams.gateway.ticks import InFlight, Settling

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)
SOURCE = Source("cameras", "hikvision", "a-key")


class Remembering:
    """A delivery that keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[Record] = []

    async def deliver(self, record: Record) -> Where:
        self.taken.append(record)
        return Where.KAFKA


async def test_a_message_that_our_decoder_fails_at_is_kept_whole_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(intake, "read_body", fail)
    kept = Remembering()
    state = State(InFlight(), Settling(NOON, 1.0), Clocks(2.0), lambda: NOON)
    delivery = cast(Delivery, kept)
    metrics = Metrics.make(CollectorRegistry())
    place = Place("site", UTC, {}, "p", 4, 32)
    heart = Intake(place, state, Collector(delivery.deliver, "p", 4, 0.001), delivery, metrics)
    decoded = await heart.take(Message(SOURCE, b"<a/>", "text/xml"))
    assert "KeyError" in decoded.rejected[0].reason
    assert orjson.loads(kept.taken[0].value)["body_base64"] == "PGEvPg=="
    assert len(state.in_flight) == 0


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+08:00", "2031-03-05T12:00:00", "yesterday", ""]
)
def test_an_arrival_that_no_row_can_hold_is_none(text: str) -> None:
    assert _first_received({"x-gatehouse-received-at": text}) is None


def test_an_earlier_arrival_is_taken_over() -> None:
    assert _first_received({"x-gatehouse-received-at": "2031-03-05T20:00:00+08:00"}) == NOON

"""Writes the six topics as gateway and strangers do: Arrow batches, ticks, JSON; and draws events."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
from kafka import KafkaProducer

from schemas.codec import encode, encode_tick, to_batch
from schemas.events import Event, Heartbeat, Kind, Received, event_id
from schemas.topics import ARROW, CONTENT_TYPE, JSON, TICK, partition_of, topic

SITE = "aozheng"
WRITTEN_MS = 4_000_000_000_000
"""Kafka's time of every record: 2096, so that whatever a test's events say has been."""

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
"""The tests' time is a while ago: nothing in them may depend on the hour."""


def event(kind: Kind, type_: str, device: str, second: float, subject: str | None = None, name: str = "") -> Event:
    """An event `second` seconds into the test; `name` makes it another one of the same device and second."""
    at = NOW + timedelta(seconds=second)
    return Event(event_id("test", device, f"{type_}/{second}/{subject}/{name}"), kind, type_, device, at, subject)


def received(*what: Event | Heartbeat, site: str = SITE) -> list[Received]:
    """Events as the gateway has them a tenth of a second after they happened."""
    return [_one(item, site) for item in what]


def _one(what: Event | Heartbeat, site: str) -> Received:
    at = what.occurred_at if isinstance(what, Event) else what.at or NOW
    return Received(site, what, at + timedelta(seconds=0.1), at)


class LogWriter:
    """Writes to one installation's topics and counts the records."""

    def __init__(self, kafka: str, prefix: str, partitions: int) -> None:
        self._producer = KafkaProducer(bootstrap_servers=kafka, acks="all")
        self._prefix, self._partitions = prefix, partitions

    def rows(self, rows: Sequence[Received], site: str = SITE) -> None:
        """One Arrow batch for each kind."""
        for kind in Kind:
            if mine := [row for row in rows if row.what.kind is kind]:
                self.raw(kind, encode(to_batch(mine)), ARROW, site)

    def tick(self, second: float, site: str = SITE) -> None:
        """A tick in all six topics."""
        for kind in Kind:
            self.raw(kind, encode_tick(NOW + timedelta(seconds=second)), TICK, site)

    def json(self, kind: Kind, value: object, site: str = SITE) -> None:
        """A record as anybody may write it."""
        self.raw(kind, orjson.dumps(value), JSON, site)

    def raw(self, kind: Kind, value: bytes, content_type: str, site: str = SITE) -> None:
        """Any bytes."""
        headers = [(CONTENT_TYPE, content_type.encode())]
        where = partition_of(site, self._partitions)
        self._producer.send(topic(self._prefix, kind), value, key=site.encode(), partition=where, headers=headers)

    def flush(self) -> None:
        """Return when Kafka has all."""
        self._producer.flush()

    def close(self) -> None:
        """The end."""
        self._producer.close()


def ids(rows: Sequence[Received]) -> set[UUID]:
    """The events' ids, without heartbeats."""
    return {row.what.id for row in rows if isinstance(row.what, Event)}

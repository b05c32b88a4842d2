"""What Kafka's log holds in the end: the accepted rows in their order, and what time it is in it.

Read here a second time, straight from the records and by the words of docs/architecture.md, so that the worker is held against
the log and not against itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from kafka import KafkaConsumer, TopicPartition

from schemas import codec
from schemas.errors import RecordError
from schemas.events import HEARTBEAT, Kind
from schemas.settings import Settings
from schemas.topics import ARROW, CONTENT_TYPE, TICK, partition_of, topic
from trials.naive import SECOND, Row

VERY_LATE = 600 * SECOND
POLL_MS = 500


@dataclass(slots=True)
class Log:
    """All rows of one site without repetitions, topic by topic. `ticks`: the newest of each; `copies`: rows that repeat."""

    rows: list[Row] = field(default_factory=list)
    ticks: dict[Kind, int] = field(default_factory=dict)
    copies: int = 0
    lateness: int = 0

    @property
    def watermark(self) -> int:
        """The site's watermark at the log's end; RecordError where a topic has no tick."""
        if len(self.ticks) < len(Kind):
            raise RecordError("The log holds no time yet: the gateway wrote no tick to some topic.")
        return min(self.ticks.values()) - self.lateness

    def late(self) -> dict[UUID, bool]:
        """Whether each event was late where it stood."""
        return {row.id: row.late for row in self.rows if row.id is not None}


def read_log(settings: Settings, site: str) -> Log:
    """Everything in the site's partition of the six topics."""
    log = Log(lateness=round(settings.lateness_s * SECOND))
    for kind in Kind:
        seen: set[UUID] = set()
        for offset, content_type, value in _records(settings, kind, site):
            if content_type == TICK:
                log.ticks[kind] = max(_us(codec.decode_tick(value)), log.ticks.get(kind, 0))
            elif content_type == ARROW:
                _add(log, seen, kind, offset, codec.decode(value).to_pylist())
            else:
                raise RecordError(f"The gateway wrote a record of type {content_type!r}, which is none of its own.")
    return log


def _add(log: Log, seen: set[UUID], kind: Kind, offset: int, values: list[dict[str, Any]]) -> None:
    for value in values:
        identity = None if value["type"] == HEARTBEAT else UUID(bytes=value["id"])
        if identity in seen:
            log.copies += 1
            continue
        if identity is not None:
            seen.add(identity)
        log.rows.append(_row(log, kind, offset, identity, value))


def _row(log: Log, kind: Kind, offset: int, identity: UUID | None, value: dict[str, Any]) -> Row:
    at, tick = _us(value["event_time"]), log.ticks.get(kind)
    return Row(
        kind=value["kind"],
        type=value["type"],
        device=value["device"],
        at=at,
        received=max(_us(value["received_at"]), tick or 0),
        id=identity,
        subject=value["subject"],
        value=value["value"],
        score=value["score"],
        zone=value["zone"],
        direction=value["direction"],
        attributes=orjson.loads(value["attributes"]),
        late=tick is not None and at <= tick - log.lateness,
        very_late=tick is not None and at <= tick - VERY_LATE,
        initial=value["initial"],
        offset=offset,
    )


def _records(settings: Settings, kind: Kind, site: str) -> Iterator[tuple[int, str, bytes]]:
    """(offset, content type, value) of a topic's records of the site's partition, from the first to the last."""
    part = TopicPartition(topic(settings.topic_prefix, kind), partition_of(site, settings.partitions))
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    try:
        consumer.assign([part])
        consumer.seek_to_beginning(part)
        end = consumer.end_offsets([part])[part]
        while consumer.position(part) < end:
            for record in consumer.poll(timeout_ms=POLL_MS).get(part, []):
                yield record.offset, dict(record.headers).get(CONTENT_TYPE, b"").decode(), record.value
    finally:
        consumer.close()


def _us(time: datetime) -> int:
    return round(time.timestamp() * SECOND)

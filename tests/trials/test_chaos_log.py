"""Reading Kafka's log a second time: order, repetitions, lateness."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from kafka import KafkaProducer

from schemas import codec
from schemas.errors import RecordError
from schemas.events import Event, Heartbeat, Kind, Received
from schemas.settings import Settings
from schemas.topics import ARROW, CONTENT_TYPE, TICK, partition_of, topic
from trials.chaos_log import read_log
from trials.naive import SECOND

SITE = "aozheng"
NOON = datetime(2030, 5, 6, 4, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def door(number: int, at: datetime) -> Received:
    return Received(SITE, Event(UUID(int=number), Kind.DOOR, "denied", "D-001", at), at, at)


def write(settings: Settings, records: list[tuple[Kind, str, bytes]]) -> None:
    producer = KafkaProducer(bootstrap_servers=settings.kafka, acks="all")
    for kind, content_type, value in records:
        producer.send(
            topic(settings.topic_prefix, kind),
            value,
            key=SITE.encode(),
            headers=[(CONTENT_TYPE, content_type.encode())],
            partition=partition_of(SITE, settings.partitions),
        )
    producer.flush()
    producer.close()


def tick(kind: Kind, seconds: float) -> tuple[Kind, str, bytes]:
    return kind, TICK, codec.encode_tick(after(seconds))


def batch(*rows: Received) -> tuple[Kind, str, bytes]:
    return Kind.DOOR, ARROW, codec.encode(codec.to_batch(rows))


def test_rows_come_in_the_order_of_the_log_each_once_and_late_where_they_stand(settings: Settings) -> None:
    beat = Received(SITE, Heartbeat(Kind.DOOR, "D-001"), after(0), after(0))
    write(
        settings,
        [
            batch(door(1, after(0)), beat),
            batch(door(1, after(0)), door(2, after(1))),
            *(tick(kind, 10 + n) for n, kind in enumerate(Kind)),
            batch(door(3, after(8)), door(4, after(60))),
        ],
    )
    log = read_log(settings, SITE)
    assert [row.id and row.id.int for row in log.rows] == [1, None, 2, 3, 4]
    assert log.copies == 1
    late_line = 10 + list(Kind).index(Kind.DOOR) - settings.lateness_s
    assert log.late() == {UUID(int=n): seconds <= late_line and n > 2 for n, seconds in ((1, 0), (2, 1), (3, 8), (4, 60))}
    assert log.watermark == int((after(10).timestamp() - settings.lateness_s) * SECOND)


def test_a_log_without_time_has_no_watermark(settings: Settings) -> None:
    write(settings, [batch(door(1, NOON)), tick(Kind.DOOR, 1)])
    log = read_log(settings, SITE)
    with pytest.raises(RecordError, match="no tick"):
        assert log.watermark

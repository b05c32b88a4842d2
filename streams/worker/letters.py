"""The dead letters' two ends in the worker: writing them to their topic, and storing that topic in the database.

A letter counts as written when Kafka has acknowledged it. It is stored once: its id is the table's key, and the same letter
written twice (a worker was killed in between) has the same id. Reading begins at the last letter that the table has of a
partition; where the log has another one there, or none, it is not the log that the table knows, and is read from its beginning.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.errors import RecordError, Unavailable
from schemas.letters import Letter, decode_letter, encode_letter
from schemas.topics import CONTENT_TYPE, JSON, LARGEST_RECORD, dead_letter_topic

log = logging.getLogger(__name__)

AT_ONCE = 8  # letters stored together: each may be a body of many megabytes
_HEADERS = [(CONTENT_TYPE, JSON.encode())]
RETRY_S = 2.0
_TIMEOUT_S = 20.0

_STORE = """
INSERT INTO dead_letters (kafka_partition, kafka_offset, id, source, family, content_type, received_at, reason, at, body)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


class Burial:
    """Writes letters to the dead-letter topic."""

    def __init__(self, kafka: str, prefix: str) -> None:
        self._kafka, self._topic = kafka, dead_letter_topic(prefix)
        self._producer: AIOKafkaProducer | None = None

    async def bury(self, letters: Sequence[Letter]) -> None:
        """Return when Kafka has them all; Unavailable where it does not answer."""
        try:
            producer = await self._started()
            async with asyncio.timeout(_TIMEOUT_S):
                sent = [
                    await producer.send(self._topic, encode_letter(one), one.source.encode(), headers=_HEADERS)
                    for one in letters
                ]
                await asyncio.gather(*sent)
        except (KafkaError, OSError, TimeoutError) as err:
            await self.close()
            raise Unavailable("Kafka does not take dead letters now: their records are kept.") from err

    async def close(self) -> None:
        """Stop the producer, if it was started."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._kafka, acks="all", enable_idempotence=True, max_request_size=LARGEST_RECORD
            )
            try:
                await producer.start()
            except (KafkaError, OSError):
                await producer.stop()
                raise
            self._producer = producer
        return self._producer


class LetterKeeper:
    """Stores the dead-letter topic, all its partitions, from where the table ends. Any number of workers may do it at once."""

    def __init__(self, kafka: str, prefix: str, connect: Callable[[], psycopg.Connection]) -> None:
        self._kafka, self._topic, self._connect = kafka, dead_letter_topic(prefix), connect

    async def run(self) -> None:
        """Work until cancelled; when a service is away, wait and begin again."""
        while True:
            try:
                await self._work()
            except (KafkaError, OSError, Unavailable, psycopg.Error) as err:
                log.warning("Dead letters wait: %s.", type(err).__name__)
            except Exception:  # supervised: letters must not stop the worker
                log.exception("Storing dead letters failed and begins again.")
            await asyncio.sleep(RETRY_S)

    async def _work(self) -> None:
        consumer = AIOKafkaConsumer(
            self._topic,  # without a group: all its partitions
            bootstrap_servers=self._kafka,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=LARGEST_RECORD,
            fetch_max_bytes=LARGEST_RECORD,
        )
        connection = await asyncio.to_thread(self._connect)
        try:
            await consumer.start()
            last = await self._find_place(consumer, connection)
            while True:
                for tp, messages in (await consumer.getmany(timeout_ms=1000, max_records=AT_ONCE)).items():
                    rows = [row for message in messages if (row := _row(message)) is not None]
                    if tp.partition in last and last.pop(tp.partition) not in [row[:3] for row in rows]:
                        await consumer.seek_to_beginning(tp)
                    elif rows:
                        await asyncio.to_thread(_store, connection, rows)
        finally:
            await consumer.stop()
            connection.close()

    async def _find_place(self, consumer: AIOKafkaConsumer, connection: psycopg.Connection) -> dict[int, tuple[object, ...]]:
        """Every partition at the last letter that the table has of it; those letters, as (partition, offset, id)."""
        query = """SELECT DISTINCT ON (kafka_partition) kafka_partition, kafka_offset, id FROM dead_letters
                   ORDER BY kafka_partition, kafka_offset DESC"""
        rows = await asyncio.to_thread(lambda: connection.execute(query).fetchall())
        last = {row[0]: row for row in rows}
        for tp in consumer.assignment():
            consumer.seek(tp, last[tp.partition][1] if tp.partition in last else 0)
        return last


def _row(message: object) -> tuple[object, ...] | None:
    """A row, or None for what is no letter (somebody else wrote to the topic)."""
    value, offset, partition = message.value, message.offset, message.partition  # type: ignore[attr-defined]
    try:
        letter = decode_letter(value or b"")
    except RecordError as err:
        log.warning("Record %d of partition %d is no dead letter: %s", offset, partition, err)
        return None
    return (
        partition,
        offset,
        letter.id,
        letter.source,
        letter.family,
        letter.content_type,
        letter.received_at,
        letter.reason,
        letter.at,
        letter.body,
    )


def _store(connection: psycopg.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(_STORE, rows)

"""Reads stretches of the six logs directly, for replay: what lies between a lane's place and what Faust delivers.

A consumer of its own, outside the group: Faust cannot go back in one partition without losing what it has in flight.
"""

from collections.abc import AsyncIterator, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from schemas.errors import Unavailable
from schemas.events import Kind
from schemas.topics import CONTENT_TYPE, topic
from streams.worker.records import Places, Record

_POLL_MS = 500
_FETCH_BYTES = 1024 * 1024


class LogReader:
    """One partition of the six topics."""

    def __init__(self, kafka: str, prefix: str, partition: int) -> None:
        self._kafka = kafka
        self._kinds = {TopicPartition(topic(prefix, kind), partition): kind for kind in Kind}

    async def between(self, places: Places, targets: Mapping[Kind, int]) -> AsyncIterator[list[Record]]:
        """Records from each place up to (without) each target, a fetch at a time; ends when all targets are reached.

        What the log no longer holds is passed over. Unavailable where Kafka does not answer.
        """
        wanted = {tp: targets[kind] for tp, kind in self._kinds.items() if targets.get(kind, 0) > places[kind].next_offset}
        if not wanted:
            return
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._kafka,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=_FETCH_BYTES,
            fetch_max_wait_ms=100,
        )
        try:
            await consumer.start()
            consumer.assign(list(wanted))
            for tp in wanted:
                consumer.seek(tp, places[self._kinds[tp]].next_offset)
            while waiting := [tp for tp, target in wanted.items() if await consumer.position(tp) < target]:
                fetched = await consumer.getmany(*waiting, timeout_ms=_POLL_MS)
                yield [
                    record_of(self._kinds[tp], message)
                    for tp, messages in fetched.items()
                    for message in messages
                    if message.offset < wanted[tp]
                ]
        except OffsetOutOfRangeError as err:
            raise Unavailable("A part of the log that is still to be judged is gone from Kafka.") from err
        except (KafkaError, OSError) as err:
            raise Unavailable("Kafka does not answer: `gatehouse doctor` says why.") from err
        finally:
            await consumer.stop()


def record_of(kind: Kind, message: object) -> Record:
    """A record of aiokafka's or Faust's message: both name their parts alike."""
    headers = getattr(message, "headers", None) or ()
    words = dict(headers.items() if hasattr(headers, "items") else headers)
    stamp = getattr(message, "timestamp", None) or 0
    return Record(
        kind=kind,
        offset=message.offset,  # type: ignore[attr-defined]
        timestamp_ms=round(stamp * 1000) if isinstance(stamp, float) else stamp,
        key=message.key or b"",  # type: ignore[attr-defined]
        content_type=(words.get(CONTENT_TYPE) or b"").decode("latin-1"),
        value=message.value or b"",  # type: ignore[attr-defined]
    )

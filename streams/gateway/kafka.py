"""The way to Kafka: acks=all, idempotent, and never waiting for longer than the devices can.

A send either is acknowledged within `ack_s`, or fails, and then the whole producer is given up and made anew: what it still
held is on its way to the spool, and a record that arrives twice has the same events in it.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from schemas.errors import Unavailable
from schemas.settings import MIB
from schemas.topics import CONTENT_TYPE
from streams.gateway.record import Record

log = logging.getLogger(__name__)

ABANDON_S = 2.0
"""How long an abandoned producer's thread may take to end."""

SLOWEST = 4 * MIB
"""Bytes a second that even a busy Kafka takes: a dead letter with a whole body gets seconds, and stops nothing in the spool."""

AGAIN_S = 0.5
"""Between two attempts to reach Kafka: a broker's restart takes seconds."""


class TooBig(Unavailable):
    """Kafka will never take this record."""

    retry = False


class Sink:
    """One producer at a time. `up` says whether it may be used; `changed` is called when that turns."""

    def __init__(self, make: Callable[[], Any], ack_s: float, changed: Callable[[bool], None]) -> None:
        self._make, self._ack_s, self._changed = make, ack_s, changed
        self._producer: Any = None
        self._loop: asyncio.AbstractEventLoop
        self._connecting: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Future[None]] = set()

    @property
    def up(self) -> bool:
        """Whether there is a producer that nothing speaks against."""
        return self._producer is not None

    def connect(self) -> None:
        """Begin to reach Kafka, and go on until it is reached. Needs the running loop."""
        self._loop = asyncio.get_running_loop()
        if self._connecting is None or self._connecting.done():
            self._connecting = self._loop.create_task(self._connect(), name="kafka-connect")

    async def _connect(self) -> None:
        while not self.up:
            try:
                self._producer = await asyncio.to_thread(self._make)
            except (KafkaError, OSError) as err:
                log.debug("Kafka is not reached: %s", err)
                await asyncio.sleep(AGAIN_S)
            except Exception:  # supervised: whatever the client stumbles over, without this loop Kafka would be away for ever
                log.exception("Reaching Kafka failed and begins again.")
                await asyncio.sleep(AGAIN_S)
        log.info("Kafka is reached.")
        self._changed(True)

    async def send(self, record: Record) -> None:
        """Return when all replicas have it; Unavailable after `ack_s` and what its size needs, TooBig where it never will."""
        producer = self._producer
        if producer is None:
            raise Unavailable("Kafka is away.")
        try:
            async with asyncio.timeout(self._ack_s + len(record.value) / SLOWEST):
                await self._acknowledged(producer, record)
        except MessageSizeTooLargeError as err:
            raise TooBig(f"Kafka refuses a record of {len(record.value)} bytes for {record.topic}.") from err
        except (KafkaError, TimeoutError) as err:
            self._give_up(producer, err)
            raise Unavailable("Kafka does not acknowledge.") from err

    async def _acknowledged(self, producer: Any, record: Record) -> None:
        done: asyncio.Future[None] = self._loop.create_future()
        sent = producer.send(
            record.topic,
            value=record.value,
            key=record.key.encode(),
            partition=record.partition,
            headers=[(CONTENT_TYPE, record.content_type.encode())],
        )
        sent.add_callback(lambda _: self._loop.call_soon_threadsafe(_settle, done, None))
        sent.add_errback(lambda err: self._loop.call_soon_threadsafe(_settle, done, err))
        await done

    def _give_up(self, producer: Any, err: BaseException) -> None:
        """Stop using a producer that fails; only the first of its failures counts."""
        if producer is not self._producer:
            return
        log.warning("Kafka does not acknowledge (%s): messages go to the spool.", type(err).__name__)
        self._producer = None
        self._changed(False)
        self._dispose(producer, abandon=True)
        self.connect()

    def _dispose(self, producer: Any, *, abandon: bool, timeout: float = ABANDON_S) -> asyncio.Future[None]:
        closing = asyncio.ensure_future(asyncio.to_thread(_close, producer, timeout, abandon=abandon))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        return closing

    async def close(self, timeout: float) -> None:
        """Let the producer finish what it has, for so long."""
        if self._connecting is not None:
            self._connecting.cancel()
        producer, self._producer = self._producer, None
        if producer is not None:
            await self._dispose(producer, abandon=False, timeout=timeout)


def _close(producer: Any, timeout: float, *, abandon: bool) -> None:
    """Close a producer. One that is abandoned drops what it holds first: its `close` alone would wait for that, then leave
    its thread running, and there is no public way to say so."""
    try:
        if abandon:
            producer._sender.force_close()
        producer.close(timeout)
    except KafkaError as err:
        log.debug("The producer was given up with records in it, which are in the spool: %s", err)


def _settle(done: "asyncio.Future[None]", err: BaseException | None) -> None:
    if done.done():
        return
    if err is None:
        done.set_result(None)
    else:
        done.set_exception(err)


def maker(servers: str, topics: list[str], most_bytes: int) -> Callable[[], Any]:
    """How to make a producer that knows all topics, so that sending never waits for them."""

    def make() -> Any:
        """One producer that has seen all topics."""
        producer = KafkaProducer(
            bootstrap_servers=servers.split(","),
            client_id="gatehouse-gateway",
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_request_size=most_bytes,
            max_block_ms=2000,
            bootstrap_timeout_ms=2000,
            request_timeout_ms=5000,
            delivery_timeout_ms=6000,
            reconnect_backoff_max_ms=500,
            metrics_enabled=False,
        )
        try:
            for topic in topics:
                producer.partitions_for(topic)
        except KafkaError:
            _close(producer, ABANDON_S, abandon=True)
            raise
        return producer

    return make

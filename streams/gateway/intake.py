"""One message from its arrival to its answer: read it, place it in time, make it safe, say what became of it.

Guarantees: an answer is given only when every event of the message is in Kafka or on disk, and what could not be read is
kept there too, whole, as a dead letter. While a message is on its way no tick passes its arrival.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from schemas.decoded import Decoded, Rejected
from schemas.errors import Unavailable
from schemas.letters import Letter, encode_letter, letter_id
from schemas.sources import Source
from schemas.topics import JSON, dead_letter_topic, partition_of
from streams.gateway.collector import Collector
from streams.gateway.context import Context, Register
from streams.gateway.delivery import Delivery
from streams.gateway.envelope import Clocks, receive
from streams.gateway.metrics import Metrics
from streams.gateway.pictures import Pictures
from streams.gateway.read import as_simulated, read_body
from streams.gateway.record import Record
from streams.gateway.ticks import InFlight, Settling

log = logging.getLogger(__name__)

REASONS = 10
"""Reasons told in an answer and kept with a dead letter; the rest of a bad message is like them."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was posted. `first_received` is the arrival of a dead letter that is posted again; `simulated` events are marked."""

    source: Source
    body: bytes
    content_type: str
    first_received: datetime | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where events belong: the site, its zone and devices, and Kafka's topics."""

    site: str
    zone: tzinfo
    register: Register
    prefix: str
    partitions: int
    depth: int


@dataclass(frozen=True, slots=True)
class State:
    """What messages share."""

    in_flight: InFlight
    settling: Settling
    clocks: Clocks
    now: Callable[[], datetime]
    pictures: Pictures = field(default_factory=Pictures)


def dead_letter(message: Message, received_at: datetime, rejected: Sequence[Rejected], place: Place) -> Record:
    """The message, whole, with the reasons; its id follows from source, arrival and body."""
    source = message.source
    letter = Letter(
        id=letter_id(source.name, received_at, message.body),
        source=source.name,
        family=source.family,
        content_type=message.content_type[:256],
        received_at=received_at,
        reason=" ".join(dict.fromkeys(r.reason for r in rejected[:REASONS])),
        at="; ".join(r.at for r in rejected[:REASONS] if r.at),
        body=message.body,
    )
    name = dead_letter_topic(place.prefix)
    return Record(name, partition_of(source.name, place.partitions), source.name, JSON, encode_letter(letter))


def _read_safely(message: Message, context: Context) -> Decoded:
    """What the message says. Supervised: what a decoder of ours fails at is kept whole, and its device need not repeat it."""
    try:
        return read_body(message.source.family, message.body, message.content_type, context)
    except Exception as err:
        log.exception("The decoder of %s failed; the message is a dead letter.", message.source.family)
        return Decoded(rejected=(Rejected(f"The decoder failed ({type(err).__name__}): the gateway's log says where.", ""),))


class Intake:
    """The heart of the gateway's process."""

    def __init__(self, place: Place, state: State, collector: Collector, delivery: Delivery, metrics: Metrics) -> None:
        self._place, self._state, self._metrics = place, state, metrics
        self._collector, self._delivery = collector, delivery
        self._running: set[asyncio.Task[Decoded]] = set()

    async def take(self, message: Message) -> Decoded:
        """What was read, once it is safe; Unavailable (Full among them) where it can't be made safe.

        Runs on in the background when the device hangs up, so that no tick passes what is still on its way.
        """
        arrival = self._state.now()
        ticket = self._state.in_flight.enter(arrival)
        task = asyncio.get_running_loop().create_task(self._keep(message, arrival, ticket))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _keep(self, message: Message, arrival: datetime, ticket: int) -> Decoded:
        decoded = Decoded()
        try:
            decoded = self._read(message, arrival)
            await self._make_safe(message, arrival, decoded)
        except Unavailable:
            self._state.pictures.forget(decoded)
            self._state.settling.refused(self._state.now())
            raise
        finally:
            self._state.in_flight.leave(ticket)
        self._count(message.source.family, decoded, arrival)
        return decoded

    def _read(self, message: Message, arrival: datetime) -> Decoded:
        context = Context(
            received_at=message.first_received or arrival,
            zone=self._place.zone,
            register=self._place.register,
            sender=message.source.name,
            depth=self._place.depth,
        )
        with self._metrics.decode_seconds.time():
            decoded = self._state.pictures.told(_read_safely(message, context), arrival)
        return as_simulated(decoded) if message.simulated else decoded

    async def _make_safe(self, message: Message, arrival: datetime, decoded: Decoded) -> None:
        site = message.source.site or self._place.site
        again = message.first_received is not None
        rows, doubts = receive(decoded, site, arrival, self._state.clocks, again=again)
        for doubt in doubts:
            log.warning("The clock of %s is off by %.1f s: arrival places its events.", doubt.device, doubt.error_s)
        if rows:
            await self._collector.add(rows)
        if decoded.rejected:
            first = message.first_received or arrival  # a letter posted again keeps its id, so it is not kept twice
            await self._delivery.deliver(dead_letter(message, first, decoded.rejected, self._place))

    def _count(self, family: str, decoded: Decoded, arrival: datetime) -> None:
        self._metrics.ack_seconds.observe((self._state.now() - arrival).total_seconds())
        for event in decoded.events:
            self._metrics.accepted.labels(family, str(event.kind)).inc()
        if decoded.heartbeats:
            self._metrics.heartbeats.labels(family).inc(len(decoded.heartbeats))
        if decoded.rejected:
            self._metrics.rejected.labels(family).inc(len(decoded.rejected))
            log.warning("From %s, kept as a dead letter: %s", family, decoded.rejected[0].reason)

    async def close(self) -> None:
        """Wait for what is on its way."""
        if self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

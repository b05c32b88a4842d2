"""Writes the time into the log, and says on the health board how Kafka, the spool and the time are."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.codec import encode_tick
from schemas.errors import Unavailable
from schemas.events import Kind
from schemas.health import Health
from schemas.topics import TICK, partition_of, topic
from streams.gateway.intake import State
from streams.gateway.kafka import Sink
from streams.gateway.metrics import Metrics
from streams.gateway.record import Record
from streams.gateway.spool import Spool
from streams.gateway.ticks import Held, decide

log = logging.getLogger(__name__)

_WHY = {
    Held.SETTLING: "devices may still repeat what they could not deliver: time stands still for a moment",
    Held.SPOOL: "messages wait on disk: time stands still until Kafka has them",
}


def monotone(now: datetime, last: datetime) -> datetime:
    """A clock that was set back stands still until the time is reached again."""
    return max(now, last)


class Clock:
    """The wall clock in UTC, never going back: ticks and arrivals are read from it alone."""

    def __init__(self) -> None:
        self._last = datetime.now(UTC)

    def __call__(self) -> datetime:
        self._last = monotone(datetime.now(UTC), self._last)
        return self._last


def tick_records(time: datetime, sites: Sequence[str], prefix: str, partitions: int) -> list[Record]:
    """One tick for each site and kind."""
    value = encode_tick(time)
    return [Record(topic(prefix, kind), partition_of(site, partitions), site, TICK, value) for site in sites for kind in Kind]


@dataclass(frozen=True, slots=True)
class Ticker:
    """What it reads and writes."""

    state: State
    sink: Sink
    spool: Spool
    health: Health
    metrics: Metrics
    sites: tuple[str, ...]
    prefix: str
    partitions: int

    async def run(self, every_s: float) -> None:
        """For ever: a tick when one may be written, and the board kept true."""
        while True:
            started = asyncio.get_running_loop().time()
            await self.once()
            self._show()
            await asyncio.sleep(max(0.0, every_s - (asyncio.get_running_loop().time() - started)))

    async def once(self) -> None:
        """Decide, and write what was decided."""
        decision = decide(self.state.now(), self.state.in_flight.oldest, self.spool.depth, self.state.settling)
        if isinstance(decision, Held):
            self.metrics.ticks_held.labels(str(decision)).inc()
            self.health.say("ticks", False, f"No time is stated: {_WHY[decision]}.")
            return
        try:
            await asyncio.gather(*(self.sink.send(r) for r in tick_records(decision, self.sites, self.prefix, self.partitions)))
        except Unavailable as err:
            self.health.say("ticks", False, f"No time is stated: {err}")
            return
        self.metrics.ticks.inc()
        self.health.say("ticks", True, "The time is stated in the log.")

    def _show(self) -> None:
        depth, size = self.spool.depth, self.spool.size
        self.metrics.spool_records.set(depth)
        self.metrics.spool_bytes.set(size)
        self.metrics.in_flight.set(len(self.state.in_flight))
        self.metrics.untrusted_clocks.set(len(self.state.clocks.doubted))
        self.health.figures |= {"spool_events": depth, "spool_bytes": size, "in_flight": len(self.state.in_flight)}
        share = size / self.spool.limit
        words = f"{depth} records wait on disk, {share:.0%} of the room." if depth else "Nothing waits on disk."
        self.health.say("spool", share < 0.9, words if share < 0.9 else f"{words} Soon devices are refused: bring Kafka back.")

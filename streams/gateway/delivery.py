"""Where a record goes: to Kafka while Kafka answers, else to disk; and from the disk to Kafka, in order, when it answers again.

While anything is on disk, everything new goes there too, so that what came first arrives first. `deliver` returns only
when the record is safe; Full where it can be nowhere.
"""

import asyncio
import logging
from enum import StrEnum

from schemas.errors import Unavailable
from streams.gateway.kafka import Sink, TooBig
from streams.gateway.record import Record
from streams.gateway.spool import Spool

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Records drained together: they are acknowledged in parallel and removed together."""

AT_ONCE_BYTES = 8 * 1024 * 1024

IDLE_S = 0.1


class Where(StrEnum):
    """Where a record is safe now."""

    KAFKA = "kafka"
    SPOOL = "spool"
    ASIDE = "aside"


class Delivery:
    """Kafka and the spool as one place."""

    def __init__(self, sink: Sink, spool: Spool) -> None:
        self._sink, self._spool = sink, spool
        self.aside = 0

    async def deliver(self, record: Record) -> Where:
        """Return where the record is safe; Full or Unavailable where neither takes it."""
        if self._sink.up and not self._spool.depth:
            try:
                await self._sink.send(record)
                return Where.KAFKA
            except Unavailable as err:
                log.debug("To the spool: %s", err)
        await asyncio.wrap_future(self._spool.put(record))
        return Where.SPOOL

    async def drain(self) -> None:
        """For ever: bring what is on disk to Kafka."""
        while True:
            if not (self._spool.depth and self._sink.up):
                await asyncio.sleep(IDLE_S)
                continue
            try:
                await self._drain_some()
            except Unavailable as err:
                log.debug("The spool waits: %s", err)
                await asyncio.sleep(IDLE_S)

    async def _drain_some(self) -> None:
        taken = await asyncio.wrap_future(self._spool.oldest(AT_ONCE, AT_ONCE_BYTES))
        if not taken:
            await asyncio.sleep(IDLE_S)
            return
        results = await asyncio.gather(*(self._sink.send(record) for _, record in taken), return_exceptions=True)
        for (number, record), result in zip(taken, results, strict=True):
            if isinstance(result, TooBig):
                await self._set_aside(number, record, result)
            elif isinstance(result, BaseException):
                raise result
        await asyncio.wrap_future(self._spool.remove(taken))

    async def _set_aside(self, number: int, record: Record, reason: TooBig) -> None:
        self.aside += 1
        log.error("Kept on disk, apart: %s Raise max.message.bytes of %s.", reason, record.topic)
        await asyncio.wrap_future(self._spool.set_aside(number, str(reason)))

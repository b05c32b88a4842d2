"""Between Faust's agents and a lane: records as they arrive, bounded by their bytes, and what is still to be acknowledged.

An event is acknowledged when a saved state covers it; until then Kafka would send it again to a new owner.
"""

import asyncio
from collections import deque
from typing import Protocol

from schemas.events import Kind
from streams.worker.records import Places, Record

LIMIT_BYTES = 8 * 1024 * 1024
"""Two blocks of the largest kind; more would only wait here instead of in Kafka."""


class Ackable(Protocol):
    """Faust's event, as far as the lane knows it."""

    def ack(self) -> bool: ...


class Inbox:
    """One lane's waiting records."""

    def __init__(self) -> None:
        self._waiting: deque[Record] = deque()
        self._open: dict[Kind, deque[tuple[int, Ackable]]] = {kind: deque() for kind in Kind}
        self._bytes = 0
        self._some, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()
        self._closed = False
        self.received: dict[Kind, int] = {}

    async def put(self, record: Record, event: Ackable) -> None:
        """Take a record in; waits while there is no room."""
        while self._bytes >= LIMIT_BYTES and not self._closed:
            self._room.clear()
            await self._room.wait()
        if self._closed:
            return
        self._waiting.append(record)
        self._open[record.kind].append((record.offset, event))
        self._bytes += len(record.value)
        self.received[record.kind] = max(record.offset + 1, self.received.get(record.kind, 0))
        self._some.set()

    async def wait(self, timeout_s: float) -> bool:
        """Whether there is a record, at the latest after the timeout."""
        if not self._waiting:
            self._some.clear()
            try:
                await asyncio.wait_for(self._some.wait(), timeout_s)
            except TimeoutError:
                return False
        return True

    def take(self, most_bytes: int) -> list[Record]:
        """The records that wait, up to about so many bytes."""
        taken: list[Record] = []
        size = 0
        while self._waiting and size < most_bytes:
            record = self._waiting.popleft()
            size += len(record.value)
            taken.append(record)
        self._shrink(size)
        return taken

    def put_back(self, records: list[Record]) -> None:
        """Records that were taken too early stand first again."""
        self._waiting.extendleft(reversed(records))
        self._bytes += sum(len(record.value) for record in records)

    def forget(self) -> None:
        """Drop what waits: the lane reads it again from the log itself."""
        self._waiting.clear()
        self._shrink(self._bytes)

    def close(self) -> None:
        """The lane is gone: who waits for room goes on, and what comes is left to the next owner."""
        self._closed = True
        self.forget()
        self._room.set()

    def acknowledge(self, covered: Places) -> None:
        """Acknowledge every event that a saved state covers."""
        for kind, place in covered.items():
            waiting = self._open[kind]
            while waiting and waiting[0][0] < place.next_offset:
                waiting.popleft()[1].ack()

    @property
    def waiting_bytes(self) -> int:
        """How much waits."""
        return self._bytes

    def _shrink(self, size: int) -> None:
        self._bytes -= size
        if self._bytes < LIMIT_BYTES:
            self._room.set()

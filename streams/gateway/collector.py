"""Gathering the rows of messages that arrive together into one Arrow batch a site and kind, one Kafka record each.

A message waits for `window_s` for company, and while the batch before is on its way for a few of these more: the busier it
is, the larger the batches, at the same cost each. Then it waits for its records to be safe. Nobody is told 200 before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pyarrow as pa

from schemas.codec import encode, to_batch
from schemas.events import Received
from schemas.topics import ARROW, partition_of, topic
from streams.gateway.record import Record

ROWS = 512
"""Rows in one batch: more is sent at once, without waiting for company."""

RECORD_BYTES = 900_000
"""A record stays under Kafka's usual limit of 1 MiB."""

PATIENCE = 4
"""Windows that a batch waits for the one before; after these it goes anyway."""

Deliver = Callable[[Record], Awaitable[object]]


def records_of(rows: Sequence[Received], prefix: str, partitions: int) -> list[Record]:
    """The rows, all of one site and kind, as records of at most ROWS rows and RECORD_BYTES."""
    records: list[Record] = []
    for start in range(0, len(rows), ROWS):
        records += _fitting(rows[start : start + ROWS], prefix, partitions)
    return records


def _fitting(rows: Sequence[Received], prefix: str, partitions: int) -> list[Record]:
    value = encode(to_batch(rows))
    if len(value) > RECORD_BYTES and len(rows) > 1:
        half = len(rows) // 2
        return _fitting(rows[:half], prefix, partitions) + _fitting(rows[half:], prefix, partitions)
    site, kind = rows[0].site, rows[0].what.kind
    return [Record(topic(prefix, kind), partition_of(site, partitions), site, ARROW, value)]


class Collector:
    """Rows wait here for their batch; `add` returns when all of them are safe."""

    def __init__(self, deliver: Deliver, prefix: str, partitions: int, window_s: float) -> None:
        self._deliver, self._prefix, self._partitions, self._window_s = deliver, prefix, partitions, window_s
        self._waiting: dict[tuple[str, str], list[Received]] = {}
        self._batch: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._waited = 0
        self._running: set[asyncio.Task[None]] = set()

    async def add(self, rows: Sequence[Received]) -> None:
        """Return when the rows are in Kafka or on disk; raises what the delivery of their batch raised."""
        for row in rows:
            self._waiting.setdefault((row.site, str(row.what.kind)), []).append(row)
        loop = asyncio.get_running_loop()
        if self._batch is None:
            self._batch = loop.create_future()
            self._waited = 0
            self._timer = loop.call_later(self._window_s, self._due)
        batch = self._batch
        if any(len(waiting) >= ROWS for waiting in self._waiting.values()):
            self.flush()
        await asyncio.shield(batch)

    def _due(self) -> None:
        """The window is over: go, or wait one more for the batch that is on its way."""
        self._waited += 1
        if self._running and self._waited < PATIENCE:
            self._timer = asyncio.get_running_loop().call_later(self._window_s, self._due)
        else:
            self.flush()

    def flush(self) -> None:
        """Send what waits, now."""
        if self._batch is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        waiting, batch = self._waiting, self._batch
        self._waiting, self._batch, self._timer = {}, None, None
        task = asyncio.get_running_loop().create_task(self._send(list(waiting.values()), batch))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _send(self, groups: list[list[Received]], batch: "asyncio.Future[None]") -> None:
        failure: BaseException | None
        try:
            records = [record for rows in groups for record in records_of(rows, self._prefix, self._partitions)]
            results = await asyncio.gather(*(self._deliver(record) for record in records), return_exceptions=True)
            failure = next((result for result in results if isinstance(result, BaseException)), None)
        except (pa.ArrowException, ValueError, TypeError, OverflowError) as err:
            failure = err  # rows that no batch holds: whoever waits hears it, because a message on its way stops the time
        if batch.done():
            return
        if failure is None:
            batch.set_result(None)
        else:
            batch.set_exception(failure)
            batch.exception()

    async def close(self) -> None:
        """Send what waits, and wait for it."""
        self.flush()
        if self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

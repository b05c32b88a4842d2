"""The lanes of the partitions that this worker owns: opened by the first record, closed when the partition goes."""

import asyncio
from collections.abc import Callable, Iterable

from schemas.events import Kind
from streams.worker.inbox import Ackable
from streams.worker.lane import Lane
from streams.worker.records import Record


class Lanes:
    """By partition number. All calls come from the event loop of the agents."""

    def __init__(self, new_lane: Callable[[int], Lane]) -> None:
        self._new_lane = new_lane
        self._lanes: dict[int, tuple[Lane, asyncio.Task[None]]] = {}

    async def put(self, partition: int, record: Record, event: Ackable) -> None:
        """Hand a record to its partition's lane; waits while that has no room."""
        if partition not in self._lanes:
            lane = self._new_lane(partition)
            self._lanes[partition] = lane, asyncio.create_task(lane.run())
        await self._lanes[partition][0].inbox.put(record, event)

    async def close(self, partitions: Iterable[int] | None = None) -> None:
        """Stop the lanes of some partitions (of all, without any named); what they held is read again by the next owner."""
        gone = [self._lanes.pop(number) for number in list(self._lanes) if partitions is None or number in set(partitions)]
        for lane, task in gone:
            task.cancel()
            lane.inbox.close()
        await asyncio.gather(*(task for _, task in gone), return_exceptions=True)

    def behind(self) -> Iterable[tuple[int, Kind, int]]:
        """By partition and kind, the next offset that the lane has not judged yet."""
        for number, (lane, _) in self._lanes.items():
            for kind, place in (lane.judge.places if lane.judge else {}).items():
                yield number, kind, place.next_offset

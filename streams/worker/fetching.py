"""Faust's Kafka consumer with a shorter wait in each fetch, and with its six topics kept together in time.

Faust fixes the wait at 1.5 s, and the client has one fetch under way for all partitions of a broker: one whose records were
not taken yet when the fetch began is not in it, and would wait that long behind the quiet ones.

A fetch takes as many bytes of a quiet topic as of a busy one. A worker that catches up would thus have read the quiet ones
to their end long before the busy one, and would keep all their rows, because rules wait for the slowest topic's time. So a
topic whose records are `AHEAD_MS` newer than those of one with more to read is left in the client's buffer for a while.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer

WAIT_MS = 15
PAUSED_S = 0.005  # Faust leaves out a topic whose buffer is full: it must not wait for the quiet ones, while it is emptied
AHEAD_MS = 1000
PORTION_BYTES = 1024 * 1024  # of each topic in one turn
MOST_RECORDS = 512
ALL_EVERY = 16  # turns: a clock that was set back makes a topic look ahead, and it must not starve

Partition = tuple[str, int]


@dataclass(slots=True)
class Reached:
    """How far records were taken: the time of each partition's newest one (milliseconds), and how many make a portion."""

    times: dict[Partition, int] = field(default_factory=dict)
    portions: dict[Partition, int] = field(default_factory=dict)

    def chosen(self, active: Sequence[Partition], behind: Sequence[Partition]) -> set[Partition]:
        """Those of the active partitions that are not far ahead of one with the same number that has more to read."""
        slowest: dict[int, int] = {}
        for partition in behind:
            at = self.times.get(partition, 0)
            slowest[partition[1]] = min(slowest.get(partition[1], at), at)
        return {one for one in active if one[1] not in slowest or self.times.get(one, 0) <= slowest[one[1]] + AHEAD_MS}

    def note(self, taken: Mapping[Partition, Sequence[Any]]) -> None:
        """Records that were taken, by partition."""
        for partition, records in taken.items():
            self.times[partition] = records[-1].timestamp
            size = sum(len(record.value or b"") for record in records) // len(records)
            self.portions[partition] = max(1, min(MOST_RECORDS, PORTION_BYTES // max(1, size)))

    def portion(self, partition: Partition) -> int:
        """How many records to take."""
        return self.portions.get(partition, 1)


class _PromptThread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = WAIT_MS
        self._reached, self._turn = Reached(), 0
        return consumer

    async def _fetch_records(self, consumer: Any, active_partitions: Any, timeout: Any = None, max_records: Any = None) -> Any:
        """A portion of every topic that is not ahead; where none has any, whatever comes first."""
        self._turn += 1
        active = frozenset(active_partitions or ())  # Faust's own set, which another thread changes meanwhile
        chosen: Any = active
        if self._turn % ALL_EVERY:
            chosen = self._reached.chosen(list(active), _behind(consumer, active))
        taken: dict[Any, Any] = {}
        for one in chosen:
            taken.update(await super()._fetch_records(consumer, {one}, 0, self._reached.portion(one)))
        if not taken:
            waits = timeout if len(chosen) == len(consumer.assignment()) else PAUSED_S
            taken = dict(await super()._fetch_records(consumer, chosen, waits, max_records))
        self._reached.note(taken)
        return taken


def _behind(consumer: Any, partitions: Any) -> list[Partition]:
    """The partitions of which Kafka is known to have more than was taken."""
    subscription = consumer._subscription.subscription
    assignment = subscription.assignment if subscription is not None else None
    found = []
    for one in partitions:
        state = assignment.state_value(one) if assignment is not None else None
        if state is not None and state.has_valid_position and (state.highwater or 0) > state.position:
            found.append(one)
    return found


class PromptConsumer(Consumer):
    """To be set as the `Consumer` of an application's transport."""

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _PromptThread(self, loop=self.loop, beacon=self.beacon)

"""The ten rules in Bytewax: its Kafka source, one stateful step a key, two outputs into one sink.

Batches are decoded and keyed as they come from Kafka, a batch a step. A key's timers are looked at when its next event
comes, when Bytewax's clock says that it is time, and at the end of the topic; event time is the newest that was read.
States are in memory: recovery, which would write them to disk, is off.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bytewax.operators as op
import orjson
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.operators import StatefulBatchLogic
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.run import cli_main

from schemas.site import load_site
from trials.rivals import Done, Job, serve
from trials.rivals.rules import FAR, SECOND, Alert, Event, Rules, State, Steps, fire, judge, micros
from trials.rivals.sink import Sink

BATCH = 2_000
CONSUMER = {"fetch.min.bytes": "65536", "queued.min.messages": "200000", "queued.max.messages.kbytes": "262144"}

Read = tuple[Event, int, int]
"""An event, its time, its offset."""
Part = tuple[str, Steps, Event, int]
"""What comes to a state: the rules' key, the rules, the event, its time."""


class Reading:
    """The first two steps, and the time of the stream."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.newest = 0
        self.began = 0.0

    def read(self, messages: Iterable[Any]) -> list[Read]:
        """Decode a batch."""
        self.began = self.began or time.perf_counter()
        found = []
        for message in messages:
            event = orjson.loads(message.value)
            found.append((event, micros(event["event_time"]), message.offset))
        if found:
            self.newest = found[-1][1]
        return found

    def parts(self, batch: Iterable[Read]) -> Iterator[tuple[str, Part]]:
        """Each event to the states that it concerns."""
        for event, at, _ in batch:
            for name, key, steps in self._rules.parts(event):
                yield name, (key, steps, event, at)


class Judging(StatefulBatchLogic):  # type: ignore[misc]
    """One key's state."""

    def __init__(self, reading: Reading, state: State | None) -> None:
        self._reading, self._state, self._key = reading, state or {}, ""
        self._alarm: datetime | None = None

    def on_batch(self, values: list[Part]) -> tuple[Iterable[Alert], bool]:
        """Events of the key, in order."""
        alerts: list[Alert] = []
        for key, steps, event, at in values:
            alerts += judge(self._state, key, steps, event, at)
        self._key = values[-1][0]
        return alerts, self.RETAIN

    def on_notify(self) -> tuple[Iterable[Alert], bool]:
        """The clock says that a timer may be due; the stream's time decides."""
        self._alarm = None
        return fire(self._state, self._key, self._reading.newest), self.RETAIN

    def on_eof(self) -> tuple[Iterable[Alert], bool]:
        """The topic's end."""
        return fire(self._state, self._key, self._reading.newest), self.RETAIN

    def notify_at(self) -> datetime | None:
        """When to look next. A timer that was moved is looked at once too early, which is cheaper than moving the alarm."""
        due = self._state.get("due", FAR)
        if due == FAR:
            self._alarm = None
        elif self._alarm is None:
            self._alarm = datetime.now(UTC) + timedelta(seconds=max(0, due - self._reading.newest) / SECOND)
        return self._alarm

    def snapshot(self) -> State:
        """For recovery."""
        return dict(self._state)


class _Rows(StatelessSinkPartition):  # type: ignore[misc]
    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write_batch(self, items: list[Read]) -> None:
        for event, _, offset in items:
            self._sink.event(event, offset)


class _Alerts(StatelessSinkPartition):  # type: ignore[misc]
    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write_batch(self, items: list[tuple[str, Alert]]) -> None:
        self._sink.raised(alert for _, alert in items)


class _Output(DynamicSink):  # type: ignore[misc]
    """An output of the one worker."""

    def __init__(self, partition: StatelessSinkPartition) -> None:
        self._partition = partition

    def build(self, step_id: str, worker_index: int, worker_count: int) -> StatelessSinkPartition:
        return self._partition


def flow(job: Job, reading: Reading, sink: Sink) -> Dataflow:
    """The steps."""
    flow = Dataflow("rules")
    source = KafkaSource([job.kafka], [job.topic], tail=False, add_config=CONSUMER, batch_size=BATCH)
    events = op.flat_map_batch("read", op.input("kafka", flow, source), reading.read)
    parts = op.flat_map_batch("parts", events, reading.parts)
    alerts = op.stateful_batch("judge", parts, lambda state: Judging(reading, state))
    op.output("rows", events, _Output(_Rows(sink)))
    op.output("alerts", alerts, _Output(_Alerts(sink)))
    return flow


def work(job: Job) -> Done:
    """Judge the topic's events."""
    site = load_site(Path(job.site))
    reading, sink = Reading(Rules(site)), Sink(job.database_url, site.id)
    cli_main(flow(job, reading, sink))
    sink.flush()
    sink.close()
    return Done(sink.last - reading.began, sink.rows, dict(sink.alerts))


if __name__ == "__main__":
    serve(work)

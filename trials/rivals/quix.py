"""The ten rules in Quix Streams: one stateful function, its State in RocksDB, a sink of its own.

Records bear the site as their key, so that the State of the key holds all of the site's states under their own names and
nothing has to go through a second topic. Timers are entries of a second in that State: when event time passes it, what is
due is raised. Changelog topics are off (the state is on this machine's disk), events are decoded by orjson.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from quixstreams import Application
from quixstreams.sinks import BaseSink
from quixstreams.state.rocksdb import RocksDBOptions

from schemas.events import HEARTBEAT
from schemas.site import load_site
from trials.rivals import Done, Job, serve
from trials.rivals.rules import FAR, SECOND, Alert, Event, Rules, State, fire, judge, micros
from trials.rivals.sink import Sink

COMMIT_S = 5.0  # of event offsets and state; rows are committed earlier, as their batches fill
CONSUMER = {"fetch.min.bytes": 65_536, "queued.min.messages": 200_000, "queued.max.messages.kbytes": 262_144}
MOST_KEPT = 100_000
SWEPT, EMPTY = b"swept", b"{}"

Out = tuple[Event, list[Alert]]
"""An event and what was raised with it."""


class Judging:
    """The stateful function: an event in, what is to be written out.

    A state is written with every event. It is read once: this process alone has the partition, so it keeps what it wrote. Both
    are done in bytes, which spares Quix Streams half of its work on them.
    """

    def __init__(self, rules: Rules, app: Application, events: int) -> None:
        self._rules, self._app, self._left = rules, app, events
        self._kept: dict[str, State] = {}
        self._swept: int | None = None
        self.began = 0.0

    def __call__(self, value: bytes, state: Any) -> Sequence[Out]:
        """Judge the event, after what was due before its second. Most heartbeats have nothing to write."""
        self.began = self.began or time.perf_counter()
        event = orjson.loads(value)
        at = micros(event["event_time"])
        alerts = self._sweep(state, at // SECOND) if at // SECOND != self._swept else []
        for name, key, steps in self._rules.parts(event):
            one = self._kept.get(name) or self._read(state, name)
            alerts += judge(one, key, steps, event, at)
            _save(state, name, one)
        self._left -= 1
        if not self._left:
            self._app.stop()
        return ((event, alerts),) if alerts or event["type"] != HEARTBEAT else ()

    def _read(self, state: Any, name: str) -> State:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        one = self._kept[name] = State(orjson.loads(state.get_bytes(name.encode(), EMPTY)))
        return one

    def _sweep(self, state: Any, second: int) -> list[Alert]:
        """What is due before this second. Devices alone have timers, and their states bear their names."""
        alerts: list[Alert] = []
        for passed in range(self._swept or state.get(SWEPT) or second, second):
            for name in state.get(_second(passed)) or ():
                one = self._kept.get(name) or self._read(state, name)
                one["wake"] = FAR
                alerts += fire(one, name, second * SECOND)
                _save(state, name, one)
            state.delete(_second(passed))
        state.set(SWEPT, second)
        self._swept = second
        return alerts


def _save(state: Any, name: str, one: State) -> None:
    """Keep a state, and have it looked at in the second in which it is due, unless it is before: most timers only move."""
    due = one.get("due", FAR)
    if due < FAR and due // SECOND < one.get("wake", FAR):
        one["wake"] = due // SECOND
        bucket = _second(one["wake"])
        state.set(bucket, [*(state.get(bucket) or ()), name])
    state.set_bytes(name.encode(), orjson.dumps(one))


def _second(second: int) -> bytes:
    return b"second/%d" % second


class Rows(BaseSink):  # type: ignore[misc]
    """The sink: what it has taken is committed before offsets are."""

    def __init__(self, sink: Sink) -> None:
        super().__init__(on_client_connect_success=lambda: None)
        self._sink = sink

    def add(
        self,
        value: Out,
        key: object,
        timestamp: int,
        headers: object,
        topic: str,
        partition: int,
        offset: int,
    ) -> None:
        """One event with its alerts."""
        event, alerts = value
        self._sink.event(event, offset)
        if alerts:
            self._sink.raised(alerts)

    def flush(self) -> None:
        """At each checkpoint."""
        self._sink.flush()


def application(job: Job) -> Application:
    """Tuned for speed on one machine."""
    return Application(
        broker_address=job.kafka,
        consumer_group=f"{job.topic}-quix-{time.time_ns()}",
        auto_offset_reset="earliest",
        commit_interval=COMMIT_S,
        consumer_extra_config=CONSUMER,
        state_dir=Path(job.folder),
        rocksdb_options=RocksDBOptions(dumps=orjson.dumps, loads=orjson.loads, use_fsync=False),
        use_changelog_topics=False,
        auto_create_topics=False,
        loglevel="WARNING",
        broker_availability_timeout=0,
    )


def work(job: Job) -> Done:
    """Judge the topic's events."""
    site = load_site(Path(job.site))
    app, sink = application(job), Sink(job.database_url, site.id)
    judging = Judging(Rules(site), app, job.events)
    topic = app.topic(job.topic, value_deserializer="bytes", key_deserializer="bytes")
    app.dataframe(topic).apply(judging, stateful=True, expand=True).sink(Rows(sink))
    app.run()
    sink.close()
    return Done(sink.last - judging.began, sink.rows, dict(sink.alerts))


if __name__ == "__main__":
    serve(work)

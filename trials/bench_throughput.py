"""Records already in Kafka to committed rows, all rules on, beside bare COPY of the same rows.

The worker is a real process. What it stored is read off its progress: offsets to rows is known here, and one row of the
progress table is all that is asked while it works. The first part of the log is not counted: the process starts in it.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from kafka import KafkaProducer

from schemas.codec import encode, encode_tick
from schemas.errors import Unavailable
from schemas.events import HEARTBEAT, Kind
from schemas.site import Site
from schemas.topics import ARROW, CONTENT_TYPE, TICK, kinds_by_topic, topic
from streams.worker.copy_rows import ids_of, times_of
from streams.worker.dedup import NOTHING, Dedup
from trials.bench_copy import copy_bare
from trials.bench_load import Batch, batches
from trials.bench_own import Instance

ROWS_EACH = 512  # the gateway's largest record, under a burst or after an outage; at a steady 1000/s it writes fewer
PER_SECOND = 20_000  # of simulated time; it decides how much the rules have to keep
TICK_US = 250_000
WARM = 0.25
POLL_S = 0.01
BLOCK_ROWS = 16_384
PATIENCE_S = 180.0


@dataclass(slots=True)
class Log:
    """What stands in Kafka: for each topic, the rows that are stored once all before an offset is."""

    prefix: str
    stored_before: dict[str, list[int]] = field(default_factory=dict)
    rows: int = 0

    def record(self, name: str, rows: int) -> None:
        """One more record in a topic, with so many rows to store."""
        totals = self.stored_before.setdefault(name, [0])
        totals.append(totals[-1] + rows)
        self.rows += rows

    def stored(self, progress: Mapping[str, int]) -> int:
        """The rows that are stored at a progress."""
        return sum(self.stored_before[name][offset] for name, offset in progress.items())


@dataclass(frozen=True, slots=True)
class Throughput:
    """Events a second of both ways, the worker's memory, and how many rows a record had."""

    worker_per_s: float
    copy_per_s: float
    rows: int
    worker_mb: float
    alerts: int
    rows_each: int = ROWS_EACH

    @property
    def ratio(self) -> float:
        """The worker's part of what bare COPY does."""
        return self.worker_per_s / self.copy_per_s


def measure(instance: Instance, site: Site, events: int, seed: int) -> Throughput:
    """Fill the log, let the worker store it, write the same rows by COPY before and after; the faster COPY counts."""
    start_us = int(datetime.now(UTC).timestamp() * 1e6) - events * 1_000_000 // PER_SECOND
    load = list(batches(site, events, PER_SECOND, start_us, seed, ROWS_EACH))
    log, blocks = Log(instance.prefix), _blocks(load)
    _fill(instance, site, load, log)
    with instance.connection() as connection:
        before = copy_bare(connection, blocks)
        with instance.running("worker") as worker:
            seconds, rows = _watch(connection, log, lambda: worker.popen.poll() is not None)
            memory = worker.peak_mb()
        after = copy_bare(connection, blocks)
        _check(connection, log)
        alerts = connection.execute("SELECT count(*) FROM alerts").fetchone()
    bare = max(before, after, key=lambda copied: copied.per_second)
    return Throughput(rows / seconds, bare.per_second, log.rows, memory, alerts[0] if alerts else 0)


@dataclass(frozen=True, slots=True)
class Stored:
    """How long the worker took for a share of the rows: the first part of the log is not counted."""

    seconds: float
    share: float


def store(instance: Instance, site: Site, load: list[Batch]) -> Stored:
    """Fill the log, let the worker store it."""
    log = Log(instance.prefix)
    _fill(instance, site, load, log)
    with instance.connection() as connection, instance.running("worker") as worker:
        seconds, rows = _watch(connection, log, lambda: worker.popen.poll() is not None)
        _check(connection, log)
    return Stored(seconds, rows / log.rows)


def _blocks(load: list[Batch]) -> list[pa.RecordBatch]:
    """The rows to store, in blocks: the bare way has them sorted out beforehand."""
    known = {kind: Dedup(NOTHING) for kind in Kind}
    kept = [_new(batch.rows, known[batch.kind]) for batch in load]
    table = pa.Table.from_batches(kept).combine_chunks()
    return [_one(table.slice(start, BLOCK_ROWS)) for start in range(0, table.num_rows, BLOCK_ROWS)]


def _one(table: pa.Table) -> pa.RecordBatch:
    return pa.concat_batches(table.to_batches())


def _new(rows: pa.RecordBatch, known: Dedup) -> pa.RecordBatch:
    events = rows.filter(pc.not_equal(rows.column("type"), HEARTBEAT))
    found = np.zeros(events.num_rows, dtype=np.bool_)
    return events.filter(pa.array(known.admit(ids_of(events.column("id")), times_of(events.column("event_time")), found)))


def _fill(instance: Instance, site: Site, load: list[Batch], log: Log) -> None:
    """Write ticks and batches as the gateway does, and note what each record leads to."""
    known = {kind: Dedup(NOTHING) for kind in Kind}
    producer = KafkaProducer(bootstrap_servers=instance.settings.kafka, acks="all", linger_ms=20, max_request_size=1 << 24)
    key, ticked_us = site.id.encode(), 0
    for batch in load:
        if batch.received_us - ticked_us >= TICK_US:
            ticked_us = batch.received_us
            value = encode_tick(datetime.fromtimestamp(ticked_us / 1e6, UTC))
            for name in kinds_by_topic(instance.prefix):
                producer.send(name, value, key=key, partition=0, headers=[(CONTENT_TYPE, TICK.encode())])
                log.record(name, 0)
        name = topic(instance.prefix, batch.kind)
        producer.send(name, encode(batch.rows), key=key, partition=0, headers=[(CONTENT_TYPE, ARROW.encode())])
        log.record(name, _new(batch.rows, known[batch.kind]).num_rows)
    producer.flush()
    producer.close()


def _watch(connection: psycopg.Connection, log: Log, ended: Callable[[], bool]) -> tuple[float, int]:
    """Seconds and rows from the first sight past the warm part to the last commit."""
    began, first, rows = 0.0, 0, 0
    until = time.perf_counter() + PATIENCE_S
    while rows < log.rows:
        now = time.perf_counter()
        if now > until or ended():
            raise Unavailable(f"The worker stored {rows} of {log.rows} rows and went no further.")
        rows = log.stored(dict(connection.execute("SELECT topic, next_offset FROM progress").fetchall()))
        if not began and rows >= WARM * log.rows:
            began, first = time.perf_counter(), rows
        time.sleep(POLL_S)
    return time.perf_counter() - began, rows - first


def _check(connection: psycopg.Connection, log: Log) -> None:
    """The rows are really there."""
    row = connection.execute("SELECT count(*) FROM events").fetchone()
    if row is None or row[0] != log.rows:
        raise Unavailable(f"The worker says that it stored {log.rows} rows, and {row} are there.")

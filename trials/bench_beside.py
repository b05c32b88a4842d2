"""The same events through Gatehouse, Quix Streams and Bytewax, from Kafka to the same tables, and without the database.

The rivals judge ten rules over JSON records, as their users would write them; Gatehouse judges its whole catalogue over the
batches that its gateway writes. Events are counted alike: every record that says something, heartbeats among them.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.codec import to_batch
from schemas.events import HEARTBEAT, Event, Heartbeat, Kind, Received
from schemas.identity import uuid_of
from schemas.rules import load_catalogue
from schemas.site import Site
from schemas.topics import topic
from streams.rules.engine import Admitted, Engine
from streams.rules.layout import LONG_AGO
from streams.worker.log_reader import LogReader
from streams.worker.reader import Reader
from streams.worker.records import Place, Record, Tick
from trials import bench_throughput
from trials.bench_load import Batch
from trials.bench_own import Instance, instance, services, tell
from trials.rivals import load as rival_load
from trials.rivals import run as rivals

EVENTS = 300_000
ROWS_EACH = 512
SPAN_US = 2_000_000  # a record holds what came within so long
LATENESS_US = 2_000_000


def measure(site: Site) -> Mapping[str, Any]:
    """By name: events a second end to end and without the database."""
    with services() as settings, instance(settings) as mine:
        tell(f"{EVENTS} events through Quix Streams and Bytewax.")
        found = dict(rivals.measure(mine.settings.kafka, mine.settings.database_url.get_secret_value(), EVENTS))
        tell("The same events through the worker.")
        load = list(_batches(site, EVENTS))
        stored = bench_throughput.store(mine, site, load)
        judged = asyncio.run(_judge(mine, site))
    found["gatehouse"] = {
        "end_to_end_per_s": round(EVENTS * stored.share / stored.seconds),
        "without_database_per_s": round(EVENTS / judged),
        "rules": len(load_catalogue()),
    }
    return found


def _batches(site: Site, number: int) -> Iterator[Batch]:
    """The rivals' events as the gateway's records: by kind, what came together, at most ROWS_EACH rows."""
    rows = [_received(site, event, n) for n, event in enumerate(rival_load.events(site, number, rival_load.SEED))]
    for _, some in groupby(rows, key=lambda row: int(row.received_at.timestamp() * 1e6) // SPAN_US):
        by_kind: dict[Kind, list[Received]] = {}
        for row in some:
            by_kind.setdefault(row.what.kind, []).append(row)
        for kind, mine in by_kind.items():
            for first in range(0, len(mine), ROWS_EACH):
                part = mine[first : first + ROWS_EACH]
                yield Batch(kind, to_batch(part), int(part[-1].received_at.timestamp() * 1e6))


def _received(site: Site, event: Mapping[str, Any], number: int) -> Received:
    at, kind = datetime.fromisoformat(event["event_time"]), Kind(event["kind"])
    if event["type"] == HEARTBEAT:
        return Received(site.id, Heartbeat(kind, event["device"], at), at, at)
    what = Event(
        uuid_of("rival", str(number)), kind, event["type"], event["device"], at, event.get("subject"), value=event.get("value")
    )
    return Received(site.id, what, at, at)


async def _judge(mine: Instance, site: Site) -> float:
    """Seconds from the first record of the log to the last judgement, in this process."""
    settings = mine.settings
    engine = Engine(site, list(load_catalogue().values()))
    engine.warm()
    reader = Reader(settings.topic_prefix, 0, site.id, settings.skew_limit_s)
    ends = {kind: _end(mine, kind) for kind in Kind}
    ticks = dict.fromkeys(Kind, LONG_AGO)
    began = 0.0
    async for records in LogReader(settings.kafka, settings.topic_prefix, 0).between({kind: Place() for kind in Kind}, ends):
        began = began or time.perf_counter()
        engine.step(_admitted(reader, records, ticks), min(ticks.values()) - LATENESS_US)
    return time.perf_counter() - began


def _end(mine: Instance, kind: Kind) -> int:
    with mine.connection() as connection:
        where = (topic(mine.prefix, kind),)
        row = connection.execute("SELECT next_offset FROM progress WHERE topic = %s", where).fetchone()
    return int(row[0]) if row else 0


def _admitted(reader: Reader, records: Sequence[Record], ticks: dict[Kind, int]) -> list[Admitted]:
    """What the records say, a batch a kind; ticks move the time of their topic."""
    batches: dict[Kind, list[pa.RecordBatch]] = {}
    for record in records:
        said = reader.read(record)
        if isinstance(said, Tick):
            ticks[record.kind] = max(ticks[record.kind], round(said.time.timestamp() * 1e6))
        elif said.batch.num_rows:
            batches.setdefault(record.kind, []).append(said.batch)
    return [_whole(pa.concat_batches(some)) for some in batches.values()]


def _whole(batch: pa.RecordBatch) -> Admitted:
    n = batch.num_rows
    return Admitted(batch, 0, np.arange(n), np.full(n, LONG_AGO), np.zeros(n, np.bool_))

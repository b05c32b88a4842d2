"""The evidence of an alert: its row, the events that it names, and the alerts that hang on it.

Events come from the database by id. Heartbeats have none and are in no table: they come from Kafka by topic, partition and
offset, for as long as its log reaches back.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from psycopg.rows import class_row, dict_row

from schemas.errors import Unavailable
from schemas.events import HEARTBEAT, Kind
from schemas.settings import Settings
from streams.backtest.form import FORM, Assumed, shaped
from streams.worker.log_reader import LogReader
from streams.worker.reader import Reader
from streams.worker.records import Place, Record, Tick

EARLIER = timedelta(days=40)
"""How long before its alert an event may lie: an extinguisher is checked every 31 days."""

LATER = timedelta(hours=1)

_COLUMNS = (
    *("id", "site", "rule", "rule_version", "severity", "device", "subject", "raised_at", "cleared_at"),
    *("occurred_at", "received_at", "why", "parent", "plan"),
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM alerts"


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as the database has it."""

    id: UUID
    site: str
    rule: str
    rule_version: int
    severity: int
    device: str
    subject: str | None
    raised_at: datetime
    cleared_at: datetime | None
    occurred_at: datetime
    received_at: datetime | None
    why: Mapping[str, Any]
    parent: UUID | None
    plan: str | None


class Mark(NamedTuple):
    """Where one event stands in the log; `id` is empty for a heartbeat."""

    kind: str
    partition: int
    offset: int
    id: str


def alert_of(connection: psycopg.Connection, identity: UUID) -> StoredAlert | None:
    """The alert of an id."""
    found = alerts_of(connection, [identity])
    return found[0] if found else None


def alerts_of(connection: psycopg.Connection, identities: Iterable[UUID]) -> list[StoredAlert]:
    """The alerts of these ids that are still there, in the order of time."""
    query = f"{_SELECT} WHERE id = ANY(%s) ORDER BY raised_at, id"
    with connection.cursor(row_factory=class_row(StoredAlert)) as cursor:
        return cursor.execute(query, (list(identities),)).fetchall()


def children_of(connection: psycopg.Connection, alert: StoredAlert) -> list[StoredAlert]:
    """The alerts that are consequences of this one."""
    query = f"{_SELECT} WHERE parent = %s ORDER BY raised_at, id"
    with connection.cursor(row_factory=class_row(StoredAlert)) as cursor:
        return cursor.execute(query, (alert.id,)).fetchall()


def marks_of(alert: StoredAlert) -> list[Mark]:
    """The events that raised it."""
    return [
        Mark(event.get("topic_kind") or "", event["partition"], event["offset"], event.get("id") or "")
        for event in alert.why.get("events", ())
    ]


def events_of(connection: psycopg.Connection, alert: StoredAlert) -> list[Mapping[str, Any]]:
    """The rows of its events that the database still has, in the order of event time."""
    marks = [mark for mark in marks_of(alert) if mark.id]
    kinds = {Kind(mark.kind) for mark in marks if mark.kind} if all(mark.kind for mark in marks) else set(Kind)
    rows: list[Mapping[str, Any]] = []
    for kind in sorted(kinds):
        query = sql.SQL("SELECT * FROM {} WHERE id = ANY(%s) AND event_time BETWEEN %s AND %s")
        given = ([UUID(mark.id) for mark in marks], alert.raised_at - EARLIER, alert.raised_at + LATER)
        with connection.cursor(row_factory=dict_row) as cursor:
            rows += cursor.execute(query.format(sql.Identifier(f"events_{kind}")), given).fetchall()
    return sorted(rows, key=lambda row: (row["event_time"], row["id"].bytes))


def as_batch(rows: Sequence[Mapping[str, Any]], assumed: Assumed) -> pa.RecordBatch | None:
    """The rows of the database in FORM."""
    if not rows:
        return None
    plain = [{**row, "id": str(row["id"]), "attributes": orjson.dumps(row["attributes"]).decode()} for row in rows]
    return shaped(pa.RecordBatch.from_pylist(plain), assumed, 0)


def heartbeats_of(settings: Settings, alert: StoredAlert) -> list[pa.RecordBatch]:
    """The heartbeats among its events, in FORM; Unavailable where no Kafka is known, or its log reaches no longer so far."""
    marks = [mark for mark in marks_of(alert) if not mark.id]
    if not marks:
        return []
    if not settings.kafka:
        raise Unavailable("Heartbeats stand in Kafka's log alone, and no Kafka is known: set GATEHOUSE_KAFKA.")
    return [_heartbeats(settings, alert, mark, asyncio.run(_record(settings, mark))) for mark in marks]


async def _record(settings: Settings, mark: Mark) -> Record:
    kind = Kind(mark.kind)
    places = {other: Place() for other in Kind} | {kind: Place(mark.offset)}
    reader = LogReader(settings.kafka, settings.topic_prefix, mark.partition)
    async with aclosing(reader.between(places, {kind: mark.offset + 1})) as stretches:  # type: ignore[type-var]
        async for records in stretches:
            for record in records:
                if record.offset == mark.offset:
                    return record
    raise Unavailable(f"Kafka's log of {kind} no longer reaches back to offset {mark.offset}.")


def _heartbeats(settings: Settings, alert: StoredAlert, mark: Mark, record: Record) -> pa.RecordBatch:
    """The record's heartbeats of the alert's device; of several the one that the alert counted from."""
    read = Reader(settings.topic_prefix, mark.partition, alert.site, settings.skew_limit_s).read(record)
    if isinstance(read, Tick):
        raise Unavailable(f"Offset {mark.offset} of {mark.kind} is another record now: the topic was made anew.")
    mine = pc.and_(pc.equal(read.batch.column("type"), HEARTBEAT), pc.equal(read.batch.column("device"), alert.device))
    batch = read.batch.filter(mine)
    if since := alert.why.get("values", {}).get("since"):
        moment = pa.scalar(datetime.fromisoformat(since), FORM.field("event_time").type)
        batch = batch.filter(pc.equal(batch.column("event_time"), moment))
    if not batch.num_rows:
        raise Unavailable(f"Offset {mark.offset} of {mark.kind} is another record now: the topic was made anew.")
    marks = (pa.scalar(False), pa.scalar(mark.offset), pa.scalar(mark.partition, pa.int32()))
    return pa.RecordBatch.from_arrays([*batch.columns, *(pa.repeat(one, batch.num_rows) for one in marks)], schema=FORM)

"""Reading devices, what ended, and figures from the database, on a connection that is given; what is open is in alerts.opened.

Nothing here decides; what is decided about the rows is in alerts.figures. Drills are in no figure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import class_row

from alerts.figures import FLOOD_WINDOW, by_hour
from alerts.incidents.standing import Standing, unplaced
from alerts.opened import ALERT, COLUMNS, UNPLACED
from alerts.rows import AlertRow, Day, DeviceWord, Latency, Muted, Newest
from schemas.events import Kind
from schemas.settings import Settings
from schemas.site import Site
from schemas.topics import kinds_by_topic, partition_of

Connection = AsyncConnection[Any]

NEWEST_OF = {Kind.CAMERA: 2, Kind.FACE: 2, Kind.PLATE: 2, Kind.DOOR: 3, Kind.PARKING: 3, Kind.FACILITY: 8}
"""Ids told of each kind, 20 in all: the fewer events a kind has, the more of them, so that none is gone before it is told."""
LOOKED_AT_PER_KIND = 40  # rows of a kind looked at for the mark of a simulator
SIMULATED_FOR = timedelta(minutes=5)
LOOKED_AT_WITHIN = timedelta(minutes=1)  # an alert shown later than this found no wall open
LATENCY_OVER = timedelta(hours=24)

STREAM_TIME: LiteralString = """
    select min(tick) from progress where partition = %(partition)s and topic = any(%(topics)s)
    having count(tick) = cardinality(%(topics)s)"""
"""No row until each topic of the partition has a time."""


async def ended_lately(conn: Connection, site: Site, since: datetime, limit: int) -> list[Standing]:
    """The incidents that closed last, and the alerts without one that ended last, of those raised since; the last first."""
    incidents = f"""
        select {COLUMNS}, false as live from incidents i left join plan_runs r on r.incident = i.id
        where i.site = %s and i.closed_at > %s and i.reason <> 'duplicate' order by i.closed_at desc limit %s"""
    alerts = f"""
        select {ALERT} from alerts a where a.site = %s and a.raised_at > %s and a.cleared_at is not null and a.parent is null
        and {UNPLACED} order by a.cleared_at desc limit %s"""
    async with conn.cursor(row_factory=class_row(Standing)) as cursor:
        closed = await (await cursor.execute(incidents, (site.id, since, limit))).fetchall()
    async with conn.cursor(row_factory=class_row(AlertRow)) as cursor:
        cleared = await (await cursor.execute(alerts, (site.id, since, limit))).fetchall()
    ended = [*closed, *(unplaced(site, alert) for alert in cleared)]
    return sorted(ended, key=lambda one: one.closed_at or since, reverse=True)[:limit]


async def device_words(conn: Connection, site: str) -> Mapping[str, DeviceWord]:
    """Each device's newest word, by device."""
    query = "select device, kind, last_seen, last_type, last_event_time, value from device_state where site = %s"
    async with conn.cursor(row_factory=class_row(DeviceWord)) as cursor:
        rows = await (await cursor.execute(query, (site,))).fetchall()
    return {row.device: row for row in rows}


async def stream_time(conn: Connection, topics: Sequence[str], partition: int) -> datetime | None:
    """How far the site's stream has come: the least of its topics' times; None until each has one."""
    row = await (await conn.execute(STREAM_TIME, {"topics": list(topics), "partition": partition})).fetchone()
    return row[0] if row else None


def stream_time_now(conn: psycopg.Connection[Any], settings: Settings, site: str) -> datetime | None:
    """The same by these settings, for who has no event loop."""
    topics, partition = list(kinds_by_topic(settings.topic_prefix)), partition_of(site, settings.partitions)
    row = conn.execute(STREAM_TIME, {"topics": topics, "partition": partition}).fetchone()
    return row[0] if row else None


async def newest_events(conn: Connection, site: str, now: datetime) -> Newest:
    """Some ids of the newest events of each kind, and whether one of the last SIMULATED_FOR is a simulator's."""
    one = sql.SQL(
        "(select id, {kind}, attributes @> '{{\"simulated\": true}}' from {table} where site = %(site)s"
        " and event_time > %(since)s order by event_time desc limit %(limit)s)"
    )
    query = sql.SQL(" union all ").join(
        one.format(kind=sql.Literal(str(kind)), table=sql.Identifier(f"events_{kind}")) for kind in Kind
    )
    given = {"site": site, "since": now - SIMULATED_FOR, "limit": LOOKED_AT_PER_KIND}
    rows = await (await conn.execute(query, given)).fetchall()
    ids = [row[0] for kind in Kind for row in [row for row in rows if row[1] == kind][: NEWEST_OF[kind]]]
    return Newest(ids, any(row[2] for row in rows))


async def muted(conn: Connection, site: str, now: datetime) -> Muted | None:
    """The mutes at work; None without any."""
    query = """
        select count(distinct m.id), min(m.ends_at), count(h.alert) filter (where h.released_at is null)
        from mutes m left join muted_alerts h on h.mute = m.id
        where m.site = %(site)s and m.ended_at is null and m.starts_at <= %(now)s and m.ends_at > %(now)s"""
    row = await (await conn.execute(query, {"site": site, "now": now})).fetchone()
    return Muted(int(row[0]), row[1], int(row[2])) if row and row[0] else None


async def raised_since(conn: Connection, site: str, since: datetime) -> int:
    """How many alerts that people were told were raised after a time; drills are in no figure."""
    query = """
        select count(*) from alerts a where site = %s and raised_at > %s and not drill and parent is null
          and not exists (select from muted_alerts m where m.alert = a.id and m.released_at is null)"""
    row = await (await conn.execute(query, (site, since))).fetchone()
    return int(row[0]) if row else 0


async def raised_in_flood_window(conn: Connection, site: str, now: datetime) -> int:
    """How many alerts were raised in the window that a flood is judged by."""
    return await raised_since(conn, site, now - FLOOD_WINDOW)


async def last_day(conn: Connection, site: str, now: datetime, timezone: str) -> Day:
    """Alerts and events an hour over the 24 hours of the site's clock that end with the one `now` is in.

    A drill's one event is announced by a row of its own, and taken out again.
    """
    row = await (await conn.execute("select date_trunc('hour', %s::timestamptz, %s)", (now, timezone))).fetchone()
    start = (row[0] if row else now) - timedelta(hours=23)
    counted: list[tuple[int, ...]] = []
    for query in (
        "select date_trunc('hour', raised_at, %s) h, count(*) from alerts"
        " where site = %s and raised_at >= %s and not drill group by h",
        "select h, sum(n)::bigint from (select date_trunc('hour', minute, %s) h, n from event_counts"
        " where site = %s and minute >= %s union all select date_trunc('hour', started_at, %s), -1 from drills"
        " where site = %s and started_at >= %s) counted group by h",
    ):
        rows = await (await conn.execute(query, (timezone, site, start) * (query.count("%s") // 3))).fetchall()
        counted.append(by_hour(start, {hour: max(0, int(n)) for hour, n in rows}))
    return Day(start, counted[0], counted[1])


async def latency(conn: Connection, site: str, now: datetime) -> Latency | None:
    """Device to screen over the last day; None without any.

    Left out are a timer's alerts, which no device's message raised, and those that nobody was looking for when they came.
    """
    query = """
        select percentile_cont(0.5) within group (order by s), percentile_cont(0.95) within group (order by s), count(*)
        from (select extract(epoch from shown_at - occurred_at) s from alerts join alert_shown on alert = id
              where site = %s and raised_at > %s and received_at is not null and not drill
              and shown_at - stored_at < %s) latencies"""
    row = await (await conn.execute(query, (site, now - LATENCY_OVER, LOOKED_AT_WITHIN))).fetchone()
    return Latency(float(row[0]), float(row[1]), int(row[2])) if row and row[2] else None


async def mark_shown(conn: Connection, ids: Sequence[UUID], at: datetime, since: datetime) -> list[float]:
    """Note when alerts were first shown; the first word counts, and only of alerts raised since.

    Gives the seconds from stored to shown of those that are new and no drill.
    """
    query = """
        insert into alert_shown (alert, shown_at)
        select id, %(at)s from alerts where id = any(%(ids)s) and raised_at > %(since)s
        on conflict do nothing returning alert"""
    given = {"ids": list(ids), "at": at, "since": since}
    noted = [row[0] for row in await (await conn.execute(query, given)).fetchall()]
    query = """
        select extract(epoch from %(at)s - stored_at) from alerts
        where id = any(%(noted)s) and raised_at > %(since)s and not drill"""
    rows = await (await conn.execute(query, {**given, "noted": noted})).fetchall()
    return [float(row[0]) for row in rows if row[0] is not None]

"""What is read about alerts, against a real TimescaleDB."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from alerts import reading
from schemas.events import Kind

SITE = "here"
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A connection to a database with the tables."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True, options="-c timezone=UTC") as conn:
        yield conn


async def raised(
    conn: psycopg.AsyncConnection[Any], at: datetime, severity: int = 3, *, site: str = SITE, received: bool = True
) -> UUID:
    """One alert whose device spoke 100 ms before."""
    alert = uuid4()
    await conn.execute(
        """insert into alerts (id, site, rule, rule_version, severity, device, raised_at, occurred_at, received_at, judged_at,
               stored_at, why) values (%s, %s, 'door-held-open', 1, %s, 'D-1', %s, %s, %s, %s, %s, '{}')""",
        (alert, site, severity, at, at - timedelta(milliseconds=100), at if received else None, at, at),
    )
    return alert


async def happened(conn: psycopg.AsyncConnection[Any], kind: str, at: datetime, attributes: str = "{}") -> UUID:
    event = uuid4()
    await conn.execute(
        f"""insert into events_{kind} (id, site, kind, type, device, occurred_at, received_at, event_time, attributes, late,
                kafka_partition, kafka_offset) values (%s, %s, %s, 'other', 'X', %s, %s, %s, %s, false, 0, 0)""",
        (event, SITE, kind, at, at, at, attributes),
    )
    return event


async def test_the_streams_time_is_its_slowest_topics_and_unknown_until_all_have_one(
    conn: psycopg.AsyncConnection[Any],
) -> None:
    topics = ["a", "b"]
    query = "insert into progress (topic, partition, next_offset, tick) values (%s, %s, 0, %s)"
    await conn.execute(query, ("a", 1, NOW))
    await conn.execute(query, ("b", 2, NOW))
    assert await reading.stream_time(conn, topics, 1) is None
    await conn.execute(query, ("b", 1, NOW - timedelta(seconds=3)))
    assert await reading.stream_time(conn, topics, 1) == NOW - timedelta(seconds=3)


async def test_the_newest_events_are_some_of_every_kind(conn: psycopg.AsyncConnection[Any]) -> None:
    for n in range(30):
        await happened(conn, Kind.CAMERA, NOW - timedelta(milliseconds=n))
    rare = await happened(conn, Kind.FACILITY, NOW - timedelta(minutes=1))
    newest = await reading.newest_events(conn, SITE, NOW)
    assert rare in newest.ids
    assert len(newest.ids) <= 20
    assert not newest.simulated


async def test_a_simulated_event_is_seen_for_five_minutes(conn: psycopg.AsyncConnection[Any]) -> None:
    await happened(conn, Kind.DOOR, NOW, '{"simulated": true}')
    assert (await reading.newest_events(conn, SITE, NOW + timedelta(minutes=4))).simulated
    assert not (await reading.newest_events(conn, SITE, NOW + timedelta(minutes=6))).simulated


async def test_the_day_is_cut_at_the_hours_of_the_sites_clock(conn: psycopg.AsyncConnection[Any]) -> None:
    await raised(conn, NOW)
    await raised(conn, NOW - timedelta(minutes=10))
    await raised(conn, NOW - timedelta(hours=24, minutes=20))
    query = "insert into event_counts (site, kind, minute, n) values (%s, %s, %s, %s)"
    await conn.execute(query, (SITE, "door", NOW, 6))
    drill = "insert into drills (event, site, plan, device, started_by, started_at) values ('e', %s, 'fire', 'FP', 'chief', %s)"
    await conn.execute(drill, (SITE, NOW))
    await conn.execute(query, (SITE, "face", NOW - timedelta(hours=23), 7))
    day = await reading.last_day(conn, SITE, NOW, "Asia/Kolkata")  # half an hour off: its hour began at 12:30 UTC
    assert day.start == NOW - timedelta(hours=23)
    assert (day.alerts[-1], day.alerts[-2], sum(day.alerts)) == (1, 1, 2)
    assert (day.events[0], day.events[-1]) == (7, 5)


async def test_only_the_first_word_that_an_alert_was_shown_counts(conn: psycopg.AsyncConnection[Any]) -> None:
    alert, since = await raised(conn, NOW), NOW - timedelta(hours=1)
    assert await reading.mark_shown(conn, [alert], NOW + timedelta(seconds=1), since) == [1.0]
    assert await reading.mark_shown(conn, [alert, uuid4()], NOW + timedelta(seconds=9), since) == []
    found = await reading.latency(conn, SITE, NOW)
    assert found is not None
    assert found.n == 1
    assert found.p50 == pytest.approx(1.1)


async def test_a_drill_that_was_shown_is_in_no_histogram(conn: psycopg.AsyncConnection[Any]) -> None:
    alert = await raised(conn, NOW)
    await conn.execute("update alerts set drill = true where id = %s", (alert,))
    assert await reading.mark_shown(conn, [alert], NOW + timedelta(seconds=1), NOW - timedelta(hours=1)) == []
    assert await (await conn.execute("select count(*) from alert_shown")).fetchone() == (1,)


async def test_what_nobody_was_looking_for_or_no_device_said_is_no_latency(conn: psycopg.AsyncConnection[Any]) -> None:
    late, timer = await raised(conn, NOW), await raised(conn, NOW, received=False)
    await reading.mark_shown(conn, [late], NOW + timedelta(minutes=5), NOW - timedelta(hours=1))
    await reading.mark_shown(conn, [timer], NOW + timedelta(seconds=1), NOW - timedelta(hours=1))
    assert await reading.latency(conn, SITE, NOW) is None


async def test_an_old_alert_is_not_marked_as_shown_now(conn: psycopg.AsyncConnection[Any]) -> None:
    old = await raised(conn, NOW - timedelta(days=2))
    assert await reading.mark_shown(conn, [old], NOW, NOW - timedelta(days=1)) == []
    assert await reading.raised_since(conn, SITE, NOW - timedelta(days=1)) == 0

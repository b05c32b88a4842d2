"""The server's one look at the database: told of alerts by NOTIFY, looking for the rest each second, publishing to the hub.

While the database is away it goes on publishing what it knows, marked so, and tries again each second. Nothing grows: it
keeps the newest readings and no history.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import psycopg

from alerts import opened, reading
from alerts.figures import flooding
from alerts.plans.staged import staged
from dashboard.figures import Figures
from dashboard.live.hub import Hub, Push
from dashboard.live.looking import BEAT_S, LIMITED, QUERY_LIMIT_MS, Bell, Told, keep_looking, rung
from dashboard.wall.lines import rings
from dashboard.wall.snapshot import Frame, Readings, View, snapshot
from schemas.alerts import CHANNEL
from schemas.database import connect_async
from schemas.health import Health
from schemas.incidents import CHANNEL as INCIDENTS
from schemas.settings import Settings
from schemas.topics import kinds_by_topic, partition_of

SLOW_EVERY = 5  # beats between two readings of what changes slowly (the day, latency, what ended)
PAST_SHOWN = 4
GATHER_S = 0.02  # after an answer to the bell: what rings meanwhile is answered together


@dataclass(frozen=True, slots=True)
class Parts:
    """What the feed is made of. `marked` says whether this machine runs the simulator; `version` is the page's."""

    settings: Settings
    view: View
    hub: Hub
    health: Health
    figures: Figures
    version: str
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    marked: Callable[[], bool]


@dataclass(slots=True)
class Feed:
    """Run `run` as a task; cancel it to stop."""

    parts: Parts
    readings: Readings = field(default_factory=Readings)
    seq: int = 0
    news_seq: int = 0
    urgent_seq: int = 0
    _beats: int = 0
    _told: frozenset[UUID] = frozenset()
    _ringing: frozenset[UUID] = frozenset()
    _simulated_until: datetime | None = None

    async def run(self) -> None:
        """Look until cancelled, whatever the database does."""
        told = Told(lambda: self.parts.hub.silent_s(self.parts.monotonic()), partial(self._publish, database=False))
        await keep_looking(self.parts.settings, [CHANNEL, INCIDENTS], self._look, told)

    async def _look(self, bell: Bell) -> None:
        """Read until something fails, with a connection of its own."""
        async with await connect_async(self.parts.settings, autocommit=True) as conn:
            await conn.execute(LIMITED, (str(QUERY_LIMIT_MS),))
            self._beats = 0
            while True:
                await self._beat(conn)
                await self._until_next_beat(bell, conn)

    async def _beat(self, conn: psycopg.AsyncConnection[Any]) -> None:
        """Read everything that is due and publish."""
        await self._read_fast(conn)
        if self._beats % SLOW_EVERY == 0:
            await self._read_slow(conn)
        self._beats += 1
        self._publish(database=True)

    async def _until_next_beat(self, bell: Bell, conn: psycopg.AsyncConnection[Any]) -> None:
        """Answer each word of the bell with what is open at once, until the next beat is due."""
        due = self.parts.monotonic() + BEAT_S
        while (left := due - self.parts.monotonic()) > 0:
            if await rung(bell, left):
                await self._read_open(conn)
                self._publish(database=True)
                await asyncio.sleep(GATHER_S)

    async def _read_open(self, conn: psycopg.AsyncConnection[Any]) -> None:
        now = self.parts.clock()
        found = await opened.opened(conn, self.parts.view.site, now)
        self.readings = replace(self.readings, opened=found, stage=await staged(conn, found.incidents, now))

    async def _read_fast(self, conn: psycopg.AsyncConnection[Any]) -> None:
        settings, site = self.parts.settings, self.parts.view.site.id
        topics = list(kinds_by_topic(settings.topic_prefix))
        now = self.parts.clock()
        await self._read_open(conn)
        as_of = await reading.stream_time(conn, topics, partition_of(site, settings.partitions))
        self.readings = replace(
            self.readings,
            as_of=as_of,
            words=await reading.device_words(conn, site),
            newest=await reading.newest_events(conn, site, min(now, as_of or now)),
            muted=await reading.muted(conn, site, now),
        )
        if self.readings.newest.simulated:
            self._simulated_until = now + reading.SIMULATED_FOR

    async def _read_slow(self, conn: psycopg.AsyncConnection[Any]) -> None:
        site, now = self.parts.view.site, self.parts.clock()
        within = await reading.raised_in_flood_window(conn, site.id, now)
        self.readings = replace(
            self.readings,
            in_flood_window=within,
            flood=flooding(within, self.readings.flood),
            past=await reading.ended_lately(conn, site, now - reading.LATENCY_OVER, PAST_SHOWN),
            day=await reading.last_day(conn, site.id, now, site.timezone),
            latency=await reading.latency(conn, site.id, now),
        )

    def _publish(self, *, database: bool) -> None:
        """Make the next snapshot of what is known and hand it to the hub."""
        parts, now = self.parts, self.parts.clock()
        self.seq += 1
        self._mark_news()
        frame = Frame(self.seq, now, database, self._is_simulated(now), parts.version)
        text = orjson.dumps(snapshot(parts.view, self.readings, frame)).decode()
        parts.hub.publish(Push(self.seq, lambda _: text, self.news_seq, self.urgent_seq, parts.monotonic()))
        sentence = "The database answers." if database else "The database does not answer; the wall shows its last word."
        parts.health.say("database", database, sentence, now)
        parts.figures.database_up.set(database)

    def _mark_news(self) -> None:
        """Remember in which snapshot a line or an alert came or went, and in which something came that sounds.

        That an alert gets its incident is no news: it is on the wall, and a browser gets only so many news a second.
        """
        found = self.readings.opened
        standing = found.standing(self.parts.view.site)
        alerts = [*(alert.id for alert in found.alerts), *(one for those in found.told.values() for one in those)]
        told = frozenset([*(one.id for one in standing), *alerts])
        ringing = frozenset(one.id for one in standing if rings(one))
        if told != self._told:
            self.news_seq = self.seq
        if ringing - self._ringing:
            self.urgent_seq = self.seq
        self._told, self._ringing = told, ringing

    def _is_simulated(self, now: datetime) -> bool:
        recent = self._simulated_until is not None and now < self._simulated_until
        return recent or self.parts.marked()


async def stopped(task: "asyncio.Task[None]") -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

"""The console's look at the database, one a server process: told of incidents and alerts by NOTIFY, looking again each second.

What is pushed is the whole list as `snapshot` reads it. While the database is away the last list goes on being published,
marked so, with its own "data as of", so that a page says by itself how old it is.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import psycopg

from dashboard.hub import Hub, Push
from dashboard.snapshot import HIGH
from schemas import alerts, incidents
from schemas.database import connect, connect_async
from schemas.errors import Unavailable
from schemas.settings import Settings

log = logging.getLogger(__name__)

BEAT_S = 1.0
GATHER_S = 0.1  # an alert, its incident and its plan ring one after the other: they are read together
QUERY_LIMIT_MS = 4000  # a database that hangs is a database that is away

Conn = psycopg.Connection[Any]
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the feed is made of. `version` is that of the page's files: a page that has another one is old."""

    settings: Settings
    hub: Hub
    snapshot: Callable[[Conn], Json]
    version: str
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]


@dataclass(slots=True)
class ConsoleFeed:
    """Run `run` as a task; cancel it to stop."""

    parts: ConsoleParts
    seq: int = 0
    news_seq: int = 0
    urgent_seq: int = 0
    _last: Json = field(default_factory=dict)
    _marks: frozenset[tuple[str, int]] = frozenset()
    _severe: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Look until cancelled, whatever the database does."""
        while True:
            try:
                await self._look()
            except (psycopg.Error, Unavailable) as err:
                log.warning("The database is away, the console says so: %s", err)
            if self._last:
                self._publish(database=False)
            await asyncio.sleep(BEAT_S)

    async def _look(self) -> None:
        """Hold one connection to listen on and one to read with, until one of them fails."""
        async with AsyncExitStack() as held:
            bell = await held.enter_async_context(await connect_async(self.parts.settings, autocommit=True))
            conn = await asyncio.to_thread(connect, self.parts.settings, autocommit=True)
            held.push_async_callback(asyncio.to_thread, conn.close)
            for channel in (incidents.CHANNEL, alerts.CHANNEL):
                await bell.execute(f"listen {channel}")
            await asyncio.to_thread(conn.execute, "select set_config('statement_timeout', %s, false)", (str(QUERY_LIMIT_MS),))
            while True:
                self._last = await asyncio.to_thread(self.parts.snapshot, conn)
                self._publish(database=True)
                await self._until_rung(bell)

    async def _until_rung(self, bell: psycopg.AsyncConnection[Any]) -> None:
        """Wait for the next word, a beat at most; what rings close behind it is answered with it."""
        async for _ in bell.notifies(timeout=BEAT_S, stop_after=1):
            await asyncio.sleep(GATHER_S)

    def _publish(self, *, database: bool) -> None:
        parts = self.parts
        self.seq += 1
        self._mark_news()
        now = parts.clock().isoformat()
        whole = {**self._last, "now": now, "seq": self.seq, "database": database, "version": parts.version}
        parts.hub.publish(Push(self.seq, orjson.dumps(whole).decode(), self.news_seq, self.urgent_seq, parts.monotonic()))

    def _mark_news(self) -> None:
        """Remember in which snapshot something changed, and in which an incident became severe."""
        listed = self._last.get("incidents", [])
        marks = frozenset((one["id"], one["version"]) for one in listed)
        severe = frozenset(one["id"] for one in listed if one["severity"] <= HIGH)
        if marks != self._marks:
            self.news_seq = self.seq
        if severe - self._severe:
            self.urgent_seq = self.seq
        self._marks, self._severe = marks, severe

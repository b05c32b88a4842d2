"""The console's look at the database, one a server process: told of incidents by NOTIFY, looking again each second.

A browser is told the whole list once and then what changed (changes.py). While the database is away the last list goes on being
published, marked so, with its own "data as of", so that a page says by itself how old it is.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar

import orjson
import psycopg

from dashboard.incidents.changes import Listed
from dashboard.incidents.strip import Strip, strip
from dashboard.live.hub import Hub, Push
from dashboard.live.looking import BEAT_S, LIMITED, QUERY_LIMIT_MS, Bell, Told, hush, keep_looking, rung
from dashboard.wall.lines import HIGH
from schemas.database import connect
from schemas.incidents import CHANNEL
from schemas.settings import Settings

LOOKS_PER_S = 5.0
"""What changes after a quiet time is read at once; in a flood a whole list is read no more often than this."""

Conn = psycopg.Connection[Any]
T = TypeVar("T")
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the feed is made of. `version` is that of the page's files: a page that has another one is old. `run` names this
    process: another one counts anew."""

    settings: Settings
    hub: Hub
    snapshot: Callable[[Conn], Json]
    version: str
    run: str
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]


@dataclass(slots=True)
class ConsoleFeed:
    """Run `run` as a task; cancel it to stop."""

    parts: ConsoleParts
    urgent_seq: int = 0
    _listed: Listed = field(default_factory=Listed)
    _last: Json = field(default_factory=dict)
    _away: bool = True
    _severe: frozenset[str] = frozenset()
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "console-feed"))

    async def run(self) -> None:
        """Look until cancelled, whatever the database does."""
        told = Told(lambda: self.parts.hub.silent_s(self.parts.monotonic()), self._repeat)
        await keep_looking(self.parts.settings, [CHANNEL], self._look, told)

    def standing(self) -> Strip | None:
        """What the pages that are not live say of open incidents; None where that is not known now."""
        return None if self._away else strip(self._last)

    async def _look(self, bell: Bell) -> None:
        """Read until something fails, with a connection of its own."""
        with closing(await self._apart(partial(connect, self.parts.settings, autocommit=True))) as conn:
            await self._apart(partial(conn.execute, LIMITED, (str(QUERY_LIMIT_MS),)))
            while True:
                began = self.parts.monotonic()
                await hush(bell)
                self._last = await self._apart(partial(self.parts.snapshot, conn))
                self._publish(database=True)
                await asyncio.sleep(max(0.0, began + 1 / LOOKS_PER_S - self.parts.monotonic()))
                await rung(bell, max(0.0, began + BEAT_S - self.parts.monotonic()))

    async def _apart(self, do: Callable[[], T]) -> T:
        """In the feed's own thread: what visitors ask for may fill all others."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)

    def _repeat(self) -> None:
        if self._last:
            self._publish(database=False)

    def _publish(self, *, database: bool) -> None:
        parts, last, self._away = self.parts, self._last, not database
        listed = self._listed = self._listed.next([*last["incidents"], *last["closed"]])
        self._mark_severe()
        around = {"run": parts.run, "version": parts.version, "now": parts.clock().isoformat(), "database": database}
        head = {**around, "as_of": last["as_of"], "mutes": last["mutes"]}

        @cache  # browsers that keep up all ask the same
        def since(seq: int) -> str:
            return orjson.dumps({**head, **listed.since(seq)}).decode()

        parts.hub.publish(Push(listed.seq, since, listed.news_seq, self.urgent_seq, parts.monotonic()))

    def _mark_severe(self) -> None:
        """Remember in which list an incident became severe."""
        severe = frozenset(one["id"] for one in self._last["incidents"] if one["severity"] <= HIGH)
        if severe - self._severe:
            self.urgent_seq = self._listed.seq
        self._severe = severe

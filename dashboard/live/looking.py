"""How a feed of this server looks at the database: woken by its bell, until cancelled, whatever the database does.

A database that is gone is an error, and one that is slow runs into its own limit. One that hangs (a machine that stands still,
a line that swallows) does neither: so who has heard nothing for too long says so, and goes on waiting.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from schemas.database import connect_async
from schemas.errors import Unavailable
from schemas.settings import Settings

log = logging.getLogger(__name__)

BEAT_S = 1.0
SILENT_S = 3.0
"""So long after the last word a feed says by itself that nothing comes: sooner than its pages would call this server dead."""
QUERY_LIMIT_MS = 4000  # a database that hangs is a database that is away


@dataclass(frozen=True, slots=True)
class Told:
    """What the pages were told: seconds since the last word, and how they are told that the database is away."""

    silent_s: Callable[[], float]
    away: Callable[[], None]


Bell = psycopg.AsyncConnection[Any]
LIMITED = "select set_config('statement_timeout', %s, false)"


async def keep_looking(
    settings: Settings, channels: Sequence[str], look: Callable[[Bell], Awaitable[None]], told: Told
) -> None:
    """Look with a connection that listens, again a beat after it failed; the pages are told each time that it has."""
    watch = asyncio.ensure_future(_watch(told))
    try:
        while True:
            try:
                async with await connect_async(settings, autocommit=True) as bell:
                    for channel in channels:
                        await bell.execute(f"listen {channel}")
                    await look(bell)
            except (psycopg.Error, Unavailable) as err:
                log.warning("The database is away, the pages say so: %s", err)
            told.away()
            await asyncio.sleep(BEAT_S)
    finally:
        watch.cancel()


async def _watch(told: Told) -> None:
    """Say that the database is away when it is not even slow."""
    while True:
        await asyncio.sleep(BEAT_S)
        if told.silent_s() > SILENT_S:
            log.warning("The database has not answered for %.0f s, the pages say so.", told.silent_s())
            told.away()


async def rung(bell: Bell, within_s: float) -> bool:
    """Wait for the next word."""
    return bool([note async for note in bell.notifies(timeout=within_s, stop_after=1)])


async def hush(bell: Bell) -> None:
    """Forget the words that have come: what is read next answers them."""
    async for _ in bell.notifies(timeout=0):
        continue

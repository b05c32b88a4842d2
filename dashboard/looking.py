"""How a feed of this server looks at the database: woken by its bell, until cancelled, whatever the database does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import psycopg

from schemas.database import connect_async
from schemas.errors import Unavailable
from schemas.settings import Settings

log = logging.getLogger(__name__)

BEAT_S = 1.0
QUERY_LIMIT_MS = 4000  # a database that hangs is a database that is away

Bell = psycopg.AsyncConnection[Any]
LIMITED = "select set_config('statement_timeout', %s, false)"


async def keep_looking(
    settings: Settings, channels: Sequence[str], look: Callable[[Bell], Awaitable[None]], away: Callable[[], None]
) -> None:
    """Look with a connection that listens, again a beat after it failed; `away` is called each time that it has."""
    while True:
        try:
            async with await connect_async(settings, autocommit=True) as bell:
                for channel in channels:
                    await bell.execute(f"listen {channel}")
                await look(bell)
        except (psycopg.Error, Unavailable) as err:
            log.warning("The database is away, the pages say so: %s", err)
        away()
        await asyncio.sleep(BEAT_S)


async def rung(bell: Bell, within_s: float) -> bool:
    """Wait for the next word."""
    return bool([note async for note in bell.notifies(timeout=within_s, stop_after=1)])


async def hush(bell: Bell) -> None:
    """Forget the words that have come: what is read next answers them."""
    async for _ in bell.notifies(timeout=0):
        continue

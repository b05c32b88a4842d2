"""Retention: once a day, and at the start, each kind's old chunks are dropped, biometric ones soonest, and old dead letters.

The Apache edition of TimescaleDB has no policies, so the worker does it. Dropping is idempotent: several workers may.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

import psycopg

from schemas.errors import Unavailable
from schemas.events import Kind
from schemas.settings import Settings

log = logging.getLogger(__name__)

DAY_S = 24 * 3600.0
RETRY_S = 600.0
LETTERS = "dead_letters"
"""No hypertable: few rows, deleted one by one."""
LOCK_TIMEOUT = "2s"  # dropping locks the table: events do not wait for it longer than this


def days(settings: Settings) -> Mapping[str, int]:
    """How many days each table keeps."""
    kinds = {f"events_{kind}": int(getattr(settings, f"retention_days_{kind}")) for kind in Kind}
    return {**kinds, "alerts": settings.retention_days_alerts, LETTERS: settings.retention_days_dead_letters}


def drop_old(connection: psycopg.Connection, keep: Mapping[str, int]) -> int:
    """Drop the chunks and delete the letters that are older; how many chunks. The connection is in autocommit."""
    connection.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
    dropped = 0
    for table, number in keep.items():
        if table == LETTERS:
            _delete_letters(connection, number)
            continue
        rows = connection.execute("SELECT drop_chunks(%s::regclass, make_interval(days => %s))", (table, number)).fetchall()
        dropped += len(rows)
        if rows:
            log.info("%d chunks of %s are older than %d days and dropped.", len(rows), table, number)
    return dropped


def _delete_letters(connection: psycopg.Connection, number: int) -> None:
    query = "DELETE FROM dead_letters WHERE received_at < now() - make_interval(days => %s)"
    if deleted := connection.execute(query, (number,)).rowcount:
        log.info("%d dead letters are older than %d days and deleted.", deleted, number)


async def run(connect: Callable[[], psycopg.Connection], keep: Mapping[str, int]) -> None:
    """Daily until cancelled; after a failure again in ten minutes."""

    def once() -> None:
        with connect() as connection:
            drop_old(connection, keep)

    while True:
        try:
            await asyncio.to_thread(once)
        except (psycopg.Error, Unavailable) as err:
            log.warning("Old chunks could not be dropped now: %s.", type(err).__name__)
            await asyncio.sleep(RETRY_S)
        else:
            await asyncio.sleep(DAY_S)

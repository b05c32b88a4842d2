"""Storing the dead-letter topic: each letter once, from whichever log it comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from schemas.letters import Letter
from schemas.settings import Settings
from streams.worker.letters import Burial, LetterKeeper
from tests.waiting import wait_until


def letter(number: int) -> Letter:
    """One of a source of its own, so that letters spread over the partitions."""
    arrived = datetime(2031, 5, 1, 8, 0, number, tzinfo=UTC)
    return Letter(UUID(int=number), f"source-{number}", "hikvision", "application/xml", arrived, "It is broken.", "", b"<x")


@asynccontextmanager
async def keeping(settings: Settings) -> AsyncIterator[None]:
    """A keeper at work."""
    url = settings.database_url.get_secret_value()
    keeper = LetterKeeper(settings.kafka, settings.topic_prefix, lambda: psycopg.connect(url, autocommit=True))
    task = asyncio.create_task(keeper.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def stored(settings: Settings, *numbers: int) -> None:
    """Return when just these letters are in the table."""
    wanted = {UUID(int=number) for number in numbers}
    url = settings.database_url.get_secret_value()

    async def there() -> bool:
        async with await psycopg.AsyncConnection.connect(url) as connection:
            rows = await (await connection.execute("SELECT id FROM dead_letters")).fetchall()
        return sorted(row[0] for row in rows) == sorted(wanted)

    await wait_until(there, f"letters {numbers} are stored")


async def bury(settings: Settings, *numbers: int) -> None:
    """Write letters to the topic."""
    burial = Burial(settings.kafka, settings.topic_prefix)
    await burial.bury([letter(number) for number in numbers])
    await burial.close()


async def test_a_keeper_that_begins_again_goes_on_where_the_table_ends(settings: Settings) -> None:
    await bury(settings, 1, 2, 2)
    async with keeping(settings):
        await stored(settings, 1, 2)
    await bury(settings, 3)
    async with keeping(settings):
        await stored(settings, 1, 2, 3)


async def test_letters_of_a_topic_made_anew_are_stored_though_others_had_their_places(settings: Settings) -> None:
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        for partition in range(settings.partitions):
            connection.execute(
                "INSERT INTO dead_letters (kafka_partition, kafka_offset, id, source, family, content_type, received_at,"
                " reason, at, body) VALUES (%s, 0, %s, 's', 'f', '', now(), 'old', '', '')",
                (partition, UUID(int=100 + partition)),
            )
    await bury(settings, 1, 2, 3, 4, 5)
    async with keeping(settings):
        await stored(settings, 1, 2, 3, 4, 5, *range(100, 100 + settings.partitions))

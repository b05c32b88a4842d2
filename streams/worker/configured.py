"""The newest configuration of the site, looked for every second: what a lane judges by from its next block on."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import psycopg

from schemas.configuration import Configuration, newest_revision, next_change, read_configuration
from schemas.errors import GatehouseError, Unavailable
from schemas.rules import Rule
from schemas.site import Site
from streams.rules.engine import Engine
from streams.worker.standing import Stand

log = logging.getLogger(__name__)

EVERY_S = 1.0
"""A change is promised within five seconds; asking for one number costs nothing."""


class Configured:
    """Reads configurations of one site; `newest` is the last that was found, None before the first."""

    def __init__(self, connect: Callable[[], psycopg.Connection], site: Site, catalogue: Mapping[str, Rule]) -> None:
        self._connect, self._site, self._catalogue = connect, site, catalogue
        self._until: datetime | None = None
        self._seen = -1
        self.newest: Configuration | None = None

    def at(self, stand: Stand | None) -> Configuration:
        """The configuration as it stood, or that of now. Unavailable where the database does not answer."""
        as_of = stand.as_of if stand else datetime.now(UTC)
        try:
            with self._connect() as connection:
                revision = stand.revision if stand else None
                found = read_configuration(connection, self._site, self._catalogue, revision, as_of)
        except psycopg.Error as err:
            raise Unavailable("The database does not say the site's configuration.") from err
        return found if self._works(found) else replace(found, rules=tuple(self._catalogue.values()))

    def _works(self, found: Configuration) -> bool:
        """Whether an engine can be made of it: no change that anybody makes may stop the rules that are at work."""
        try:
            Engine(self._site, found.rules, found.lists, found.revision)
        except (GatehouseError, ArithmeticError, ValueError, LookupError, MemoryError) as err:
            log.error("Revision %d of the configuration cannot be judged by and is left aside: %r", found.revision, err)
            return False
        return True

    def look(self, connection: psycopg.Connection, now: datetime) -> None:
        """Read the configuration again where it has changed, or where an override began or ended."""
        revision = newest_revision(connection, self._site.id)
        known = self.newest
        if self._seen == revision and (self._until is None or now < self._until):
            return
        found = read_configuration(connection, self._site, self._catalogue, revision, now)
        self._seen, self._until = revision, next_change(connection, self._site.id, revision, now)
        for warning in found.warnings:
            log.warning("%s", warning)
        if not self._works(found):
            return
        self.newest = found
        if known is not None:
            log.info("Rules are judged by revision %d of the site's configuration from now on.", revision)

    async def run(self) -> None:
        """Until cancelled. A database that is away is waited for: rules go on by what is known."""

        def look() -> None:
            with self._connect() as connection:
                self.look(connection, datetime.now(UTC))

        while True:
            try:
                await asyncio.to_thread(look)
            except (psycopg.Error, Unavailable) as err:
                log.debug("The configuration cannot be read now: %s.", type(err).__name__)
            await asyncio.sleep(EVERY_S)

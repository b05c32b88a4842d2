"""Whether the two services answer: asked every two seconds, told as health facts."""

import asyncio
import logging

import psycopg

from schemas.database import connect_async
from schemas.errors import Unavailable
from schemas.health import Health
from schemas.settings import Settings

log = logging.getLogger(__name__)

EVERY_S = 2.0
TIMEOUT_S = 3.0


class Probe:
    """Asks both services and says what they answer."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self._settings, self._health = settings, health

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._say("database", await self._database(), "It answers.", "It does not answer: what was taken is kept.")
            self._say("kafka", await self._kafka(), "It answers.", "It does not answer: it is waited for.")
            await asyncio.sleep(EVERY_S)

    def _say(self, name: str, ok: bool, fine: str, wrong: str) -> None:
        before = self._health.facts.get(name)
        if before is None or before.ok != ok:
            log.log(logging.INFO if ok else logging.WARNING, "%s: %s", name.capitalize(), fine if ok else wrong)
        self._health.say(name, ok, fine if ok else wrong)

    async def _database(self) -> bool:
        try:
            async with asyncio.timeout(TIMEOUT_S), await connect_async(self._settings, autocommit=True) as connection:
                await connection.execute("SELECT 1")
        except (Unavailable, psycopg.Error, OSError, TimeoutError):
            return False
        return True

    async def _kafka(self) -> bool:
        """One of the brokers takes a connection."""
        for address in self._settings.kafka.split(","):
            host, _, port = address.strip().rpartition(":")
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    _, writer = await asyncio.open_connection(host.strip("[]") or "127.0.0.1", int(port))
            except (OSError, TimeoutError, ValueError):
                continue
            writer.close()
            return True
        return False

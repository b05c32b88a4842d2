"""What the registers' pages need, and how they ask the database."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from dashboard.console.pages import Console
from dashboard.door.accounts import Conn
from schemas.database import connect
from schemas.site import Site

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Here:
    """`new_id` draws ids; `unpacking` lets one photo be unpacked at a time, so that memory stays bounded."""

    console: Console
    new_id: Callable[[], UUID]
    unpacking: asyncio.Semaphore

    @property
    def site(self) -> Site:
        """The site."""
        return self.console.site

    @property
    def zone(self) -> ZoneInfo:
        """The site's own time."""
        return ZoneInfo(self.site.timezone)

    def now(self) -> datetime:
        """Now, in UTC."""
        return self.console.clock()

    def today(self) -> date:
        """The site's own day."""
        return self.now().astimezone(self.zone).date()

    def ask(self, question: Callable[[Conn], T]) -> T:
        """Ask in one transaction; blocks."""
        with connect(self.console.settings) as conn:
            return question(conn)

"""When time may be stated in the log, and which (docs/architecture.md: time stands in the log). Pure.

A tick says: everything received before its time stands before it. So it names the arrival of the oldest message that is not
acknowledged yet, else now; and it is held while anything waits in the spool, and for a while after a start or a
refusal, because devices then bring what they could not deliver.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Held(StrEnum):
    """Why no tick is written now; for the health board and a metric."""

    SETTLING = "settling"
    SPOOL = "spool"


@dataclass(slots=True)
class InFlight:
    """Messages that were received and are neither in Kafka nor on disk, by arrival: arrivals never go back."""

    _arrivals: OrderedDict[int, datetime] = field(default_factory=OrderedDict)
    _next: int = 0

    def enter(self, arrival: datetime) -> int:
        """A message arrived; the ticket to leave with."""
        self._next += 1
        self._arrivals[self._next] = arrival
        return self._next

    def leave(self, ticket: int) -> None:
        """It is in Kafka, on disk, or refused."""
        self._arrivals.pop(ticket, None)

    @property
    def oldest(self) -> datetime | None:
        """The arrival of the one that waits longest."""
        return next(iter(self._arrivals.values()), None)

    def __len__(self) -> int:
        return len(self._arrivals)


def low_water(now: datetime, oldest: datetime | None) -> datetime:
    """The time that a tick may state: nothing received before it is still on its way."""
    return now if oldest is None else min(now, oldest)


@dataclass(slots=True)
class Settling:
    """Since when devices may have something to repeat: the start, or the last refusal."""

    since: datetime
    settle_s: float

    def refused(self, now: datetime) -> None:
        """A device was turned away and will come again."""
        self.since = max(self.since, now)

    def over(self, now: datetime) -> bool:
        """Whether they had the time to do so."""
        return now >= self.since + timedelta(seconds=self.settle_s)


def decide(now: datetime, oldest: datetime | None, spooled: int, settling: Settling) -> datetime | Held:
    """The time to state now, or why none may be stated."""
    if spooled:
        return Held.SPOOL
    if not settling.over(now):
        return Held.SETTLING
    return low_water(now, oldest)

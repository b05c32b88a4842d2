"""What the gateway adds to an event: the site, the arrival, and the time that it is ordered by.

A device's clock error is estimated as the smallest recent received − device time over its last messages: a message can only be
late, so the smallest difference is nearest to the clock's own error. What a device sends again from its memory is no
measure and is left out.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from schemas.decoded import Decoded
from schemas.events import Event, Heartbeat, Received, place

RECENT = 8
"""Messages that the estimate looks back on: a clock that was set right is trusted again after so many."""

OLDEST_S = 30 * 86_400.0
"""Nothing lies on a network for so long: a device that says so lost its time with its power, and its word counts now."""

DEVICES = 20_000
"""Devices remembered, the longest silent forgotten first: ten communities of this size."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A device's clock was found to be off by so many seconds (positive: behind), for the first time."""

    device: str
    error_s: float


@dataclass(slots=True)
class Clocks:
    """What is known of the devices' clocks: bounded, and lost at a restart without harm."""

    limit_s: float
    recent: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    doubted: set[str] = field(default_factory=set)

    def learn(self, device: str, difference_s: float) -> float:
        """Take a new difference in; the device's estimated error in seconds."""
        seen = self.recent.setdefault(device, deque(maxlen=RECENT))
        self.recent.move_to_end(device)
        seen.append(difference_s)
        while len(self.recent) > DEVICES:
            forgotten, _ = self.recent.popitem(last=False)
            self.doubted.discard(forgotten)
        return min(seen)

    def error(self, device: str) -> float:
        """The estimate as it stands; 0 for a device that was never heard."""
        return min(self.recent.get(device, (0.0,)))

    def doubt(self, device: str, error_s: float) -> Doubt | None:
        """The news that a clock is off, once; a clock that is right again may be news again."""
        if abs(error_s) <= self.limit_s:
            self.doubted.discard(device)
            return None
        if device in self.doubted:
            return None
        self.doubted.add(device)
        return Doubt(device, error_s)


def receive(
    decoded: Decoded, site: str, received_at: datetime, clocks: Clocks, *, again: bool = False
) -> tuple[list[Received], list[Doubt]]:
    """The rows of a message, and which clocks were found wrong by it. One that people post `again` is no measure of a clock."""
    rows: list[Received] = []
    doubts: list[Doubt] = []
    for what in _all(decoded):
        time = what.occurred_at if isinstance(what, Event) else what.at
        if time is None:
            rows.append(Received(site, what, received_at, received_at))
            continue
        error = clocks.error(what.device) if again else _error(what, time, received_at, clocks)
        rows.append(Received(site, what, received_at, place(time, received_at, error, clocks.limit_s)))
        if doubt := clocks.doubt(what.device, error):
            doubts.append(doubt)
    return rows, doubts


def _all(decoded: Decoded) -> Iterator[Event | Heartbeat]:
    yield from decoded.events
    yield from decoded.heartbeats


def _error(what: Event | Heartbeat, time: datetime, received_at: datetime, clocks: Clocks) -> float:
    """The estimate for this row's clock, taught by it unless it is old news or its time is not the device's own."""
    if (isinstance(what, Event) and what.attributes.get("replayed")) or time == received_at:
        return clocks.error(what.device)
    difference = (received_at - time).total_seconds()
    error = clocks.learn(what.device, difference)
    return difference if difference > OLDEST_S else error

"""One run: the schedule of a site composed, and played to the lanes in step with the clock."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.errors import SettingsError, Unavailable
from schemas.site import Site
from streams.simulator import faults, incidents
from streams.simulator.community import gather
from streams.simulator.post import Poster
from streams.simulator.schedule import Pace, Schedule
from streams.simulator.truth import Truth
from streams.simulator.voices import Script, Voices

BEHIND_S = 30.0  # further behind the clock than this, seconds are left out: an outage is not replayed at once
MARK_S = 5.0  # how often a run is marked as going on
GRAIN_S = 0.02  # a message may be so much late: fewer wake-ups

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What one run is asked for. `day`: the community's own local time at the start (ISO 8601), where it is not the real one;
    `trouble`: how many times more often than in life messages come late, twice or broken."""

    seed: int
    speed: float
    incidents: str
    seconds: float
    day: str = ""
    trouble: float = 1.0


def compose(site: Site, order: Order, start: datetime) -> Script:
    """The whole run of a site as messages; SettingsError where the incidents' file is wrong."""
    community = gather(site, order.seed)
    rows = incidents.read_rows(order.incidents, community)
    named = {row.device for row in rows if row.device}
    drawn = faults.draw(site.devices.values(), order.seed, named, order.trouble)
    zone = ZoneInfo(site.timezone)
    pace = Pace(start, zone, order.speed, _day(order.day, zone) or start)
    played = incidents.play(rows, community, order.seed, drawn.unsound)
    return Script(Schedule(community, pace, order.seed, drawn, played), Voices(pace, drawn), order.seed)


def _day(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
    except ValueError as err:
        raise SettingsError(f"{text!r} is no time of a day: write it as 2026-05-04T08:00.") from err


async def perform(script: Script, poster: Poster, truth: Truth, length_s: float) -> None:
    """Send second after second, each message when it is due; end after `length_s` real seconds (0: never)."""
    k = 0
    while not length_s or k < length_s:
        k = await _keep_up(script, poster, truth, k)
        messages = script.second(k)
        truth.open(script.schedule.begun)
        script.schedule.begun.clear()
        for message in messages:
            wait = message.due - poster.now()
            if wait > GRAIN_S:
                await asyncio.sleep(wait)
            await poster.put(message)
        truth.passed(k)
        k += 1
        await asyncio.sleep(max(0.0, k - poster.now()))
    await poster.drained()


async def keep_marked(mark: Callable[[], None], every_s: float = MARK_S) -> None:
    """Mark every few seconds of the real clock that the run goes on, however far behind it is or what it waits for."""
    while True:
        mark()
        await asyncio.sleep(every_s)


async def _keep_up(script: Script, poster: Poster, truth: Truth, k: int) -> int:
    """The second to go on with: k, or a later one where the run is too far behind the clock."""
    to = int(poster.now())
    if k - to > BEHIND_S:
        raise Unavailable(f"The clock was set back by {k - to} s: start the simulated community again.")
    if to - k <= BEHIND_S:
        return k
    log.warning("Leaving out %d s of the community's life: the gateway or this machine stood still.", to - k)
    poster.tally.skipped_s += to - k
    spoilt = script.jump(to)
    truth.open(script.schedule.begun)
    script.schedule.begun.clear()
    truth.spoil(spoilt)
    return to

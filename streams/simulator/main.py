"""`gatehouse simulate`: the composition root. Reads settings, wires the schedule to the lanes, keeps pace with the clock."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import typer

from schemas.errors import SettingsError, Unavailable
from schemas.log import configure
from schemas.settings import Settings, load
from schemas.site import Site, load_site
from schemas.sources import ensure_sources
from streams.simulator import faults, incidents
from streams.simulator.community import gather
from streams.simulator.post import ANSWER_S, LANES, Poster
from streams.simulator.schedule import Pace, Schedule
from streams.simulator.truth import Truth
from streams.simulator.voices import Script, Voices

BEHIND_S = 30.0  # further behind the clock than this, seconds are left out: an outage is not replayed at once
MARK_S = 5  # how often .local/simulated is touched, so that the screens can say that this is not life
GRAIN_S = 0.02  # a message may be so much late: fewer wake-ups
MARK = "simulated"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What one run is asked for. `day`: the community's own time at the start, where it is not the real one;
    `trouble`: how many times more often than in life messages come late, twice or broken."""

    seed: int
    speed: float
    incidents: str
    seconds: float
    day: datetime | None = None
    trouble: float = 1.0


def compose(site: Site, order: Order, start: datetime) -> Script:
    """The whole run of a site as messages; SettingsError where the incidents' file is wrong."""
    community = gather(site, order.seed)
    rows = incidents.read_rows(order.incidents, community)
    named = {row.device for row in rows if row.device}
    drawn = faults.draw(site.devices.values(), order.seed, named, order.trouble)
    pace = Pace(start, ZoneInfo(site.timezone), order.speed, order.day or start)
    played = incidents.play(rows, community, order.seed, drawn.unsound)
    return Script(Schedule(community, pace, order.seed, drawn, played), Voices(pace, drawn), order.seed)


async def perform(script: Script, poster: Poster, truth: Truth, length_s: float, mark: Callable[[], None]) -> None:
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
        if k % MARK_S == 0:
            mark()
        k += 1
        await asyncio.sleep(max(0.0, k - poster.now()))
    await poster.drained()


async def _keep_up(script: Script, poster: Poster, truth: Truth, k: int) -> int:
    """The second to go on with: k, or a later one where the run is too far behind the clock."""
    to = int(poster.now())
    if k - to > BEHIND_S:
        raise Unavailable(f"The clock was set back by {k - to} s: start the simulated community again.")
    if to - k <= BEHIND_S:
        return k
    log.warning("Leaving out %d s of the community's life: the gateway or this machine stood still.", to - k)
    spoilt = script.jump(to)
    truth.open(script.schedule.begun)
    script.schedule.begun.clear()
    truth.spoil(spoilt)
    return to


async def simulate(settings: Settings, order: Order, truth_file: Path | None) -> None:
    """One run against the gateway of these settings, until it is over or told to stop."""
    if not (settings.gateway_url or settings.gateway_port):
        raise SettingsError("There is no gateway yet: run `gatehouse up`, or set GATEHOUSE_GATEWAY_URL.")
    site = load_site(settings.site)
    begin = time.time()
    script = compose(site, order, datetime.fromtimestamp(begin, UTC))
    truth = Truth(script.schedule.pace, truth_file)
    mark = settings.local / MARK
    async with AsyncExitStack() as stack:
        stack.enter_context(truth)
        connector = aiohttp.TCPConnector(limit=LANES)
        session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=ANSWER_S))
        await stack.enter_async_context(session)
        poster = Poster(session, settings.gateway_at, ensure_sources(settings.local), lambda: time.time() - begin, truth.heard)
        await _until_stopped(perform(script, poster, truth, order.seconds / order.speed, mark.touch), poster)
    counts = ", ".join(f"{n:,} {answer}" for answer, n in sorted(poster.tally.counts.items()))
    log.info(
        "Messages: %s; %d attempts repeated, %d stale heartbeats let go.", counts, poster.tally.retries, poster.tally.stale
    )


async def _until_stopped(performance: Coroutine[None, None, None], poster: Poster) -> None:
    """Run the performance beside its lanes; SIGTERM or SIGINT ends both."""
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(performance), asyncio.create_task(poster.run())]
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, tasks[0].cancel)
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if not task.cancelled():
            task.result()


def run(*, seed: int, speed: float, incidents: str, truth: Path | None, seconds: float) -> int:
    """Be the community until stopped, or for so many simulated seconds; 0."""
    settings = load()
    configure(settings.log_level)
    typer.echo(f"Simulated community: seed {seed}, speed {speed:g}; Ctrl+C ends it.", err=True)
    asyncio.run(simulate(settings, Order(seed, speed, incidents, seconds), truth))
    return 0

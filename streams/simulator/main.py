"""`gatehouse simulate`: the composition root. Reads settings, wires the schedule to the lanes, keeps pace with the clock."""

import asyncio
import logging
import signal
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import typer

from schemas.errors import SettingsError
from schemas.health import Health
from schemas.log import configure
from schemas.settings import Settings, load
from schemas.site import load_site
from schemas.sources import ensure_sources
from streams.simulator.board import keep_telling, serving, tell
from streams.simulator.play import Order, compose, keep_marked, perform
from streams.simulator.post import ANSWER_S, LANES, Poster
from streams.simulator.truth import Truth

MARK = "simulated"  # touched while a run goes on, so that the screens can say that this is not life

log = logging.getLogger(__name__)


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
        board = Health("simulator")
        tell(board, poster)
        stack.enter_context(serving(board, poster, settings.host, settings.simulator_port))
        performance = perform(script, poster, truth, order.seconds / order.speed)
        await _until_stopped(performance, poster.run(), keep_telling(board, poster), keep_marked(mark.touch))
    counts = ", ".join(f"{n:,} {answer}" for answer, n in sorted(poster.tally.counts.items()))
    log.info(
        "Messages: %s; %d attempts repeated, %d stale heartbeats let go.", counts, poster.tally.retries, poster.tally.stale
    )


async def _until_stopped(performance: Coroutine[None, None, None], *beside: Coroutine[None, None, None]) -> None:
    """Run the performance and what goes on beside it; SIGTERM or SIGINT ends all."""
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(work) for work in (performance, *beside)]
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, tasks[0].cancel)
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if not task.cancelled():
            task.result()


def run(order: Order, truth: Path | None) -> int:
    """Be the community until stopped, or for so many simulated seconds; 0."""
    settings = load()
    configure(settings.log_level)
    typer.echo(f"Simulated community: seed {order.seed}, speed {order.speed:g}; Ctrl+C ends it.", err=True)
    asyncio.run(simulate(settings, order, truth))
    return 0

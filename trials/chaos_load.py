"""The load of a trial: the simulated community at a brisk pace, one message in ten sent twice, and a ledger of what was heard.

A message counts as accepted when the gateway answered 200; until then the same bytes are sent again. Which events a message
holds is known from its bytes, read here with the gateway's decoders.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp

from schemas.settings import Settings
from schemas.site import Site
from schemas.sources import read_sources
from streams.gateway.context import Context, Register, register_of
from streams.gateway.read import read_body
from streams.simulator.play import Order, compose, perform
from streams.simulator.post import ANSWER_S, LANES, Answer, Poster
from streams.simulator.truth import Truth
from streams.simulator.words import Message

SPEED = 5.0  # some eighty events a second beside a hundred heartbeats
TROUBLE = 20.0  # one message in ten is sent twice, one event in fifteen comes late, four messages a minute are broken
BUSY_DAY = "2030-05-06T17:30"  # coming home, whenever the trial is run
INCIDENTS = Path(__file__).with_name("chaos_incidents.yaml")
NO_ARRIVAL = datetime(2000, 1, 1, tzinfo=UTC)  # ids follow from the bytes: the simulator's all name their time


@dataclass(slots=True)
class Ledger:
    """The ids of the events that the gateway said it has, and how often it said so."""

    register: Register
    zone: ZoneInfo
    ids: set[UUID] = field(default_factory=set)
    answers: int = 0

    def heard(self, message: Message, answer: Answer) -> None:
        """A message came to its end."""
        if answer is not Answer.HEARD or message.say.is_heartbeat:
            return
        self.answers += 1
        context = Context(NO_ARRIVAL, self.zone, self.register, message.source)
        found = read_body(message.source, message.body, message.content_type, context)
        self.ids.update(event.id for event in found.events)


async def under_load(settings: Settings, site: Site, seed: int, work: Callable[[], None], ended: Event) -> Ledger:
    """Do the work (in a thread of its own) while the community posts; return when all that was posted has been heard.

    `ended` is set when it must come to its end, also before its time.
    """
    begin = time.time()
    ledger = Ledger(register_of(site.devices), ZoneInfo(site.timezone))
    order = Order(seed, SPEED, str(INCIDENTS), 0, BUSY_DAY, TROUBLE)
    script = compose(site, order, datetime.fromtimestamp(begin, UTC))
    connector, patience = aiohttp.TCPConnector(limit=LANES), aiohttp.ClientTimeout(total=ANSWER_S)
    async with aiohttp.ClientSession(connector=connector, timeout=patience) as session:
        sources = read_sources(settings.local)
        poster = Poster(session, settings.gateway_at, sources, lambda: time.time() - begin, ledger.heard)
        lanes = asyncio.create_task(poster.run())
        life = asyncio.create_task(perform(script, poster, Truth(script.schedule.pace, None), 0))
        try:
            await _first(asyncio.to_thread(work), lanes, life)
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
            await _first(poster.drained(), lanes)
        finally:
            ended.set()
            lanes.cancel()
            life.cancel()
            await asyncio.gather(lanes, life, return_exceptions=True)
    return ledger


async def _first(work: Coroutine[None, None, None], *beside: asyncio.Task[None]) -> None:
    """Wait for the work; an error of what runs beside it ends the wait."""
    done, _ = await asyncio.wait({asyncio.create_task(work), *beside}, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()

"""`gatehouse gateway`: reads the settings, opens the spool, reaches for Kafka, listens. Nothing imports this."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from schemas import health, log
from schemas.errors import SettingsError
from schemas.settings import MIB, Settings, load
from schemas.site import Site, load_site
from schemas.sources import Source, ensure_sources
from schemas.topics import LARGEST_RECORD, dead_letter_topic, kinds_by_topic
from streams.gateway.app import Door, create_app
from streams.gateway.budget import Budget
from streams.gateway.collector import Collector
from streams.gateway.context import register_of
from streams.gateway.delivery import Delivery
from streams.gateway.envelope import Clocks
from streams.gateway.families import FAMILIES
from streams.gateway.intake import Intake, Place, State
from streams.gateway.kafka import Sink, maker
from streams.gateway.limits import Gate
from streams.gateway.metrics import Metrics
from streams.gateway.server import config
from streams.gateway.spool import Spool
from streams.gateway.ticker import Clock, Ticker
from streams.gateway.ticks import InFlight, Settling

logger = logging.getLogger("streams.gateway")

WINDOW_S = 0.003
"""How long a message waits for company: not felt by a device, and a batch costs as much as a row."""

ACK_S = 1.2
"""How long Kafka may take to acknowledge before the spool takes over: devices wait for five seconds or more."""

LARGE_BODIES = 48 * MIB
"""Memory for large bodies at one time: the gateway stays under 300 MB."""

PATIENCE_S = 5.0
"""How long a large body waits for memory before its device is told to come again."""

STOP_S = 3.0
"""For Kafka's last acknowledgements at a stop; what it does not acknowledge is in the spool."""

AGAIN_S = 1.0

SWITCH_S = 0.001
"""How long Kafka's thread may keep the interpreter: at Python's usual 5 ms every answer would wait for it."""


def run() -> int:
    """Serve until told to stop; 0 after an orderly stop."""
    settings = load()
    log.configure(settings.log_level)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # it shouts at every attempt: kafka.py says once that Kafka is away
    sources = ensure_sources(settings.local)
    _check(settings, sources)
    site = load_site(settings.site)
    app = _compose(settings, site, sources)
    sys.setswitchinterval(SWITCH_S)
    server = uvicorn.Server(config(app, settings.host, settings.gateway_port))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(
            number, lambda *_: None
        )  # uvicorn stops in order, then raises the signal again for whoever was there before
    server.run()
    return 0 if server.started else 1


def _check(settings: Settings, sources: Mapping[str, Source]) -> None:
    """Say at once what can't work."""
    if not settings.kafka:
        raise SettingsError("Setting kafka (GATEHOUSE_KAFKA) is empty: `gatehouse up` brings Kafka, or name your own servers.")
    for source in sources.values():
        if source.family not in FAMILIES:
            raise SettingsError(f"Source {source.name} has family {source.family!r}: known are {', '.join(FAMILIES)}.")


def _compose(settings: Settings, site: Site, sources: Mapping[str, Source]) -> FastAPI:
    """Wire the parts; nothing runs before the application does."""
    registry, board = CollectorRegistry(), health.Health("gateway")
    metrics, place, state = Metrics.make(registry), _place(settings, site), _state(settings)
    spool = Spool(settings.local / "gateway" / "spool.sqlite", settings.spool_limit_bytes)
    sink = Sink(_producers(settings), ACK_S, lambda up: _say_kafka(board, up))
    delivery = Delivery(sink, spool)
    collector = Collector(delivery.deliver, settings.topic_prefix, settings.partitions, WINDOW_S)
    intake = Intake(place, state, collector, delivery, metrics)
    sites = tuple(dict.fromkeys([site.id, *(source.site for source in sources.values() if source.site)]))
    ticker = Ticker(state, sink, spool, board, metrics, sites, settings.topic_prefix, settings.partitions)
    gate = Gate(sources, settings.rate_limit_per_s)
    door = Door(gate, intake, metrics, Budget(LARGE_BODIES, PATIENCE_S), settings.body_limit_bytes)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        """Reach for Kafka and run the loops; at the end let everything become safe."""
        _say_kafka(board, False)
        sink.connect()
        loops = [
            asyncio.create_task(_supervised("drain", delivery.drain)),
            asyncio.create_task(_supervised("ticks", partial(ticker.run, settings.tick_s))),
        ]
        yield
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await intake.close()
        await collector.close()
        await sink.close(STOP_S)
        await asyncio.to_thread(spool.close)

    return create_app(door, health.routes(board, registry), lifespan)


async def _supervised(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run for ever: a mistake of ours is said and the work begun again, because without it time would stand still."""
    while True:
        try:
            await work()
        except Exception:
            logger.exception("The %s loop failed and begins again.", name)
        await asyncio.sleep(AGAIN_S)


def _place(settings: Settings, site: Site) -> Place:
    return Place(
        site=site.id,
        zone=ZoneInfo(site.timezone),
        register=register_of(site.devices),
        prefix=settings.topic_prefix,
        partitions=settings.partitions,
        depth=settings.depth_limit,
    )


def _state(settings: Settings) -> State:
    clock = Clock()
    return State(InFlight(), Settling(clock(), settings.settle_s), Clocks(settings.skew_limit_s), clock)


def _producers(settings: Settings) -> Callable[[], Any]:
    names = [*kinds_by_topic(settings.topic_prefix), dead_letter_topic(settings.topic_prefix)]
    return maker(settings.kafka, names, LARGEST_RECORD)


def _say_kafka(board: health.Health, up: bool) -> None:
    board.say("kafka", up, "Kafka acknowledges." if up else "Kafka does not answer: messages wait on disk.")

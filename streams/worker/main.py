"""`gatehouse worker`: the composition root. It reads settings, wires lanes to Faust, tells its health, returns when stopped."""

import asyncio
import ctypes
import gc
import logging
import sys
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import faust
import psycopg
import pyarrow as pa

from schemas.database import connect
from schemas.errors import SettingsError
from schemas.health import Health, routes, served
from schemas.log import configure
from schemas.rules import Rule, load_catalogue
from schemas.settings import Settings, load
from schemas.site import Site, load_site
from schemas.topics import topic
from streams.rules.compiled import compiled, told
from streams.rules.engine import Engine
from streams.worker import copy_rows, id_set, retention
from streams.worker.app import Stream, create_app
from streams.worker.configured import Configured
from streams.worker.judge import Bench, Judge
from streams.worker.lane import Lane, Tools
from streams.worker.lanes import Lanes
from streams.worker.letters import Burial, LetterKeeper
from streams.worker.log_identity import log_ids
from streams.worker.log_reader import LogReader
from streams.worker.metrics import Metrics
from streams.worker.observe import observer
from streams.worker.probe import Probe
from streams.worker.reader import Reader
from streams.worker.session import Session
from streams.worker.store import Store

log = logging.getLogger(__name__)

SWITCH_S = 0.0005  # a thread that sends a block to the database asks for the interpreter every 128 kB: 5 ms each is too long
M_ARENA_MAX = -8  # glibc's number of this option


@dataclass(slots=True)
class Parts:
    """What all lanes of the process share."""

    settings: Settings
    site: Site
    rules: Mapping[str, Rule]
    configured: Configured
    health: Health
    metrics: Metrics
    burial: Burial
    warm: "Future[None]"
    lanes_health: dict[int, tuple[bool, str]] = field(default_factory=dict)


def run() -> int:
    """Work until told to stop; 0 after a clean stop."""
    settings = load()
    if not settings.kafka or not settings.database_url.get_secret_value():
        raise SettingsError("Kafka or the database is not known yet: `gatehouse up` brings them, or set their addresses.")
    configure(settings.log_level)
    _quiet()
    _frugal()
    sys.setswitchinterval(SWITCH_S)
    gc.freeze()
    site, rules = load_site(settings.site), load_catalogue()
    parts = Parts(
        settings=settings,
        site=site,
        rules=rules,
        configured=Configured(lambda: _connect(settings), site, rules),
        warm=_warming(site, list(rules.values())),
        health=Health("worker"),
        metrics=Metrics(),
        burial=Burial(settings.kafka, settings.topic_prefix),
    )
    parts.health.say("lanes", False, "No partition is assigned yet.")
    parts.health.say("database", False, "It was not asked yet.")
    parts.health.say("kafka", False, "It was not asked yet.")
    with served(routes(parts.health), settings.host, settings.worker_port):
        return _work(parts)


def _warming(site: Site, rules: Sequence[Rule]) -> "Future[None]":
    """Load or compile every kernel while Kafka gives out the partitions; a lane waits for it before it says that it works."""

    def warm() -> None:
        """On an engine of its own: what is compiled is the process's."""
        Engine(site, rules).warm()
        copy_rows.warm()
        id_set.warm()
        if names := compiled():
            log.warning("%s", told(names))
        ctypes.CDLL(None).malloc_trim(0)  # the map of the site's ways is 100 MB while they are worked out

    with_thread = ThreadPoolExecutor(1, thread_name_prefix="warm")
    future = with_thread.submit(warm)
    with_thread.shutdown(wait=False)
    return future


def _frugal() -> None:
    """A block's megabytes go back to the system: Arrow's own pool would keep them, and so would an arena for every thread."""
    pa.set_memory_pool(pa.system_memory_pool())
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def _quiet() -> None:
    """A broker that is away is said once, by the health; Faust tells every step of its start and stop."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    for name in ("faust", "mode"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _work(parts: Parts) -> int:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    lanes = Lanes(lambda partition: _lane(parts, partition))
    stream = Stream(parts.settings.kafka, parts.settings.topic_prefix, _instance(parts.settings))
    app = create_app(stream, lanes)
    _beside(app, parts, lanes)
    worker = app.Worker(redirect_stdouts=False, override_logging=False, quiet=True, loop=loop)
    worker.spinner = None  # it writes control characters into the log
    try:
        worker.execute_from_commandline()
    except SystemExit as done:
        return int(done.code or 0)


def _instance(settings: Settings) -> str | None:
    """A worker with a port of its own is the same member of the group after a restart; without one it is a new one."""
    return f"{settings.host}-{settings.worker_port}" if settings.worker_port else None


def _lane(parts: Parts, partition: int) -> Lane:
    settings, prefix, site = parts.settings, parts.settings.topic_prefix, parts.site
    session = Session(lambda: _connect(settings), prefix, Store(prefix, partition, site.id), partition)
    reader = Reader(prefix, partition, site.id, settings.skew_limit_s)

    def judge() -> Judge:
        """One from the database, with fresh rules: for a start of the lane."""
        parts.warm.result()
        recovered = session.load(log_ids(settings.kafka, prefix))
        configuration = parts.configured.at(recovered.stand)
        bench = Bench(
            reader=reader,
            look_up=session.look_up,
            engine=Engine(site, configuration.rules, configuration.lists, configuration.revision),
            site=site.id,
            partition=partition,
            lateness_us=round(settings.lateness_s * 1_000_000),
            now=lambda: datetime.now(UTC),
            configuration=configuration,
        )
        return Judge(bench, recovered)

    tools = Tools(
        session=session,
        log_reader=LogReader(settings.kafka, prefix, partition),
        bury=parts.burial.bury,
        new_judge=judge,
        observe=observer(parts.health, parts.metrics, partition, parts.lanes_health),
        state_every_s=settings.state_every_s,
        block_events=settings.block_events,
        configuration=lambda: parts.configured.newest,
    )
    return Lane(partition, tools)


def _connect(settings: Settings) -> psycopg.Connection:
    return connect(settings, autocommit=True)


def _beside(app: faust.App, parts: Parts, lanes: Lanes) -> None:
    """What runs beside the agents, from the application's start to its end."""
    settings = parts.settings
    keeper = LetterKeeper(settings.kafka, settings.topic_prefix, lambda: _connect(settings))
    probe = Probe(settings, parts.health)
    work: list[Coroutine[Any, Any, None]] = [
        keeper.run(),
        retention.run(lambda: _connect(settings), retention.days(settings)),
        probe.run(),
        parts.configured.run(),
        _tell(app, parts, lanes),
    ]
    tasks: list[asyncio.Task[None]] = []

    async def start() -> None:
        tasks.extend(asyncio.create_task(one) for one in work)

    async def stop(*_: object, **__: object) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await lanes.close()
        await parts.burial.close()

    app.task(start)
    app.on_before_shutdown.connect(stop)


async def _tell(app: faust.App, parts: Parts, lanes: Lanes) -> None:
    """Every second: how far behind the log the lanes are, and whether this worker has partitions."""
    while True:
        behind = 0
        for partition, kind, next_offset in lanes.behind():
            name = topic(parts.settings.topic_prefix, kind)
            lag = max(0, (app.consumer.highwater(faust.types.TP(name, partition)) or next_offset) - next_offset)
            parts.metrics.lag.labels(name, str(partition)).set(lag)
            behind += lag
        parts.health.figures["lag_records"] = behind
        await asyncio.sleep(1.0)

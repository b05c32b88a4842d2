"""The dashboard's composition root: reads settings, makes the parts, serves them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import orjson
import uvicorn
from prometheus_client import REGISTRY
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from starlette.types import ASGIApp

from alerts.mutes import Matcher
from alerts.papers.typeset import machine_fonts
from alerts.plans.scene import Surroundings
from dashboard.app import ASSETS, Deps, assets_version, create_app
from dashboard.console.own import Own
from dashboard.console.pages import Console
from dashboard.door.access import Access
from dashboard.door.login import Desk
from dashboard.door.tokens import new_token
from dashboard.door.tries import Tries
from dashboard.figures import Figures
from dashboard.incidents.feed import LOOKS_PER_S, ConsoleFeed, ConsoleParts
from dashboard.incidents.levels import lines
from dashboard.incidents.pages import ASSETS as PAGE_ASSETS
from dashboard.incidents.pages import Pages
from dashboard.incidents.planning import Plans
from dashboard.incidents.routes import Incidents, snapshot
from dashboard.live.hub import Hub
from dashboard.names import Names
from dashboard.registers.here import Here as Registers
from dashboard.reports.making import Maker, names_of
from dashboard.reports.routes import Reports
from dashboard.wall.feed import Feed, Parts
from dashboard.wall.plan import plan
from dashboard.wall.snapshot import View, make_view
from dashboard.words import SHORT_RULES
from schemas import database
from schemas import log as logs
from schemas.errors import Unavailable
from schemas.health import Health
from schemas.plans.file import load_plans
from schemas.rules import load_catalogue
from schemas.settings import Settings, load
from schemas.site import load_site
from schemas.sources import write_private

log = logging.getLogger(__name__)

POOL_MOST = 4
POOL_WAIT_S = 2.0  # a page that waits longer says that the database is away
AnyPool = TypeVar("AnyPool", AsyncConnectionPool[Any], ConnectionPool[Any])
STOP_WITHIN_S = 2  # open sockets would keep the server from stopping
SIMULATED_MARK = "simulated"
MARK_LASTS_S = 60.0  # the simulator touches its mark every few seconds; less would fail a machine that is busy


def run() -> int:
    """`gatehouse dashboard`."""
    settings = load()
    logs.configure(settings.log_level)
    for noisy in ("uvicorn.error", "httpx"):  # they name each socket with its address, and a key may stand in it
        logging.getLogger(noisy).setLevel(logging.WARNING)
    uvicorn.run(
        build(settings),
        host=settings.host,
        port=settings.dashboard_port,
        log_config=None,
        access_log=False,  # a kiosk's token stands in its first address
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ws_max_size=1024 * 1024,
    )
    return 0


def build(settings: Settings) -> ASGIApp:
    """Wire the parts for these settings."""
    view = make_view(load_site(settings.site), {**{rule.id: rule.name for rule in load_catalogue().values()}, **SHORT_RULES})
    version = assets_version(
        {path.name: path.read_bytes() for path in ASSETS.iterdir()} | {"plan": orjson.dumps(plan(view, ""))}
    )
    marked = _marked(settings.local)
    hub, health, figures = Hub(), Health("dashboard"), Figures(REGISTRY)
    health.say("database", False, "The database has not been asked yet.")
    pool = _pool(settings, AsyncConnectionPool)
    access = Access(pool)
    key = _browser_key(settings.local)
    desk = Desk(access, pool, Tries(), figures, orjson.dumps(plan(view, version)), key, _now, time.monotonic)
    names, desk_hub, unpacking = names_of(view.site), Hub(LOOKS_PER_S), asyncio.Semaphore(1)
    parts = Parts(settings, view, hub, health, figures, version, _now, time.monotonic, marked)
    machine_fonts()
    incidents = _incidents(settings, names, marked, desk_hub, unpacking)
    plans = {plan.id: plan.name for plan in incidents.plans.plans.values()}
    pages, console_feed = _incident_pages(settings, view, incidents, figures)
    console = Console(Own(access, Tries(), _now, time.monotonic), settings, names, _now, console_feed.standing)
    registers = Registers(console, uuid4, unpacking)
    reports = Reports(console, Maker(names, partial(database.connect, settings), _now), plans)
    feed, first = Feed(parts), _first_account(settings, access)
    return create_app(
        Deps(
            hub=hub,
            feed=feed,
            access=access,
            desk=desk,
            console=console,
            incidents=incidents,
            incident_pages=pages,
            console_feed=console_feed,
            reports=reports,
            registers=registers,
            health=health,
            figures=figures,
            local=settings.local,
            clock=_now,
            prepare=first,
        )
    )


def _incident_pages(settings: Settings, view: View, here: Incidents, figures: Figures) -> tuple[Pages, ConsoleFeed]:
    """The pages of incidents, and what feeds them."""
    version = assets_version({path.name: path.read_bytes() for path in (*PAGE_ASSETS.iterdir(), *ASSETS.iterdir())})
    parts = ConsoleParts(settings, here.hub, partial(snapshot, here), version, uuid4().hex, _now, time.monotonic)
    return Pages(view.site, here.plans.plans, view.rules, here.hub, figures, version), ConsoleFeed(parts)


def _incidents(
    settings: Settings, names: Names, simulated: Callable[[], bool], hub: Hub, unpacking: asyncio.Semaphore
) -> Incidents:
    """What incidents are shown and worked with: the names of everything, and what may be muted."""
    site, rules = names.site, load_catalogue()
    known = Matcher(frozenset(rules), frozenset(site.devices), frozenset(place.id for place in site.buildings))
    plans = Plans(Surroundings(site, settings.callback), load_plans(settings.plans_folder))
    pool = _pool(settings, ConnectionPool)
    return Incidents(settings, names, plans, known, lines(rules), simulated, hub, pool, _now, uuid4, unpacking)


def _pool(settings: Settings, kind: type[AnyPool]) -> AnyPool:
    """Connections that stand: a new one costs what several answers do, because it learns the tables anew."""
    return kind(
        database.address(settings),
        min_size=1,
        max_size=POOL_MOST,
        timeout=POOL_WAIT_S,
        reconnect_timeout=POOL_WAIT_S,  # then who asks next tries anew; a longer try would wait longer and longer in between
        open=False,
        kwargs=dict(database.HOW),
        check=kind.check_connection,
    )


def _browser_key(local: Path) -> bytes:
    """What the login vouches with for browsers it knows; kept, so that they are known after a restart too."""
    path = local / "browser-key"
    if not path.exists():
        local.mkdir(parents=True, exist_ok=True)
        write_private(path, new_token())
    return path.read_bytes()


def _first_account(settings: Settings, access: Access) -> Callable[[], Awaitable[None]]:
    async def prepare() -> None:
        """Make `admin` where there is no account yet, as soon as the database answers."""
        path = settings.local / "admin-password"
        while path.exists():
            try:
                if await access.ensure_admin(path.read_text("utf-8").strip(), _now()):
                    log.info("The account admin is made; its password stands in %s.", path)
                return
            except Unavailable:
                await asyncio.sleep(1.0)

    return prepare


def _marked(local: Path) -> Callable[[], bool]:
    """Whether the simulator runs on this machine: its mark is fresh."""

    def marked() -> bool:
        try:
            return time.time() - (local / SIMULATED_MARK).stat().st_mtime < MARK_LASTS_S
        except FileNotFoundError:
            return False

    return marked


def _now() -> datetime:
    return datetime.now(UTC)

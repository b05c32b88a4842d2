"""The wall as an application: Dash on FastAPI, behind the guard. Made by `create_app`; nothing here is global.

The wall has a store that the server fills (fed.py); the scripts in assets/ draw it. The pages of incidents are a second
application of Dash beside it, behind the same guard.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import httpx
from dash import Dash, html
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.console.auditing import routes as audit_routes
from dashboard.console.pages import Console
from dashboard.console.pages import routes as console_routes
from dashboard.door.access import Access
from dashboard.door.guard import Guard
from dashboard.door.login import Desk
from dashboard.door.login import routes as page_routes
from dashboard.door.onward import WALL
from dashboard.figures import Figures
from dashboard.front import Front, language
from dashboard.incidents import pages as incident_pages
from dashboard.incidents.feed import ConsoleFeed
from dashboard.incidents.routes import Incidents
from dashboard.incidents.routes import routes as incident_routes
from dashboard.incidents.telephone import routes as telephone_routes
from dashboard.live import fed
from dashboard.live.hub import Hub
from dashboard.live.push import probe
from dashboard.registers.here import Here as Registers
from dashboard.registers.routes import routes as register_routes
from dashboard.reports.routes import Reports
from dashboard.reports.routes import routes as report_routes
from dashboard.wall.feed import Feed, stopped
from dashboard.words import LANGUAGES, say
from schemas.health import Health
from schemas.health import routes as health_routes

log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent / "assets"
WALL_ID = "wall"

_OTHERS = re.compile(r'<script src="[^"]*/(?:dash_ag_grid|dash_mantine_components)/[^"]*"></script>')
"""Dash gives every application of a process the components that any of them imports."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What the composition root hands over. `prepare` runs once at the start (the first account)."""

    hub: Hub
    feed: Feed
    access: Access
    desk: Desk
    console: Console
    incidents: Incidents
    incident_pages: incident_pages.Pages
    console_feed: ConsoleFeed
    reports: Reports
    registers: Registers
    health: Health
    figures: Figures
    local: Path
    clock: Callable[[], datetime]
    prepare: Callable[[], Any]


class WallDash(fed.FedDash):
    """Dash with a page of our own: the visitor's language on `<html>`, nothing from elsewhere."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The page's HTML; Dash fills in its scripts and styles, but for those that only other pages need."""
        speech, scripts = language.get(), _OTHERS.sub("", parts["scripts"])
        return f"""<!doctype html>
<html lang="{LANGUAGES[speech]}" data-language="{speech}" data-theme="night">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Gatehouse · {say("title", speech)}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
{parts["css"]}
</head>
<body>
{parts["app_entry"]}
<footer>{parts["config"]}{scripts}{parts["renderer"]}</footer>
</body>
</html>"""


def create_app(deps: Deps) -> ASGIApp:
    """The whole application, guard and all."""
    desk_dash, desk = incident_pages.make(deps.incident_pages)
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(deps, desk))
    server.router.routes.extend(health_routes(deps.health, deps.figures.registry))
    server.router.routes.extend(page_routes(deps.desk))
    server.router.routes.extend(console_routes(deps.console))
    server.router.routes.extend(audit_routes(deps.console))
    server.router.routes.extend(incident_routes(deps.incidents))
    server.router.routes.extend(report_routes(deps.reports))
    server.router.routes.extend(register_routes(deps.registers))
    server.router.routes.extend(telephone_routes(deps.incidents.names.site))
    server.router.routes.append(WebSocketRoute("/probe", probe(deps.hub, deps.local)))
    dash = WallDash(
        "gatehouse",
        server=cast(Any, server),
        assets_folder=str(ASSETS),
        assets_ignore="(login|console|shell|phone).*",
        title="Gatehouse",
        update_title=cast(Any, None),
        websocket_inactivity_timeout=0,
    )
    dash.layout = html.Div([html.Main(id=WALL_ID), *fed.stores()])
    fed.feed(dash, deps.hub, deps.figures)
    server.router.routes.append(Route("/{path:path}", _nowhere, methods=["GET"]))
    hashes = _Hashes((dash, desk_dash))
    return Front(Guard(_beside(desk, _at_root(server)), deps.access, deps.clock), hashes)


@dataclass(slots=True)
class _Hashes:
    """The hashes of Dash's inline scripts, for the content security policy; known after the first page."""

    applications: Sequence[Dash]
    _text: str = ""

    def __call__(self) -> str:
        if not self._text:
            self._text = " ".join(sorted({one for dash in self.applications for one in dash.csp_hashes()}))
        return self._text


def _beside(desk: ASGIApp, others: ASGIApp) -> ASGIApp:
    """The pages of incidents by their own application, all else by the wall's."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] in ("http", "websocket") and incident_pages.is_ours(scope["path"])
        await (desk if ours else others)(scope, receive, send)

    return serve


def _at_root(app: ASGIApp) -> ASGIApp:
    """Dash serves its page at `/`; the wall's address is `/wall`, and `/` leads there."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in ("/", WALL):
            path = "/" if scope["path"] == WALL else "/index"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await app(scope, receive, send)

    return serve


async def _nowhere(request: Request) -> Response:
    return JSONResponse({"error": say("door_nothing", language.get())}, status_code=404)


def _lifespan(deps: Deps, desk: ASGIApp) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(server: FastAPI) -> AsyncIterator[None]:
        """Warm up, then feed until the server stops."""
        await _warm_up(server, "/")
        await _warm_up(desk, incident_pages.PREFIX)
        await deps.desk.pool.open()
        deps.incidents.pool.open()
        preparing = asyncio.ensure_future(deps.prepare())
        feeding = [asyncio.ensure_future(feed.run()) for feed in (deps.feed, deps.console_feed)]
        yield
        for task in (preparing, *feeding):
            await stopped(task)
        await asyncio.to_thread(deps.incidents.pool.close)
        await deps.desk.pool.close()

    return lifespan


async def _warm_up(server: ASGIApp, path: str) -> None:
    """Ask for the page once: until then Dash refuses websockets."""
    transport = httpx.ASGITransport(app=server)
    async with httpx.AsyncClient(transport=transport, base_url="http://warm-up") as client:
        response = await client.get(path)
        response.raise_for_status()


def assets_version(parts: Mapping[str, bytes]) -> str:
    """A word that changes with what a browser was given, so that a page knows it is old."""
    digest = blake2b(digest_size=6)
    for name in sorted(parts):
        digest.update(name.encode() + b"\0" + parts[name])
    return digest.hexdigest()

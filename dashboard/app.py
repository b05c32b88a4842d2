"""The wall as an application: Dash on FastAPI, behind the guard. Made by `create_app`; nothing here is global.

A page has one store, `snapshot`, filled over Dash's own websocket by one persistent callback, and one clientside function
that draws it. What is pushed is a text of JSON, written once for all browsers. The scripts in assets/ draw all the rest.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast

import httpx
from dash import ClientsideFunction, Dash, Input, Output, ctx, dcc, html, set_props
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access import Access
from dashboard.console import Console, rendered
from dashboard.console import routes as console_routes
from dashboard.feed import Feed, stopped
from dashboard.figures import Figures
from dashboard.front import Front, language
from dashboard.guard import WALL, Guard, current_visit
from dashboard.hub import Hub
from dashboard.incidents.routes import Incidents
from dashboard.incidents.routes import routes as incident_routes
from dashboard.incidents.telephone import routes as telephone_routes
from dashboard.pages import Desk
from dashboard.pages import routes as page_routes
from dashboard.push import Line, probe, push_to
from dashboard.registers.here import Here as Registers
from dashboard.registers.routes import routes as register_routes
from dashboard.words import LANGUAGES, say
from schemas.health import Health
from schemas.health import routes as health_routes

log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent / "assets"
SNAPSHOT, DRAWN, WALL_ID = "snapshot", "drawn", "wall"


@dataclass(frozen=True, slots=True)
class Deps:
    """What the composition root hands over. `prepare` runs once at the start (the first account)."""

    hub: Hub
    feed: Feed
    access: Access
    desk: Desk
    console: Console
    incidents: Incidents
    registers: Registers
    health: Health
    figures: Figures
    local: Path
    clock: Callable[[], datetime]
    prepare: Callable[[], Any]


class WallDash(Dash):
    """Dash with a page of our own: the visitor's language on `<html>`, nothing from elsewhere."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The page's HTML; Dash fills in its scripts and styles."""
        speech = language.get()
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
<footer>{parts["config"]}{parts["scripts"]}{parts["renderer"]}</footer>
</body>
</html>"""


def create_app(deps: Deps) -> ASGIApp:
    """The whole application, guard and all."""
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(deps))
    server.router.routes.extend(health_routes(deps.health, deps.figures.registry))
    server.router.routes.extend(page_routes(deps.desk))
    server.router.routes.extend(console_routes(deps.console))
    server.router.routes.extend(incident_routes(deps.incidents))
    server.router.routes.extend(register_routes(deps.registers))
    server.router.routes.extend(telephone_routes(rendered, deps.incidents.names.site.timezone))
    server.router.routes.append(WebSocketRoute("/probe", probe(deps.hub, deps.local)))
    dash = WallDash(
        "gatehouse",
        server=cast(Any, server),
        assets_folder=str(ASSETS),
        assets_ignore="(login|console|phone).*",
        title="Gatehouse",
        update_title=cast(Any, None),
        websocket_inactivity_timeout=0,
    )
    dash.layout = html.Div([html.Main(id=WALL_ID), dcc.Store(id=SNAPSHOT), dcc.Store(id=DRAWN)])
    _register(dash, deps)
    server.router.routes.append(Route("/{path:path}", _nowhere, methods=["GET"]))
    hashes = _Hashes(dash)
    return Front(Guard(_at_root(server), deps.access, deps.clock), hashes)


def _register(dash: Dash, deps: Deps) -> None:
    dash.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("gatehouse", "draw"), Output(DRAWN, "data"), Input(SNAPSHOT, "data"), prevent_initial_call=True
    )

    async def stream() -> None:
        await push_to(_line(ctx.websocket), deps.hub, deps.figures, current_visit.get())

    dash.callback(websocket=True, persistent=True)(stream)


def _line(socket: Any) -> Line:
    """Dash's socket as a line. The queue's length is not in Dash's public face; without it a slow browser would grow it."""
    queue = socket._get_outbound_queue()
    return Line(
        send=lambda text: cast(None, set_props(SNAPSHOT, {"data": text})),
        waiting=lambda: int(queue.sync_q.qsize()),
        closed=lambda: bool(socket.is_shutdown),
    )


@dataclass(slots=True)
class _Hashes:
    """The hashes of Dash's inline scripts, for the content security policy; known after the first page."""

    dash: Dash
    _text: str = ""

    def __call__(self) -> str:
        if not self._text:
            self._text = " ".join(self.dash.csp_hashes())
        return self._text


def _at_root(app: ASGIApp) -> ASGIApp:
    """Dash serves its page at `/`; the wall's address is `/wall`, and `/` leads there."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in ("/", WALL):
            path = "/" if scope["path"] == WALL else "/index"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await app(scope, receive, send)

    return serve


async def _nowhere(request: Request) -> Response:
    return JSONResponse({"error": "There is nothing here."}, status_code=404)


def _lifespan(deps: Deps) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(server: FastAPI) -> AsyncIterator[None]:
        """Warm up, then feed until the server stops."""
        await _warm_up(server)
        await deps.desk.pool.open()
        preparing = asyncio.ensure_future(deps.prepare())
        feeding = asyncio.ensure_future(deps.feed.run())
        yield
        await stopped(preparing)
        await stopped(feeding)
        await deps.desk.pool.close()

    return lifespan


async def _warm_up(server: FastAPI) -> None:
    """Ask for the page once: until then Dash refuses websockets."""
    transport = httpx.ASGITransport(app=server)
    async with httpx.AsyncClient(transport=transport, base_url="http://warm-up") as client:
        response = await client.get("/")
        response.raise_for_status()


def assets_version(parts: Mapping[str, bytes]) -> str:
    """A word that changes with what a browser was given, so that a page knows it is old."""
    digest = blake2b(digest_size=6)
    for name in sorted(parts):
        digest.update(name.encode() + b"\0" + parts[name])
    return digest.hexdigest()

"""The registers' addresses, for the application's router; roles.py says whose they are.

A form is answered with `{}` (done: open the page again), `{"said", "lines"}` (what it would do, or that there is nothing),
or a status of 400 and more with `{"error", "lines"}` in the visitor's language, after which nothing has changed.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from html import escape

import psycopg
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from alerts.incidents.incident import Refused
from dashboard import rooms
from dashboard.console.pages import page as page_of
from dashboard.door.forms import visitor_of
from dashboard.front import language
from dashboard.registers.acting import FORMS, Doing, perform, unpacked
from dashboard.registers.files import FILES, Made
from dashboard.registers.here import Here
from dashboard.registers.list_files import LIST_FILES
from dashboard.registers.list_forms import LIST_FORMS
from dashboard.registers.lists import LIST_PAGES
from dashboard.registers.pages import SHOWN, Page
from dashboard.upload import filled
from dashboard.words import say
from schemas.errors import Unavailable

QUIET = {"cache-control": "no-store"}


def routes(here: Here) -> list[BaseRoute]:
    """The paths."""
    return [
        *(Route(path, partial(_shown, here, page), methods=["GET"]) for path, page in {**SHOWN, **LIST_PAGES}.items()),
        *(Route(path, partial(_answered, here, do), methods=["POST"]) for path, do in {**FORMS, **LIST_FORMS}.items()),
        *(Route(path, partial(_made, here, make), methods=["GET"]) for path, make in {**FILES, **LIST_FILES}.items()),
    ]


async def _shown(here: Here, page: Page, request: Request) -> Response:
    visitor = visitor_of(request)
    try:
        name, facts = await asyncio.to_thread(page, here, visitor, dict(request.query_params))
    except (Unavailable, psycopg.OperationalError):
        return HTMLResponse(say("database_away", language.get()), status_code=503, headers={"retry-after": "2"})
    return await asyncio.to_thread(page_of, here.console, visitor, request.url.path, name, facts)


async def _answered(here: Here, do: Doing, request: Request) -> Response:
    name, path = visitor_of(request).name, request.url.path
    try:
        sent = await unpacked(here, path, await filled(request))
        answer = await asyncio.to_thread(perform, here, path, name, sent, do)
    except Refused as err:
        return JSONResponse({"error": _sentence(here, err)}, status_code=400, headers=QUIET)
    except (Unavailable, psycopg.OperationalError):
        return JSONResponse({"error": say("database_away", language.get())}, status_code=503, headers=QUIET)
    return JSONResponse(answer, status_code=400 if "error" in answer else 200, headers=QUIET)


async def _made(here: Here, make: Made, request: Request) -> Response:
    try:
        do = rooms.PAPERS.do if request.url.path.endswith(".pdf") else asyncio.to_thread
        body, kind, name = await do(make, here, visitor_of(request), dict(request.query_params))
    except Refused as err:
        return HTMLResponse(escape(_sentence(here, err)), status_code=400, headers=QUIET)
    except rooms.Full:
        return HTMLResponse(say("papers_wait", language.get()), status_code=503, headers={"retry-after": "2"})
    except (Unavailable, psycopg.OperationalError):
        return HTMLResponse(say("database_away", language.get()), status_code=503, headers={"retry-after": "2"})
    return Response(body, media_type=kind, headers=_named(name))


def _named(name: str) -> Mapping[str, str]:
    return {**QUIET, "content-disposition": f'attachment; filename="{name}"'} if name else QUIET


def _sentence(here: Here, err: Refused) -> str:
    values = [f"{one.astimezone(here.zone):%H:%M}" if isinstance(one, datetime) else one for one in err.values]
    return say(err.key, language.get(), *values)

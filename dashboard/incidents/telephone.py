"""The telephone's page: a shell that draws itself, also without a network. What is pressed there is kept and sent later."""

import json
from functools import partial
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.door.forms import visitor_of
from dashboard.names import pair
from dashboard.shell import frame, rendered
from dashboard.words import WORDS
from dashboard.words.phone import PHONE
from schemas.site import Site

WORKER = Path(__file__).parents[1] / "assets" / "phone-worker.js"
SAID = {**PHONE, **{word: WORDS[word] for word in ("drill", "remind_next", "remind_due")}}
_WORDS = json.dumps({key: pair(name) for key, name in SAID.items()}, ensure_ascii=False)


def routes(site: Site) -> list[BaseRoute]:
    """The paths, for the application's router."""
    return [
        Route("/phone", partial(_page, site), methods=["GET"]),
        Route("/phone-worker.js", _worker, methods=["GET"]),
    ]


async def _page(site: Site, request: Request) -> Response:
    facts = frame(site, visitor_of(request), "/phone")
    identity = request.query_params.get("id", "")
    asked = f"id={quote(identity)}&" if identity else ""
    return HTMLResponse(rendered("phone", **{**facts, "timezone": site.timezone, "asked": asked, "words": _WORDS}))


async def _worker(request: Request) -> Response:
    """At the root, for a worker keeps only what lies below its own address."""
    return FileResponse(WORKER, media_type="text/javascript", headers={"cache-control": "no-cache"})

"""The telephone's page: a shell that draws itself, also without a network. What is pressed there is kept and sent later."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.forms import visitor_of
from dashboard.front import language
from dashboard.phone_words import PHONE
from dashboard.roles import ROLE_NAMES
from dashboard.words import LANGUAGES, WORDS, say

WORKER = Path(__file__).parents[1] / "assets" / "phone-worker.js"
ALSO = ("drill",)
"""Words of the wall that the page needs too."""


def routes(render: Callable[..., str], timezone: str) -> list[BaseRoute]:
    """The paths, for the application's router; `render` fills the template of that name."""

    async def page(request: Request) -> Response:
        speech = language.get()
        words = {**{key: PHONE[key] for key in PHONE}, **{key: WORDS[key] for key in ALSO}}
        identity = request.query_params.get("id", "")
        return HTMLResponse(
            render(
                "phone",
                lang=LANGUAGES[speech],
                speech=speech,
                other="en" if speech == "zh" else "zh",
                say=lambda key, *values: say(key, speech, *values),
                role_name=lambda role: ROLE_NAMES[role].in_language(speech),
                visitor=visitor_of(request),
                timezone=timezone,
                query=f"id={quote(identity)}&" if identity else "",
                words=json.dumps({key: [name.zh, name.en] for key, name in words.items()}, ensure_ascii=False),
            )
        )

    async def worker(request: Request) -> Response:
        """At the root, for a worker keeps only what lies below its own address."""
        return FileResponse(WORKER, media_type="text/javascript", headers={"cache-control": "no-cache"})

    return [Route("/phone", page, methods=["GET"]), Route("/phone-worker.js", worker, methods=["GET"])]

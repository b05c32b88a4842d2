"""The outermost layer: the visitor's language, and the headers that keep a page to itself."""

from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.door.cookies import cookies
from dashboard.words import LANGUAGES, choose

LANGUAGE_COOKIE = "gatehouse_language"
LANGUAGE_LASTS_S = 400 * 24 * 3600

language: ContextVar[str] = ContextVar("language", default="zh")
"""The language of the request that is being answered."""


@dataclass(frozen=True, slots=True)
class Front:
    """Wraps an application. `script_hashes` gives the hashes of the inline scripts that are ours."""

    app: ASGIApp
    script_hashes: Callable[[], str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; sockets and the lifespan pass."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
        language.set(choose(asked, cookies(headers).get(LANGUAGE_COOKIE), headers.get("accept-language", "")))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(message, asked)
            await send(message)

        await self.app(scope, receive, with_headers)

    def _add(self, message: MutableMapping[str, object], asked: str) -> None:
        headers = MutableHeaders(scope=message)
        headers["content-security-policy"] = (
            f"default-src 'none'; script-src 'self' {self.script_hashes()}; style-src 'self' 'unsafe-inline'; "
            "img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "same-origin"  # `no-referrer` would make a form send no origin either
        headers["cross-origin-opener-policy"] = "same-origin"
        if "text/html" not in headers.get("content-type", ""):
            return  # a paper in the other language does not change the visitor's
        headers["cache-control"] = "no-store"
        if asked in LANGUAGES:
            headers.append("set-cookie", f"{LANGUAGE_COOKIE}={asked}; Max-Age={LANGUAGE_LASTS_S}; Path=/; SameSite=Strict")

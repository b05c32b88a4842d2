"""The door around everything, pure ASGI: nothing behind it is reached without a session or a kiosk link, and no more than the
table of roles (roles.py) gives.

Open to all are only the login page with its style, the process's health and figures, and `/probe`, which asks for a key of
its own. A write must carry the session's second token (X-CSRFToken) and may not come from another origin. An open socket's
session is read again each second; it is closed with 4403 when it ended.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.door.access import SESSION_LASTS, Access, Barred, Visitor
from dashboard.door.cookies import cookies
from dashboard.door.onward import WALL, choice_for, login_for
from dashboard.door.roles import BEFORE_CHANGE, FOLDERS, READ, ROLE_NAMES, SOCKET, UPLOADS, WRITE, Action, Role, asked_by, may
from dashboard.door.tokens import csrf_of, same
from dashboard.front import language
from dashboard.shell import rendered
from dashboard.words import LANGUAGES, say
from schemas.errors import Unavailable

SESSION_COOKIE = "gatehouse_session"
CSRF_COOKIE = "_csrf_token"  # the name that Dash reads
CSRF_HEADER = "x-csrftoken"

OPEN_PATHS = frozenset(
    {
        "/login",
        "/healthz",
        "/readyz",
        "/metrics",
        "/favicon.ico",
        "/assets/tokens.css",
        "/assets/login.css",
        "/assets/icon.svg",
    }
)
OPEN_SOCKETS = frozenset({"/probe"})
SAFE_METHODS = frozenset({"GET", "HEAD"})
BODY_LIMIT_BYTES = 64 * 1024  # a login, or a list of 100 alerts
UPLOAD_LIMIT_BYTES = 8 * 1024 * 1024  # a photo or a list of 5 MB and more, so that what is too large is told in the form
RECHECK_S = 1.0
GOODBYE_S = 0.6  # what a page has to hear that its session ended, before the socket closes
KIOSK_LASTS_S = 400 * 24 * 3600  # the most that browsers keep a cookie; each opening of the wall renews it
SESSION_LASTS_S = int(SESSION_LASTS.total_seconds())
ENDED = 4403
LATER = 1013
AGAIN_S = 10
"""A page that could not be shown for now is asked for again, for no script runs on it, and a wall has no keyboard."""


@dataclass(slots=True)
class Visit:
    """One open socket; `ended` turns when its session has."""

    visitor: Visitor
    ended: bool = False


current_visit: ContextVar[Visit | None] = ContextVar("current_visit", default=None)
"""The socket's visit, for whatever runs behind the guard on its behalf."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Wraps an application. `clock` gives the time in UTC."""

    app: ASGIApp
    access: Access
    clock: Callable[[], datetime]
    recheck_s: float = field(default=RECHECK_S)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, socket, or the lifespan (which passes)."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        if refusal := _unfit(scope, headers):
            await refusal(scope, receive, send)
        elif scope["path"] == WALL and "kiosk" in query and scope["method"] == "GET":
            await (await self._enter_by_link(scope, query))(scope, receive, send)
        elif scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
        else:
            await self._closed(scope, receive, send)

    async def _closed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A path that needs a visitor."""
        headers = Headers(scope=scope)
        token = cookies(headers).get(SESSION_COOKIE, "")
        try:
            visitor = await self.access.visitor(token, self.clock()) if token else None
        except Unavailable:  # who it is cannot be told; no wall would come back from the login
            await _told(scope, headers, 503, "database_away")(scope, receive, send)
            return
        if visitor is None:
            await _turned_away(scope, headers)(scope, receive, send)
        elif refusal := _not_theirs(scope, headers, visitor) or _write_refused(scope, headers, token):
            await refusal(scope, receive, send)
        else:
            scope["gatehouse.visitor"] = visitor
            if scope["path"] == WALL:
                send = self._renewing(scope, send, token, visitor)
            await self.app(scope, receive, send)

    async def _enter_by_link(self, scope: Scope, query: Mapping[str, str]) -> Response:
        """Take the link out of the address; the browser that it serves gets a token of its own into a cookie.

        Whoever has logged in keeps their session: a link that somebody sent round shows them the wall and nothing else.
        """
        held = cookies(Headers(scope=scope)).get(SESSION_COOKIE, "")
        try:
            visitor = await self.access.visitor(held, self.clock()) if held else None
            if visitor is not None and visitor.role is not Role.WALL:
                return _elsewhere(WALL)
            token, barred = await self._bound(scope, query["kiosk"], held)
        except Unavailable:
            return _told(scope, Headers(scope=scope), 503, "database_away")
        if barred is Barred.TAKEN:
            return _told(scope, Headers(scope=scope), 409, "link_taken")
        kept = {key: value for key, value in query.items() if key in {"lang", "theme"}}
        if barred is not None:
            return RedirectResponse(f"/login?{urlencode({str(barred): 1, **kept})}", status_code=303)
        rest = urlencode(kept)
        response = RedirectResponse(f"{WALL}?{rest}" if rest else WALL, status_code=303)
        response.headers["cache-control"] = "no-store"
        set_session(response, scope, token, KIOSK_LASTS_S)
        return response

    async def _bound(self, scope: Scope, link: str, held: str) -> tuple[str, Barred | None]:
        """The screen's token; while the database is away a screen that was let in before keeps its own, else Unavailable."""
        now = self.clock()
        try:
            return await self.access.bind(link, held, (scope.get("client") or ("",))[0], now)
        except Unavailable:
            if not held or await self.access.visitor(held, now) is None:
                raise
            return held, None

    def _renewing(self, scope: Scope, send: Send, token: str, visitor: Visitor) -> Send:
        """A page of the wall brings its second token, and a kiosk's cookies anew."""
        carrier = Response()
        if visitor.role is Role.WALL:
            set_session(carrier, scope, token, KIOSK_LASTS_S)
        else:
            _set_csrf(carrier, scope, token, SESSION_LASTS_S)
        fresh = [(name, value) for name, value in carrier.raw_headers if name == b"set-cookie"]

        async def with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *fresh]}
            await send(message)

        return with_cookies

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in OPEN_SOCKETS:
            await self.app(scope, receive, send)
            return
        token = cookies(Headers(scope=scope)).get(SESSION_COOKIE, "")
        try:
            visitor = await self.access.visitor(token, self.clock()) if token else None
        except Unavailable:
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": LATER, "reason": "try again later"})
            return
        action = asked_by(SOCKET, scope["path"])
        if visitor is None or visitor.must_change or action is None or not may(visitor.role, action):
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": ENDED, "reason": "log in first"})
            return
        visit = Visit(visitor)
        current_visit.set(visit)
        await self._serve(scope, receive, send, (token, visit))

    async def _serve(self, scope: Scope, receive: Receive, send: Send, held: tuple[str, Visit]) -> None:
        """Serve the socket until it closes or its session ends, whichever is first."""
        token, visit = held
        closed = False

        async def open_send(message: Message) -> None:
            if not closed:
                await send(message)

        served = asyncio.ensure_future(self.app(scope, receive, open_send))
        watched = asyncio.ensure_future(self._until_ended(token, visit))
        try:
            await asyncio.wait({served, watched}, return_when=asyncio.FIRST_COMPLETED)
            if not served.done():
                closed = True
                await send({"type": "websocket.close", "code": ENDED, "reason": "session ended"})
        finally:
            for task in (served, watched):
                task.cancel()
            results = await asyncio.gather(served, watched, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _until_ended(self, token: str, visit: Visit) -> None:
        while await self._is_still(token, visit.visitor):
            await asyncio.sleep(self.recheck_s)
        visit.ended = True
        await asyncio.sleep(GOODBYE_S)

    async def _is_still(self, token: str, visitor: Visitor) -> bool:
        with suppress(Unavailable):  # which ends nobody's session
            return await self.access.visitor(token, self.clock()) == visitor
        return True


def set_session(response: Response, scope: Scope, token: str, lasts_s: int) -> None:
    """Give a browser its session, which no script may read, and the second token, which the page sends back."""
    secure = scope["scheme"] in {"https", "wss"}
    response.set_cookie(SESSION_COOKIE, token, max_age=lasts_s, httponly=True, samesite="strict", secure=secure)
    _set_csrf(response, scope, token, lasts_s)


def _set_csrf(response: Response, scope: Scope, token: str, lasts_s: int) -> None:
    secure = scope["scheme"] in {"https", "wss"}
    response.set_cookie(CSRF_COOKIE, csrf_of(token), max_age=lasts_s, samesite="strict", secure=secure)


def _unfit(scope: Scope, headers: Headers) -> Response | None:
    """Refuse what no page of ours sends: a write from another origin, or a body without a length or too long."""
    if scope["method"] in SAFE_METHODS:
        return None
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != headers.get("host"):
        return _refused(403, "door_origin")
    length = headers.get("content-length", "0" if "transfer-encoding" not in headers else "")
    if not length.isdecimal():
        return _refused(411, "door_length")
    limit = UPLOAD_LIMIT_BYTES if scope["path"] in UPLOADS else BODY_LIMIT_BYTES
    return _refused(413, "door_large", *_told_size(limit)) if int(length) > limit else None


def _told_size(size: int) -> tuple[int, str]:
    """A limit as people are told it."""
    return (size >> 20, "MB") if size >> 20 else (size >> 10, "KB")


def _not_theirs(scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
    """Refuse what the table of roles does not give to this visitor, and all but the choice to who has to choose a password."""
    path = scope["path"]
    action = asked_by(READ if scope["method"] in SAFE_METHODS else WRITE, path)
    if action is None:
        return _told(scope, headers, 404, "door_nothing")
    if not may(visitor.role, action):
        key = "door_page" if _is_page(scope, headers) else "door_role"
        return _told(scope, headers, 403, key, ROLE_NAMES[visitor.role].in_language(language.get()))
    if visitor.remembered and action is not Action.SEE_WALL:
        return _told(scope, headers, 503, "door_only_wall")
    if visitor.must_change and not _before_change(path):
        return _choice_first(scope, headers)
    return None


def _told(scope: Scope, headers: Headers, status: int, key: str, *values: object) -> Response:
    """A person who opens a page is told on a page with a way back; whatever else asks, in JSON."""
    if not _is_page(scope, headers):
        return _refused(status, key, *values)
    speech = language.get()
    again_s = AGAIN_S if key in ("database_away", "link_taken") else 0
    words = {"sentence": say(key, speech, *values), "back": say("to_wall", speech)}
    page = rendered("refused", lang=LANGUAGES[speech], again_s=again_s, **words)
    return HTMLResponse(page, status_code=status, headers={"cache-control": "no-store"})


def _choice_first(scope: Scope, headers: Headers) -> Response:
    if _is_page(scope, headers):
        return _elsewhere(choice_for(scope["path"], _query(scope)))
    return _refused(403, "door_choose")


def _is_page(scope: Scope, headers: Headers) -> bool:
    """Whether a person looks, not a program."""
    return scope["method"] == "GET" and "text/html" in headers.get("accept", "")


def _before_change(path: str) -> bool:
    return path in BEFORE_CHANGE or any(path.startswith(folder) for _, folder in FOLDERS)


def _write_refused(scope: Scope, headers: Headers, token: str) -> Response | None:
    if scope["method"] in SAFE_METHODS or same(headers.get(CSRF_HEADER, ""), csrf_of(token)):
        return None
    return _refused(403, "door_token")


def _turned_away(scope: Scope, headers: Headers) -> Response:
    """A person is sent to the login page, which leads back here; a program is told 401."""
    if _is_page(scope, headers):
        return _elsewhere(login_for(scope["path"], _query(scope)))
    return _refused(401, "door_log_in")


def _query(scope: Scope) -> str:
    return str(scope["query_string"].decode("latin-1"))


def _elsewhere(path: str) -> Response:
    return RedirectResponse(path, status_code=303, headers={"cache-control": "no-store"})


def _refused(status: int, key: str, *values: object) -> Response:
    """A sentence of the table (door_words.py), in the request's language."""
    return JSONResponse({"error": say(key, language.get(), *values)}, status_code=status, headers={"cache-control": "no-store"})

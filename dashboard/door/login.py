"""What the dashboard answers over HTTP beside the wall itself: login, logout, the plan, and the word that alerts were shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote
from uuid import UUID

import orjson
import psycopg
from psycopg_pool import PoolClosed, PoolTimeout
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from alerts import reading
from dashboard.door.access import SESSION_LASTS, Access, Barred, Busy, Pool, Proof
from dashboard.door.forms import form_of
from dashboard.door.guard import CSRF_COOKIE, SESSION_COOKIE, set_session
from dashboard.door.onward import WALL, onward
from dashboard.door.tokens import new_token, same, vouch, vouched
from dashboard.door.tries import STRANGERS, Tries
from dashboard.figures import Figures
from dashboard.front import language
from dashboard.shell import rendered
from dashboard.words import LANGUAGES, say
from schemas.errors import Unavailable

FORM_COOKIE = "gatehouse_form"  # ties a login form to the browser that it was sent to
BROWSER_COOKIE = "gatehouse_browser"  # a browser that has logged in before is a place of its own for Tries
LONGEST_ACCOUNT = 100  # letters; what is longer is nobody's name, and would be remembered by Tries
BROWSER_LASTS_S = 400 * 24 * 3600
MOST_SHOWN_AT_ONCE = 100
SHOWN_WITHIN = timedelta(hours=24)  # an older alert is history, not something just put on a screen


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages need. `plan` is the plan's JSON, made once; with `browser_key` it vouches for browsers it knows."""

    access: Access
    pool: Pool
    tries: Tries
    figures: Figures
    plan: bytes
    browser_key: bytes
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]


def routes(desk: Desk) -> list[BaseRoute]:
    """The paths, for the application's router."""

    async def show_login(request: Request) -> Response:
        problem = "link_revoked" if Barred.REVOKED in request.query_params else ""
        return login_page(request, onward(request.query_params.get("next", "")), problem)

    async def take_login(request: Request) -> Response:
        return await _log_in(desk, request)

    async def log_out(request: Request) -> Response:
        return await _log_out(desk, request)

    async def shown(request: Request) -> Response:
        return await _shown(desk, request)

    async def plan(request: Request) -> Response:
        return Response(desk.plan, media_type="application/json", headers={"cache-control": "no-cache"})

    async def session(request: Request) -> Response:
        return Response(status_code=204, headers={"cache-control": "no-store"})

    async def root(request: Request) -> Response:
        return RedirectResponse(WALL, status_code=303)

    async def icon(request: Request) -> Response:
        return RedirectResponse("/assets/icon.svg", status_code=301)

    return [
        Route("/login", show_login, methods=["GET"]),
        Route("/login", take_login, methods=["POST"]),
        Route("/logout", log_out, methods=["POST"]),
        Route("/shown", shown, methods=["POST"]),
        Route("/plan.json", plan, methods=["GET"]),
        Route("/session", session, methods=["GET"]),
        Route("/favicon.ico", icon, methods=["GET"]),
        Route("/index", root, methods=["GET"]),
    ]


async def _log_in(desk: Desk, request: Request) -> Response:
    form = await form_of(request)
    asked = onward(form.get("next", ""))
    account = form.get("account", "").strip()[:LONGEST_ACCOUNT]
    places = _places(request, account, desk.browser_key)
    if not same(form.get("form", ""), request.cookies.get(FORM_COOKIE, "")) or not form.get("form"):
        return login_page(request, asked, "expired_form", status=403)
    if wait := max(desk.tries.wait_s(account, place, desk.monotonic()) for place in places):
        desk.figures.logins.labels("too_often").inc()
        return login_page(request, asked, "too_often", wait, status=429)
    for place in places:
        desk.tries.tried(account, place, desk.monotonic())
    try:
        proof = Proof(form.get("password", ""), form.get("code", ""))
        token = await desk.access.log_in(account, proof, desk.clock(), stranger=STRANGERS in places)
    except Unavailable as err:
        for place in places:
            desk.tries.unseen(account, place)
        return login_page(request, asked, "busy" if isinstance(err, Busy) else "database_away", status=503)
    desk.figures.logins.labels("right" if token else "wrong").inc()
    if token is None:
        return login_page(request, asked, "wrong", status=401)
    for place in places:
        desk.tries.succeeded(account, place)
    return _welcome(request, asked, token, vouch(account, desk.browser_key, request.cookies.get(BROWSER_COOKIE, "")))


async def _log_out(desk: Desk, request: Request) -> Response:
    try:
        await desk.access.log_out(request.cookies[SESSION_COOKIE])
    except Unavailable:
        return Response(status_code=503, headers={"retry-after": "2"})
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE)
    response.delete_cookie(CSRF_COOKIE)
    return response


def _places(request: Request, account: str, key: bytes) -> tuple[str, ...]:
    """Where a try counts: a browser that has logged in as this account before, else its address and all strangers."""
    if known := vouched(request.cookies.get(BROWSER_COOKIE, ""), account, key):
        return (f"browser {known}",)
    return (f"address {request.client.host if request.client else ''}", STRANGERS)


def _welcome(request: Request, asked: str, token: str, browser: str) -> Response:
    response = RedirectResponse(asked, status_code=303, headers={"cache-control": "no-store"})
    set_session(response, request.scope, token, int(SESSION_LASTS.total_seconds()))
    secure = request.url.scheme == "https"
    response.set_cookie(BROWSER_COOKIE, browser, max_age=BROWSER_LASTS_S, httponly=True, samesite="strict", secure=secure)
    return response


async def _shown(desk: Desk, request: Request) -> Response:
    """Body: {"ids": [uuid, …]}, at most MOST_SHOWN_AT_ONCE."""
    ids = _ids(await request.body())
    if ids is None:
        return Response(b'{"error":"The body holds {\\"ids\\": [uuid]}."}', status_code=400, media_type="application/json")
    now = desk.clock()
    try:
        async with desk.pool.connection() as conn:
            took = await reading.mark_shown(conn, ids, now, now - SHOWN_WITHIN)
    except (psycopg.OperationalError, PoolTimeout, PoolClosed):
        return Response(status_code=503, headers={"retry-after": "2"})
    for seconds in took:
        desk.figures.shown_s.observe(max(0.0, seconds))
    return Response(status_code=204)


def _ids(body: bytes) -> list[UUID] | None:
    try:
        given = orjson.loads(body)["ids"]
        return [UUID(one) for one in given] if isinstance(given, list) and len(given) <= MOST_SHOWN_AT_ONCE else None
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None


def login_page(request: Request, asked: str, problem: str, *values: object, status: int = 200) -> Response:
    """The form, in the visitor's language, tied to this browser; it leads to the page that was `asked` for."""
    form, speech = request.cookies.get(FORM_COOKIE) or new_token(), language.get()
    told = say(problem, speech, *values) if problem else ""
    other = next(one for one in LANGUAGES if one != speech)
    words = partial(say, language=speech)
    facts = {"lang": LANGUAGES[speech], "other": other, "say": words, "problem": told}
    page = rendered("login", **facts, form=form, asked=asked, onward=quote(asked, safe=""))
    headers: Mapping[str, str] = {"retry-after": str(values[0])} if status == 429 else {}
    response = HTMLResponse(page, status_code=status, headers=headers)
    secure = request.url.scheme == "https"
    response.set_cookie(FORM_COOKIE, form, httponly=True, samesite="strict", secure=secure)
    return response

"""The console's pages for people: their own account, all accounts, the walls' links. Forms are answered with JSON.

An answer to a form is `{}` (done: open the page again), `{"secret": text}` (done, and shown this once), or a status of 400 and
more with `{"error": sentence}` in the visitor's language, after which nothing has changed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import psycopg
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from alerts.audit import Fact, append
from dashboard.console.own import Own
from dashboard.door import accounts as book
from dashboard.door import kiosk
from dashboard.door.access import Busy, Visitor
from dashboard.door.accounts import AccountError, Conn
from dashboard.door.forms import Form, form_of, visitor_of
from dashboard.door.onward import onward
from dashboard.door.roles import PEOPLE, WRITE, Action, Role, asked_by, may
from dashboard.front import language
from dashboard.incidents.strip import Strip
from dashboard.names import Names
from dashboard.shell import frame, rendered
from dashboard.words import say
from dashboard.words.console import CONSOLE
from dashboard.words.incidents import INCIDENT_WORDS
from dashboard.words.registers import REGISTERS
from schemas.database import connect
from schemas.errors import SettingsError, Unavailable
from schemas.settings import Settings
from schemas.site import Site

NAMES = {**CONSOLE, **REGISTERS}
CHANGE = "/accounts/change"
LONGEST_LINK = 100

T = TypeVar("T")
Answer = Callable[[Request, Form], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Console:
    """What the pages need."""

    own: Own
    settings: Settings
    names: Names
    clock: Callable[[], datetime]
    open_now: Callable[[], Strip | None]

    @property
    def site(self) -> Site:
        """The site."""
        return self.names.site


def routes(console: Console) -> list[BaseRoute]:
    """The paths, for the application's router; roles.py says whose they are."""
    own = console.own
    forms: Mapping[str, Answer] = {
        "/account/password": own.choose_password,
        "/account/sign-out-everywhere": own.sign_out_everywhere,
        "/account/code/new": own.start_code,
        "/account/code/confirm": own.confirm_code,
        "/account/code/cancel": own.cancel_code,
        "/account/code/off": own.stop_code,
        "/accounts/create": partial(_with_book, console, _create),
        CHANGE: partial(_with_book, console, _change),
        "/links/create": partial(_with_book, console, partial(_link, console)),
        "/links/release": partial(_with_book, console, _release),
        "/links/revoke": partial(_with_book, console, _revoke),
    }
    pages: Mapping[str, Page] = {
        "/account": _own_page,
        "/accounts": _accounts_page,
        "/links": _links_page,
    }
    return [
        *(Route(path, partial(_answered, answer), methods=["POST"]) for path, answer in forms.items()),
        *(Route(path, partial(_shown, console, ask), methods=["GET"]) for path, ask in pages.items()),
    ]


async def _answered(answer: Answer, request: Request) -> Response:
    try:
        secret = await answer(request, await form_of(request))
    except AccountError as err:
        return _cannot(400, err.key, *err.values)
    except Busy:
        return _cannot(503, "busy")
    except (Unavailable, psycopg.OperationalError):
        return _cannot(503, "database_away")
    return JSONResponse({"secret": secret} if secret else {}, headers={"cache-control": "no-store"})


def _cannot(status: int, key: str, *values: object) -> Response:
    return JSONResponse({"error": say(key, language.get(), *values)}, status_code=status, headers={"cache-control": "no-store"})


# Pages.

Page = Callable[[Console, Visitor], Awaitable[tuple[str, Mapping[str, object]]]]


async def _shown(console: Console, ask: Page, request: Request) -> Response:
    visitor = visitor_of(request)
    try:
        name, facts = await ask(console, visitor)
    except (Unavailable, psycopg.OperationalError):
        return HTMLResponse(say("database_away", language.get()), status_code=503, headers={"retry-after": "2"})
    then = onward(request.query_params.get("next", ""))
    return page(console, visitor, request.url.path, name, {"then": then, **facts})


def page(console: Console, visitor: Visitor, here: str, name: str, facts: Mapping[str, object]) -> Response:
    """A page of the console at this path, from the template of that name; `facts` may say more than the frame (shell.frame)."""
    around = {**frame(console.site, visitor, here), "strip": None if visitor.must_change else console.open_now()}
    return HTMLResponse(rendered(name, **{**around, **_speech(console), **facts}))


def _speech(console: Console) -> Mapping[str, object]:
    """How these pages name what was done, and write times."""
    speech, zone = language.get(), ZoneInfo(console.site.timezone)
    return {
        "name_of": lambda word: NAMES[word].in_language(speech) if word in NAMES else word.removeprefix("act."),
        "day": lambda moment: moment.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "time": lambda moment: moment.astimezone(zone).strftime("%H:%M:%S"),
        "open_word": INCIDENT_WORDS["open_by_severity"].in_language(speech),
    }


async def _own_page(console: Console, visitor: Visitor) -> tuple[str, Mapping[str, object]]:
    code, pending = await console.own.codes(visitor)
    picture = Markup(console.own.picture(pending, visitor.name)) if pending else ""
    return "account", {"code": code, "pending": pending, "picture": picture}


async def _accounts_page(console: Console, visitor: Visitor) -> tuple[str, Mapping[str, object]]:
    rows = await asyncio.to_thread(asked, console, partial(book.accounts, now=console.clock()))
    roles = [role for role in Role if role in PEOPLE]
    return "accounts", {"accounts": rows, "roles": roles, "may_change": may(visitor.role, Action.CHANGE_ACCOUNTS)}


async def _links_page(console: Console, visitor: Visitor) -> tuple[str, Mapping[str, object]]:
    rows = await asyncio.to_thread(asked, console, kiosk.links)
    return "links", {"links": rows, "may_change": may(visitor.role, Action.CHANGE_LINKS)}


def asked(console: Console, ask: Callable[[Conn], T]) -> T:
    """Ask the database in one transaction; blocks."""
    with connect(console.settings) as conn:
        return ask(conn)


# Forms about accounts and links: each in one transaction.

Change = Callable[[Conn, Form, datetime], str | None]


async def _with_book(console: Console, change: Change, request: Request, form: Form) -> str | None:
    """The visitor's right is looked at again inside: it may have been taken away since the door let this through."""
    visitor, action, name = visitor_of(request), asked_by(WRITE, request.url.path), form.get("name", "")
    if "\0" in name:  # which no text in PostgreSQL may hold
        raise AccountError("bad_name", name)

    def changed(conn: Conn) -> str | None:
        if action is None or not may(book.role_now(conn, visitor.name), action):
            raise AccountError("no_longer")
        if action is Action.CHANGE_ACCOUNTS and name == visitor.name:
            raise AccountError("own_page")
        secret = change(conn, form, console.clock())
        append(conn, _fact(visitor, request.url.path, form), console.clock())
        return secret

    return await asyncio.to_thread(asked, console, changed)


def _fact(visitor: Visitor, path: str, form: Form) -> Fact:
    """What the audit log says of a form that was carried out: `account.disable`, `link.create`."""
    _, noun, verb = path.split("/")
    act = form["what"] if path == CHANGE else verb  # what another form calls `what` is nobody's deed
    role = {"role": form["role"]} if noun == "accounts" and act in ("create", "role") else {}
    return Fact(visitor.name, visitor.role, f"{noun.removesuffix('s')}.{act}", form.get("name", "").strip(), role)


def _create(conn: Conn, form: Form, now: datetime) -> str | None:
    return book.create(conn, form.get("name", ""), form.get("role", ""), now)


def _change(conn: Conn, form: Form, now: datetime) -> str | None:
    name, what = form.get("name", ""), form.get("what", "")
    if what == "role":
        book.set_role(conn, name, form.get("role", ""))
        return None
    if what not in book.CHANGES:
        raise AccountError("bad_change")
    return book.CHANGES[what](conn, name, now)


def _link(console: Console, conn: Conn, form: Form, now: datetime) -> str | None:
    name = form.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_LINK:
        raise AccountError("link_needs_name")
    try:
        return f"{console.settings.dashboard_at}/wall?kiosk={kiosk.create(conn, name, now)}"
    except SettingsError as err:
        raise AccountError("link_exists", name) from err


def _revoke(conn: Conn, form: Form, now: datetime) -> str | None:
    name = form.get("name", "")
    if not kiosk.revoke(conn, name, now):
        raise AccountError("no_link", name)
    return None


def _release(conn: Conn, form: Form, now: datetime) -> str | None:
    name = form.get("name", "")
    if not kiosk.release(conn, name):
        raise AccountError("link_unbound", name)
    return None

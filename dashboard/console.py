"""The console's pages for people: their own account, all accounts, the walls' links. Forms are answered with JSON.

An answer to a form is `{}` (done: open the page again), `{"secret": text}` (done, and shown this once), or a status of 400 and
more with `{"error": sentence}` in the visitor's language, after which nothing has changed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import jinja2
import psycopg
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from alerts import audit
from alerts.audit import Fact, append
from dashboard import accounts as book
from dashboard import kiosk
from dashboard.access import Busy, Visitor
from dashboard.accounts import AccountError, Conn
from dashboard.console_own import Own
from dashboard.console_words import CONSOLE
from dashboard.forms import Form, form_of, visitor_of
from dashboard.front import language
from dashboard.register_words import REGISTERS
from dashboard.roles import PEOPLE, READ, ROLE_NAMES, WRITE, Action, Role, asked_by, may
from dashboard.words import LANGUAGES, say
from schemas.database import connect
from schemas.errors import SettingsError, Unavailable
from schemas.settings import Settings
from schemas.site import Site

PLACES = (
    *(("/wall", "nav_wall"), ("/account", "nav_account"), ("/accounts", "nav_accounts"), ("/links", "nav_links")),
    ("/audit", "nav_audit"),
    *(("/extinguishers", "nav_extinguishers"), ("/patrols", "nav_patrols"), ("/lists", "nav_lists")),
)
NAMES = {**CONSOLE, **REGISTERS}
AUDIT_ROWS = 200
LONGEST_LINK = 100

T = TypeVar("T")
Answer = Callable[[Request, Form], Awaitable[str | None]]

_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Console:
    """What the pages need."""

    own: Own
    settings: Settings
    site: Site
    clock: Callable[[], datetime]


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
        "/accounts/change": partial(_with_book, console, _change),
        "/links/create": partial(_with_book, console, partial(_link, console)),
        "/links/revoke": partial(_with_book, console, _revoke),
    }
    pages: Mapping[str, Page] = {
        "/account": _own_page,
        "/accounts": _accounts_page,
        "/links": _links_page,
        "/audit": _audit_page,
    }
    return [
        *(Route(path, partial(_answered, answer), methods=["POST"]) for path, answer in forms.items()),
        *(Route(path, partial(_shown, console, page), methods=["GET"]) for path, page in pages.items()),
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


def rendered(template: str, **facts: object) -> str:
    """A page's template, filled."""
    return _PAGES.get_template(f"{template}.html").render(facts)


async def _shown(console: Console, page: Page, request: Request) -> Response:
    visitor = visitor_of(request)
    try:
        name, facts = await page(console, visitor)
    except (Unavailable, psycopg.OperationalError):
        return HTMLResponse(say("database_away", language.get()), status_code=503, headers={"retry-after": "2"})
    framed = frame(console, visitor, request.url.path)
    return HTMLResponse(rendered(name, **framed, **facts))


def frame(console: Console, visitor: Visitor, here: str) -> Mapping[str, object]:
    """What every page has: who looks, where to go, how to speak."""
    speech, zone = language.get(), ZoneInfo(console.site.timezone)
    return {
        "lang": LANGUAGES[speech],
        "other": "en" if speech == "zh" else "zh",
        "name_of": lambda word: NAMES[word].in_language(speech) if word in NAMES else word.removeprefix("act."),
        "say": lambda key, *values: say(key, speech, *values),
        "day": lambda moment: moment.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "role_name": lambda role: ROLE_NAMES[Role(role)].in_language(speech),
        "site": console.site.name.in_language(speech),
        "visitor": visitor,
        "here": here,
        "section": here,
        "asked": "",
        "heading": "",
        "title": dict(PLACES).get(here, ""),
        "places": [] if visitor.must_change else [(path, key) for path, key in PLACES if _may_read(visitor, path)],
    }


def _may_read(visitor: Visitor, path: str) -> bool:
    action = asked_by(READ, path)
    return action is not None and may(visitor.role, action)


async def _own_page(console: Console, visitor: Visitor) -> tuple[str, Mapping[str, object]]:
    code, pending = await console.own.codes(visitor)
    picture = Markup(console.own.picture(pending, visitor.name)) if pending else ""
    return "account", {"code": code, "pending": pending, "picture": picture}


async def _accounts_page(console: Console, visitor: Visitor) -> tuple[str, Mapping[str, object]]:
    rows = await asyncio.to_thread(_read, console, partial(book.accounts, now=console.clock()))
    roles = [role for role in Role if role in PEOPLE]
    return "accounts", {"accounts": rows, "roles": roles, "may_change": may(visitor.role, Action.CHANGE_ACCOUNTS)}


async def _links_page(console: Console, visitor: Visitor) -> tuple[str, Mapping[str, object]]:
    rows = await asyncio.to_thread(_read, console, kiosk.links)
    return "links", {"links": rows, "may_change": may(visitor.role, Action.CHANGE_LINKS)}


async def _audit_page(console: Console, visitor: Visitor) -> tuple[str, Mapping[str, object]]:
    verdict, rows = await asyncio.to_thread(_read, console, lambda conn: (audit.walk(conn), audit.newest(conn, AUDIT_ROWS)))
    return "audit", {"verdict": verdict, "rows": rows, "moment": datetime.fromisoformat}


def _read(console: Console, ask: Callable[[Conn], T]) -> T:
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

    return await asyncio.to_thread(_read, console, changed)


def _fact(visitor: Visitor, path: str, form: Form) -> Fact:
    """What the audit log says of a form that was carried out: `account.disable`, `link.create`."""
    _, noun, verb = path.split("/")
    role = {"role": form["role"]} if "role" in form else {}
    action = f"{noun.removesuffix('s')}.{form.get('what') or verb}"
    return Fact(visitor.name, visitor.role, action, form.get("name", "").strip(), role)


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

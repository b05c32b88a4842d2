"""The audit log as a page: newest first, in parts, sought by who, what, when and incident; the address holds what is sought.

The whole chain is walked when the page is opened without anything sought, or when somebody asks; beside all else stands what
the last walk found, and when. What is shown can be taken as CSV, each row with its hash and the one that it follows on; that
is noted too.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import psycopg
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from alerts.audit import Fact, Verdict, append, walk
from alerts.audit_search import Part, Place, Row, Sought, part
from alerts.incidents.incident import Refused
from alerts.registers.sheets import csv_of
from dashboard.console.audit_lines import ACTIONS, actor_of, called, lines
from dashboard.console.pages import Console, asked, page
from dashboard.door.access import Visitor
from dashboard.door.accounts import Conn
from dashboard.door.actor import actor
from dashboard.door.forms import visitor_of
from dashboard.door.roles import READ, asked_by
from dashboard.front import language
from dashboard.words import say
from schemas.errors import Unavailable

MOST = 200
MOST_TAKEN = 10_000
"""Rows of a file: whoever needs more takes the older ones from a later page."""

SEEKS = ("who", "action", "from", "until", "incident")
FIRST_YEAR, LAST_YEAR = 2000, 3000
NOBODY = "-"
"""About what no row is: the incident of a number that none has."""

Query = Mapping[str, str]


@dataclass(slots=True)
class Walked:
    """What the last walk along the chain found, and when; one a process."""

    verdict: Verdict | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asks:
    """What an address asks: what is sought, where, whether to walk the chain; `unread` are the fields that make no sense."""

    sought: Sought
    place: Place
    walks: bool
    unread: list[str] = field(default_factory=list)


def routes(console: Console) -> list[BaseRoute]:
    """The paths, for the application's router; roles.py says whose they are."""
    walked = Walked()
    return [
        Route("/audit", partial(_shown, console, walked), methods=["GET"]),
        Route("/audit.csv", partial(_taken, console), methods=["GET"]),
    ]


async def _shown(console: Console, walked: Walked, request: Request) -> Response:
    query = {key: text for key, text in request.query_params.items() if text}
    try:
        facts = await asyncio.to_thread(asked, console, partial(_page, console, walked, query))
    except (Unavailable, psycopg.OperationalError):
        return HTMLResponse(say("database_away", language.get()), status_code=503, headers={"retry-after": "2"})
    return page(console, visitor_of(request), "/audit", "audit", facts)


async def _taken(console: Console, request: Request) -> Response:
    query = {key: text for key, text in request.query_params.items() if text}
    try:
        text = await asyncio.to_thread(asked, console, partial(_csv, console, visitor_of(request), query))
    except Refused as err:
        return HTMLResponse(say(err.key, language.get(), *err.values), status_code=400)
    except (Unavailable, psycopg.OperationalError):
        return HTMLResponse(say("database_away", language.get()), status_code=503, headers={"retry-after": "2"})
    headers = {"cache-control": "no-store", "content-disposition": 'attachment; filename="audit.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _page(console: Console, walked: Walked, query: Query, conn: Conn) -> Mapping[str, object]:
    asks = _asks(console, conn, query)
    if asks.walks or walked.verdict is None:
        walked.verdict, walked.at = walk(conn), console.clock()
    found = part(conn, asks.sought, asks.place, MOST)
    return {
        "asked": _address({key: query[key] for key in (*SEEKS, "before", "after") if key in query}),
        "verdict": walked.verdict,
        "walked_at": walked.at,
        "rows": lines(console, conn, [row.said for row in found.rows]),
        "seeks": {key: query.get(key, "") for key in SEEKS},
        "actions": [(action, called(action)) for action in ACTIONS],
        "unread": asks.unread,
        "most": MOST_TAKEN,
        **_ways(query, found),
    }


def _ways(query: Query, found: Part) -> Mapping[str, str]:
    """Addresses that keep what is sought: newer and older rows, the walk, the file; empty where there is nothing."""
    seeks = {key: query[key] for key in SEEKS if key in query}
    here = {key: query[key] for key in ("before", "after") if key in query}
    ends = [found.rows[place].seq for place in (0, -1)] if found.rows else [0, 0]
    return {
        "newer": f"/audit?{_address({**seeks, 'after': str(ends[0])})}" if found.newer and found.rows else "",
        "older": f"/audit?{_address({**seeks, 'before': str(ends[1])})}" if found.older and found.rows else "",
        "newest": f"/audit?{_address(seeks)}" if here else "",
        "verify": f"/audit?{_address({**seeks, **here, 'verify': '1'})}",
        "file": f"/audit.csv?{_address({**seeks, 'before': str(ends[0] + 1)})}" if found.rows else "",
    }


def _address(query: Query) -> str:
    return urlencode(query) + "&" if query else ""


def _asks(console: Console, conn: Conn, query: Query) -> Asks:
    unread: list[str] = []
    since, until = _day(console, query, "from", unread), _day(console, query, "until", unread)
    before, after = (_number(query, name, unread) for name in ("before", "after"))
    sought = Sought(
        who=actor_of(query.get("who", "")),
        action=query.get("action", ""),
        since=since,
        until=until + timedelta(days=1) if until else None,
        about=_incident(console, conn, query, unread),
    )
    walks = "verify" in query or not {*SEEKS, "before", "after"} & set(query)
    return Asks(sought, Place(before, None if before else after), walks, unread)


def _day(console: Console, query: Query, name: str, unread: list[str]) -> datetime | None:
    """The local midnight with which a day begins."""
    try:
        day = date.fromisoformat(query[name]) if name in query else None
    except ValueError:
        day = date.min
    if day is None:
        return None
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        unread.append(query[name][:40])
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(console.site.timezone))


def _number(query: Query, name: str, unread: list[str]) -> int | None:
    text = query.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        unread.append(text[:40])
        return None
    return int(text) if text else None


def _incident(console: Console, conn: Conn, query: Query, unread: list[str]) -> str | None:
    number = _number(query, "incident", unread)
    if number is None:
        return None
    found = conn.execute("select id from incidents where site = %s and number = %s", (console.site.id, number)).fetchone()
    return str(found[0]) if found else NOBODY


COLUMNS = ("seq", "at", "actor", "role", "action", "about", "entry", "hash_before", "hash")


def _csv(console: Console, visitor: Visitor, query: Query, conn: Conn) -> str:
    """What is sought from this page on, each row with what its hash is taken over."""
    who = actor(conn, visitor.name, asked_by(READ, "/audit.csv"))
    asks = _asks(console, conn, query)
    rows = part(conn, asks.sought, asks.place, MOST_TAKEN).rows
    seeks = {key: query[key] for key in SEEKS if key in query}
    append(conn, Fact(who.name, who.role, "audit.export", "", {"rows": len(rows), **seeks}), console.clock())
    return csv_of(COLUMNS, map(_cells, rows))


def _cells(row: Row) -> list[str]:
    told = row.said
    texts = [str(told[key]) for key in COLUMNS[1:6]]
    return [str(row.seq), *texts, row.entry, row.follows_on.hex(), row.hash.hex()]

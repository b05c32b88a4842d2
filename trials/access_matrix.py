"""`gatehouse access-matrix`: the table of roles, walked cell by cell against the dashboard that runs.

Every address of the table is asked for by a visitor of every role, over HTTP and over the websocket, and by nobody. Writes are
sent without anything in them, so that who may send them is told that they are wrong, and nothing changes. So are the forms that
ask for more than their address does (access_inside.py). The visitors are accounts and a link made for this run, and removed
after it.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import orjson
import psycopg
import typer
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as open_socket
from websockets.typing import Origin

from dashboard.door import kiosk
from dashboard.door.guard import SESSION_COOKIE
from dashboard.door.roles import ADDRESSES, PEOPLE, READ, SOCKET, WRITE, Role, may
from schemas.database import connect
from schemas.settings import load
from schemas.site import load_site
from trials import access_inside
from trials.people import Visitor, client_of, people

NOBODY = "nobody"
ENDING = ("/logout", "/account/sign-out-everywhere")
"""What ends the visitor's own session when it is allowed: asked last."""

SOCKET_WAIT_S = 1.0
REFUSED = frozenset({401, 403, 404})


@dataclass(frozen=True, slots=True)
class Cell:
    """What one visitor got at one address, and whether that is what the table says."""

    role: str
    way: str
    address: str
    let_in: bool
    right: bool


def run(*, as_json: bool) -> int:
    """Walk, print, exit 0 only where every cell is right."""
    settings = load()
    with connect(settings, autocommit=True) as conn:
        cells = list(walk(settings.dashboard_at, conn, load_site(settings.site).id))
    wrong = [cell for cell in cells if not cell.right]
    if as_json:
        typer.echo(orjson.dumps({"ok": not wrong, "cells": len(cells), "wrong": wrong}).decode())
    else:
        for cell in wrong:
            was = "was let in" if cell.let_in else "was refused"
            typer.echo(f"{cell.role} {was}: {cell.way} {cell.address}")
        typer.echo(f"{len(cells)} cells, {len(wrong)} wrong.")
    return 1 if wrong else 0


def walk(url: str, conn: psycopg.Connection, site: str) -> Iterator[Cell]:
    """Every cell; `conn` commits each statement."""
    with visitors(url, conn) as found:
        with people(url, conn, "matrix", [Role.GUARD]) as (owner,):
            yield from _inside(found, owner, conn, site)
        for visitor in found:
            for way, address in sorted(ADDRESSES, key=lambda one: (one[1] in ENDING, one)):
                let_in = _asked(url, visitor.client, way, address)
                wanted = visitor.role != NOBODY and may(Role(visitor.role), ADDRESSES[way, address])
                yield Cell(visitor.role, way, address, let_in, let_in == wanted)
                if address in ENDING and let_in:
                    visitor.log_in()


def _inside(found: Sequence[Visitor], owner: Visitor, conn: psycopg.Connection, site: str) -> Iterator[Cell]:
    """The forms, each sent by everybody for an incident that somebody else has."""
    with access_inside.incident_of(conn, site, owner.name, datetime.now(UTC)) as incident:
        for visitor in found:
            for name, form in access_inside.FORMS.items():
                fields = access_inside.sent(form, incident, owner.name)
                answer = visitor.client.post(access_inside.ADDRESS, data=fields, headers={"x-csrftoken": visitor.token})
                let_in = answer.status_code not in REFUSED
                wanted = visitor.role != NOBODY and Role(visitor.role) in form.may
                yield Cell(visitor.role, WRITE, f"{access_inside.ADDRESS}: {name}", let_in, let_in == wanted)


@contextmanager
def visitors(url: str, conn: psycopg.Connection) -> Iterator[Sequence[Visitor]]:
    """One of each role, logged in, and one that is nobody's."""
    link = f"matrix {secrets.token_hex(4)}"
    with ExitStack() as stack:
        stack.callback(conn.execute, "delete from kiosk_links where name = %s", (link,))
        persons = stack.enter_context(people(url, conn, "matrix", sorted(PEOPLE)))
        wall, nobody = stack.enter_context(client_of(url)), stack.enter_context(client_of(url))
        wall.get("/wall", params={"kiosk": kiosk.create(conn, link, datetime.now(UTC))})
        yield [*persons, Visitor(Role.WALL, wall), Visitor(NOBODY, nobody)]


def _asked(url: str, client: httpx.Client, way: str, address: str) -> bool:
    """Whether the visitor is let in. A write's empty body is refused further in, with another status."""
    if way == SOCKET:
        return _socket(url, client, address)
    if way == READ:
        return client.get(address).status_code not in REFUSED
    token = Visitor("", client).token
    answer = client.request("POST" if way == WRITE else way, address, headers={"x-csrftoken": token})
    return answer.status_code not in REFUSED


def _socket(url: str, client: httpx.Client, address: str) -> bool:
    """Let in: still open after a moment."""
    cookie = f"{SESSION_COOKIE}={client.cookies.get(SESSION_COOKIE) or ''}"
    try:
        with open_socket(
            url.replace("http", "ws", 1) + address, origin=Origin(url), additional_headers={"Cookie": cookie}, proxy=None
        ) as socket:
            socket.recv(timeout=SOCKET_WAIT_S)
        return True
    except TimeoutError:
        return True
    except (InvalidStatus, ConnectionClosed):
        return False

"""Visitors made for one trial: accounts of given roles, logged in over HTTP, and removed after it."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import psycopg
from argon2 import PasswordHasher

from dashboard.door.guard import CSRF_COOKIE
from schemas.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Visitor:
    """A client of one role; without a name it is nobody's, or a wall's."""

    role: str
    client: httpx.Client
    name: str = ""
    password: str = ""

    def log_in(self) -> None:
        """As a browser does; Unavailable where the dashboard refuses."""
        page = self.client.get("/login").text
        form = page.partition('name="form" value="')[2].partition('"')[0]
        answer = self.client.post("/login", data={"form": form, "account": self.name, "password": self.password})
        if answer.status_code != 303:
            raise Unavailable(f"The dashboard does not let {self.name} of this trial log in (status {answer.status_code}).")

    @property
    def token(self) -> str:
        """What a page sends back with each form."""
        return self.client.cookies.get(CSRF_COOKIE) or ""


def client_of(url: str) -> httpx.Client:
    """A new connection for each request: one that waited while others were asked may just be closed by the server."""
    return httpx.Client(base_url=url, timeout=10, limits=httpx.Limits(max_keepalive_connections=0))


@contextmanager
def people(url: str, conn: psycopg.Connection, trial: str, roles: Sequence[str]) -> Iterator[Sequence[Visitor]]:
    """One account for each role named, in that order; `conn` commits each statement."""
    made = secrets.token_hex(4)
    with ExitStack() as stack:
        stack.callback(conn.execute, "delete from accounts where name like %s", (f"{trial}-%-{made}",))
        found = []
        for number, role in enumerate(roles, 1):
            name = f"{trial}-{role}{number}-{made}"
            one = Visitor(role, stack.enter_context(client_of(url)), name, secrets.token_urlsafe(24))
            conn.execute(
                "insert into accounts (name, password_hash, created_at, role) values (%s, %s, %s, %s)",
                (one.name, PasswordHasher().hash(one.password), datetime.now(UTC), role),
            )
            one.log_in()
            found.append(one)
        yield found

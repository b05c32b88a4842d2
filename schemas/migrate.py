"""The database's tables: numbered SQL in schemas/migrations/, forward only, each in one transaction, by yoyo.

Two processes that migrate at once take turns; one that was killed in the middle leaves nothing that needs a hand: the
lock is the server's (it ends with the connection), and every statement may run again.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import typer
from psycopg.conninfo import conninfo_to_dict
from yoyo import get_backend, read_migrations

from schemas.database import AWAY, address
from schemas.errors import SettingsError, Unavailable
from schemas.settings import load

_LOCK = 0x6761_7465  # any number that nobody else locks: "gate"


def apply(database_url: str) -> int:
    """Run what is not applied yet, in order; how many that were. Unavailable where the database does not answer."""
    with _turn(database_url), _backend(database_url) as backend:
        backend.break_lock()  # ours is held; a row in yoyo's own lock table is what a killed process left
        waiting = backend.to_apply(_migrations())
        count = len(waiting)
        with backend.lock():
            backend.apply_migrations(waiting)
        if left := [m.id for m in backend.to_apply(_migrations())]:
            raise SettingsError(f"Migrations cannot be read: {', '.join(left)}.")
        return count


def pending(database_url: str) -> tuple[str, ...]:
    """The names of the migrations that are not applied yet."""
    with _backend(database_url) as backend:
        return tuple(m.id for m in backend.to_apply(_migrations()))


def run() -> int:
    """`gatehouse migrate`."""
    count = apply(address(load()))
    typer.echo(f"{count} migrations applied." if count else "The database is up to date.")
    return 0


def _migrations() -> Any:
    return read_migrations(str(files("schemas") / "migrations"))


@contextmanager
def _turn(database_url: str) -> Iterator[None]:
    """Hold the server's lock for as long as this connection lives."""
    try:
        connection = psycopg.connect(database_url, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as err:
        raise Unavailable(AWAY) from err
    with connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        yield


@contextmanager
def _backend(database_url: str) -> Iterator[Any]:
    """yoyo's backend; its own lines (every statement) stay out of the log unless something is wrong."""
    logging.getLogger("yoyo").setLevel(logging.WARNING)
    try:
        backend = get_backend(_uri(database_url))
    except psycopg.OperationalError as err:
        raise Unavailable(AWAY) from err
    with backend:
        yield backend


def _uri(database_url: str) -> str:
    """The address as yoyo reads it, from a URL or from `key=value` words."""
    parts = {key: str(value) for key, value in conninfo_to_dict(database_url).items() if value is not None}
    user, password = quote(parts.pop("user", ""), safe=""), quote(parts.pop("password", ""), safe="")
    name = quote(parts.pop("dbname", user), safe="")
    rest = {"options": "-c client_min_messages=warning"} | parts
    credentials = f"{user}:{password}@" if password else f"{user}@" if user else ""
    host, port = rest.pop("host", ""), rest.pop("port", "")
    if host.startswith("/"):
        rest["host"], host = host, ""
    return f"postgresql+psycopg://{credentials}{host}{':' + port if port else ''}/{name}?{urlencode(rest)}"

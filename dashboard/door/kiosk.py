"""Links for walls without a keyboard: `gatehouse kiosk create|list|release|revoke`.

A link lets one screen read the wall and nothing else, until it is revoked: the first browser that opens it binds it
(access.py), until it is released for another or has been dark for a while. Its token is shown once and kept hashed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
import psycopg
import typer
from psycopg.rows import class_row

from alerts.audit import append, by_command
from dashboard.door.tokens import new_token, stored
from schemas.database import connect
from schemas.errors import SettingsError
from schemas.settings import load


@dataclass(frozen=True, slots=True)
class Link:
    """A link without its secret; `revoked_at` is None while it works, `bound_at` while no screen has opened it."""

    name: str
    created_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None
    bound_at: datetime | None
    bound_where: str | None


def create(conn: psycopg.Connection, name: str, now: datetime) -> str:
    """A new link's token; SettingsError where a working link has this name."""
    token = new_token()
    try:
        conn.execute("insert into kiosk_links (token_hash, name, created_at) values (%s, %s, %s)", (stored(token), name, now))
    except psycopg.errors.UniqueViolation as err:
        raise SettingsError(f"There is a link {name!r} already: revoke it, or choose another name.") from err
    return token


def links(conn: psycopg.Connection) -> list[Link]:
    """All links, the working ones first, each group by name."""
    query = """
        select name, created_at, last_seen_at, revoked_at, bound_at, bound_where from kiosk_links
        order by revoked_at nulls first, name"""
    with conn.cursor(row_factory=class_row(Link)) as cursor:
        return cursor.execute(query).fetchall()


def revoke(conn: psycopg.Connection, name: str, now: datetime) -> bool:
    """End the working link of this name; whether there was one."""
    query = "update kiosk_links set revoked_at = %s where name = %s and revoked_at is null"
    return conn.execute(query, (now, name)).rowcount == 1


def release(conn: psycopg.Connection, name: str) -> bool:
    """Let the next browser that opens the link of this name have it; the screen that has it goes dark. Whether one had it."""
    query = """
        update kiosk_links set bound_hash = null, bound_at = null, bound_where = null
        where name = %s and revoked_at is null and bound_hash is not null"""
    return conn.execute(query, (name,)).rowcount == 1


def run_create(name: str) -> int:
    """`gatehouse kiosk create`: print the address, once."""
    settings = load()
    with connect(settings) as conn:
        token = create(conn, name, datetime.now(UTC))
        append(conn, by_command("link.create", name), datetime.now(UTC))
    typer.echo(f"{settings.dashboard_at}/wall?kiosk={token}")
    typer.echo(f"Open it once on the screen {name!r}; it is not shown again. It reads the wall and nothing else.", err=True)
    return 0


def run_list(*, as_json: bool) -> int:
    """`gatehouse kiosk list`."""
    with connect(load()) as conn:
        rows = links(conn)
    if as_json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode())
        return 0
    for link in rows:
        state = f"revoked {link.revoked_at:%Y-%m-%d %H:%M}" if link.revoked_at else "works"
        seen = f"last opened {link.last_seen_at:%Y-%m-%d %H:%M}" if link.last_seen_at else "never opened"
        bound = f", bound {link.bound_at:%Y-%m-%d %H:%M} by {link.bound_where or 'a screen'}" if link.bound_at else ""
        typer.echo(f"{link.name}: {state}{bound}, made {link.created_at:%Y-%m-%d %H:%M}, {seen} (UTC)")
    if not rows:
        typer.echo("No links yet: `gatehouse kiosk create NAME` makes one.")
    return 0


def run_revoke(name: str) -> int:
    """`gatehouse kiosk revoke`: the wall that uses it goes dark within two seconds."""
    with connect(load()) as conn:
        gone = revoke(conn, name, datetime.now(UTC))
        if gone:
            append(conn, by_command("link.revoke", name), datetime.now(UTC))
    typer.echo(f"The link {name!r} is revoked." if gone else f"No working link is named {name!r}.", err=not gone)
    return 0 if gone else 1


def run_release(name: str) -> int:
    """`gatehouse kiosk release`: the link serves the screen that opens it next."""
    with connect(load()) as conn:
        done = release(conn, name)
        if done:
            append(conn, by_command("link.release", name), datetime.now(UTC))
    said = f"The link {name!r} is released: the next screen that opens it has it."
    typer.echo(said if done else f"No screen is bound to a working link {name!r}.", err=not done)
    return 0 if done else 1

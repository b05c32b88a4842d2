"""Revisions of a site's configuration: one number a change, given out in turn, each with who, when and what.

A change is made in one transaction with its revision: `turn` takes the site's lock and gives the next number, `record` writes
the revision and tells everybody who listens on CHANNEL. Without `record` nothing has changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row, tuple_row

CHANNEL = "gatehouse_configuration"
"""Where the database says, with the site's id, that its configuration has changed (LISTEN, NOTIFY)."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One change."""

    revision: int
    made_at: datetime
    who: str
    what: str


def newest_revision(connection: psycopg.Connection, site: str) -> int:
    """The number of the newest change; 0 before the first."""
    query = "SELECT coalesce(max(revision), 0) FROM config_revisions WHERE site = %s"
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(query, (site,)).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def turn(connection: psycopg.Connection, site: str) -> Iterator[int]:
    """The next revision's number, in a transaction that nobody else changes this site's configuration beside."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{CHANNEL} {site}",))
        yield newest_revision(connection, site) + 1


def record(connection: psycopg.Connection, site: str, revision: Revision) -> None:
    """Write the revision whose turn it is, and tell it when the transaction commits."""
    connection.execute(
        "INSERT INTO config_revisions (site, revision, made_at, who, what) VALUES (%s, %s, %s, %s, %s)",
        (site, revision.revision, revision.made_at, revision.who, revision.what),
    )
    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, site))


def history(connection: psycopg.Connection, site: str) -> list[Revision]:
    """Every change, the newest first."""
    query = "SELECT revision, made_at, who, what FROM config_revisions WHERE site = %s ORDER BY revision DESC"
    with connection.cursor(row_factory=class_row(Revision)) as cursor:
        return cursor.execute(query, (site,)).fetchall()

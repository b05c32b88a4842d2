"""Events of the database, in the order of their arrival and in bounded memory: a day at a time by COPY, from one snapshot.

The database keeps no heartbeats. Where its tables have no column `initial`, reports of states that devices were in already
look like news; the command says so.
"""

import io
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import psycopg
import pyarrow as pa
from psycopg import sql

from schemas.database import AWAY, connect
from schemas.errors import Unavailable
from schemas.events import Kind
from schemas.settings import load
from streams.backtest.form import Assumed
from streams.backtest.tables import COLUMNS, csv_rows

SLICE = timedelta(days=1)
"""What PostgreSQL sorts at once: some 170,000 events of a whole site."""


def of_database(
    since: datetime, until: datetime, assumed: Assumed, kinds: Collection[Kind] = tuple(Kind)
) -> Iterator[pa.RecordBatch]:
    """Events of this site that arrived from `since` until before `until`, in FORM; Unavailable where nobody answers."""
    try:
        with connect(load()) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            names = _columns(connection)
            while since < until:
                end = min(since + SLICE, until)
                yield from _slice(connection, names, (since, end), assumed, kinds)
                since = end
    except psycopg.OperationalError as err:
        raise Unavailable(AWAY) from err


def _columns(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'events'").fetchall()
    there = {name for (name,) in rows}
    return [name for name in COLUMNS if name in there]


def _slice(
    connection: psycopg.Connection, names: list[str], span: tuple[datetime, datetime], assumed: Assumed, kinds: Collection[Kind]
) -> Iterator[pa.RecordBatch]:
    query = sql.SQL(
        "COPY (SELECT {} FROM events WHERE received_at >= {} AND received_at < {} AND site = {} AND kind = ANY({}) "
        "ORDER BY received_at, kafka_offset) TO STDOUT (FORMAT csv, HEADER)"
    ).format(
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.Literal(span[0]),
        sql.Literal(span[1]),
        sql.Literal(assumed.site),
        sql.Literal([str(kind) for kind in kinds]),
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        yield from csv_rows(io.BufferedReader(_Stream(copy)), assumed)


class _Stream(io.RawIOBase):
    """A COPY as a file."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy, self._rest = copy, memoryview(b"")

    def readable(self) -> bool:
        """It is read, never written."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """As much as there is room for; 0 at the end."""
        while not self._rest:
            data = self._copy.read()
            if not data:
                return 0
            self._rest = memoryview(data)
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n

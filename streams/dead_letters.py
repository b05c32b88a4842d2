"""`gatehouse dead-letters`: what could not be read, listed, and read again after a fix.

Reading again means posting the body to the gateway as its source, so it takes the very path of a device's message; events
that were read the first time keep their ids, and nothing is doubled. A letter that the gateway still cannot read stays
open; the gateway is told when it first came, so the letter has its old id and is not kept twice. A letter that was read is
settled, and is not posted again.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
import psycopg
import typer
from psycopg.rows import class_row

from schemas.database import connect
from schemas.errors import SettingsError, Unavailable
from schemas.settings import Settings, load
from schemas.sources import Source, read_sources

RECEIVED_AT = "X-Gatehouse-Received-At"
KEY = "X-Gatehouse-Key"
TIMEOUT_S = 15.0
READ = "read"
"""The outcome of a letter that is settled."""
STILL = "still unreadable"
LONGEST = 500
"""Characters of an outcome."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stored letter without its body."""

    id: UUID
    received_at: datetime
    source: str
    family: str
    content_type: str
    reason: str
    at: str
    size: int
    retried_at: datetime | None
    outcome: str | None

    def as_json(self) -> bytes:
        """One JSON object."""
        names = ("id", "received_at", "source", "family", "content_type", "reason", "at", "size", "retried_at", "outcome")
        return orjson.dumps({name: getattr(self, name) for name in names})

    def as_line(self) -> str:
        """One line for people."""
        place = f" ({self.at})" if self.at else ""
        outcome = "" if self.outcome is None else f" [{STILL if self.outcome == _still(self.reason) else self.outcome}]"
        return f"{self.received_at:%Y-%m-%d %H:%M:%S}  {self.id}  {self.source}  {self.reason}{place}{outcome}"


_COLUMNS = "id, received_at, source, family, content_type, reason, at, length(body) AS size, retried_at, outcome"


def run_list(limit: int, *, as_json: bool) -> int:
    """Print the newest letters; 0."""
    with connect(load(), autocommit=True) as connection, connection.cursor(row_factory=class_row(Row)) as cursor:
        rows = cursor.execute(f"SELECT {_COLUMNS} FROM dead_letters ORDER BY received_at DESC LIMIT %s", (limit,)).fetchall()
    for row in rows:
        typer.echo(row.as_json() if as_json else row.as_line())
    if not rows:
        typer.echo("There are no dead letters.", err=True)
    return 0


def run_show(letter: str) -> int:
    """Write one letter's body to standard output, byte for byte; 0, and 2 where there is no such letter."""
    if (wanted := _wanted(letter)) is None:
        return _unknown(letter)
    with connect(load(), autocommit=True) as connection:
        found = connection.execute("SELECT body FROM dead_letters WHERE id = %s", (wanted,)).fetchone()
    if found is None:
        return _unknown(letter)
    sys.stdout.buffer.write(found[0])
    return 0


def run_retry(letter: str, *, as_json: bool) -> int:
    """Read one letter, or all that are open, again; 0 when all could be read, 1 when one could not, 2 for a wrong id."""
    settings = load()
    wanted = _wanted(letter)
    if letter and wanted is None:
        return _unknown(letter)
    sources = read_sources(settings.local)
    with connect(settings, autocommit=True) as connection, httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
        rows = _asked_for(connection, wanted)
        if not rows:
            return _nothing(letter)
        read = [_again(connection, client, settings, _source(sources, row), row, as_json) for row in rows]
    return 0 if all(read) else 1


def _nothing(letter: str) -> int:
    if letter:
        return _unknown(letter)
    typer.echo("There are no open dead letters.", err=True)
    return 0


def _unknown(letter: str) -> int:
    typer.echo(f"{letter!r} is no letter's id: `gatehouse dead-letters list` shows them.", err=True)
    return 2


def _wanted(letter: str) -> UUID | None:
    try:
        return UUID(letter)
    except ValueError:
        return None


def _asked_for(connection: psycopg.Connection, wanted: UUID | None) -> Sequence[Row]:
    """The letter that is named, whatever became of it; else all that are not settled, oldest first."""
    query = f"SELECT {_COLUMNS} FROM dead_letters WHERE "
    query += "outcome IS DISTINCT FROM %s ORDER BY received_at" if wanted is None else "id = %s"
    with connection.cursor(row_factory=class_row(Row)) as cursor:
        return cursor.execute(query, (READ if wanted is None else wanted,)).fetchall()


def _source(sources: Mapping[str, Source], row: Row) -> Source | None:
    """Who posts the letter: its source; for a record that somebody wrote to Kafka himself, the source of our own JSON."""
    own = (source for source in sources.values() if source.family == "gatehouse")
    return next(own, None) if row.source.startswith("kafka:") else sources.get(row.source)


def _again(
    connection: psycopg.Connection, client: httpx.Client, settings: Settings, source: Source | None, row: Row, as_json: bool
) -> bool:
    """Post one letter that is not settled; whether all of it could be read. The outcome is kept with the letter and printed."""
    if row.outcome == READ:
        outcome = READ
    else:
        outcome = _post(connection, client, settings, source, row) if source else f"no source is named {row.source}"
        connection.execute(
            "UPDATE dead_letters SET retried_at = %s, outcome = %s WHERE id = %s", (datetime.now(UTC), outcome, row.id)
        )
    typer.echo(orjson.dumps({"id": row.id, "outcome": outcome}) if as_json else f"{row.id}  {outcome}")
    return outcome == READ


def _post(connection: psycopg.Connection, client: httpx.Client, settings: Settings, source: Source, row: Row) -> str:
    body = connection.execute("SELECT body FROM dead_letters WHERE id = %s", (row.id,)).fetchone()
    headers = {KEY: source.key, RECEIVED_AT: row.received_at.isoformat()}
    if row.content_type:
        headers["Content-Type"] = row.content_type
    try:
        answer = client.post(f"{_gateway(settings)}/in/{source.name}", content=bytes(body[0]) if body else b"", headers=headers)
    except httpx.HTTPError as err:
        raise Unavailable("The gateway does not answer: `gatehouse doctor` says why.") from err
    if answer.status_code != httpx.codes.OK:
        return f"the gateway answered {answer.status_code}"
    return _outcome(answer.json())


def _outcome(answer: Any) -> str:
    rejected = answer.get("rejected") or []
    return _still(" ".join(dict.fromkeys(one.get("reason", "") for one in rejected))) if rejected else READ


def _still(reason: str) -> str:
    return f"{STILL}: {reason}"[:LONGEST]


def _gateway(settings: Settings) -> str:
    if not (settings.gateway_url or settings.gateway_port):
        raise SettingsError("The gateway's address is not known: `gatehouse up` chooses it, or set GATEHOUSE_GATEWAY_URL.")
    return settings.gateway_at

"""`gatehouse tail`: events and alerts as they are stored, a line each or JSON Lines, until Ctrl-C or a closed pipe.

Events are asked for by their place in the log, which is the order in which they were taken; alerts when the database
says that there are some. What the gateway kept on disk for more than RECENT before Kafka had it is stored and not shown.
"""

import os
import select
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg
import typer
from psycopg import sql
from psycopg.rows import dict_row

from schemas.alerts import CHANNEL
from schemas.database import connect
from schemas.errors import Unavailable
from schemas.events import Kind
from schemas.settings import Settings, load

EVERY_S = 0.25
ALERTS = "alerts"
RECENT = timedelta(minutes=5)  # what arrives is searched among the newest arrivals only
MOST = 1000  # a question: the rest comes with the next
OVERLAP = timedelta(seconds=30)  # another transaction may commit an alert after a younger one: looked back so far

Row = Mapping[str, Any]


def run(kind: str, *, as_json: bool) -> int:
    """Show them until told to stop; 0, and 2 for a kind that does not exist."""
    if kind and kind != ALERTS and kind not in set(Kind):
        typer.echo(f"{kind!r} is no kind: use one of {', '.join(Kind)}, {ALERTS}.", err=True)
        return 2
    kinds = [one for one in Kind if kind in {"", one}]
    try:
        for what, row in _follow(load(), kinds, _read_on, alerts=kind in {"", ALERTS}):
            typer.echo(_json(what, row) if as_json else _line(what, row))
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # the reader has seen enough; nothing may be written at the exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except psycopg.OperationalError as err:
        raise Unavailable("The database does not answer any more: `gatehouse doctor` says why.") from err
    return 0


def _read_on() -> bool:
    """Whether somebody still reads what we write: the other end of a pipe may close while nothing comes."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return not any(event & select.POLLERR for _, event in poll.poll(0))


def _follow(settings: Settings, kinds: list[Kind], wanted: Callable[[], bool], *, alerts: bool) -> Iterator[tuple[str, Row]]:
    with connect(settings, autocommit=True) as connection:
        connection.row_factory = dict_row  # type: ignore[assignment]
        connection.execute(f"LISTEN {CHANNEL}")
        places = {kind: _newest(connection, kind) for kind in kinds}
        shown: dict[UUID, datetime] = {}
        _alerts(connection, shown)  # those of before are known
        typer.echo("Waiting for what comes; Ctrl+C ends it.", err=True)
        while wanted():
            heard = list(connection.notifies(timeout=EVERY_S, stop_after=1))  # first, so that events stand before their alert
            for kind in kinds:
                for row in _events(connection, kind, places[kind]):
                    yield kind, row
            for row in _alerts(connection, shown) if alerts and heard else ():
                yield "alert", row


def _newest(connection: psycopg.Connection, kind: Kind) -> dict[int, int]:
    """By partition, the offset of the newest event that is there already."""
    query = sql.SQL("SELECT kafka_partition AS p, max(kafka_offset) AS o FROM {} WHERE received_at > %s GROUP BY 1")
    rows = connection.execute(query.format(sql.Identifier(f"events_{kind}")), (datetime.now(UTC) - RECENT,))
    return {row["p"]: row["o"] for row in rows}  # type: ignore[call-overload]


def _events(connection: psycopg.Connection, kind: Kind, place: dict[int, int]) -> list[Row]:
    """The events behind the place, in the log's order; the place moves on. A record's events come together."""
    query = sql.SQL(
        "SELECT * FROM {} WHERE received_at > %s"
        " AND kafka_offset > coalesce((%s::jsonb ->> kafka_partition::text)::bigint, -1)"
        " ORDER BY kafka_offset FETCH FIRST %s ROWS WITH TIES"
    ).format(sql.Identifier(f"events_{kind}"))
    known = orjson.dumps({str(partition): offset for partition, offset in place.items()}).decode()
    rows: list[Row] = connection.execute(query, (datetime.now(UTC) - RECENT, known, MOST)).fetchall()  # type: ignore[assignment]
    for row in rows:
        place[row["kafka_partition"]] = max(row["kafka_offset"], place.get(row["kafka_partition"], -1))
    return sorted(rows, key=lambda row: (row["kafka_offset"], row["event_time"]))


def _alerts(connection: psycopg.Connection, shown: dict[UUID, datetime]) -> list[Row]:
    """What was stored since the last question, oldest first; `shown` (ids with when they were stored) follows.

    At first that is the newest stored, with what was stored just before it. Clearings are said by the wall; a tail shows
    what begins.
    """
    newest = "(SELECT max(stored_at) FROM alerts)" if not shown else "%s"
    query = f"SELECT * FROM alerts WHERE stored_at > {newest} - %s ORDER BY stored_at, id"
    since = [max(shown.values())] if shown else []
    found: list[Row] = connection.execute(query, [*since, OVERLAP]).fetchall()  # type: ignore[assignment]
    new = [row for row in found if row["id"] not in shown]
    shown.clear()
    shown.update((row["id"], row["stored_at"]) for row in found)
    return new


def _json(what: str, row: Row) -> str:
    return orjson.dumps({"what": what, **row}).decode()


def _line(what: str, row: Row) -> str:
    if what == "alert":
        about = f"{row['rule']}  {row['device']}  {row['subject'] or ''}".rstrip()
        return f"{row['raised_at']:%Y-%m-%d %H:%M:%S}  ALERT {row['severity']}  {about}"
    rest = " ".join(str(row[name]) for name in ("subject", "value", "zone", "direction") if row[name] is not None)
    late = "  late" if row["late"] else ""
    return f"{row['occurred_at']:%Y-%m-%d %H:%M:%S}  {what:<8}  {row['type']}  {row['device']}  {rest}".rstrip() + late

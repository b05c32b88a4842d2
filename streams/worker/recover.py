"""Where a lane starts: the saved rule state with the places it stands for, the stored progress, and the ids before it.

There is one way back, whatever happened: load this, read the log again from the state's places, judge everything, store what
the progress does not hold yet. Duplicates must come out in the replay as they did the first time, so only ids stored below
the state's offsets are loaded.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import psycopg
from psycopg import sql

from schemas.events import Kind
from streams.worker.dedup import ALWAYS, NOTHING, Int64s, Stored
from streams.worker.id_set import Bools, Ids
from streams.worker.records import Place, Places
from streams.worker.standing import Stand
from streams.worker.store import begin_new_logs, ensure_progress, read_progress, read_state

log = logging.getLogger(__name__)

NEWEST = 50_000
"""Ids of each kind that are loaded: a tenth of a second, and at 100 events/s of one kind eight minutes."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """`places` is where reading goes on, `stored` how far events are in the database, `state` the rules' (None: none yet), and
    `stand` the configuration that it was judged by."""

    places: Places
    stored: Places
    state: bytes | None
    ids: Mapping[Kind, Stored]
    stand: Stand | None = None


def load(connection: psycopg.Connection, prefix: str, partition: int, logs: Mapping[Kind, UUID]) -> Recovered:
    """Read a partition's place from the database, in these logs; the connection is in autocommit."""
    ensure_progress(connection, prefix, partition)
    for kind in begin_new_logs(connection, prefix, partition, logs):
        log.warning("The topic of %s was made anew in Kafka: partition %d reads it from its beginning.", kind, partition)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        saved = read_state(connection, prefix, partition)
        places, state, stand = (saved.places, saved.state, saved.configuration) if saved else ({}, None, None)
        whole = {kind: places.get(kind, Place()) for kind in Kind}
        stored = read_progress(connection, prefix, partition)
        ids = {kind: _ids(connection, kind, partition, (whole[kind].next_offset, _end(stored, kind))) for kind in Kind}
        return Recovered(whole, stored, state, ids, stand)


def _end(stored: Places, kind: Kind) -> int:
    return stored.get(kind, Place()).next_offset


def _ids(connection: psycopg.Connection, kind: Kind, partition: int, span: tuple[int, int]) -> Stored:
    """The newest ids by event time that were stored outside the offsets of `span`, which a replay reads again.

    What is stored from its end on comes from a log before this one. The oldest time may be cut through: it is left out.
    """
    query = sql.SQL(
        "SELECT id, (extract(epoch FROM event_time) * 1000000)::bigint FROM {} "
        "WHERE kafka_partition = %s AND (kafka_offset < %s OR kafka_offset >= %s) ORDER BY event_time DESC LIMIT %s"
    ).format(sql.Identifier(f"events_{kind}"))
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(query, (partition, *span, NEWEST)).fetchall()
    if not rows:
        return NOTHING
    ids = np.frombuffer(b"".join(identity.bytes for identity, _ in rows), dtype=np.uint64).reshape(-1, 2)
    whole = len(rows) < NEWEST
    return Stored(ids, ALWAYS if whole else rows[-1][1] + 1, rows[0][1])


@dataclass(frozen=True, slots=True)
class Doubt:
    """Events of one kind that memory does not answer for, with the Kafka offsets that they come from now."""

    kind: Kind
    ids: Ids
    occurred_us: Int64s
    offsets: Int64s


def look_up(connection: psycopg.Connection, partition: int, doubt: Doubt) -> Bools:
    """Which of them were stored from another record. A row stored from the very record is no repetition but a replay:
    in one log an id is stored from the first record that has it, and what a log before this one left is elsewhere.

    A stored repetition has the device's time for its event time, or is one of the few that were displaced.
    """
    table = sql.Identifier(f"events_{doubt.kind}")
    query = sql.SQL(
        "SELECT asked.n FROM unnest(%(ids)s::bytea[], %(at)s::bigint[], %(offsets)s::bigint[]) "
        "WITH ORDINALITY AS asked (raw, at, kafka_offset, n) "
        "JOIN {0} AS stored ON stored.id = encode(asked.raw, 'hex')::uuid AND stored.event_time = "
        "'epoch'::timestamptz + asked.at * interval '1 microsecond' "
        "WHERE stored.kafka_partition <> %(partition)s OR stored.kafka_offset <> asked.kafka_offset "
        "UNION ALL SELECT asked.n FROM unnest(%(ids)s::bytea[], %(offsets)s::bigint[]) "
        "WITH ORDINALITY AS asked (raw, kafka_offset, n) "
        "JOIN {0} AS stored ON stored.id = encode(asked.raw, 'hex')::uuid AND stored.event_time <> stored.occurred_at "
        "WHERE stored.kafka_partition <> %(partition)s OR stored.kafka_offset <> asked.kafka_offset"
    ).format(table)
    raw = [row.tobytes() for row in doubt.ids]
    asked = {"ids": raw, "at": doubt.occurred_us.tolist(), "offsets": doubt.offsets.tolist(), "partition": partition}
    found = np.zeros(len(doubt.ids), dtype=np.bool_)
    for (n,) in connection.execute(query, asked):
        found[n - 1] = True
    return found

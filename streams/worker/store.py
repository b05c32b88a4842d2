"""One block of records as one transaction: progress, events, alerts, roll-ups, and now and then the rules' state.

The progress is moved first: it locks the partition's rows, so that of two workers that both think they own the partition one
commits and the other is Fenced before it writes anything. Whether a transaction whose answer was lost took effect is
read off the progress too: nothing is ever written twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from schemas.alerts import Alert, Clearing, SeverityChange
from schemas.errors import Fenced
from schemas.events import Kind
from schemas.topics import kinds_by_topic, topic
from streams.worker.copy_rows import COLUMNS
from streams.worker.records import Place, Places
from streams.worker.roll_ups import Counts, Seen
from streams.worker.standing import Stand
from streams.worker.store_alerts import write_alerts

_PROGRESS = """
UPDATE progress SET next_offset = new.next_offset, tick = new.tick
FROM unnest(%(topics)s::text[], %(expected)s::bigint[], %(next)s::bigint[], %(ticks)s::timestamptz[])
     AS new (topic, expected, next_offset, tick)
WHERE progress.topic = new.topic AND progress.partition = %(partition)s AND progress.next_offset = new.expected
"""

_COUNTS = """
INSERT INTO event_counts AS old (site, kind, minute, n)
SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::bigint[])
ON CONFLICT (site, kind, minute) DO UPDATE SET n = old.n + EXCLUDED.n
"""

_SEEN = """
INSERT INTO device_state AS old (site, device, kind, last_seen, last_type, last_event_time, value)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::timestamptz[], %s::float8[])
ON CONFLICT (site, device) DO UPDATE SET
    last_seen = greatest(old.last_seen, EXCLUDED.last_seen),
    (kind, last_type, last_event_time, value) = (
        SELECT CASE WHEN newer THEN EXCLUDED.kind ELSE old.kind END,
               CASE WHEN newer THEN EXCLUDED.last_type ELSE old.last_type END,
               CASE WHEN newer THEN EXCLUDED.last_event_time ELSE old.last_event_time END,
               CASE WHEN newer THEN coalesce(EXCLUDED.value, old.value) ELSE old.value END
        FROM (SELECT EXCLUDED.last_event_time IS NOT NULL
                     AND (old.last_event_time IS NULL OR EXCLUDED.last_event_time >= old.last_event_time)) AS word (newer)
    )
"""

_STATE = """
INSERT INTO rule_state (partition, saved_at, offsets, state, configuration) VALUES (%s, clock_timestamp(), %s, %s, %s)
ON CONFLICT (partition) DO UPDATE SET
    saved_at = EXCLUDED.saved_at, offsets = EXCLUDED.offsets, state = EXCLUDED.state, configuration = EXCLUDED.configuration
"""

_STATE_BEGINS = """
UPDATE rule_state SET offsets = jsonb_set(offsets, ARRAY[%(topic)s, 'next_offset'], '0')
WHERE partition = %(partition)s AND offsets ? %(topic)s
"""


@dataclass(frozen=True, slots=True)
class Block:
    """All that one transaction writes. `start` and `end` are where the stored progress stands before and after it.

    `copies` are COPY streams by kind, `state` the rules' state at `state_at` where it is time to save it, and the configuration
    that it was judged by.
    """

    start: Places
    end: Places
    copies: Mapping[Kind, Sequence[memoryview]] = field(default_factory=dict)
    alerts: Sequence[Alert] = ()
    clearings: Sequence[Clearing] = ()
    changes: Sequence[SeverityChange] = ()
    judged_at: datetime | None = None
    counts: Counts = field(default_factory=dict)
    seen: Mapping[tuple[str, str], Seen] = field(default_factory=dict)
    state: bytes | None = None
    state_at: Places = field(default_factory=dict)
    configuration: Stand | None = None


class Store:
    """Writes one partition's blocks through one connection, which the caller opens anew when it broke."""

    def __init__(self, prefix: str, partition: int, site: str) -> None:
        self._prefix, self._partition, self._site = prefix, partition, site

    def commit(self, connection: psycopg.Connection, block: Block) -> None:
        """Write the block. Fenced where the progress is not `start`; psycopg's errors as they come."""
        with connection.transaction(), connection.cursor() as cursor:
            self._advance(cursor, block)
            for kind, parts in block.copies.items():
                with cursor.copy(f"COPY events_{kind} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)") as copy:
                    for part in parts:
                        copy.write(part)
            with connection.pipeline():
                write_alerts(cursor, self._site, block.alerts, block.clearings, block.changes, block.judged_at)
                self._roll_ups(cursor, block)

    def took_effect(self, connection: psycopg.Connection, block: Block) -> bool:
        """Whether a transaction whose answer was lost is in the database; Fenced where somebody else went on from there."""
        with connection.transaction():
            now = read_progress(connection, self._prefix, self._partition)
        moved = [kind for kind, place in block.end.items() if place != block.start.get(kind)]
        if all(now.get(kind, Place()).next_offset == block.end[kind].next_offset for kind in moved):
            return bool(moved)
        if all(now.get(kind, Place()).next_offset == block.start[kind].next_offset for kind in moved):
            return False
        raise Fenced(f"Partition {self._partition} was stored further by another worker.")

    def _advance(self, cursor: psycopg.Cursor, block: Block) -> None:
        """Move the progress; a block that saves state moves all of it, be it to where it is: only its owner may save."""
        moved = [kind for kind, place in block.end.items() if place != block.start[kind] or block.state is not None]
        if not moved:
            return
        cursor.execute(
            _PROGRESS,
            {
                "topics": [topic(self._prefix, kind) for kind in moved],
                "expected": [block.start[kind].next_offset for kind in moved],
                "next": [block.end[kind].next_offset for kind in moved],
                "ticks": [_time(block.end[kind].tick_us) for kind in moved],
                "partition": self._partition,
            },
        )
        if cursor.rowcount != len(moved):
            raise Fenced(f"Partition {self._partition} was stored further by another worker.")

    def _roll_ups(self, cursor: psycopg.Cursor, block: Block) -> None:
        if block.counts:
            keys = sorted(block.counts)
            columns = [list(column) for column in zip(*keys, strict=True)]
            minutes = [_time(int(minute) * 60_000_000) for minute in columns[2]]
            cursor.execute(_COUNTS, (columns[0], columns[1], minutes, [block.counts[key] for key in keys]))
        if block.seen:
            rows = [_seen_row(key, block.seen[key]) for key in sorted(block.seen)]
            cursor.execute(_SEEN, [list(column) for column in zip(*rows, strict=True)])
        if block.state is not None:
            offsets = {topic(self._prefix, kind): _place_json(place) for kind, place in block.state_at.items()}
            stand = Jsonb(block.configuration.saved()) if block.configuration else None
            cursor.execute(_STATE, (self._partition, Jsonb(offsets), block.state, stand))


def read_progress(connection: psycopg.Connection, prefix: str, partition: int) -> Places:
    """Where the partition's stored progress stands, by kind; a kind without a row is absent."""
    kinds = kinds_by_topic(prefix)
    rows = connection.execute(
        "SELECT topic, next_offset, tick FROM progress WHERE partition = %s AND topic = ANY(%s)", (partition, list(kinds))
    )
    return {kinds[name]: Place(next_offset, _us(tick)) for name, next_offset, tick in rows}


def begin_new_logs(connection: psycopg.Connection, prefix: str, partition: int, logs: Mapping[Kind, UUID]) -> list[Kind]:
    """Places in logs that are no more become places at the start of those that took their names; of which kinds.

    Time stays where it was: it never goes back. One transaction, so that progress and saved state cannot disagree.
    """
    begun: list[Kind] = []
    with connection.transaction():
        for kind, log in logs.items():
            where = (topic(prefix, kind), partition)
            row = connection.execute(
                "SELECT log FROM progress WHERE (topic, partition) = (%s, %s) FOR UPDATE", where
            ).fetchone()
            if row is None or row[0] == log:
                continue
            connection.execute("UPDATE progress SET log = %s WHERE (topic, partition) = (%s, %s)", (log, *where))
            if row[0] is not None:
                connection.execute("UPDATE progress SET next_offset = 0 WHERE (topic, partition) = (%s, %s)", where)
                connection.execute(_STATE_BEGINS, {"topic": where[0], "partition": partition})
                begun.append(kind)
    return begun


def ensure_progress(connection: psycopg.Connection, prefix: str, partition: int) -> None:
    """Every topic's row, so that the progress can be moved by an update that names what it expects."""
    connection.execute(
        "INSERT INTO progress (topic, partition, next_offset) SELECT name, %s, 0 FROM unnest(%s::text[]) AS name "
        "ON CONFLICT DO NOTHING",
        (partition, list(kinds_by_topic(prefix))),
    )


@dataclass(frozen=True, slots=True)
class SavedState:
    """The rules' saved state, the places that it stands for, and the configuration that it was judged by."""

    places: Places
    state: bytes
    configuration: Stand | None


def read_state(connection: psycopg.Connection, prefix: str, partition: int) -> SavedState | None:
    """The rules' saved state; None while there is none."""
    query = "SELECT offsets, state, configuration FROM rule_state WHERE partition = %s"
    row = connection.execute(query, (partition,)).fetchone()
    if row is None:
        return None
    kinds = kinds_by_topic(prefix)
    places = {kinds[name]: Place(place["next_offset"], place["tick_us"]) for name, place in row[0].items() if name in kinds}
    return SavedState(places, bytes(row[1]), Stand.of(row[2]) if row[2] else None)


def _place_json(place: Place) -> dict[str, int | None]:
    return {"next_offset": place.next_offset, "tick_us": place.tick_us}


def _time(us: int | None) -> datetime | None:
    return None if us is None else datetime.fromtimestamp(us / 1_000_000, UTC)


def _us(time: datetime | None) -> int | None:
    return None if time is None else round(time.timestamp() * 1_000_000)


def _seen_row(key: tuple[str, str], seen: Seen) -> tuple[object, ...]:
    return (*key, seen.kind, _time(seen.seen_us), seen.type, _time(seen.event_us), seen.value)

"""Events of the registers: written with what they follow from, posted afterwards, at least once.

An event's id follows from what it tells, so the same thing told twice is one event. When it is posted it carries the time of
the posting: its rule judges what is news, and a date that passed while nobody could post is news when it is told. So before an
event that may have arrived is posted again, the stored events are asked for it; those that are younger than that, the worker
knows by their ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from schemas.event_json import VENDOR
from schemas.events import Kind, event_id

Conn = psycopg.Connection[Any]

AT_ONCE = 200
"""Events a message."""

STORED_WITHIN = timedelta(minutes=10)
"""What arrived longer ago than this is in the table by now; what is younger the worker knows when it comes again."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is to be told: `device` is the thing of the register, `zone` its place."""

    device: str
    type: str
    identity: str
    zone: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """The newest that was told of a thing, and how often it was told to be in order again."""

    type: str
    attributes: Mapping[str, Any]
    ended: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that was not told yet."""

    id: UUID
    device: str
    type: str
    identity: str
    zone: str
    attributes: Mapping[str, Any]
    tried_at: datetime | None


def write(conn: Conn, site: str, words: Iterable[Word], now: datetime) -> int:
    """Write what is new; how many that were."""
    query = """
        insert into register_events (id, site, device, type, identity, zone, attributes, made_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (id) do nothing"""
    return sum(
        conn.execute(
            query,
            (id_of(word), site, word.device, word.type, word.identity, word.zone, Jsonb(dict(word.attributes)), now),
        ).rowcount
        for word in words
    )


def id_of(word: Word) -> UUID:
    """The id that the gateway gives the event."""
    return event_id(VENDOR, word.device, word.identity)


def said(conn: Conn, site: str) -> Mapping[tuple[str, str], Said]:
    """By register and thing: what was told of it."""
    query = """
        select distinct on (device, attributes ->> 'register') attributes ->> 'register', device, type, attributes,
               (select count(*) from register_events o where o.site = e.site and o.device = e.device
                and o.attributes ->> 'register' = e.attributes ->> 'register' and o.type like %s)
        from register_events e where site = %s order by device, attributes ->> 'register', seq desc"""
    return {(row[0], row[1]): Said(*row[2:]) for row in conn.execute(query, ("%\\_ended", site)).fetchall()}


def waiting(conn: Conn, site: str) -> list[Waiting]:
    """The next events to be told, in the order in which they were written."""
    query = """
        select id, device, type, identity, zone, attributes, tried_at from register_events
        where site = %s and told_at is null order by seq limit %s"""
    with conn.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(query, (site, AT_ONCE)).fetchall()


def arrived(conn: Conn, events: Sequence[Waiting], now: datetime) -> set[UUID]:
    """Which of those that were tried some time ago are stored."""
    tried = [one for one in events if one.tried_at is not None and one.tried_at < now - STORED_WITHIN]
    if not tried:
        return set()
    since = min(one.tried_at for one in tried if one.tried_at is not None) - STORED_WITHIN
    query = "select id from events_facility where event_time >= %s and id = any(%s)"
    return {row[0] for row in conn.execute(query, (since, [one.id for one in tried])).fetchall()}


def trying(conn: Conn, events: Iterable[UUID], now: datetime) -> None:
    """Note that these may arrive from now on."""
    conn.execute("update register_events set tried_at = coalesce(tried_at, %s) where id = any(%s)", (now, list(events)))


def told(conn: Conn, events: Iterable[UUID], now: datetime) -> None:
    """Note that these are safe with the gateway."""
    conn.execute("update register_events set told_at = %s where id = any(%s)", (now, list(events)))


def as_json(event: Waiting, now: datetime) -> Mapping[str, Any]:
    """The event as the gateway takes it."""
    return {
        "kind": str(Kind.FACILITY),
        "type": event.type,
        "device": event.device,
        "id": event.identity,
        "occurred_at": now.isoformat(),
        "zone": event.zone,
        "attributes": dict(event.attributes),
    }

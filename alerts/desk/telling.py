"""The desk tells what the registers have to say: dates and windows that passed become events, posted to the gateway like any
device's.

What is found is written in one transaction; it is posted outside of it, at least once, and noted as told when the gateway has
answered that it is safe. A thread of its own, so that no slow gateway keeps an alert from its incident.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg

from alerts.registers import news, outbox
from schemas.database import connect
from schemas.errors import GatehouseError, SettingsError, Unavailable
from schemas.event_json import VENDOR
from schemas.settings import Settings
from schemas.site import Site
from schemas.sources import read_sources

log = logging.getLogger(__name__)

Conn = psycopg.Connection[Any]

EVERY_S = 5.0
"""A date passes once a day and a window a few times: nobody waits for it by the second."""

POST_S = 10.0
_HERE = "select pg_try_advisory_lock(hashtextextended('registers of ' || %s, 0))"


@dataclass(frozen=True, slots=True)
class Telling:
    """What it needs; `waiting` is told how many events wait for the gateway."""

    settings: Settings
    site: Site
    clock: Callable[[], datetime]
    waiting: Callable[[float], None]


def tell_until(telling: Telling, stop: threading.Event) -> None:
    """Tell until stopped, whatever database and gateway do; a second desk of the site waits for the first to be gone."""
    while not stop.is_set():
        try:
            with connect(telling.settings, autocommit=True) as conn:
                _tell(telling, conn, stop)
        except (psycopg.Error, Unavailable) as err:
            log.warning("The database is away; registers are looked through again when it is back: %s", err)
            stop.wait(EVERY_S)


def _tell(telling: Telling, conn: Conn, stop: threading.Event) -> None:
    mine = False
    while not stop.is_set():
        if not mine:
            row = conn.execute(_HERE, (telling.site.id,)).fetchone()
            mine = bool(row and row[0])
        if mine:
            _tried(telling, conn)
        stop.wait(EVERY_S)


def _tried(telling: Telling, conn: Conn) -> None:
    """One turn; a row that cannot be dealt with is said, and stops no later turn."""
    try:
        turn(telling, conn)
    except (psycopg.DataError, psycopg.IntegrityError, GatehouseError, ValueError, TypeError, OverflowError) as err:
        log.error("The registers could not be looked through (%s): some row of them is wrong.", err)


def turn(telling: Telling, conn: Conn) -> None:
    """Find what is to be told, and post what waits."""
    site = telling.site
    with conn.transaction():
        news.turn(conn, site.id, ZoneInfo(site.timezone), telling.clock())
    try:
        while post(telling, conn):
            pass
    except (SettingsError, Unavailable) as err:
        log.warning("%d events of the registers wait: %s", len(outbox.waiting(conn, site.id)), err)
    telling.waiting(len(outbox.waiting(conn, site.id)))


def post(telling: Telling, conn: Conn) -> bool:
    """Post the next events; whether there were some. Unavailable where the gateway did not take them."""
    now, waiting = telling.clock(), outbox.waiting(conn, telling.site.id)
    there = outbox.arrived(conn, waiting, now)
    left = [one for one in waiting if one.id not in there]
    outbox.told(conn, there, now)
    if left:
        outbox.trying(conn, (one.id for one in left), now)
        _send(telling.settings, left, now)
        outbox.told(conn, (one.id for one in left), now)
    return bool(waiting)


def _send(settings: Settings, events: Sequence[outbox.Waiting], now: datetime) -> None:
    """One message. What the gateway rejects is a dead letter there, and would be one again: it counts as told."""
    source = read_sources(settings.local).get(VENDOR)
    if source is None:
        raise SettingsError(f"sources.json has no source {VENDOR!r}: add it with a key of its own.")
    body, headers = {"events": [outbox.as_json(one, now) for one in events]}, {"x-gatehouse-key": source.key}
    at = f"{settings.gateway_at}/in/{VENDOR}"
    try:
        answer = httpx.post(at, json=body, headers=headers, timeout=POST_S, trust_env=False)
        answer.raise_for_status()
        rejected = answer.json()["rejected"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as err:
        raise Unavailable(f"The gateway did not take them ({err}): see `gatehouse logs gateway`.") from err
    if rejected:
        log.error("The gateway rejected %d events of the registers: %s", len(rejected), rejected)

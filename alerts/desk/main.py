"""`gatehouse desk`: the composition root. It looks when the database rings, and each second; a site has one desk at work.

A second desk waits for the first to be gone (a lock of the database's, which ends with the connection), so that two may be
started and one killed.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import psycopg

from alerts.desk.figures import DeskFigures
from alerts.desk.gather import Conn, Desk, turn
from alerts.desk.telling import Telling, tell_until
from alerts.plans.scene import Surroundings
from alerts.reading import stream_time_now
from schemas.alerts import CHANNEL
from schemas.database import connect
from schemas.errors import Unavailable
from schemas.health import Health, routes, served
from schemas.log import configure
from schemas.plans.file import load_plans
from schemas.rules import load_catalogue
from schemas.settings import Settings, load
from schemas.site import load_site

log = logging.getLogger(__name__)

BEAT_S = 1.0
STOP_S = 5.0  # a message to the gateway that is on its way
_HERE = "select pg_try_advisory_lock(hashtextextended('desk of ' || %s, 0))"


def run() -> int:
    """Work until told to stop; 0 after a clean stop."""
    settings = load()
    configure(settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    closes_as = {rule.id: rule.closes_as for rule in load_catalogue().values() if rule.closes_as is not None}
    site = load_site(settings.site)
    stream_time = partial(stream_time_now, settings=settings, site=site.id)
    around, plans = Surroundings(site, settings.callback), load_plans(settings.plans_folder)
    desk = Desk(around, plans, closes_as, lambda: datetime.now(UTC), stream_time)
    health, figures = Health("desk"), DeskFigures()
    health.say("database", False, "It was not asked yet.")
    with served(routes(health, figures.registry), settings.host, settings.desk_port):
        telling = Telling(settings, desk.site, desk.clock, figures.waiting.set)
        rounds = threading.Thread(target=tell_until, args=(telling, stop), daemon=True)
        rounds.start()
        work(settings, desk, (health, figures), stop.is_set)
        rounds.join(STOP_S)
    return 0


def work(settings: Settings, desk: Desk, told: tuple[Health, DeskFigures], stopped: Callable[[], bool]) -> None:
    """Turn until stopped, whatever the database does."""
    health, _ = told
    while not stopped():
        try:
            with connect(settings, autocommit=True) as conn:
                _at_work(conn, desk, told, stopped)
        except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as err:
            log.warning("The database is away; no alert becomes an incident until it is back: %s", err)
            health.say("database", False, "It does not answer: alerts wait for it.")
            time.sleep(BEAT_S)


def _at_work(conn: Conn, desk: Desk, told: tuple[Health, DeskFigures], stopped: Callable[[], bool]) -> None:
    health, figures = told
    conn.execute(f"listen {CHANNEL}")
    while not stopped():
        row = conn.execute(_HERE, (desk.site.id,)).fetchone()
        if row and row[0]:
            break
        health.say("database", True, "Another desk is at work for this site; this one waits.")
        time.sleep(BEAT_S)
    while not stopped():
        began = time.monotonic()
        more = turn(desk, conn)
        figures.turn.observe(time.monotonic() - began)
        health.say("database", True, "Alerts become incidents.")
        if not more:
            list(conn.notifies(timeout=BEAT_S, stop_after=1))

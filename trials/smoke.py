"""`gatehouse smoke`: one Hikvision message posted to the running installation and followed to a real browser's DOM.

A plate of the site's watch-list is read at a plate point, as the device writes it. Then: when the event's row was committed and
visible, when the alert was judged, when the alert's element stood in the wall's document. It holds when that took at most
`LIMIT_MS`. The message is marked as simulated, so that nobody takes it for a car.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import orjson
import psycopg
import typer

from dashboard.door import kiosk
from schemas.database import connect
from schemas.errors import SettingsError, Unavailable
from schemas.rules import load_catalogue
from schemas.settings import Settings, load
from schemas.site import DeviceKind, Site, load_site
from schemas.sources import read_sources
from streams.simulator import hikvision
from streams.simulator.post import MARKED
from streams.simulator.words import at_once
from trials.tools import CHROMIUM, FLAGS, ensure_browser

LIMIT_MS = 500.0
RULE = "plate-watch-list"
PATIENCE_S = 10.0  # for each step: ten times what would already be a failure
POLL_S = 0.002
LOAD_MS = 20_000  # the wall's first picture in a browser that has just been started
SOURCE = "hikvision"
MARGIN = timedelta(seconds=5)  # event time is the device's, or the arrival shortly after

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Result:
    """When it was posted, and milliseconds from there to each step; `ok` where the last one is within the limit."""

    posted: datetime
    stored_ms: float
    judged_ms: float
    shown_ms: float

    @property
    def ok(self) -> bool:
        """Shown in time."""
        return self.shown_ms <= LIMIT_MS

    def as_json(self) -> bytes:
        """{"posted", "stored_ms", "judged_ms", "shown_ms", "ok"}."""
        figures = {name: round(getattr(self, name), 1) for name in ("stored_ms", "judged_ms", "shown_ms")}
        return orjson.dumps({"posted": self.posted.isoformat(timespec="milliseconds"), **figures, "ok": self.ok})


@dataclass(frozen=True, slots=True)
class Alerted:
    """The alert that came of the message."""

    id: UUID
    judged_at: datetime


def run(*, as_json: bool) -> int:
    """Post, follow, print; 0 only where the alert was shown within the limit."""
    settings = load()
    result = measure(settings)
    if as_json:
        typer.echo(result.as_json().decode())
    else:
        typer.echo(
            f"Posted {result.posted:%H:%M:%S}; stored after {result.stored_ms:.0f} ms, judged after {result.judged_ms:.0f} ms, "
            f"shown after {result.shown_ms:.0f} ms: {'in time' if result.ok else f'over the limit of {LIMIT_MS:.0f} ms'}."
        )
    return 0 if result.ok else 1


def measure(settings: Settings) -> Result:
    """One message's way; SettingsError or Unavailable, a sentence, where a part of it is not there."""
    if not settings.database_url.get_secret_value():
        raise SettingsError("Nothing runs here: `gatehouse up` starts it.")
    site = load_site(settings.site)
    with connect(settings, autocommit=True) as conn, kiosk_link(settings, conn) as address, browser(address) as page:
        plate = free_plate(conn, site, lambda: datetime.now(UTC))
        posted = _post(settings, site, plate)
        stored = _until(lambda: _stored(conn, plate, posted), "The event did not come into the database", time.time)
        alert = _until(
            lambda: _alerted(conn, site, plate, posted), f"The event raised no alert of the rule {RULE}", lambda: 0.0
        )
        shown = _shown(page, alert[0].id)
    since = posted.timestamp() * 1000
    return Result(posted, stored[1] * 1000 - since, alert[0].judged_at.timestamp() * 1000 - since, shown - since)


def free_plate(conn: psycopg.Connection, site: Site, now: Callable[[], datetime]) -> str:
    """A watched plate that the rule does not hold back just now; waits for the first to come free."""
    if not site.watch_plates:
        raise SettingsError("The site watches no plate: add one to watch_plates in its file.")
    hold = timedelta(seconds=load_catalogue()[RULE].hold_s + 1)
    while True:
        moment = now()
        given = (site.id, RULE, moment - hold)
        rows = conn.execute(
            "select subject, max(raised_at) from alerts where site = %s and rule = %s and raised_at > %s group by subject",
            given,
        )
        held = {subject: raised + hold - moment for subject, raised in rows}
        if free := sorted(site.watch_plates - held.keys()):
            return free[0]
        time.sleep(max(0.0, min(held.values()).total_seconds()))


def _post(settings: Settings, site: Site, plate: str) -> datetime:
    """Post one read of this plate, as of now; when that was, in whole milliseconds as the device writes it."""
    source = read_sources(settings.local)[SOURCE]
    point = next(device for device in site.devices.values() if device.kind is DeviceKind.PLATE)
    say = at_once(point, "read", 0, subject=plate, score=0.97, extra={"direction": "in"})
    headers = {"X-Gatehouse-Key": source.key, **MARKED}
    try:
        with httpx.Client(base_url=settings.gateway_at, timeout=PATIENCE_S, headers=headers) as client:
            client.get("/healthz")  # a device's connection stands already
            now = datetime.now(UTC)
            posted = now.replace(microsecond=now.microsecond // 1000 * 1000)
            told = posted.astimezone(ZoneInfo(site.timezone)).isoformat(timespec="milliseconds")
            content_type, body = hikvision.plate(say, told, int(posted.timestamp() * 1000))
            answer = client.post(f"/in/{SOURCE}", content=body, headers={"Content-Type": content_type})
    except httpx.HTTPError as err:
        raise Unavailable(f"The gateway does not answer ({type(err).__name__}): see `gatehouse status`.") from err
    if answer.status_code != httpx.codes.OK:
        raise Unavailable(f"The gateway answered {answer.status_code}: {answer.text[:200]}")
    return posted


def _stored(conn: psycopg.Connection, plate: str, posted: datetime) -> bool | None:
    """Whether the event's row is visible to another connection."""
    query = "select 1 from events_plate where event_time >= %s and occurred_at = %s and subject = %s"
    return conn.execute(query, (posted - MARGIN, posted, plate)).fetchone() is not None or None


def _alerted(conn: psycopg.Connection, site: Site, plate: str, posted: datetime) -> Alerted | None:
    """The alert of the event, once it is there."""
    query = (
        "select id, judged_at from alerts"
        " where site = %s and rule = %s and subject = %s and raised_at >= %s and occurred_at = %s"
    )
    row = conn.execute(query, (site.id, RULE, plate, posted - MARGIN, posted)).fetchone()
    return None if row is None else Alerted(*row)


def _until(look: Callable[[], Found | None], else_: str, clock: Callable[[], float]) -> tuple[Found, float]:
    """What `look` finds, and the clock when it did; Unavailable after PATIENCE_S."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise Unavailable(f"{else_} within {PATIENCE_S:.0f} s: see `gatehouse status`.")
        time.sleep(POLL_S)
    return found, clock()


@contextmanager
def kiosk_link(settings: Settings, conn: psycopg.Connection) -> Iterator[str]:
    """The address of the wall for a screen without a login, revoked in the end."""
    name = f"smoke {datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    token = kiosk.create(conn, name, datetime.now(UTC))
    try:
        yield f"{settings.dashboard_at}/wall?kiosk={token}"
    finally:
        kiosk.revoke(conn, name, datetime.now(UTC))


@contextmanager
def browser(address: str) -> Iterator[Any]:
    """A page of a real Chromium that shows the wall, live."""
    ensure_browser()
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        try:
            page = chromium.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(address, timeout=LOAD_MS)
            page.wait_for_selector("body[data-ready='1']:not(.stale)", state="attached", timeout=LOAD_MS)
            yield page
        except Error as err:
            words = str(err).splitlines()[0].replace(address, "the wall")  # the address holds a secret
            raise Unavailable(f"The wall did not show it ({words}): see `gatehouse logs dashboard`.") from None
        finally:
            chromium.close()


def _shown(page: Any, alert: UUID) -> float:
    """When a line of the document first stood for the alert, ms since the epoch, by the browser's clock."""
    page.wait_for_selector(f"[data-alerts~='{alert}']", state="attached", timeout=PATIENCE_S * 1000)
    return float(page.evaluate("id => window.gatehouse.seen.get(id)", str(alert)))

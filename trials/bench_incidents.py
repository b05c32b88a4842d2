"""`gatehouse bench --only incidents`: the console with 500 incidents open and 50 plans running, in two real browsers.

How long the list takes to be drawn from what is pushed; and how long after a tick was sent from one browser the step stands as
done in the other's page. Everything in one run on this machine: database, dashboard, both browsers.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import numpy as np
import psycopg

from alerts.desk.gather import Desk, turn
from alerts.plans.scene import Surroundings
from dashboard.guard import CSRF_COOKIE, SESSION_COOKIE
from schemas.errors import Unavailable
from schemas.plans.file import load_plans
from schemas.site import DeviceKind, Site, load_site
from trials.bench import Figure, kept, machine, tell_figures
from trials.bench_own import Instance, instance, services, tell
from trials.people import Visitor, people
from trials.tools import CHROMIUM, FLAGS, ensure_browser

INCIDENTS, PLANS = 500, 50
WORKED = 8
"""Plans that are worked to measure: about fifteen presses each."""
DRAWS = 15
READY_MS = 30_000

_ALERTS = """
    insert into alerts (id, site, rule, rule_version, severity, device, raised_at, occurred_at, judged_at, stored_at, why)
    select gen_random_uuid(), %s, 'intrusion', 1, 3, device, now(), now(), now(), now(), '{}' from unnest(%s::text[]) device"""

_DRAW = """
    () => { const G = window.gatehouse, began = performance.now(); G.drawList(); G.state.data = structuredClone(G.state.data);
            G.drawList(); document.body.getBoundingClientRect(); return performance.now() - began; }"""

_WATCH = """
    () => { window.doneAt = {};
            const look = () => { const done = window.gatehouse.state.one.steps.filter((s) => s.state === "done");
              for (const s of done) if (!(s.id in window.doneAt)) window.doneAt[s.id] = Date.now();
              requestAnimationFrame(look); };
            look(); }"""

_PRESS = """
    async (form) => { const token = decodeURIComponent(document.cookie.match(/_csrf_token=([^;]*)/)[1]), at = Date.now();
      const headers = { "X-CSRFToken": token }, body = new URLSearchParams(form);
      const answer = await fetch("/incidents/act", { method: "POST", body, headers });
      return [answer.status, at, await answer.text()]; }"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds: each drawing of the list, each tick until the other browser had it."""

    incidents: int
    plans: int
    draws_ms: Sequence[float]
    ticks_ms: Sequence[float]
    list_bytes: int


def run(*, as_json: bool) -> int:
    """Measure, print; 0 when both promises hold."""
    ensure_browser()
    with services() as settings, instance(settings) as mine:
        tell(f"{INCIDENTS} incidents, {PLANS} plans.")
        measured = measure(mine, load_site(settings.site))
    draws, ticks = np.array(measured.draws_ms), np.array(measured.ticks_ms)
    figures = [
        Figure("the list drawn in the browser, p95", round(float(np.percentile(draws, 95)), 1), 200.0, "ms"),
        Figure("a tick seen by another browser, p99", round(float(np.percentile(ticks, 99)), 1), 500.0, "ms"),
    ]
    facts = {"measured": {**asdict(measured), "ticks": len(ticks), "tick_p50_ms": round(float(np.percentile(ticks, 50)), 1)}}
    tell_figures(figures, facts, machine(), as_json=as_json)
    return 0 if kept(figures) else 1


def measure(mine: Instance, site: Site) -> Measured:
    """Fill an instance of its own, and work it from two browsers."""
    with ExitStack() as stack:
        dashboard = stack.enter_context(mine.running("dashboard"))
        mine.wait_ready(dashboard)
        conn = stack.enter_context(mine.connection())
        url = f"http://127.0.0.1:{mine.settings.dashboard_port}"
        one, other = stack.enter_context(people(url, conn, "bench", ("supervisor", "supervisor")))
        plans = _fill(conn, site, one)
        pages = stack.enter_context(_browsers(url, one, other))
        listed = one.client.get("/incidents.json")
        draws = [float(pages[0].evaluate(_DRAW)) for _ in range(DRAWS)]
        ticks = [ms for incident in plans[:WORKED] for ms in _worked(pages, url, incident, one)]
    return Measured(len(listed.json()["incidents"]), len(plans), draws, ticks, len(listed.content))


def _fill(conn: psycopg.Connection, site: Site, chief: Visitor) -> list[str]:
    """The incidents, those with a plan first; the ids of these."""
    cameras = [device.id for device in site.devices.values() if device.kind is DeviceKind.CAMERA]
    conn.execute(_ALERTS, (site.id, cameras[: INCIDENTS - PLANS]))
    desk = Desk(Surroundings(site, ""), load_plans(), {}, lambda: datetime.now(UTC))
    while turn(desk, conn):
        pass
    return [_opened(chief, place.id) for place in site.buildings[:PLANS]]


def _opened(chief: Visitor, building: str) -> str:
    form = {"act": "open_plan", "plan": "fire", "building": building}
    answer = chief.client.post("/incidents/act", data=form, headers={"x-csrftoken": chief.token})
    if answer.status_code != httpx.codes.OK:
        raise Unavailable(f"No plan could be opened: {answer.text}")
    return str(answer.json()["goto"].partition("id=")[2])


@contextmanager
def _browsers(url: str, *visitors: Visitor) -> Iterator[list[Any]]:
    """A page of the list for each visitor, drawn."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        pages = []
        for visitor in visitors:
            context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            tokens = {SESSION_COOKIE: visitor.client.cookies.get(SESSION_COOKIE), CSRF_COOKIE: visitor.token}
            context.add_cookies([{"name": name, "value": str(value), "url": url} for name, value in tokens.items()])
            page = context.new_page()
            page.goto(f"{url}/incidents")
            page.wait_for_selector("body[data-ready='1']", timeout=READY_MS)
            pages.append(page)
        yield pages
        chromium.close()


def _worked(pages: Sequence[Any], url: str, incident: str, chief: Visitor) -> Iterator[float]:
    """Press what can be pressed in one plan from the first browser; how long until the second had each step as done."""
    first, second = pages
    second.goto(f"{url}/incident?id={incident}")
    second.wait_for_selector("body[data-ready='1']", timeout=READY_MS)
    second.wait_for_function("window.gatehouse.state.one !== null", timeout=READY_MS)
    second.evaluate(_WATCH)
    while (form := _next(chief, incident)) is not None:
        status, at, text = first.evaluate(_PRESS, {"incident": incident, **form})
        if status != httpx.codes.OK:
            raise Unavailable(f"A press was refused: {text}")
        if form["act"] == "row":
            continue
        step = form["step"]
        second.wait_for_function("(step) => step in window.doneAt", arg=step, timeout=READY_MS)
        yield float(second.evaluate("(step) => window.doneAt[step]", step)) - float(at)
        time.sleep(0.05)  # people do not press without a pause


def _next(chief: Visitor, incident: str) -> dict[str, str] | None:
    """The next press: an answer, a row, a tick of a step that one person does."""
    steps = chief.client.get("/incident.json", params={"id": incident}).json()["steps"]
    for step in (one for one in steps if one["state"] == "open"):
        if step["answers"]:
            return {"act": "answer", "step": step["id"], "answer": next(a["id"] for a in step["answers"] if not a["ends"])}
        if row := next((row for row in step["rows"] if row["state"] == "open"), None):
            return {"act": "row", "step": step["id"], "row": row["id"]}
        if not step["rows"] and not step["two_people"]:
            return {"act": "tick", "step": step["id"]}
    return None

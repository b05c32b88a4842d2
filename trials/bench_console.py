"""`gatehouse bench --only console`: 500 incidents open and 50 plans running, worked by two people in two real browsers.

Two promises, on an instance of its own with every process of the flow. The list: what is drawn anew for news, a search, a
filter or a whole new list stands painted within 200 ms, from when the page has the data or the press; the way to the page is
not in it. A tick: from the click in one browser to the step that stands done in the document of the other within 500 ms. Both
hold for 99 of 100.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict

import httpx
import numpy as np
import psycopg

from schemas.alerts import CHANNEL
from schemas.errors import Unavailable
from schemas.site import DeviceKind, Site, load_site
from trials.bench import Figure, kept, machine, tell_figures
from trials.bench_console_pages import Asked, Measured, measured
from trials.bench_own import PROCESSES, Instance, instance, services, tell, wait
from trials.people import Visitor, people
from trials.tools import ensure_browser

INCIDENTS, PLANS = 500, 50
NEWS = 12
"""Incidents that come while the list is watched: as many as are in sight, for a row out of sight is not drawn."""
START_S = 240.0  # kernels are compiled where nobody has done so yet
FILL_S = 120.0
DEADLINE_S = 600.0
"""For all that is done in the browsers: on a machine with nothing else to do they take a few minutes."""

_ALERTS = """
    with made as (
        insert into alerts (id, site, rule, rule_version, severity, device, raised_at, occurred_at, judged_at, stored_at, why)
        select gen_random_uuid(), %(site)s, 'intrusion', 1, %(severity)s, device, now(), now(), now(), now(), '{}'
        from unnest(%(devices)s::text[]) device returning id)
    select pg_notify(%(channel)s, %(site)s) from made limit 1"""
_UNCLOSED = "select count(*) from incidents where site = %s and state <> 'closed'"
_RUNNING = "select count(*) from incidents where site = %s and plan_open"


def run(*, as_json: bool) -> int:
    """Measure, print; 0 when both promises hold."""
    ensure_browser()
    with services() as settings, instance(settings) as mine:
        found = measure(mine, load_site(settings.site))
    figures = _figures(found)
    tell_figures(figures, {"measured": _summed(found)}, machine(), as_json=as_json)
    return 0 if kept(figures) else 1


def measure(mine: Instance, site: Site) -> Measured:
    """Fill an instance of its own, and work it from two browsers; Unavailable where that does not come to its end."""
    url = f"http://127.0.0.1:{mine.settings.dashboard_port}"
    cameras = sorted(device.id for device in site.devices.values() if device.kind is DeviceKind.CAMERA)
    with _all_running(mine), mine.connection() as conn, people(url, conn, "bench", ("supervisor", "supervisor")) as two:
        tell(f"{INCIDENTS} incidents are opened, with {PLANS} plans.")
        plans = _filled(conn, site, two[0], cameras[NEWS:])
        tell("Two browsers: the list, then ticks in all plans.")
        news = iter(cameras[:NEWS])
        asked = Asked(url, two, plans, NEWS, lambda: _raised(conn, site, [next(news)], 2))
        return _in_time(asked)


def _in_time(asked: Asked) -> Measured:
    try:
        return asyncio.run(asyncio.wait_for(measured(asked), DEADLINE_S))
    except TimeoutError as err:
        raise Unavailable(f"The browsers were not done within {DEADLINE_S:.0f} s; nothing is measured.") from err


@contextmanager
def _all_running(mine: Instance) -> Iterator[None]:
    with ExitStack() as stack:
        processes = [stack.enter_context(mine.running(name)) for name in PROCESSES]
        for process in sorted(processes, key=lambda one: one.name == "worker"):  # it is ready with the gateway's first tick
            mine.wait_ready(process, START_S)
        yield


def _filled(conn: psycopg.Connection, site: Site, chief: Visitor, cameras: Sequence[str]) -> Mapping[str, int]:
    """Alerts that the desk makes incidents of, and plans opened by hand; the numbers of the plans' incidents by their ids."""
    _raised(conn, site, cameras[: INCIDENTS - PLANS], 3)
    wait(lambda: _count(conn, _UNCLOSED, site) == INCIDENTS - PLANS, "the desk has made the incidents", FILL_S)
    for place in site.buildings[:PLANS]:
        form = {"act": "open_plan", "plan": "fire", "building": place.id}
        answer = chief.client.post("/incidents/act", data=form, headers={"x-csrftoken": chief.token})
        if answer.status_code != httpx.codes.OK:
            raise Unavailable(f"No plan could be opened: {answer.text}")
    there = _count(conn, _UNCLOSED, site), _count(conn, _RUNNING, site)
    if there != (INCIDENTS, PLANS):
        raise Unavailable(f"{there[0]} incidents are open and {there[1]} plans run; that is not what was to be measured.")
    return dict(conn.execute("select id::text, number from incidents where site = %s and plan_open", (site.id,)).fetchall())


def _raised(conn: psycopg.Connection, site: Site, devices: Sequence[str], severity: int) -> None:
    """Alerts of this moment, as the worker stores them."""
    conn.execute(_ALERTS, {"site": site.id, "severity": severity, "devices": list(devices), "channel": CHANNEL})


def _count(conn: psycopg.Connection, query: str, site: Site) -> int:
    row = conn.execute(query, (site.id,)).fetchone()
    return int(row[0]) if row else 0


def _figures(found: Measured) -> Sequence[Figure]:
    drawn = [ms for kind in found.drawn_ms.values() for ms in kind]
    return (
        Figure("the list painted anew, p99", _percentile(drawn, 99), 200.0, "ms"),
        Figure("a tick seen by the other browser, p99", _percentile(found.ticks_ms, 99), 500.0, "ms"),
        Figure("ticks that were followed", len(found.ticks_ms), 100, "", at_least=True),
    )


def _summed(found: Measured) -> Mapping[str, object]:
    """Milliseconds as count, median, 99th percentile and the most."""
    times = {"ticks": found.ticks_ms, "news_from_commit": found.news_ms, "load": found.loads_ms}
    named = {**times, **{f"drawn_{kind}": values for kind, values in found.drawn_ms.items()}}
    return {**{name: _spread(values) for name, values in named.items()}, "pushed": asdict(found.pushed)}


def _spread(values: Sequence[float]) -> Mapping[str, float]:
    return {"n": len(values), "p50": _percentile(values, 50), "p99": _percentile(values, 99), "max": _percentile(values, 100)}


def _percentile(values: Sequence[float], share: int) -> float:
    return round(float(np.percentile(values, share)), 1) if values else float("inf")

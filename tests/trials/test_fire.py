"""A fire from the panel's own message to the paper, in Chromium: once with the mouse alone, once with the keyboard alone.

The panel's message is posted to a real gateway and goes through Kafka, the rule, the database and the desk. A guard, a
supervisor and a manager then do every step of the plan in their own browsers, and nothing that the pages do not offer them.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from schemas.site import DeviceKind, Site, load_site
from schemas.sources import read_sources
from streams.simulator import own
from streams.simulator.post import MARKED
from streams.simulator.words import at_once
from tests.browsers import screen
from tests.conftest import ROOT
from tests.trials.hands import Hands, Keys, Mouse, marks
from tests.waiting import wait_for
from trials.chaos_install import Installation
from trials.people import Visitor, people
from trials.tools import CHROMIUM, FLAGS

FIRES: Mapping[str, tuple[str, str, Callable[[Page], Hands]]] = {
    "mouse": ("FP-16", "b16", Mouse),
    "keyboard": ("FP-24", "b24", Keys),
}
"""Two buildings, so that the second fire is an incident of its own."""

LANE, PLATE, HOUSEHOLD = "C-0647", "鲁Q71236", "16-1-301"
CARED_FOR, CARED_HOUSEHOLD = "P-0042", "24-1-502"
DOOR = DeviceKind.DOOR


@dataclass(frozen=True, slots=True)
class House:
    """The installation with its crew, and one browser for all of them."""

    place: Installation
    site: Site
    conn: psycopg.Connection
    guard: Visitor
    chief: Visitor
    manager: Visitor
    chromium: Browser

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`gatehouse` of this installation."""
        return command(self.place, *words)

    def ask(self, query: str, *given: object) -> Any:
        """The first column of the first row; None where there is none."""
        row = self.conn.execute(query, given).fetchone()
        return row[0] if row else None


def command(place: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GATEHOUSE_FILE": str(place.settings.local.parent / "gatehouse.toml")}
    argv = [sys.executable, str(ROOT / "gatehouse.py"), *words]
    return subprocess.run(argv, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def post(place: Installation, device: str, word: str, **more: Any) -> None:
    """What the device itself would send now."""
    now = datetime.now(UTC)
    say = at_once(load_site(place.settings.site).devices[device], word, 0, **more)
    content_type, body = own.speak(say, now.isoformat(), int(now.timestamp() * 1000))
    key = read_sources(place.settings.local)["gatehouse"].key
    headers = {"Content-Type": content_type, "X-Gatehouse-Key": key, **MARKED}
    answer = httpx.post(f"{place.settings.gateway_at}/in/gatehouse", content=body, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def house(place: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Somebody is looked after in one of the buildings, and a car stands in the fire lane."""
    cars = tmp_path_factory.mktemp("lists") / "cars.csv"
    cars.write_text(f"plate,household\n{PLATE},{HOUSEHOLD}\n", "utf-8")
    sooner = ("window_s=2", "--owner", "chief", "--reason", "the test does not wait for three minutes")
    for words in (
        ("lists", "import", "vehicles", str(cars)),
        ("lists", "add", "care", CARED_FOR, "--household", CARED_HOUSEHOLD, "--buildings", "b16;b24"),
        ("rules", "override", "vehicle-in-fire-lane", *sooner),
    ):
        done = command(place, *words)
        assert done.returncode == 0, done.stderr
    url = place.settings.database_url.get_secret_value()
    with ExitStack() as stack:
        conn = stack.enter_context(psycopg.connect(url, autocommit=True))
        crew = stack.enter_context(people(place.settings.dashboard_at, conn, "fire", ("guard", "supervisor", "manager")))
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        stack.callback(chromium.close)
        guard, chief, manager = crew
        found = House(place, load_site(place.settings.site), conn, guard, chief, manager, chromium)
        post(place, LANE, "vehicle", subject=PLATE, extra={"zone": "fire_lane"})
        wait_for(lambda: found.ask("select 1 from alerts where device = %s", LANE), "the car stands in the lane")
        yield found


@contextmanager
def at_desk(house: House, who: Visitor, hands: Callable[[Page], Hands], incident: str) -> Iterator[Hands]:
    """Somebody with the incident before them, in a browser of their own that says nothing wrong."""
    context = screen(house.chromium)
    page, said = context.new_page(), list[str]()
    page.on("pageerror", lambda error: said.append(str(error)))
    person = hands(page)
    person.enter(house.place.settings.dashboard_at, who)
    person.open(incident, int(house.ask("select number from incidents where id = %s", incident)))
    page.wait_for_selector(".steplist .step.now")
    yield person
    context.close()
    assert said == []


def all_of(person: Hands) -> list[str]:
    """Press whatever the page offers this person, until it offers nothing more; what that was."""
    pressed = []
    while found := marks(person.page):
        person.press(found[0])
        pressed.append(found[0])
    return pressed


def alarm(house: House, panel: str) -> str:
    """The panel rings; the incident that the desk makes of it."""
    post(house.place, panel, "fire_alarm", extra={"zone": "5F"})
    query = "select id::text from incidents where device = %s and plan = 'fire' and state <> 'closed'"
    return str(wait_for(lambda: house.ask(query, panel), "the desk made an incident of it"))


def worked(house: House, hands: Callable[[Page], Hands], incident: str, folder: Path) -> tuple[list[str], Path]:
    """Three people work it to its end; the marks that the guard ticked, and the supervisor's paper."""
    with at_desk(house, house.guard, hands, incident) as guard, at_desk(house, house.chief, hands, incident) as chief:
        guard.take()
        guard.press("real answer yes")
        guard.page.wait_for_selector('.step.done[data-step="real"]')
        assert {PLATE, HOUSEHOLD, CARED_HOUSEHOLD} <= {*re.findall(r"[\w-]+", guard.page.inner_text(".steplist"))}
        ticked = all_of(guard)
        for who, mark in ((chief, "reinforce"), (chief, "out"), (guard, "guard_scene"), (chief, "all_clear")):
            who.press(f"{mark} tick")
        with at_desk(house, house.manager, hands, incident) as manager:
            manager.press("all_clear tick")
        chief.close()
        download = chief.paper()
        paper = folder / download.suggested_filename
        download.save_as(paper)
        page = chief.page.content()
        assert "•••" in page and not any(private in page for private in (PLATE, HOUSEHOLD, CARED_HOUSEHOLD))
    return ticked, paper


@pytest.mark.parametrize("by", FIRES)
def test_a_fire_from_the_panel_to_the_paper(house: House, by: str, tmp_path: Path) -> None:
    panel, building, hands = FIRES[by]
    incident = alarm(house, panel)
    ticked, paper = worked(house, hands, incident, tmp_path)

    doors = {f"doors row {door}" for door, one in house.site.devices.items() if (one.kind, one.building) == (DOOR, building)}
    car = house.ask("select id from alerts where device = %s and rule = 'vehicle-in-fire-lane'", LANE)
    assert doors and {*doors, f"fire_lane row {car}"} <= {*ticked}
    (cared_for,) = [mark for mark in ticked if mark.startswith("helpless row ")]
    assert CARED_FOR not in cared_for  # a line names nobody by a card's number

    steps = house.ask("select run -> 'steps' from plan_runs where incident = %s", incident)
    assert {step["state"] for step in steps.values()} == {"done"}
    assert (steps["all_clear"]["first_by"], steps["all_clear"]["by"]) == (house.chief.name, house.manager.name)
    assert house.ask("select state || ' ' || reason from incidents where id = %s", incident) == "closed real"

    number = house.ask("select number from incidents where id = %s", incident)
    assert (paper.name, paper.read_bytes()[:5]) == (f"incident-{number}-zh.pdf", b"%PDF-")
    verified = house.run("report", "verify", str(paper))
    assert f"the report of incident {number} ({incident}) in zh, made by {house.chief.name}" in verified.stdout, verified.stderr
    assert house.run("audit", "verify").returncode == 0

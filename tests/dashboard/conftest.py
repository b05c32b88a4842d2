"""A dashboard that really serves: its own process on a free port, a database of its own, and a stream whose time moves."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from alerts.desk.gather import Desk, turn
from alerts.plans.scene import Surroundings
from host.services.ports import free_port
from schemas.events import Kind
from schemas.plans.file import load_plans
from schemas.site import load_site
from schemas.topics import partition_of, topic
from tests import commands
from tests.browsers import screen
from tests.conftest import Databases
from tests.waiting import wait_for
from trials.tools import CHROMIUM, FLAGS

ROOT = Path(__file__).parents[2]
SITE = ROOT / "sites" / "aozheng" / "site.yaml"
PASSWORD = "a password of the tests"
PROBE_KEY = "a-key-of-the-tests"
PARTITIONS = 4
CALLBACK = "0539-1234567"


@dataclass(slots=True)
class Stream:
    """The worker's part, played by the test: moves the stream's time and raises alerts, as rows and NOTIFY."""

    url: str
    site: str
    runs: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def keep_time(self) -> None:
        """Move the time four times a second while it runs; connect again whenever the database was away."""
        partition = partition_of(self.site, PARTITIONS)
        query = """
            insert into progress (topic, partition, next_offset, tick) values (%s, %s, 0, now())
            on conflict (topic, partition) do update set tick = excluded.tick"""
        while not self.ended.wait(0.25):
            with suppress(psycopg.OperationalError), psycopg.connect(self.url, autocommit=True) as conn:
                while not self.ended.wait(0.25):
                    if self.runs.is_set():
                        for kind in Kind:
                            conn.execute(query, (topic("gatehouse", kind), partition))

    def raise_alert(self, rule: str, severity: int, device: str, subject: str | None = None) -> UUID:
        """Commit one alert of this moment, as the worker does."""
        alert, now = uuid4(), datetime.now(UTC)
        at = now - timedelta(milliseconds=40)
        with psycopg.connect(self.url) as conn:
            conn.execute(
                """insert into alerts (id, site, rule, rule_version, severity, device, subject, raised_at, occurred_at,
                       received_at, judged_at, stored_at, why)
                   values (%s, %s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s, '{}')""",
                (alert, self.site, rule, severity, device, subject, at, at, at, now, now),
            )
            conn.execute("select pg_notify('gatehouse_alerts', %s)", (self.site,))
        return alert

    def clear(self, alert: UUID) -> None:
        """End an alert."""
        self.do("update alerts set cleared_at = now() where id = %s", alert)
        self.do("select pg_notify('gatehouse_alerts', %s)", self.site)

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """Let nobody into the database, as when its server is stopped; only this one database is touched."""
        outside = conninfo_to_dict(self.url)
        name = str(outside.pop("dbname"))
        with psycopg.connect(make_conninfo("", **outside, dbname="postgres"), autocommit=True) as conn:
            allow = SQL("alter database {} allow_connections {}").format
            conn.execute(allow(Identifier(name), SQL("false")))
            conn.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
            try:
                yield
            finally:
                conn.execute(allow(Identifier(name), SQL("true")))

    @contextmanager
    def database_hangs(self) -> Iterator[None]:
        """Let nobody who is connected hear anything, as when the server's machine stands still: idle ones, who hold no lock."""
        idle = "select pid from pg_stat_activity where datname = current_database() and state = 'idle'"
        stopped = [pid for (pid,) in self.ask(idle)]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def do(self, query: Any, *given: Any) -> None:
        """Run one statement; again where it and a reader waited for one another, as a truncate and a page may."""
        for _ in range(9):
            with suppress(psycopg.errors.DeadlockDetected), psycopg.connect(self.url) as conn:
                conn.execute(query, given)
                return
        raise AssertionError(f"Nine times a deadlock: {query}")

    def ask(self, query: Any, *given: Any) -> list[Any]:
        """The rows of one query."""
        with psycopg.connect(self.url) as conn:
            return conn.execute(query, given).fetchall()


@dataclass(slots=True)
class Served:
    """A running dashboard."""

    url: str
    local: Path
    stream: Stream
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and wait until it is ready."""
        command = [sys.executable, str(ROOT / "gatehouse.py"), "dashboard"]
        with (self.local / "dashboard.log").open("a") as log:
            self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=log, stderr=log)
        with httpx.Client() as client:
            wait_for(lambda: _ready(client, self.url), "the dashboard is ready", within_s=150)

    def stop(self) -> None:
        """End the process as a supervisor does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def restart(self) -> None:
        """As a new deployment does."""
        self.stop()
        self.start()

    def gather(self) -> None:
        """The desk's part, played by the test: alerts become incidents."""
        desk = Desk(Surroundings(load_site(SITE), CALLBACK), load_plans(), {}, lambda: datetime.now(UTC))
        with psycopg.connect(self.stream.url, autocommit=True) as conn:
            while turn(desk, conn):
                pass

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One of the command line's commands, against this dashboard's database."""
        return commands.run(words, self.environment)


@pytest.fixture(scope="module")
def serving(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard on the site that Gatehouse brings, with the account `admin`."""
    with databases() as url, serve(url, tmp_path_factory.mktemp("dashboard")) as served:
        yield served


@pytest.fixture
def served(serving: Served) -> Served:
    """The module's dashboard with nothing open, its stream running."""
    serving.stream.runs.set()
    serving.stream.do("update alerts set cleared_at = now() where cleared_at is null")
    closing = (
        "update incidents set state = 'closed', reason = 'real', closed_at = now(), plan_open = false where state <> 'closed'"
    )
    serving.stream.do(closing)
    serving.stream.do("select pg_notify('gatehouse_incidents', %s)", serving.stream.site)
    return serving


@contextmanager
def serve(database_url: str, folder: Path) -> Iterator[Served]:
    """Run `gatehouse dashboard` with its `.local` in `folder`."""
    (folder / "admin-password").write_text(PASSWORD)
    (folder / "probe-key").write_text(PROBE_KEY)
    port = free_port(Random())
    given = {
        "DATABASE_URL": database_url,
        "LOCAL": str(folder),
        "DASHBOARD_PORT": str(port),
        "SITE": str(SITE),
        "CALLBACK": CALLBACK,
        "PARTITIONS": str(PARTITIONS),
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
    environment = clean | {f"GATEHOUSE_{name}": value for name, value in given.items()}
    stream = Stream(database_url, load_site(SITE).id)
    stream.runs.set()
    clock = threading.Thread(target=stream.keep_time)
    clock.start()
    served = Served(f"http://127.0.0.1:{port}", folder, stream, environment)
    try:
        served.start()
        wait_for(lambda: stream.ask("select 1 from accounts"), "the first account is there")
        stream.do("update accounts set must_change = false")  # its person has chosen a password
        yield served
    finally:
        stream.ended.set()
        clock.join()
        served.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, for one module: while it is open no other event loop can run in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


@dataclass(slots=True)
class Tab:
    """One browser tab of a visitor of its own, and what it said and asked for on the way."""

    page: Page
    said: list[str]
    asked: list[str]


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Tab]:
    """A tab whose browser prefers Chinese."""
    context = screen(chromium)
    found = Tab(context.new_page(), [], [])
    found.page.on("console", lambda message: found.said.append(message.text) if message.type in ("error", "warning") else None)
    found.page.on("pageerror", lambda error: found.said.append(str(error)))
    found.page.on("request", lambda request: found.asked.append(request.url))
    yield found
    context.close()


def log_in(page: Page, url: str, account: str = "admin", password: str = PASSWORD) -> None:
    """Fill in the login form, and wait for the page that answers it."""
    page.goto(f"{url}/login")
    page.fill("input[name=account]", account)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.click("button")


def open_wall(page: Page, url: str) -> None:
    """Log in and wait for the first drawn snapshot."""
    log_in(page, url)
    page.wait_for_selector("body[data-ready='1']")


def session_of(client: httpx.Client, password: str = PASSWORD, account: str = "admin") -> httpx.Response:
    """Fill in the login form with a client; its answer."""
    form = client.get("/login").text.split('name="form" value="')[1].split('"')[0]
    return client.post("/login", data={"account": account, "password": password, "form": form})


def _ready(client: httpx.Client, url: str) -> bool:
    """With one client for all tries: to make one, which reads every certificate, costs more than to ask."""
    with suppress(httpx.TransportError):
        return client.get(f"{url}/readyz").status_code == 200
    return False

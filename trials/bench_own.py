"""An instance of the bench's own: a database, topics, processes; all gone afterwards, also when it is interrupted."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from uuid import uuid4

import httpx
import psycopg
import typer
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from host.layout import Layout
from host.memory import recall
from host.services.admin import admin_client, listens
from host.services.ports import free_port
from host.services.timescale import SUPERUSER
from host.services.topics import ensure_topics, wanted
from schemas.database import connect
from schemas.errors import SettingsError, Unavailable
from schemas.migrate import apply
from schemas.settings import PREFIX, Settings, load
from trials.chaos_install import installation

ROOT = Path(__file__).parents[1]
READY_S = 60.0  # a first start compiles the kernels
STOP_S = 15.0
PROCESSES = ("gateway", "worker", "desk", "dashboard")


@dataclass(frozen=True, slots=True)
class Process:
    """One of the instance's processes."""

    name: str
    popen: subprocess.Popen[bytes]

    def peak_mb(self) -> float:
        """The most memory that it ever had resident, in MB (10^6 bytes)."""
        status = Path(f"/proc/{self.popen.pid}/status").read_text("ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6


class Instance:
    """Where the instance is, and how to start its processes."""

    def __init__(self, settings: Settings, url: str, folder: Path) -> None:
        self.folder, self.prefix = folder, f"bench-{uuid4().hex[:8]}"
        draw = SystemRandom()
        ports: list[int] = []
        for _ in PROCESSES:
            ports.append(free_port(draw, ports))
        self._given = {
            "database_url": url,
            "kafka": settings.kafka,
            "topic_prefix": self.prefix,
            "partitions": "1",
            "local": str(folder),
            "site": str(settings.site.resolve()),
            "rate_limit_per_s": "100000",
            "log_level": "WARNING",
            **{f"{name}_port": str(port) for name, port in zip(PROCESSES, ports, strict=True)},
        }
        self.settings = Settings(**self._given)  # type: ignore[arg-type]

    def connection(self) -> psycopg.Connection:
        """A connection to the instance's database, in autocommit."""
        return connect(self.settings, autocommit=True)

    @contextmanager
    def running(self, name: str) -> Iterator[Process]:
        """One process, ready; ended afterwards."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        given = {PREFIX + key.upper(): value for key, value in self._given.items()}
        with (self.folder / f"{name}.log").open("ab") as log:
            popen = subprocess.Popen(
                [sys.executable, str(ROOT / "gatehouse.py"), name],
                env={**kept, **given},
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield Process(name, popen)
        finally:
            _end(popen)

    def wait_ready(self, process: Process, within_s: float = READY_S) -> None:
        """Until its /readyz says yes."""
        url = f"http://127.0.0.1:{getattr(self.settings, f'{process.name}_port')}/readyz"
        wait(lambda: _answers(url), f"{process.name} is ready", within_s, process)


def wait(fact: Callable[[], bool], what: str, within_s: float, process: Process | None = None) -> None:
    """Until the fact is so; Unavailable when it takes too long or the process ends."""
    until = time.monotonic() + within_s
    while not fact():
        if time.monotonic() > until or (process is not None and process.popen.poll() is not None):
            raise Unavailable(f"Not within {within_s:.0f} s: {what}.")
        time.sleep(0.02)


@contextmanager
def services() -> Iterator[Settings]:
    """Settings whose services answer: the running installation's, else those of one that is started for the purpose."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        settings = load()
        if _reachable(settings):
            tell(f"The services of {settings.local} are used, with a database and topics of the bench's own.")
            yield settings
            return
        tell("No services answer: an installation of the bench's own is started, and removed at the end.")
        with installation() as place:
            for name in PROCESSES:
                place.supervisor.stop(name)
            yield place.settings
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def instance(settings: Settings) -> Iterator[Instance]:
    """An empty instance on the services that the settings name; Unavailable where they do not answer."""
    with _database(settings) as url, tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as folder:
        mine = Instance(settings, url, Path(folder))
        with _topics(settings, mine.prefix):
            yield mine


def tell(sentence: str) -> None:
    """Say how far the bench is, beside its result."""
    typer.echo(sentence, err=True)


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    name = f"gatehouse_bench_{uuid4().hex[:8]}"
    settings = settings.model_copy(update={"database_url": SecretStr(_admin(settings))})
    url = make_conninfo(settings.database_url.get_secret_value(), dbname=name)
    with connect(settings, autocommit=True) as admin:
        _create(admin, name)
    try:
        apply(url)
        yield url
    finally:
        with connect(settings, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _admin(settings: Settings) -> str:
    """The address as one who may make databases: the installation's superuser where it has one, else whom the settings name."""
    given, password = settings.database_url.get_secret_value(), recall(Layout(settings.local)).superuser_password
    return make_conninfo(given, user=SUPERUSER, password=password, dbname="postgres") if password else given


def _create(admin: psycopg.Connection, name: str) -> None:
    try:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as err:
        raise SettingsError(
            "The bench needs a database of its own and the user of GATEHOUSE_DATABASE_URL may not make one:"
            " name one who may, or unset it and the bench starts services of its own."
        ) from err


@contextmanager
def _topics(settings: Settings, prefix: str) -> Iterator[None]:
    try:
        ensure_topics(settings.kafka, prefix, 1)
        yield
    finally:
        with admin_client(settings.kafka) as topics:
            topics.delete_topics([name for name in wanted(prefix) if name in set(topics.list_topics())])


def _reachable(settings: Settings) -> bool:
    if not settings.database_url.get_secret_value() or not settings.kafka or not listens(settings.kafka):
        return False
    try:
        connect(settings).close()
    except Unavailable:
        return False
    return True


def _leave(number: int, _: object) -> None:
    """End in order, so that what was started is ended too."""
    raise SystemExit(128 + number)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _end(popen: subprocess.Popen[bytes]) -> None:
    popen.send_signal(signal.SIGTERM)
    try:
        popen.wait(STOP_S)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()

"""Real Kafka and TimescaleDB for one session of tests: an instance of its own in a temporary folder.

Both are told by the kernel to end when the session dies, in whatever way, so an interrupted run leaves nothing behind.
"""

import os
import random
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from host.programs import Program, privileged
from host.services.admin import admin_client
from host.services.cache import kafka_jars, timescale_root
from host.services.kafka import Kafka
from host.services.ports import free_port
from host.services.timescale import SUPERUSER, Timescale
from schemas.errors import Unavailable
from tests.waiting import wait_for

READY_S = 60.0
NOT_KEPT = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""What a test stores need not outlive a power cut."""


@dataclass(frozen=True, slots=True)
class Services:
    """Where they answer: the database's superuser address (database `postgres`) and Kafka's bootstrap."""

    superuser_url: str
    kafka: str


def given() -> Services | None:
    """Services that already run, named by TEST_DATABASE_URL and TEST_KAFKA."""
    url, kafka = os.environ.get("TEST_DATABASE_URL", ""), os.environ.get("TEST_KAFKA", "")
    return Services(url, kafka) if url and kafka else None


@contextmanager
def own(folder: Path) -> Iterator[Services]:
    """Start both in `folder`; stop both at the end."""
    draw = random.SystemRandom()
    ports: list[int] = []
    for _ in range(3):
        ports.append(free_port(draw, ports))
    password = secrets.token_urlsafe(12)
    kafka = Kafka(folder / "kafka", kafka_jars(), ports[0], ports[1])
    timescale = Timescale(folder / "timescaledb", timescale_root(), ports[2], NOT_KEPT)
    kafka.prepare(uuid4())
    timescale.prepare(password)
    services = Services(timescale.url(SUPERUSER, password, "postgres"), kafka.bootstrap)
    with running(kafka.program(), folder), running(timescale.program(), folder):
        wait_for(lambda: database_answers(services.superuser_url), "the database answers", READY_S)
        wait_for(lambda: kafka_answers(services.kafka), "Kafka answers", READY_S)
        yield services


@contextmanager
def running(program: Program, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program in a session of its own (an interrupt at the keyboard is ours to handle), ended at the end."""
    argv = privileged(program.argv) if program.as_root else list(program.argv)
    with (folder / f"{program.name}.log").open("ab") as log:
        process = subprocess.Popen(
            argv,
            cwd=program.directory,
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process, program)


def _end(process: subprocess.Popen[bytes], program: Program) -> None:
    """Ask, wait, and kill what does not listen."""
    process.send_signal(signal.Signals[f"SIG{program.stop_signal}"])
    try:
        process.wait(program.stop_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def database_answers(url: str) -> bool:
    """Whether a connection can be made now."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def kafka_answers(bootstrap: str) -> bool:
    """Whether the broker answers a client now."""
    try:
        with admin_client(bootstrap) as admin:
            return bool(admin.describe_cluster())
    except Unavailable:
        return False


@contextmanager
def database(superuser_url: str) -> Iterator[str]:
    """An empty database of its own; dropped at the end, whoever is still connected."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield superuser_url.rpartition("/")[0] + f"/{name}"
    finally:
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def topics_deleted(bootstrap: str, prefix: str) -> Iterator[str]:
    """The prefix; every topic under it is deleted at the end."""
    try:
        yield prefix
    finally:
        with admin_client(bootstrap) as admin:
            admin.delete_topics([name for name in admin.list_topics() if name.startswith(prefix + ".")])

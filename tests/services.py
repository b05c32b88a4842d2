"""Real Kafka and TimescaleDB for one session of tests: each an instance of its own in a temporary folder.

Both are told by the kernel to end when the session dies, in whatever way, so an interrupted run leaves nothing behind.
"""

import os
import random
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from schemas.migrate import apply
from tests.waiting import wait_for

READY_S = 60.0
NOT_KEPT = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""What a test stores need not outlive a power cut."""
NO_WORKERS = {"timescaledb.max_background_workers": "0"}
"""We have no policies that TimescaleDB's own workers would carry out, and a database that one is in cannot be copied."""
SHORT_LIVED = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
"""Java compiles quickly, not well: for the minutes of a session that takes half the processor's time."""


@contextmanager
def own_kafka(folder: Path) -> Iterator[str]:
    """Start Kafka in `folder`, stop it at the end; its bootstrap address."""
    draw = random.SystemRandom()
    port = free_port(draw)
    kafka = Kafka(folder / "kafka", kafka_jars(), port, free_port(draw, [port]))
    kafka.prepare(uuid4())
    program = kafka.program()
    with running(replace(program, environment={**program.environment, **SHORT_LIVED}), folder):
        wait_for(lambda: kafka_answers(kafka.bootstrap), "Kafka answers", READY_S)
        yield kafka.bootstrap


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """Start TimescaleDB in `folder`, stop it at the end; its superuser's address (database `postgres`)."""
    password = secrets.token_urlsafe(12)
    timescale = Timescale(folder / "timescaledb", timescale_root(), free_port(random.SystemRandom()), NOT_KEPT | NO_WORKERS)
    timescale.prepare(password)
    url = timescale.url(SUPERUSER, password, "postgres")
    with running(timescale.program(), folder):
        wait_for(lambda: database_answers(url), "the database answers", READY_S)
        yield url


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
def database(superuser_url: str, template: str = "") -> Iterator[str]:
    """A copy of the template, or an empty database; dropped at the end, whoever is still connected."""
    name = f"test_{uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(create)
    try:
        yield superuser_url.rpartition("/")[0] + f"/{name}"
    finally:
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def with_tables(superuser_url: str) -> Iterator[str]:
    """The name of a database with this version's tables, to be copied: ten times as quick as the migrations.

    Nobody is let in: a database that somebody is in cannot be copied.
    """
    with database(superuser_url) as url:
        apply(url)
        name = url.rpartition("/")[2]
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
            connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])
        yield name


@contextmanager
def topics_deleted(bootstrap: str, prefix: str) -> Iterator[str]:
    """The prefix; every topic under it is deleted at the end."""
    try:
        yield prefix
    finally:
        with admin_client(bootstrap) as admin:
            admin.delete_topics([name for name in admin.list_topics() if name.startswith(prefix + ".")])

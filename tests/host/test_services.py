"""The services that the tests and a machine without a Docker engine run on."""

import random
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from host.services.admin import admin_client
from host.services.kafka import Kafka
from host.services.ports import RANGE, free_port, is_free
from host.services.timescale import Timescale, ensure_database
from host.services.topics import ensure_topics, wanted
from schemas.errors import MachineError, Unavailable
from schemas.events import Kind
from schemas.settings import Settings
from tests.conftest import ROOT
from tests.services import database
from tests.waiting import wait_for

A_DAY_MS = 24 * 60 * 60 * 1000


def test_a_fresh_database_has_timescaledb_and_this_versions_tables(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        extensions = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
        tables = {row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables")}
    assert "timescaledb" in extensions
    assert {"events", "alerts", "progress"} <= tables


def test_topics_are_made_once_and_found_again(settings: Settings) -> None:
    assert ensure_topics(settings.kafka, settings.topic_prefix, settings.partitions) == 0
    assert len(wanted(settings.topic_prefix)) == len(Kind) + 1


def test_events_are_kept_over_a_weekend_and_dead_letters_a_month() -> None:
    topics = wanted("x")
    assert int(topics["x.camera"]["retention.ms"]) >= 2 * A_DAY_MS
    assert int(topics["x.dead-letter"]["retention.ms"]) == 30 * A_DAY_MS


def test_another_number_of_partitions_is_refused_with_the_setting_to_write(settings: Settings) -> None:
    with pytest.raises(MachineError, match=rf"set partitions = {settings.partitions}"):
        ensure_topics(settings.kafka, settings.topic_prefix, settings.partitions + 1)


def test_kafka_that_is_away_is_said_in_a_sentence() -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1"):
        ensure_topics("127.0.0.1:1", "x", 1)


def test_clients_cannot_make_topics_in_passing(kafka: str) -> None:
    with admin_client(kafka) as admin:
        admin.describe_topics(["never-made"])
        assert "never-made" not in admin.list_topics()


def test_the_owner_of_the_database_is_no_superuser(superuser_url: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS gatehouse WITH (FORCE)")
        connection.execute("DROP ROLE IF EXISTS gatehouse")
    for _ in range(2):
        ensure_database(superuser_url, "a-password")
    host = superuser_url.rpartition("@")[2].rpartition("/")[0]
    with psycopg.connect(f"postgresql://gatehouse:a-password@{host}/gatehouse") as connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE gatehouse WITH (FORCE)")
        connection.execute("DROP ROLE gatehouse")
    assert row == (False,)


def test_a_test_database_is_gone_afterwards(superuser_url: str) -> None:
    with database(superuser_url) as url:
        name = url.rpartition("/")[2]
    with psycopg.connect(superuser_url) as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None


def test_a_taken_port_is_not_called_free() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert not is_free(server.getsockname()[1])


def test_a_port_is_asked_for_at_the_address_that_it_is_for() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.2", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not is_free(port, "127.0.0.2")
        assert is_free(port, "127.0.0.3")


def test_a_free_port_is_below_those_of_outgoing_connections_and_not_among_the_taken() -> None:
    first = free_port(random.Random(1))
    assert first in RANGE
    assert free_port(random.Random(1), [first]) != first


def test_every_listener_is_on_loopback(tmp_path: Path) -> None:
    broker = Kafka(tmp_path, tmp_path, 20001, 20002).properties()
    for address in str(broker["listeners"]).split(","):
        assert "//127.0.0.1:" in address
    with pytest.raises(MachineError, match="remove the folder"):
        Timescale(tmp_path, tmp_path, 20003).program()


def test_services_end_with_a_session_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.services import own_database, own_kafka\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "with own_database(folder) as url, own_kafka(folder) as kafka:\n"
        "    print(url.rpartition(':')[2].split('/')[0], kafka.rpartition(':')[2], flush=True)\n"
        "    time.sleep(600)\n"
    )
    session = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert session.stdout is not None
    ports = [int(port) for port in session.stdout.readline().split()]
    session.send_signal(signal.SIGKILL)
    session.wait()
    session.stdout.close()
    assert len(ports) == 2
    wait_for(lambda: all(is_free(port) for port in ports), "both services have ended")

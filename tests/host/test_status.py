"""What status, env, logs and doctor say."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest
from kafka import KafkaProducer

from host import doctor, logs
from host.env import exports
from host.lag import behind, consumer_lag
from host.letters import waiting_letters
from host.memory import Memory
from host.readiness import Answer, ask, read
from host.settings_table import table, unit
from host.status import process_line, service_line, spool
from host.status import read as read_status
from host.supervisor import State
from schemas.errors import MachineError, SettingsError
from schemas.health import Health
from schemas.settings import Settings, variable

EARLIER = datetime(2030, 5, 1, 8, 0, tzinfo=UTC)
LATER = datetime(2030, 5, 1, 9, 0, tzinfo=UTC)
RUNNING = State("gateway", "RUNNING", 7, EARLIER.timestamp(), "pid 7, uptime 0:00:05")


def board(kafka_ok: bool) -> Health:
    health = Health("gateway")
    health.say("database", True, "It answers.", EARLIER)
    health.say("kafka", kafka_ok, "Kafka is away.", LATER)
    health.figures.update(spool_events=3, spool_bytes=900)
    return health


@pytest.fixture
def unready() -> Iterator[int]:
    """The port of a process that is alive and does not do its work."""
    body = json.dumps(board(False).as_json()).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_process_that_is_not_ready_says_which_fact_does_not_hold_and_since_when(unready: int) -> None:
    answer = ask(unready)
    assert answer == Answer(False, "Kafka is away.", LATER.isoformat(), {"spool_events": 3, "spool_bytes": 900})
    line = process_line(RUNNING, answer, wanted=True)
    assert (line.well, line.since, line.pid) == (False, LATER.isoformat(), 7)
    assert spool(answer) == {"events": 3, "bytes": 900}


def test_a_ready_process_is_well_since_its_start() -> None:
    line = process_line(RUNNING, read(json.dumps(board(True).as_json()).encode()), wanted=True)
    assert (line.well, line.since) == (True, EARLIER.isoformat())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"facts": 3, "ready": true}'])
def test_another_program_at_the_port_is_not_taken_for_ours(body: bytes) -> None:
    assert not read(body).ready


def test_nothing_at_the_port_is_an_answer_too() -> None:
    assert "does not answer at port 1" in ask(1).sentence


def test_a_simulator_that_nobody_wants_is_well_while_it_rests() -> None:
    resting = State("simulator", "STOPPED", None, None, "Not started")
    assert process_line(resting, None, wanted=False).well
    assert not process_line(resting, None, wanted=True).well


def test_a_service_that_does_not_answer_is_not_well_though_its_program_runs() -> None:
    memory = Memory(engines={"kafka": "native"})
    assert not service_line(memory, RUNNING, "kafka", lambda: "nothing listens at 127.0.0.1:1").well
    assert service_line(memory, RUNNING, "kafka", lambda: "").well
    assert not service_line(Memory(), None, "kafka", lambda: "").well


def test_lag_counts_from_what_is_stored_or_from_the_logs_begin() -> None:
    begins, ends = {("a", 0): 5, ("a", 1): 0, ("b", 0): 0}, {("a", 0): 9, ("a", 1): 4, ("b", 0): 3}
    assert behind(begins, ends, {("a", 1): 1, ("b", 0): 7}) == {"a": 4 + 3, "b": 0, "total": 7}


def test_lag_is_kafkas_end_less_the_databases_progress(settings: Settings) -> None:
    topic = f"{settings.topic_prefix}.door"
    producer = KafkaProducer(bootstrap_servers=settings.kafka)
    for _ in range(5):
        producer.send(topic, b"{}", partition=2)
    producer.close()
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        connection.execute("INSERT INTO progress (topic, partition, next_offset) VALUES (%s, 2, 3)", [topic])
    lag = consumer_lag(settings)
    assert (lag[topic], lag["total"]) == (2, 2)


def test_dead_letters_wait_until_they_are_posted_again(settings: Settings) -> None:
    assert waiting_letters(settings) == 0
    row = """INSERT INTO dead_letters (kafka_partition, kafka_offset, id, source, family, content_type, received_at, reason, at,
        body, retried_at) VALUES (0, %s, gen_random_uuid(), 's', 'f', '', now(), 'why', '', '', %s)"""
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        connection.execute(row, [0, None])
        connection.execute(row, [1, LATER])
    assert waiting_letters(settings) == 1


def test_status_of_a_folder_where_nothing_was_started_is_an_answer(tmp_path: Path) -> None:
    status = read_status(Settings(local=tmp_path))
    assert not status.well
    assert set(status.processes) == {"gateway", "worker", "desk", "dashboard", "simulator"}
    assert set(status.services) == {"kafka", "timescaledb"}
    assert status.spool == {"events": 0, "bytes": 0}
    assert status.dead_letters == {}


def test_env_exports_four_addresses() -> None:
    settings = Settings(kafka="k:1", database_url="postgresql://u:p@h/d", gateway_port=8001, dashboard_port=8002)
    assert exports(settings) == {
        "GATEHOUSE_DATABASE_URL": "postgresql://u:p@h/d",
        "GATEHOUSE_KAFKA": "k:1",
        "GATEHOUSE_GATEWAY_URL": "http://127.0.0.1:8001",
        "GATEHOUSE_DASHBOARD_URL": "http://127.0.0.1:8002",
    }


def test_env_before_the_first_start_says_what_to_do() -> None:
    with pytest.raises(SettingsError, match="gatehouse up"):
        exports(Settings())


def test_logs_show_the_last_lines_of_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable("local"), str(tmp_path))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "gateway.log").write_text("one\ntwo\nthree\n", "utf-8")
    assert logs.run("gateway", follow=False, lines=2) == 0
    assert capsys.readouterr().out == "two\nthree\n"
    assert logs.last_line(tmp_path / "logs" / "gateway.log") == "three"


def test_logs_of_what_does_not_exist_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable("local"), str(tmp_path))
    with pytest.raises(SettingsError, match="use one of gateway"):
        logs.run("gatway", follow=False, lines=2)
    with pytest.raises(MachineError, match="no log"):
        logs.run("gateway", follow=False, lines=2)


def test_doctor_names_an_unknown_setting_and_lists_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEHOUSE_KAFKAS", "x")
    assert doctor.run() == 1
    said = capsys.readouterr().out
    assert "GATEHOUSE_KAFKAS" in said
    assert "GATEHOUSE_LATENESS_S" in said


def test_doctor_says_the_command_that_mends_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable("local"), str(tmp_path))
    (tmp_path / "sources.json").write_text("[]", "utf-8")
    (tmp_path / "sources.json").chmod(0o644)
    assert doctor.run() == 1
    said = capsys.readouterr().out
    assert f"chmod 600 {tmp_path / 'sources.json'}" in said
    assert "→ gatehouse up" in said


def test_every_setting_is_listed_with_its_unit() -> None:
    lines = list(table())
    assert len(lines) == len(Settings.model_fields)
    assert unit("rate_limit_per_s") == "per second"
    assert unit("tick_s") == "seconds"
    assert unit("retention_days_face") == "days"

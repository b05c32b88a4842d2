"""A back-test over the database gives the alerts that a real worker stored, and each of them comes again from its events."""

import json
import uuid
from datetime import timedelta

import psycopg
import pytest

from schemas.events import Kind
from schemas.settings import PREFIX, Settings
from streams.backtest.command import Order, run
from streams.why import run as why
from tests.conftest import ROOT
from tests.streams.worker.log import NOW, LogWriter, event, received
from tests.streams.worker.processes import worker
from tests.waiting import wait_for


def test_the_database_gives_what_the_worker_gave(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = settings.database_url.get_secret_value()
    log = LogWriter(settings.kafka, settings.topic_prefix, settings.partitions)
    rows = [event(Kind.DOOR, "denied", "D-001", second) for second in range(1, 60, 3)]
    rows += [event(Kind.DOOR, "forced", "D-002", 5), event(Kind.FACILITY, "fire_alarm", "FP-01", 7)]
    log.tick(0)
    log.rows(received(*rows))
    log.tick(400)
    log.flush()
    with psycopg.connect(url, autocommit=True) as connection, worker(settings):
        wait_for(lambda: len(_alerts(connection)) >= 3, "the alerts are stored", 90)
        wait_for(lambda: _count(connection) == len(rows), "the events are stored")
        stored = _alerts(connection)
    log.close()
    for name, value in {"DATABASE_URL": url, "LOCAL": str(settings.local), "SITE": str(settings.site)}.items():
        monkeypatch.setenv(PREFIX + name, value)
    since, until = (NOW + timedelta(seconds=second) for second in (-5, 400))
    order = Order(ROOT / "schemas" / "catalogue", since=since.isoformat(), until=until.isoformat(), as_json=True)
    run(order)
    found = json.loads(capsys.readouterr().out)
    assert {uuid.UUID(alert["id"]) for alert in found["alerts"]} == stored
    assert found["events"]["events"] == len(rows)
    assert "camera-silent" in found["left_out"]
    for alert in stored:
        assert why(str(alert), as_json=True) == 0, capsys.readouterr().out


def _alerts(connection: psycopg.Connection) -> set[uuid.UUID]:
    return {identity for (identity,) in connection.execute("SELECT id FROM alerts")}


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM events").fetchone()
    return int(row[0]) if row else 0

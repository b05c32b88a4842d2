"""`gatehouse why`: the evidence of an alert, and the same alert again from it, on a real database and a real Kafka."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson
import psycopg
import pyarrow as pa
import pytest

from schemas.alerts import Alert
from schemas.codec import to_batch
from schemas.events import Event, Heartbeat, Kind, Received
from schemas.identity import uuid_of
from schemas.rules import Rule, Threshold
from schemas.rules_file import read_rules
from schemas.settings import PREFIX, Settings
from schemas.topics import partition_of
from streams.backtest.form import FORM
from streams.backtest.replay import SECOND, Pace, replay
from streams.rules.engine import Engine
from streams.why import Answer, explain, run
from streams.why_evidence import alert_of
from streams.why_replay import Verdict
from streams.worker.copy_rows import COLUMNS, encode_rows
from tests.streams.backtest.happened import DOORS, LISTS, RULES, SITE, rules_file
from tests.streams.worker.log import LogWriter

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
_R = 'reason: "long enough to be a reason"'
MORE = f"""
- {{id: silent, version: 1, name: {{zh: 一, en: one}}, kernel: absence, kind: camera, severity: 4, key: device,
   match: {{life: {{heartbeats: true}}}}, thresholds: {{window_s: {{value: 20, {_R}}}}}}}
- {{id: door-lost, version: 1, name: {{zh: 一, en: one}}, kernel: without, kind: door, severity: 4, key: device,
   match: {{event: {{types: [offline]}}, unless: {{types: [online]}}}}, thresholds: {{window_s: {{value: 5, {_R}}}}}}}
- {{id: box-down, version: 1, name: {{zh: 一, en: one}}, kernel: outage, kind: door, severity: 2, box: controller,
   children: [door-lost], thresholds: {{window_s: {{value: 30, {_R}}}, share: {{value: 0.5, {_R}}},
   devices_n: {{value: 2, {_R}}}, left_s: {{value: 60, {_R}}}}}}}
"""


@pytest.fixture
def database(settings: Settings) -> Iterator[psycopg.Connection]:
    url = settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC") as connection:
        yield connection


@pytest.fixture
def log(settings: Settings) -> Iterator[LogWriter]:
    writer = LogWriter(settings.kafka, settings.topic_prefix, settings.partitions)
    yield writer
    writer.close()


@pytest.fixture
def rules(tmp_path: Path) -> Mapping[str, Rule]:
    return read_rules([rules_file(tmp_path, RULES + MORE.replace("share:", "share_of_1:"))])


def event(type_: str, device: str, second: float) -> Received:
    at = NOW + timedelta(seconds=second)
    what = Event(uuid_of(type_, device, repr(second)), Kind.DOOR, type_, device, at)
    return Received(SITE.id, what, at + timedelta(seconds=0.1), at)


def happened(
    database: psycopg.Connection, settings: Settings, rows: Sequence[Received], rules: Mapping[str, Rule], until: float
) -> dict[str, list[Alert]]:
    """Store the events and the alerts that they raise, as a worker does; the alerts by rule."""
    batch, partition = to_batch(rows), partition_of(SITE.id, settings.partitions)
    n = len(rows)
    marks = [pa.repeat(pa.scalar(False), n), pa.array(range(n), pa.int64()), pa.repeat(pa.scalar(partition, pa.int32()), n)]
    form = pa.RecordBatch.from_arrays([*batch.columns, *marks], schema=FORM)
    end = round((NOW + timedelta(seconds=until)).timestamp() * SECOND)
    alerts = replay(Engine(SITE, list(rules.values()), LISTS), [form], Pace(until_us=end), SITE.id).alerts
    _store(database, [row for row in rows if isinstance(row.what, Event)], partition)
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        _store_alert(database, alert)
        found.setdefault(alert.rule, []).append(alert)
    return found


def _store(database: psycopg.Connection, rows: Sequence[Received], partition: int) -> None:
    n = len(rows)
    if not n:
        return
    data = encode_rows(to_batch(rows), np.zeros(n, np.bool_), partition, np.arange(n))
    with (
        database.cursor() as cursor,
        cursor.copy(f"COPY events_door ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(data)


def _store_alert(database: psycopg.Connection, alert: Alert) -> None:
    database.execute(
        "INSERT INTO alerts (id, site, rule, rule_version, severity, device, subject, raised_at, occurred_at, received_at,"
        " judged_at, stored_at, why, parent, plan)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now(), now(), %s, %s, %s)",
        (
            *(alert.id, alert.site, alert.rule, alert.rule_version, int(alert.severity), alert.device, alert.subject),
            *(alert.raised_at, alert.occurred_at, alert.received_at),
            *(orjson.dumps(alert.why, default=str).decode(), alert.parent, alert.plan),
        ),
    )


def asked(database: psycopg.Connection, settings: Settings, alert: Alert, rules: Mapping[str, Rule]) -> Answer:
    stored = alert_of(database, alert.id)
    assert stored is not None
    return explain(database, settings, stored, rules)


@pytest.fixture(autouse=True)
def _of_this_installation(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "KAFKA": settings.kafka,
        "TOPIC_PREFIX": settings.topic_prefix,
        "LOCAL": str(settings.local),
    }.items():
        monkeypatch.setenv(PREFIX + name, value)


def test_an_alert_comes_again_from_its_own_events(
    database: psycopg.Connection, settings: Settings, rules: Mapping[str, Rule]
) -> None:
    rows = [event("denied", DOORS[0], second) for second in (1, 2, 3, 4)]
    rows += [event("opened", DOORS[1], 5), event("held_open", DOORS[2], 6), event("forced", DOORS[3], 7)]
    alerts = happened(database, settings, rows, rules, 100)
    for rule in ("denials", "not-closed", "held", "forced", "quiet"):
        answer = asked(database, settings, alerts[rule][0], rules)
        assert (answer.verdict, answer.detail) == (Verdict.SAME, ""), rule
    assert [row["type"] for row in asked(database, settings, alerts["denials"][0], rules).events] == ["denied"] * 3


def test_heartbeats_are_read_from_the_log(
    database: psycopg.Connection, settings: Settings, rules: Mapping[str, Rule], log: LogWriter
) -> None:
    beats = [Received(SITE.id, Heartbeat(Kind.CAMERA, name, NOW), NOW, NOW) for name in ("C-0001", "C-0002")]
    log.rows(beats)
    log.flush()
    alerts = happened(database, settings, beats[:1], rules, 60)["silent"]
    assert asked(database, settings, alerts[0], rules).verdict is Verdict.SAME
    lost = asked(database, settings.model_copy(update={"kafka": ""}), alerts[0], rules)
    assert lost.verdict is Verdict.NO_LOG and "no Kafka is known" in lost.detail


def test_an_outage_comes_again_from_its_children(
    database: psycopg.Connection, settings: Settings, rules: Mapping[str, Rule]
) -> None:
    controller = SITE.devices[DOORS[0]].hangs_on["controller"]
    doors = [one.id for one in SITE.devices.values() if one.hangs_on.get("controller") == controller and one.kind == "door"]
    rows = [event("offline", door, second) for second, door in enumerate(doors)]
    alerts = happened(database, settings, rows, rules, 200)
    answer = asked(database, settings, alerts["box-down"][0], rules)
    assert (answer.verdict, len(answer.children)) == (Verdict.SAME, len(doors))
    child = asked(database, settings, alerts["door-lost"][0], rules)
    assert child.verdict is Verdict.SAME and child.alert.parent == answer.alert.id
    database.execute("DELETE FROM alerts WHERE id = %s", (alerts["door-lost"][0].id,))
    assert asked(database, settings, alerts["box-down"][0], rules).verdict is Verdict.NO_CHILDREN


def test_what_is_gone_is_said(database: psycopg.Connection, settings: Settings, rules: Mapping[str, Rule]) -> None:
    rows = [event("denied", DOORS[0], second) for second in (1, 2, 3)]
    alert = happened(database, settings, rows, rules, 100)["denials"][0]
    newer = rules["denials"].model_copy(update={"version": 2})
    assert asked(database, settings, alert, {"denials": newer}).verdict is Verdict.NO_VERSION
    assert asked(database, settings, alert, {}).verdict is Verdict.NO_RULE
    database.execute("DELETE FROM events_door WHERE id = %s", (rows[1].what.id,))  # type: ignore[union-attr]
    answer = asked(database, settings, alert, rules)
    assert (answer.verdict, answer.detail) == (Verdict.NO_EVENTS, "1 of 3 are gone")


def test_an_alert_of_other_numbers_is_judged_by_those(
    database: psycopg.Connection, settings: Settings, rules: Mapping[str, Rule]
) -> None:
    rows = [event("denied", DOORS[0], second) for second in (1, 2)]
    fewer = {**rules["denials"].thresholds, "events_n": Threshold(value=2, reason="two are enough here")}
    changed = rules["denials"].model_copy(update={"thresholds": fewer})
    alert = happened(database, settings, rows, {"denials": changed}, 100)["denials"][0]
    assert asked(database, settings, alert, rules).verdict is Verdict.SAME


def test_the_command_prints_and_says_by_its_status(
    database: psycopg.Connection,
    settings: Settings,
    rules: Mapping[str, Rule],
    capsys: pytest.CaptureFixture[str],
) -> None:
    alert = happened(database, settings, [event("forced", DOORS[3], 7)], rules, 100)["forced"][0]
    assert run(str(alert.id), as_json=False) == 1  # the catalogue has no such rule
    text = capsys.readouterr().out
    assert "rule forced version 1" in text and "not replayed: this version has no such rule" in text
    assert run(str(alert.id), as_json=True) == 1
    found = orjson.loads(capsys.readouterr().out)
    assert found["replay"]["verdict"] == "no_rule" and found["events"][0]["event"]["type"] == "forced"
    assert run("nonsense", as_json=False) == 2
    assert run(str(uuid_of("nobody")), as_json=False) == 2

"""A back-test says what the worker says: the same alerts, ids and endings, from every kind of file."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings

from schemas.alerts import Alert, Clearing
from schemas.codec import encode, encode_tick, to_batch
from schemas.events import Event, Kind, Received
from schemas.topics import ARROW, TICK
from streams.backtest.form import Assumed
from streams.backtest.job import Job, judge
from streams.backtest.json_lines import Unreadable
from streams.backtest.order import Batches, ordered_by
from streams.backtest.replay import Outcome, Pace, replay
from streams.backtest.source import file_source
from streams.rules.engine import Engine
from streams.worker.reader import Reader
from streams.worker.records import Record
from tests.streams.backtest.happened import DOORS, LISTS, SITE, Row, as_csv, drawn, jsonl, own_jsonl, parquet, row, rules
from tests.streams.worker.log import WRITTEN_MS
from trials.judging import judge_alone

ASSUMED = Assumed(SITE.id, SITE.timezone)
TICK_US, LATENESS_US = 1_000_000, 2_000_000
Said = tuple[dict[UUID, tuple[str, datetime]], dict[UUID, datetime]]


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


def said(alerts: Sequence[Alert], clearings: Sequence[Clearing]) -> Said:
    assert len({alert.id for alert in alerts}) == len(alerts)
    raised = {alert.id: (alert.rule, alert.raised_at) for alert in alerts}
    return raised, {clearing.id: clearing.cleared_at for clearing in clearings}


def tried(path: Path, where: Path, until_us: int | None = None) -> Outcome:
    """A back-test of one file, read in this very thread."""
    source = file_source(path, ASSUMED)

    def use(batches: Batches) -> Outcome:
        engine = Engine(SITE, list(rules(where).values()), LISTS)
        return replay(engine, batches, Pace(TICK_US, LATENESS_US, until_us), SITE.id)

    return ordered_by(lambda: source.read(Unreadable()), use)


def us(time: datetime) -> int:
    return round(time.timestamp() * 1_000_000)


def lived(rows: Sequence[Row], where: Path) -> tuple[Said, int]:
    """What a worker's judge says of these rows in six logs with ticks between; and its last watermark."""
    engine = Engine(SITE, list(rules(where).values()), LISTS)
    judge = judge_alone(engine, Reader("t", 0, SITE.id, 2.0), SITE.id, LATENESS_US)
    alerts: list[Alert] = []
    clearings: list[Clearing] = []
    offsets = dict.fromkeys(Kind, 0)
    first = us(rows[0]["received_at"]) // TICK_US
    last = us(rows[-1]["received_at"]) // TICK_US + 60
    waiting = list(rows)
    records: list[Record] = []
    for tick in range(first, last + 1):
        records += [_record(kind, offsets, TICK, encode_tick(_time(tick * TICK_US))) for kind in Kind]
        while waiting and us(waiting[0]["received_at"]) // TICK_US == tick:
            batch = to_batch([_received(waiting.pop(0))])
            records.append(_record(Kind.DOOR, offsets, ARROW, encode(batch)))
        if tick % 16 == 0 or tick == last:
            block = judge.step(records, flush=False, save=False).block
            alerts += block.alerts
            clearings += block.clearings
            records.clear()
    return said(alerts, clearings), last * TICK_US - LATENESS_US


def _time(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


def _record(kind: Kind, offsets: dict[Kind, int], content_type: str, value: bytes) -> Record:
    offset, offsets[kind] = offsets[kind], offsets[kind] + 1
    return Record(kind, offset, WRITTEN_MS, SITE.id.encode(), content_type, value)


def _received(one: Row) -> Received:
    event = Event(one["id"], Kind.DOOR, one["type"], one["device"], one["occurred_at"])
    return Received(SITE.id, event, one["received_at"], one["event_time"])


@settings(max_examples=25, deadline=None)
@given(drawn())
def test_every_kind_of_file_gives_the_alerts_of_the_worker(rows: list[Row]) -> None:
    if not rows:
        return
    with folder() as where:
        live, watermark = lived(rows, where)
        for write in (jsonl, as_csv, parquet):
            outcome = tried(write(rows, where), where, watermark)
            assert said(outcome.alerts, outcome.clearings) == live, write.__name__


@settings(max_examples=10, deadline=None)
@given(drawn())
def test_rows_in_any_order_are_put_in_the_order_of_their_arrival(rows: list[Row]) -> None:
    with folder() as where:
        straight = tried(parquet(rows, where), where)
        turned = tried(parquet(rows[::-1], where), where)
        assert said(straight.alerts, straight.clearings)[0].keys() == said(turned.alerts, turned.clearings)[0].keys()


def test_our_own_messages_and_the_same_rows_of_a_table_without_ids_are_the_same_events(tmp_path: Path) -> None:
    rows = [row("denied", DOORS[0], second) for second in (1, 2, 3, 50)]
    own = tried(own_jsonl(rows, tmp_path), tmp_path)
    table = tried(as_csv(rows, tmp_path, ["kind", "type", "device", "occurred_at"]), tmp_path)
    assert len(own.alerts) >= 1
    assert said(own.alerts, own.clearings) == said(table.alerts, table.clearings)


@pytest.mark.parametrize("write", [jsonl, as_csv, parquet])
def test_reading_ahead_changes_nothing(write: object, tmp_path: Path) -> None:
    rows = [row("denied", DOORS[0], second) for second in range(1, 30)]
    path = write(rows, tmp_path)  # type: ignore[operator]
    job = Job(file_source(path, ASSUMED), SITE, list(rules(tmp_path).values()), LISTS, Pace(TICK_US, LATENESS_US))
    done, plain = judge(job).outcome, tried(path, tmp_path)
    assert said(done.alerts, done.clearings) == said(plain.alerts, plain.clearings)
    assert done.events == 29


def test_a_repetition_and_a_late_event_are_counted_and_raise_nothing(tmp_path: Path) -> None:
    late = row("denied", DOORS[0], 3, delay=60)
    rows = [row("denied", DOORS[0], 1), row("denied", DOORS[0], 2), row("granted", DOORS[1], 62), late]
    again = {**rows[0], "received_at": rows[0]["received_at"]}
    outcome = tried(jsonl([rows[0], again, *rows[1:]], tmp_path), tmp_path)
    assert (outcome.events, outcome.repeated, outcome.late) == (4, 1, 1)
    assert "denials" not in {alert.rule for alert in outcome.alerts}


def test_what_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"kind": "door"}\nnonsense\n\n{"heartbeat": true, "kind": "door", "device": "D-1"}\n')
    unreadable = Unreadable()
    assert not list(file_source(path, ASSUMED).read(unreadable))
    assert unreadable.count == 3
    assert [sentence.partition(":")[0] for sentence in unreadable.first] == ["line 1", "line 2", "line 4"]

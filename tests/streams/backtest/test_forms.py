"""Every column that a file may lack, and every way to write a time."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pytest

from streams.backtest.errors import EventsError
from streams.backtest.form import FORM, Assumed, shaped
from streams.backtest.json_lines import Unreadable
from streams.backtest.source import file_source
from streams.backtest.times import times
from tests.streams.backtest.happened import SITE

ASSUMED = Assumed(SITE.id, SITE.timezone, "camera", "people_counted", "door-main")
MOMENT = datetime(2031, 3, 5, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["2031-03-05T08:30:00+08:00", "2031-03-05 08:30:00", "2031-03-05T00:30:00Z", "2031-03-05 00:30:00+00", "2031-03-05 08:30"],
)
def test_a_time_without_a_zone_is_the_sites_own(written: str) -> None:
    assert times(pa.array([written, None]), SITE.timezone).to_pylist() == [MOMENT, None]


def test_times_of_both_sorts_may_stand_in_one_column() -> None:
    mixed = pa.array(["2031-03-05 08:30:00", "2031-03-05T00:30:00Z", None, "2031-03-05T08:30:00"])
    assert times(mixed, SITE.timezone).to_pylist() == [MOMENT, MOMENT, None, MOMENT]
    assert times(pa.array([MOMENT.timestamp()]), SITE.timezone).to_pylist() == [MOMENT]


def test_a_time_that_cannot_be_read_is_a_sentence() -> None:
    with pytest.raises(EventsError, match="Write it as"):
        times(pa.array(["yesterday"]), SITE.timezone)


def test_a_bare_series_takes_kind_type_and_device_from_the_command(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("time,value,remark\n2031-03-05 08:30:00,12,x\n2031-03-05 09:00:00,,\n")
    source = file_source(path, ASSUMED)
    batch = pa.Table.from_batches(list(source.read(Unreadable())))
    assert batch.schema == FORM and (source.rows, source.lives) == (3, False)
    assert batch.select(["kind", "type", "device", "value", "event_time"]).to_pylist()[0] == {
        "kind": "camera",
        "type": "people_counted",
        "device": "door-main",
        "value": 12.0,
        "event_time": MOMENT,
    }
    assert len({bytes(identity) for identity in batch.column("id").to_pylist()}) == 2


@pytest.mark.parametrize("stored", [True, False])
def test_an_id_is_the_events_own_only_in_a_row_that_was_stored(stored: bool) -> None:
    name = "1987a4cf-ce6b-6d30-77e9-7b8c8b1455a7"
    more = {"received_at": ["2031-03-05T00:30:01Z"]} if stored else {}
    row = shaped(pa.RecordBatch.from_pydict({"id": [name], "time": ["2031-03-05T00:30:00Z"], **more}), ASSUMED, 0)
    assert (row.column("id")[0].as_py() == UUID(name).bytes) is stored


def test_a_device_that_is_ahead_is_placed_by_its_arrival() -> None:
    columns = {"time": ["2031-03-05T00:30:10Z"] * 2, "received_at": ["2031-03-05T00:30:00Z", "2031-03-05T00:30:09Z"]}
    row = shaped(pa.RecordBatch.from_pydict(columns), ASSUMED, 0)
    assert [time.second for time in row.column("event_time").to_pylist()] == [0, 10]


@pytest.mark.parametrize(
    ("columns", "said"),
    [({"value": [1.0]}, "No column tells the time"), ({"time": ["2031-03-05"], "kind": ["dor"]}, "'dor' is no kind of event")],
)
def test_a_table_of_something_else_is_refused(columns: dict[str, list[object]], said: str) -> None:
    with pytest.raises(EventsError, match=said):
        shaped(pa.RecordBatch.from_pydict(columns), ASSUMED, 0)


def test_a_file_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match="the name's ending says which"):
        file_source(tmp_path / "events.xls", ASSUMED)

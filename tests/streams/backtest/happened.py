"""What happened, written as every kind of file that a back-test reads; and rules to try on it."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from schemas.configuration import merged
from schemas.events import Kind
from schemas.identity import uuid_of
from schemas.lists import Lists
from schemas.rules import Rule
from schemas.rules_file import read_rules
from schemas.site import load_site
from tests.conftest import ROOT

SITE = load_site(ROOT / "sites" / "aozheng" / "site.yaml")
LISTS = merged(SITE, Lists())
START = datetime(2031, 3, 5, 12, 0, tzinfo=UTC)
DOORS = [device.id for device in SITE.devices.values() if device.kind == "door"][:4]

Row = dict[str, Any]

_R = 'reason: "long enough to be a reason"'
RULES = f"""
- {{id: forced, version: 1, name: {{zh: 一, en: one}}, kernel: each, kind: door, severity: 2, key: device,
   match: {{event: {{types: [forced]}}}},
   thresholds: {{hold_s: {{value: 30, {_R}}}, clear_after_s: {{value: 60, {_R}}}}}}}
- {{id: denials, version: 1, name: {{zh: 一, en: one}}, kernel: count, kind: door, severity: 3, key: device,
   match: {{event: {{types: [denied]}}}},
   thresholds: {{events_n: {{value: 3, {_R}}}, window_s: {{value: 20, {_R}}}, hold_s: {{value: 10, {_R}}},
                clear_after_s: {{value: 60, {_R}}}}}}}
- {{id: not-closed, version: 1, name: {{zh: 一, en: one}}, kernel: without, kind: door, severity: 3, key: device,
   match: {{event: {{types: [opened]}}, unless: {{types: [closed]}}}}, thresholds: {{window_s: {{value: 15, {_R}}}}}}}
- {{id: held, version: 1, name: {{zh: 一, en: one}}, kernel: dwell, kind: door, severity: 3, key: device,
   match: {{begins: {{types: [held_open]}}, ends: {{types: [closed]}}}}, thresholds: {{window_s: {{value: 10, {_R}}}}}}}
- {{id: quiet, version: 1, name: {{zh: 一, en: one}}, kernel: absence, kind: door, severity: 4, key: device,
   match: {{life: {{}}}}, thresholds: {{window_s: {{value: 40, {_R}}}}}}}
"""


def rules(folder: Path) -> dict[str, Rule]:
    """The rules above."""
    return dict(read_rules([rules_file(folder)]))


def rules_file(folder: Path, text: str = RULES, name: str = "rules.yaml") -> Path:
    """A file of rules."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def row(type_: str, device: str, second: float, *, delay: float = 0.1, **more: Any) -> Row:
    """One stored event of a door."""
    at = START + timedelta(seconds=second)
    return {
        "id": uuid_of(type_, device, repr(second), repr(sorted(more.items()))),
        "site": SITE.id,
        "kind": str(Kind.DOOR),
        "type": type_,
        "device": device,
        "occurred_at": at,
        "received_at": at + timedelta(seconds=delay),
        "event_time": at,
        **more,
    }


@st.composite
def drawn(draw: st.DrawFn, most: int = 40) -> list[Row]:
    """Events of a few minutes, some of them repeated, some late, in the order of their arrival."""
    types = st.sampled_from(["forced", "denied", "denied", "opened", "closed", "held_open", "granted"])
    one = st.builds(row, types, st.sampled_from(DOORS), st.integers(0, 200), delay=st.sampled_from([0.1, 0.5, 1.9, 2.5, 30.0]))
    rows = draw(st.lists(one, max_size=most))
    rows += [{**again, "received_at": again["received_at"] + timedelta(seconds=5)} for again in rows[::7]]
    return sorted(rows, key=lambda row: row["received_at"])


def jsonl(rows: Sequence[Row], folder: Path) -> Path:
    """As `gatehouse tail --json` prints them."""
    path = folder / "events.jsonl"
    path.write_bytes(b"".join(orjson.dumps(row | {"what": row["kind"]}) + b"\n" for row in rows))
    return path


def own_jsonl(rows: Sequence[Row], folder: Path) -> Path:
    """As devices of no vendor of ours post them: without ids, arrivals and event times."""
    path = folder / "own.jsonl"
    names = ("kind", "type", "device", "occurred_at")
    path.write_bytes(b"".join(orjson.dumps({name: row[name] for name in names}) + b"\n" for row in rows))
    return path


def as_csv(rows: Sequence[Row], folder: Path, names: Sequence[str] = ()) -> Path:
    """With a header."""
    path = folder / "events.csv"
    names = names or list(rows[0] if rows else row("closed", DOORS[0], 0))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(_texts(row) for row in rows)
    return path


def _texts(row: Row) -> Row:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def parquet(rows: Sequence[Row], folder: Path) -> Path:
    """With ids as 16 bytes and times as timestamps."""
    path = folder / "events.parquet"
    plain = [{**row, "id": row["id"].bytes if isinstance(row["id"], UUID) else row["id"]} for row in rows]
    time = pa.timestamp("us", tz="UTC")
    names = row("closed", DOORS[0], 0)
    types = {"id": pa.binary(16), "occurred_at": time, "received_at": time, "event_time": time}
    schema = pa.schema([pa.field(name, types.get(name, pa.string())) for name in names])
    pq.write_table(pa.Table.from_pylist(plain, schema=schema), path)
    return path

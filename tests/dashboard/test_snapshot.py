"""From rows to a snapshot, and from a site to its plan."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import orjson

from alerts.rows import AlertRow, Day, DeviceWord, Latency, Newest, Opened
from dashboard.plan import plan
from dashboard.snapshot import Frame, Readings, make_view, snapshot
from schemas.site import Name
from tests.dashboard.small_site import small_site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VIEW = make_view(small_site(), {"plate-watch-list": Name("布控车牌", "Watched plate")})
FRAME = Frame(7, NOW, database=True, simulated=False, version="v")


def taken(readings: Readings) -> Mapping[str, Any]:
    """A snapshot as a browser reads it."""
    found: Mapping[str, Any] = orjson.loads(orjson.dumps(snapshot(VIEW, readings, FRAME)))
    return found


def alert(rule: str, device: str, severity: int = 2, subject: str | None = None) -> AlertRow:
    return AlertRow(UUID(int=severity), rule, severity, device, subject, NOW - timedelta(minutes=1), None)


def test_before_anything_is_known_a_snapshot_says_so() -> None:
    found = taken(Readings())
    assert found["as_of"] is None
    assert found["map"] == "?" * len(VIEW.devices)
    assert found["online"]["camera"] == [0, 3, 3]
    assert (found["latency"], found["day"], found["parking"]) == (None, None, [])


def test_the_same_rows_give_the_same_snapshot() -> None:
    readings = Readings(Opened([alert("plate-watch-list", "P-0001")], {2: 1}, {}), as_of=NOW)
    assert snapshot(VIEW, readings, FRAME) == snapshot(VIEW, readings, FRAME)


def test_an_alert_is_told_in_both_languages_with_its_subject_masked() -> None:
    found = taken(Readings(Opened([alert("plate-watch-list", "P-0001", subject="鲁QX0007")], {2: 1}, {})))
    (told,) = found["alerts"]
    assert told["where"] == ["南门", "South gate"]
    assert told["what"] == ["布控车牌", "Watched plate"]
    assert told["note"] == ["鲁Q·X•••7  P-0001点", "鲁Q·X•••7  Point P-0001"]
    assert "鲁QX0007" not in str(found)


def test_an_alert_of_an_unknown_rule_or_device_is_told_by_its_names() -> None:
    (told,) = taken(Readings(Opened([alert("new-rule", "hikvision:10.0.0.9")], {2: 1}, {})))["alerts"]
    assert (told["what"][0], told["where"][1]) == ("new-rule", "hikvision:10.0.0.9")


def test_counts_of_all_open_alerts_stand_beside_those_shown() -> None:
    assert taken(Readings(Opened([], {1: 2, 4: 900}, {})))["counts"] == [2, 0, 0, 900]


def test_parking_is_summed_over_lots_that_have_told_their_occupancy() -> None:
    word = DeviceWord("garage", "parking", NOW, "occupancy", NOW, 0.61)
    assert taken(Readings(words={"garage": word}))["parking"] == [{"name": ["地库", "Garage"], "taken": 61, "of": 100}]
    later = replace(word, last_type="bay_taken")
    assert taken(Readings(words={"garage": later}))["parking"] == [{"name": ["地库", "Garage"], "taken": 61, "of": 100}]
    silent = replace(word, last_type="bay_taken", value=None)
    assert taken(Readings(words={"garage": silent}))["parking"] == []
    wet = replace(word, kind="facility", last_type="water_level", value=0.04)
    assert taken(Readings(words={"garage": wet}))["parking"] == []


def test_figures_pass_through() -> None:
    day = Day(NOW - timedelta(hours=23), (0,) * 23 + (13,), (5,) * 24)
    found = taken(Readings(day=day, latency=Latency(0.1, 0.3, 9), newest=Newest([UUID(int=5)], True)))
    assert found["budget"] == {"count": 13, "goal": 6, "limit": 12, "load": "over_limit"}
    assert found["latency"] == [0.1, 0.3]
    assert found["last_events"] == [str(UUID(int=5))]


def test_what_only_carries_others_is_not_on_the_wall() -> None:
    assert [device.id for device in VIEW.devices] == [
        "C-0001", "C-0002", "C-0003", "F-0001", "P-0001", "D-0001", "D-0002", "FP-0001",
    ]  # fmt: skip


def test_the_plan_is_readable_svg_with_a_node_for_each_house() -> None:
    found = plan(VIEW, "v")
    svg = ElementTree.fromstring(f"<svg>{found['ground']}</svg>")
    assert [node.get("data-place") for node in svg.iter("path") if node.get("data-place")] == ["b01", "b02"]
    assert len(found["devices"]) == len(VIEW.devices)
    assert found["box"] == [-2.0, -2.0, 304.0, 204.0]


def test_a_name_in_the_sites_file_cannot_become_markup() -> None:
    site = small_site()
    bad = replace(site.places["b01"], id='"><script>')
    found = plan(make_view(replace(site, places={**site.places, "b01": bad}), {}), "v")
    assert "<script>" not in found["ground"]

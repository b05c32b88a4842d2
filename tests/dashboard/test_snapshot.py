"""From rows to a snapshot, and from a site to its plan."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import orjson

from alerts.incidents.standing import Standing
from alerts.opened import Opened, marks
from alerts.rows import AlertRow, Day, DeviceWord, Latency, Newest
from dashboard.wall.lines import MOST, NAMED, NEWEST
from dashboard.wall.plan import plan
from dashboard.wall.snapshot import Frame, Readings, make_view, snapshot
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


def incident(n: int, severity: int = 2, **changes: Any) -> Standing:
    row = Standing(
        UUID(int=n), n, 1, "open", severity, "plate-watch-list", "P-0001", "", None, False, None, NOW - timedelta(minutes=n),
        NOW - timedelta(minutes=n), 1, True,
    )  # fmt: skip
    return replace(row, **changes)


def test_the_same_rows_give_the_same_snapshot() -> None:
    readings = Readings(Opened(alerts=[alert("plate-watch-list", "P-0001")]), as_of=NOW)
    assert snapshot(VIEW, readings, FRAME) == snapshot(VIEW, readings, FRAME)


def test_an_alert_is_told_in_both_languages_with_its_subject_masked() -> None:
    row = alert("plate-watch-list", "P-0001", subject="鲁QX0007")
    found = taken(Readings(Opened(alerts=[row])))
    (told,) = found["lines"]
    assert told["where"] == ["南门", "South gate"]
    assert told["what"] == ["布控车牌", "Watched plate"]
    assert told["note"] == ["鲁Q·X•••7  P-0001点", "鲁Q·X•••7  Point P-0001"]
    assert (told["alerts"], told["number"], told["rings"]) == ([str(row.id)], None, True)
    assert "鲁QX0007" not in str(found)


def test_an_alert_of_an_unknown_rule_or_device_is_told_by_its_names() -> None:
    (told,) = taken(Readings(Opened(alerts=[alert("new-rule", "hikvision:10.0.0.9")])))["lines"]
    assert (told["what"][0], told["where"][1]) == ("new-rule", "hikvision:10.0.0.9")


def test_an_incident_says_whose_it_is_how_often_it_happened_and_what_is_next() -> None:
    step = {"no": 3, "text": ["到场", "Arrive"], "due_at": (NOW - timedelta(seconds=8)).isoformat()}
    plan = {"name": ["消防", "Fire"], "next": step, "dues": [step["due_at"]]}
    row = incident(7, owner="li", occurrences=40, plan_open=True, plan=plan)
    (told,) = taken(Readings(Opened([row], told={row.id: [UUID(int=5)]})))["lines"]
    assert (told["number"], told["owner"], told["n"], told["alerts"]) == (7, "li", 40, [str(UUID(int=5))])
    assert told["plan"] == {"name": ["消防", "Fire"], "next": step, "late": 1}


def test_what_a_person_opened_goes_by_its_plans_name_and_a_drill_is_called_so() -> None:
    row = incident(1, rule="by-hand", device="", building="b01", drill=True, plan={"name": ["消防", "Fire"]})
    (told,) = taken(Readings(Opened([row])))["lines"]
    assert (told["what"], told["where"]) == (["演练·消防", "DRILL · Fire"], ["1号楼", "Bldg 1"])


def test_all_that_is_open_is_counted_and_as_much_told_as_has_room() -> None:
    rows = [incident(n, 3) for n in range(1, 500)] + [incident(900, 1, state="acknowledged", owner="li"), incident(901, 4)]
    found = taken(Readings(Opened([*rows, incident(902, 1, drill=True)])))
    assert (found["open"], found["counts"]) == (502, [1, 0, 499, 1])
    assert len(found["lines"]) <= MOST + NEWEST + 2 * NAMED + 1
    assert found["severe"] == {"ids": [str(UUID(int=900)), str(UUID(int=902))], "n": 2}
    assert {str(UUID(int=900)), str(UUID(int=902))} <= {line["id"] for line in found["lines"]}


def test_an_unplaced_alert_marks_its_device_and_a_drill_does_not() -> None:
    drill = replace(alert("fire-panel-alarm", "FP-0001", 1), drill=True)
    seen = [alert("door-tamper", "D-0001", 2), drill]
    assert taken(Readings(Opened(alerts=seen, marks=marks((), seen))))["map"] == "?????2??"


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

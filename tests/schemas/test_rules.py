"""Rules as rows: what is read, and what a wrong row is told."""

import json
from pathlib import Path

import pytest
import yaml

from schemas.errors import RuleError
from schemas.kernels import FORMS, Kernel
from schemas.rules import load_catalogue
from schemas.rules_file import read_rules

THRESHOLDS = {
    "events_n": {"value": 5, "reason": "written for a test"},
    "window_s": {"value": 120, "reason": "written for a test"},
    "hold_s": {"value": 60, "reason": "written for a test"},
    "clear_after_s": {"value": 60.5, "reason": "written for a test"},
}
GOOD = {
    "id": "five",
    "version": 1,
    "name": {"zh": "五次", "en": "Five"},
    "kernel": "count",
    "kind": "door",
    "match": {"event": {"types": ["denied"]}},
    "severity": 3,
    "thresholds": THRESHOLDS,
}


def mistakes(folder: Path, *rows: object, text: str = "") -> list[str]:
    """What reading these rows complains of."""
    path = folder / "family.yaml"
    path.write_text(text or yaml.safe_dump(json.loads(json.dumps(rows)), sort_keys=False), "utf-8")
    with pytest.raises(RuleError) as caught:
        read_rules([path])
    return str(caught.value).split("\n")


def test_the_catalogue_has_every_kernel_once_at_least_and_a_reason_for_every_number() -> None:
    rules = load_catalogue()
    assert len(rules) == 81
    assert {rule.kernel for rule in rules.values()} == set(Kernel) == set(FORMS)
    assert all(rule.id == name for name, rule in rules.items())
    assert all(len(threshold.reason) > 20 for rule in rules.values() for threshold in rule.thresholds.values())


def test_numbers_are_asked_for_by_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "family.yaml").write_text(yaml.safe_dump([GOOD]), "utf-8")
    rule = load_catalogue(tmp_path)["five"]
    assert (rule.limit("events", 0), rule.limit("window", 0), rule.hold_s, rule.clear_after_s) == (5, 120, 60, 60.5)
    assert rule.numbers == {"events_n": 5, "window_s": 120, "hold_s": 60, "clear_after_s": 60.5}


def test_a_mistake_names_file_line_rule_and_field(tmp_path: Path) -> None:
    assert mistakes(tmp_path, GOOD | {"severity": 9}) == ["family.yaml:12: rule five: severity: 9 is none of 1, 2, 3, 4"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kernel": "counted"}, "kernel: 'counted' is none of each, count"),
        ({"severty": 3}, "severty: is no field here; allowed: id, version, name"),
        ({"match": {"event": {"types": ["denid"]}}}, "match.event.types: door has no denid (did you mean denied?); it has"),
        ({"match": {}}, "match: count needs event"),
        ({"match": {"event": {}, "then": {}}}, "match.then: count takes event, clears"),
        ({"match": {"event": {"heartbeats": True}}}, "match.event.heartbeats: a heartbeat is life for absence"),
        ({"match": {"event": {"at_least": {"score": "score_share"}}}}, "match.event: threshold score_share is not given"),
        ({"thresholds": {}}, "thresholds: count needs events_n"),
        ({"thresholds": THRESHOLDS | {"windows_s": THRESHOLDS["window_s"]}}, "thresholds.windows_s: count takes"),
        ({"thresholds": THRESHOLDS | {"events_n": {"value": 2.5, "reason": "half an event"}}}, "whole number"),
        ({"thresholds": THRESHOLDS | {"events_n": {"value": 5}}}, "thresholds.events_n.reason: is missing"),
        ({"of": "building"}, "of: distinct, surplus and mismatch say what is to differ"),
        ({"id": "Five Times"}, "id: 'Five Times' is not an id: small letters, digits and -, a letter first"),
        ({"match": {"event": {"attributes": {"method": []}}}}, "match.event.attributes.method: give one at least"),
        ({"match": {"event": {"attributes": {"#method": ["card"]}}}}, "'#method' is not an attribute's name"),
        ({"match": {"event": {"differs": {"colour": "cars.colour"}}}}, "'cars.colour' is not a list and a column"),
        ({"hours": {"from": "8:00", "reason": "written for a test"}}, "hours.from: '8:00' is not a local time as 08:30"),
        ({"thresholds": THRESHOLDS | {"window_s": {"value": 1e30, "reason": "for ever and a day"}}}, "less than or equal to"),
        ({"alike": ["colour"]}, "alike: says by which attributes"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_told_what_is_allowed(tmp_path: Path, change: dict[str, object], said: str) -> None:
    found = mistakes(tmp_path, GOOD | change)
    assert any(said in line for line in found), found


def test_every_mistake_of_every_row_is_told_at_once(tmp_path: Path) -> None:
    found = mistakes(tmp_path, GOOD | {"severity": 9, "version": 0}, 7, GOOD, GOOD)
    assert len(found) == 5
    assert found[-1].endswith("rule five: id: this id is given twice")


def test_an_alert_has_to_end_somehow(tmp_path: Path) -> None:
    thresholds = {name: value for name, value in THRESHOLDS.items() if name != "clear_after_s"}
    assert "an alert has to end" in mistakes(tmp_path, GOOD | {"thresholds": thresholds})[0]


@pytest.mark.parametrize("limit", ["hold_s", "rise_after_s"])
def test_an_outage_neither_holds_nor_rises(tmp_path: Path, limit: str) -> None:
    names = ("window_s", "devices_n", "share_of_1", "left_s", limit)
    row = {name: GOOD[name] for name in ("id", "version", "name", "kind", "severity")}
    limits = {name: {"value": 1, "reason": "written for a test"} for name in names}
    outage = row | {"kernel": "outage", "box": "switch", "children": ["other"], "thresholds": limits, "worst": 1}
    assert any("an outage is there or not" in line for line in mistakes(tmp_path, outage))


def test_a_file_that_is_not_yaml_is_told_so(tmp_path: Path) -> None:
    assert "is not YAML" in mistakes(tmp_path, text="- {id: [")[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: !own five}", "family.yaml:1: the tag !own is not read here"),
        ("-\n  id: 2030-99-99", "family.yaml:2: '2030-99-99' cannot be read as it stands: quote it"),
        ("- " * 60 + "x", "family.yaml:1: lists and mappings are nested over 40 deep"),
    ],
)
def test_what_yaml_can_do_and_rules_have_no_use_for_is_told(tmp_path: Path, text: str, said: str) -> None:
    assert said in mistakes(tmp_path, text=text)[0]


def test_a_file_that_is_absent_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"none\.yaml: cannot be read"):
        read_rules([tmp_path / "none.yaml"])

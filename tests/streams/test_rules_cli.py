"""`gatehouse rules`: check, list, show, test and backtest."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from schemas.rules import CATALOGUE
from streams.rules_cli import rules_app
from tests.schemas.plans.written import plan, written
from tests.streams.backtest.happened import DOORS, RULES, as_csv, row, rules_file

BAD = """
- id: bad-one
  version: 1
  name: {zh: 一, en: One}
  kernel: count
  kind: dor
  match:
    event:
      any:
        - {types: [opened], placs: [gate]}
        - {direction: inn}
  severity: 2
  severity: 3
  thresholds: {events_n: 3}
"""
UNKNOWN = """
- id: strange
  version: 1
  name: {zh: 一, en: One}
  kernel: count
  kind: door
  match:
    event:
      all:
        - {types: [opened], places: [gat], zones: [garden, gardn, "3"]}
        - {buildings: [b99], hours: {calendar: poool, reason: "long enough reason"}}
  severity: 2
  muted_by: [strangr]
  thresholds:
    events_n: {value: 2, reason: "long enough reason"}
    window_s: {value: 60, reason: "long enough reason"}
    hold_s: {value: 1, reason: "long enough reason"}
    clear_after_s: {value: 60, reason: "long enough reason"}
  examples:
    - says: two openings
      start: "2031-03-05T08:00:00+08:00"
      until: 100
      events: [{at: 1, type: openedd, device: D-001}]
"""


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No database is known."""
    monkeypatch.setenv("GATEHOUSE_LOCAL", str(tmp_path / ".local"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(rules_app, [str(word) for word in words])


def test_a_rule_opens_a_plan_of_the_house_or_of_the_site_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = (CATALOGUE / "door.yaml").read_text("utf-8").replace("plan: theft", "plan: gas")
    file = rules_file(tmp_path, rule)
    line = rule.split("plan: gas")[0].count("\n") + 1
    said = run("check", file)
    assert said.exit_code == 1
    assert f"rules.yaml:{line}: rule " in said.output
    assert "plan: gas is no plan of the house or of this site (GATEHOUSE_OWN_PLANS); there are elevator, fire" in said.output
    (tmp_path / "plans").mkdir()
    written(tmp_path / "plans", plan())
    monkeypatch.setenv("GATEHOUSE_OWN_PLANS", str(tmp_path / "plans"))
    assert "no mistakes" in run("check", file).output
    (tmp_path / "plans" / "gas.yaml").unlink()
    file.write_text(rule.replace("plan: gas", "plan: Gas!"), "utf-8")
    monkeypatch.delenv("GATEHOUSE_OWN_PLANS")
    assert "plan: 'Gas!' is not a plan's id: small letters" in run("check", file).output


def test_every_mistake_is_named_at_once_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    said = run("check", rules_file(tmp_path, BAD))
    lines = [line for line in said.output.splitlines() if line.startswith("rules.yaml")]
    assert said.exit_code == 1
    assert [line.split(": ")[0] + " " + line.split(": ")[2] for line in lines] == [
        "rules.yaml:13 severity",
        "rules.yaml:6 kind",
        "rules.yaml:10 match.event.any.0.placs",
        "rules.yaml:11 match.event.any.1.direction",
        "rules.yaml:14 thresholds.events_n",
        "rules.yaml:14 thresholds",
        "rules.yaml:14 thresholds",
        "rules.yaml:14 thresholds",
    ]
    for near in ("did you mean door?", "did you mean places?", "did you mean in?"):
        assert near in said.output


def test_names_of_nothing_are_mistakes_too(tmp_path: Path) -> None:
    said = run("check", rules_file(tmp_path, UNKNOWN))
    fields = [line.split(": ")[2] for line in said.output.splitlines() if line.startswith("rules.yaml")]
    assert said.exit_code == 1
    assert fields == [
        "muted_by.0",
        "examples.0.events.0.type",
        "match.event.all.0.places",
        "match.event.all.0.zones",
        "match.event.all.1.buildings",
        "match.event.all.1.hours.calendar",
    ]


def test_rules_that_mute_one_another_in_a_ring_are_a_mistake_of_each(tmp_path: Path) -> None:
    rows = [one | {"examples": []} for one in yaml.safe_load((CATALOGUE / "door.yaml").read_text("utf-8"))[1:3]]
    for one, other in zip(rows, reversed([one["id"] for one in rows]), strict=True):
        one["muted_by"] = [other]
    said = run("check", rules_file(tmp_path, yaml.safe_dump(rows, allow_unicode=True)))
    assert said.exit_code == 1
    assert said.output.count("mute one another in a ring") == 2


def test_a_folder_is_its_files(tmp_path: Path) -> None:
    rules_file(tmp_path)
    said = run("check", tmp_path)
    assert (said.exit_code, said.output.strip()) == (0, "5 rules, no mistakes.")
    assert run("check", tmp_path / "nothing.yaml").exit_code == 1


def test_a_rule_is_shown_with_the_reasons_of_its_numbers() -> None:
    listed = json.loads(run("list", "--json").stdout)["rules"]
    first = listed[0]["id"]
    shown = run("show", first)
    assert shown.exit_code == 0 and shown.stdout.startswith(f"{first}, version")
    assert json.loads(run("show", first, "--json").stdout)["id"] == first
    unknown = run("show", first[:-1])
    assert unknown.exit_code == 2 and f"did you mean {first}?" in unknown.stderr


EXAMPLES = """
  examples:
    - says: it is opened and not closed
      start: "2031-03-05T08:00:00+08:00"
      until: 30
      events: [{at: 1, type: opened, device: D-001}]
      alerts: [{at: ALERT, device: D-001}]
"""
ONE = """
- id: not-closed
  version: 1
  name: {zh: 一, en: one}
  kernel: without
  kind: door
  severity: 3
  match: {event: {types: [opened]}, unless: {types: [closed]}}
  thresholds: {window_s: {value: 15, reason: "long enough to be one"}}
"""


def test_examples_beside_a_rule_are_run(tmp_path: Path) -> None:
    good = run("test", rules_file(tmp_path, ONE + EXAMPLES.replace("ALERT", "16")))
    assert (good.exit_code, good.stdout) == (0, "1 examples of 1 rules, none failed.\n")
    bad = run("test", rules_file(tmp_path, ONE + EXAMPLES.replace("ALERT", "15")))
    assert bad.exit_code == 1
    assert bad.stdout.splitlines()[0] == "not-closed: it is opened and not closed"
    assert bad.stdout.splitlines()[1].startswith("  - at 15") and bad.stdout.splitlines()[2].startswith("  + at 16")
    none = run("test", rules_file(tmp_path, ONE))
    assert none.exit_code == 1 and "Without an example: not-closed." in none.stderr


def test_a_backtest_says_what_a_change_adds_and_removes(tmp_path: Path) -> None:
    rows = [row("denied", DOORS[0], second) for second in (1, 5, 9, 100, 105)]
    events, old = as_csv(rows, tmp_path), rules_file(tmp_path)
    new = rules_file(tmp_path, RULES.replace("events_n: {value: 3", "events_n: {value: 2"), "new.yaml")
    said = run("backtest", "--rules", new, "--against", old, "--events", events, "--json")
    assert said.exit_code == 0, said.output
    found = json.loads(said.stdout)
    assert [alert["rule"] for alert in found["against"]["added"]] == ["denials"]
    assert [(pair["before"]["rule"], pair["after"]["rule"]) for pair in found["against"]["moved"]] == [("denials", "denials")]
    assert found["against"]["removed"] == []


def test_a_file_in_which_nothing_can_be_read_says_why_by_line(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"kind":"door"\n[1]\n')
    said = run("backtest", "--rules", rules_file(tmp_path), "--events", str(tmp_path / "events.jsonl"))
    assert said.exit_code == 1
    assert str(said.exception).split("\n")[:2] == ["There are no events to judge.", "2 lines could not be read:"]
    assert "line 1: it is not JSON" in str(said.exception)


def test_too_many_alerts_break_the_budget(tmp_path: Path) -> None:
    events = as_csv([row("forced", DOORS[n % 4], n) for n in range(30)], tmp_path)
    said = run("backtest", "--rules", rules_file(tmp_path), "--events", events, "--budget", "3")
    assert said.exit_code == 1
    assert "alerts an hour are more than the 3" in said.stdout
    assert run("backtest", "--rules", rules_file(tmp_path)).exit_code == 2

"""The rivals' rules against the slow twins: they do the same work, or their speed says nothing."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import orjson
import pytest
import yaml

from schemas.alerts import alert_id
from schemas.errors import SettingsError
from schemas.events import HEARTBEAT
from schemas.lists import Entry, ListName, Lists
from schemas.rules import Rule
from schemas.site import Site, load_site
from tests.conftest import ROOT
from trials import naive
from trials.rivals import run
from trials.rivals.load import events
from trials.rivals.rules import SECOND, Alert, Event, Rules, State, fire, judge, micros
from trials.rivals.sink import SEVERITY

EVENTS = 120_000
CAMERAS = "0"  # those whose names end so are enough

TEN = """
- {id: fire-panel-alarm, kernel: each, kind: facility, key: device, severity: 1,
   match: {event: {types: [fire_alarm]}}, thresholds: {clear_after_s: 86400}}
- {id: plate-watch-list, kernel: each, kind: plate, key: subject, severity: 2,
   match: {event: {types: [read], in_list: [watch_plates]}}, thresholds: {hold_s: 60, clear_after_s: 900}}
- {id: five-denials, kernel: count, kind: door, key: device, severity: 3,
   match: {event: {types: [denied]}}, thresholds: {events_n: 5, window_s: 120, hold_s: 300, clear_after_s: 600}}
- {id: stranger-three-buildings, kernel: distinct, kind: face, key: subject, of: building, severity: 3,
   match: {event: {types: [stranger]}}, thresholds: {values_n: 3, window_s: 1200, hold_s: 1800, clear_after_s: 1800}}
- {id: forced-then-tamper, kernel: sequence, kind: door, key: device, severity: 2,
   match: {first: {types: [forced]}, then: {types: [tamper]}}, thresholds: {window_s: 300, hold_s: 300, clear_after_s: 3600}}
- {id: door-not-closed, kernel: without, kind: door, key: device, severity: 4,
   match: {event: {types: [opened]}, unless: {types: [closed]}}, thresholds: {window_s: 120}}
- {id: camera-silent, kernel: absence, kind: camera, key: device, severity: 4,
   match: {life: {heartbeats: true}}, thresholds: {window_s: 60}}
- {id: door-held-open, kernel: dwell, kind: door, key: device, severity: 3,
   match: {begins: {types: [held_open]}, ends: {types: [closed]}}, thresholds: {window_s: 90}}
- {id: water-over-line, kernel: level, kind: facility, key: device, severity: 2, match: {event: {types: [water_level]}},
   thresholds: {line_m: 0.3, low_line_m: 0.2, over_n: 3, readings_n: 5, window_s: 3600}}
- {id: card-two-places, kernel: travel, kind: door, key: subject, severity: 3, match: {event: {types: [granted, opened]}},
   thresholds: {speed_m_per_s: 5, clock_allowance_s: 5, window_s: 600, hold_s: 300, clear_after_s: 1800}}
"""
"""The ten rules as the rivals have them; the catalogue's own go on."""


def ten() -> list[Rule]:
    rows = yaml.safe_load(TEN)
    for row in rows:
        numbers = {name: {"value": value, "reason": "as the rivals have it"} for name, value in row["thresholds"].items()}
        row |= {"version": 1, "name": {"zh": row["id"], "en": row["id"]}, "thresholds": numbers}
    return [Rule(**row) for row in rows]


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site(ROOT / "sites" / "aozheng" / "site.yaml")


def judged(site: Site, log: Sequence[Event]) -> list[Alert]:
    """Everything that the rivals' rules raise over the log, as they run them."""
    rules, states, found = Rules(site), dict[str, State](), list[Alert]()
    for event in log:
        at = micros(event["event_time"])
        for name, key, steps in rules.parts(event):
            found += judge(states.setdefault(name, {}), key, steps, event, at)
    end = micros(log[-1]["event_time"])
    return found + [alert for name, state in states.items() for alert in fire(state, name, end)]


def row(event: Event, offset: int) -> naive.Row:
    identity = UUID(event["id"]) if "id" in event else None
    at, received = micros(event["event_time"]), micros(event["received_at"])
    subject, value, score = (event.get(name) for name in ("subject", "value", "score"))
    return naive.Row(
        event["kind"], event["type"], event["device"], at, received, identity, subject, value, score, offset=offset
    )


def expected(site: Site, log: Sequence[Event]) -> set[UUID]:
    """Every alert that the twins raise before the log's last instant."""
    rows = [row(event, offset) for offset, event in enumerate(log)]
    watched = tuple(Entry(subject=plate) for plate in site.watch_plates)
    found = naive.judge(rows, ten(), site, rows[-1].at - 1, Lists({ListName.WATCH_PLATES: watched}))
    return {raised.id for raised in found}


@pytest.fixture(scope="module")
def log(site: Site) -> list[Event]:
    """A quarter of an hour without what no rule looks at, and with a tenth of the cameras."""
    whole = list(events(site, EVENTS, seed=3))
    kept = [e for e in whole if (e["device"].endswith(CAMERAS) if e["kind"] == "camera" else e["type"] != HEARTBEAT)]
    return [*kept, whole[-1]]


def test_the_rivals_rules_raise_the_twins_alerts(site: Site, log: list[Event]) -> None:
    found = judged(site, log)
    assert {alert.rule for alert in found} == {rule.id for rule in ten()}
    assert {rule.id: rule.severity for rule in ten()} == SEVERITY
    ids = {alert_id(site.id, alert.rule, alert.key, alert.cause) for alert in found}
    assert len(found) == len(ids)
    assert ids == expected(site, log)


def test_a_log_is_the_same_for_the_same_seed_and_every_time_is_later(site: Site) -> None:
    first = list(events(site, 2_000, seed=5))
    assert first == list(events(site, 2_000, seed=5))
    assert first != list(events(site, 2_000, seed=6))
    times = [micros(event["event_time"]) for event in first]
    assert all(before < after for before, after in pairwise(times))
    assert first[-1]["type"] == HEARTBEAT
    assert times[-1] % SECOND == 0


def test_a_state_can_be_saved_as_json_at_any_time(site: Site, log: list[Event]) -> None:
    """Quix Streams keeps states so, and a tuple comes back as a list."""
    rules, states, found = Rules(site), dict[str, bytes](), list[Alert]()
    for event in log[:5_000]:
        at = micros(event["event_time"])
        for name, key, steps in rules.parts(event):
            state = orjson.loads(states.get(name, b"{}"))
            found += judge(state, key, steps, event, at)
            states[name] = orjson.dumps(state)
    assert found
    assert found == judged(site, log[:5_000])[: len(found)]


def test_without_the_rivals_the_sentence_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "PYTHON", tmp_path / "python")
    with pytest.raises(SettingsError, match="make bench-tools"):
        run.measure("127.0.0.1:9", "", 1)

"""Which alerts are one incident."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.incidents.grouping import LIFE, belongs_to, keys_of
from alerts.incidents.incident import DESK, Incident, Told
from alerts.incidents.lifecycle import Occur, step
from schemas.incidents import Reason, State
from tests.alerts.made import NOW, incident, told


def some(*names: str) -> st.SearchStrategy[str | None]:
    """One of these, or none."""
    return st.sampled_from([None, *names])


def opened_by(alert: Told, **changes: Any) -> Incident:
    """An incident that this alert opened."""
    return incident(rule=alert.rule, device=alert.device, keys=keys_of(alert), opened_at=alert.raised_at, **changes)


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ({}, {}, True),
        ({}, {"device": "D-0002"}, False),
        ({}, {"rule": "door-tamper"}, False),
        ({"subject": "p1"}, {"subject": "p1", "rule": "face-watch-list", "device": "F-01", "building": "b2"}, True),
        ({"subject": "p1"}, {"subject": "p2"}, False),
        ({"plan": "fire"}, {"plan": "fire", "rule": "smoke-flame-confirmed", "device": "C-0007"}, True),
        ({"plan": "fire"}, {"plan": "fire", "device": "D-0100", "building": "b9"}, False),
        ({"plan": "fire"}, {"plan": "theft"}, False),
        ({"drill": True}, {}, False),
        ({}, {"drill": True}, False),
        ({"drill": True}, {"drill": True}, True),
    ],
)
def test_alerts_of_one_person_vehicle_plan_and_place_or_device_are_one(first: Any, second: Any, one: bool) -> None:
    there = opened_by(told(**first))
    assert belongs_to(told(**second), [there]) is (there if one else None)


def test_an_incident_does_not_swallow_tomorrows() -> None:
    there = opened_by(told())
    assert belongs_to(told(raised_at=NOW + LIFE), [there]) is there
    assert belongs_to(told(raised_at=NOW + LIFE + timedelta(seconds=1)), [there]) is None


def test_a_plan_that_runs_longer_than_a_shift_is_the_one_that_is_worked() -> None:
    there = opened_by(told(plan="snow"), plan="snow", plan_open=True)
    assert belongs_to(told(plan="snow", raised_at=NOW + 2 * LIFE), [there]) is there
    assert belongs_to(told(plan="snow", raised_at=NOW + 2 * LIFE), [replace(there, plan_open=False)]) is None


def test_an_alert_that_asks_for_a_plan_joins_none_where_another_runs() -> None:
    hurt = opened_by(told(subject="p1"), plan="injury", plan_open=True)
    assert belongs_to(told(subject="p1"), [hurt]) is hurt
    assert belongs_to(told(subject="p1", plan="theft"), [hurt]) is None


def test_who_follows_a_person_takes_no_plan_of_another_place_along() -> None:
    seen = told(subject="p1", plan="theft")
    there = opened_by(seen, plan="theft", plan_open=True)
    elsewhere = told(subject="p1", plan="theft", building="b9")
    assert belongs_to(elsewhere, [there]) is there
    after = step(there, Occur(elsewhere, keys_of(elsewhere)), DESK, NOW).incident
    assert belongs_to(told(plan="theft", building="b9"), [after]) is None
    assert belongs_to(told(plan="theft"), [after]) is after


@given(st.lists(st.builds(told, subject=some("p1", "p2"), plan=some("fire", "theft"), building=st.sampled_from(["b1", "b2"]))))
def test_every_alert_that_asks_for_a_plan_is_where_that_plan_runs(alerts: list[Told]) -> None:
    unclosed: list[Incident] = []
    for alert in alerts:
        found = belongs_to(alert, unclosed)
        if found is None:
            grown = opened_by(alert, building=alert.building, plan=alert.plan, plan_open=alert.plan is not None)
        else:
            unclosed.remove(found)
            after = step(found, Occur(alert, keys_of(alert)), DESK, NOW).incident
            grown = replace(after, plan_open=after.plan is not None)
        unclosed.append(grown)
        assert alert.plan in (None, grown.plan)


def test_a_closed_one_takes_nothing_and_of_several_the_oldest_does() -> None:
    closed = opened_by(told(), state=State.CLOSED, reason=Reason.REAL, closed_at=NOW, resolved_at=NOW)
    late, early = opened_by(told(raised_at=NOW + timedelta(hours=1))), opened_by(told())
    assert belongs_to(told(raised_at=NOW + timedelta(hours=2)), [closed, late, early]) is early

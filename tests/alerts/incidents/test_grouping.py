"""Which alerts are one incident."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.incidents.grouping import LIFE, belongs_to, keys_of
from alerts.incidents.incident import Incident, Told
from schemas.incidents import Reason, State
from tests.alerts.made import NOW, incident, told


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


def test_a_closed_one_takes_nothing_and_of_several_the_oldest_does() -> None:
    closed = opened_by(told(), state=State.CLOSED, reason=Reason.REAL, closed_at=NOW, resolved_at=NOW)
    late, early = opened_by(told(raised_at=NOW + timedelta(hours=1))), opened_by(told())
    assert belongs_to(told(raised_at=NOW + timedelta(hours=2)), [closed, late, early]) is early

"""Which alerts are one incident."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.incidents.grouping import LIFE, belongs_to, keys_of, placed, working
from alerts.incidents.incident import Incident, Told
from schemas.incidents import Reason, State
from schemas.plans.file import load_plans
from schemas.site import load_site
from tests.alerts.made import NOW, incident, told
from tests.conftest import ROOT


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


SITE = load_site(ROOT / "sites" / "aozheng" / "site.yaml")
PLANS = load_plans()


def at(plan: str, device: str, **changes: Any) -> Told:
    """An alert that asks for a plan, from a device of the community."""
    return placed(told(plan=plan, device=device, building=SITE.building_of(device), **changes), PLANS, SITE)


@pytest.mark.parametrize(
    ("plan", "devices", "incidents"),
    [
        ("flood", ["WX-01", "WL-01", "WL-05", "WL-09", "C-0450", "C-0001"], 1),
        ("snow", ["WX-01", "C-0633", "C-0001", "C-0009"], 1),
        ("fire", ["FP-54", "WL-01", "C-0450"], 1),  # the western garage: its panel, a device in it, the mouth of its ramp
        ("fire", ["FP-54", "FP-55"], 2),
        ("fire", ["FP-01", "C-0001", "FP-02"], 2),
        ("injury", ["B-01", "B-02", "B-05"], 2),  # two barriers of one gate, one of another
    ],
)
def test_a_plan_is_worked_once_for_its_site_its_building_or_its_place(plan: str, devices: list[str], incidents: int) -> None:
    assert len({keys_of(at(plan, device)) for device in devices}) == incidents


def test_a_plan_by_hand_for_a_building_or_a_garage_meets_the_rules_alert_for_it() -> None:
    for building, device in (("b01", "FP-01"), ("b01-1", "FP-01"), ("garage-west", "FP-54")):
        by_hand = placed(told(plan="fire", device="", building=building), PLANS, SITE)
        assert keys_of(by_hand) == keys_of(at("fire", device))
    assert keys_of(placed(told(plan="flood", device="", building="b09"), PLANS, SITE)) == keys_of(at("flood", "WX-01"))


DEVICES = ["WX-01", "WL-01", "WL-05", "FP-54", "FP-55", "FP-01", "C-0001", "C-0450", "C-0633"]
asking = st.builds(
    lambda plan, device, minutes, drill: at(plan, device, raised_at=NOW + timedelta(minutes=minutes), drill=drill),
    st.sampled_from(["flood", "snow", "fire"]),
    st.sampled_from(DEVICES),
    st.integers(0, 12 * 60),
    st.booleans(),
)


def gathered(alerts: Iterable[Told]) -> dict[UUID, int]:
    """Which incident each alert is in, as the desk finds it."""
    live: list[Incident] = []
    for alert in alerts:
        there = belongs_to(alert, live)
        if there is None:
            live.append(opened_by(alert, number=len(live), plan=alert.plan, plan_open=True, drill=alert.drill))
        else:
            live.remove(there)
            live.append(replace(there, last_at=max(there.last_at, alert.raised_at)))
    return {alert.id: one.number for alert in alerts if (one := belongs_to(alert, live)) is not None}


@given(st.lists(asking, max_size=12).flatmap(lambda alerts: st.tuples(st.just(alerts), st.permutations(alerts))))
def test_in_whatever_order_alerts_come_the_same_ones_are_one_incident(orders: tuple[list[Told], list[Told]]) -> None:
    first, second = (gathered(order) for order in orders)
    assert first.keys() == second.keys()
    for one, other in combinations(first, 2):
        assert (first[one] == first[other]) == (second[one] == second[other])
    assert len(set(first.values())) == len({keys_of(alert) for alert in orders[0]})


def test_a_long_rain_is_one_while_its_plan_runs_and_a_forgotten_fire_is_not() -> None:
    rain = opened_by(at("flood", "WX-01"), plan="flood", plan_open=True, last_at=NOW + timedelta(hours=11))
    assert belongs_to(at("flood", "WL-05", raised_at=NOW + timedelta(hours=20)), [rain]) is rain
    assert belongs_to(at("flood", "WL-05", raised_at=NOW + timedelta(hours=24)), [rain]) is None
    fire = opened_by(at("fire", "FP-01"), plan="fire", plan_open=True, last_at=NOW + timedelta(hours=11))
    assert belongs_to(at("fire", "FP-01", raised_at=NOW + timedelta(hours=20)), [fire]) is None


def test_who_opens_a_plan_by_hand_is_led_to_the_one_that_runs() -> None:
    running = opened_by(at("flood", "WX-01"), plan="flood", plan_open=True)
    assert working(at("flood", "C-0450"), [running]) is running
    assert working(at("flood", "C-0450", drill=True), [running]) is None
    assert working(at("flood", "C-0450"), [running], but=running) is None
    assert working(at("flood", "C-0450"), [replace(running, plan_open=False)]) is None

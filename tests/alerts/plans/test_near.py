"""Which cameras are shown: the nearest, or those by which somebody leaves."""

from dataclasses import replace
from math import dist

import pytest

from alerts.plans import near
from alerts.plans.acts import Say
from alerts.plans.run import Filled, begin
from schemas.plans.file import load_plans
from schemas.site import Device, load_site
from tests.alerts.made import NOW
from tests.alerts.plans.test_run import CHIEF, after
from tests.dashboard.conftest import SITE

COMMUNITY = load_site(SITE)
BUILDINGS = [place.id for place in COMMUNITY.buildings][::7]


@pytest.mark.parametrize("building", BUILDINGS)
def test_the_nearest_are_in_order_and_those_within_come_before_as_near_ones_outside(building: str) -> None:
    found = near.cameras(COMMUNITY, "", building, 6)
    assert len({eye.id for eye, _ in found}) == 6
    inside = [metres for eye, metres in found if eye.building == building]
    assert inside == sorted(inside)


def on_the_way(eye: Device, here: tuple[float, float], gate: tuple[float, float]) -> bool:
    return dist(here, (eye.x, eye.y)) + dist((eye.x, eye.y), gate) <= dist(here, gate) + near.DETOUR_M


@pytest.mark.parametrize("building", BUILDINGS)
def test_the_ways_out_lead_to_every_gate_and_nothing_stands_far_off_them(building: str) -> None:
    here = COMMUNITY.point_of("", building)
    assert here is not None
    gates = [place.centre for place in COMMUNITY.places.values() if place.kind == "gate"]
    found = near.on_the_ways_out(COMMUNITY, "", building, 9)
    assert len({eye.id for eye, _ in found}) == 9
    for eye, metres in found:
        assert not eye.building
        assert eye.floor >= 0
        assert any(on_the_way(eye, here, gate) for gate in gates)
        assert metres == dist((eye.x, eye.y), here)
    assert all(any(on_the_way(eye, here, gate) for eye, _ in found) for gate in gates)


def test_a_step_of_the_plan_says_how_many_and_the_chase_looks_ahead() -> None:
    run = begin(load_plans()["theft"], NOW, "Asia/Shanghai", lambda step: Filled(), drill=False)
    nearest = near.cameras(COMMUNITY, "", BUILDINGS[0], near.FEWEST)
    assert near.shown(COMMUNITY, "", BUILDINGS[0], None) == nearest
    assert near.shown(COMMUNITY, "", BUILDINGS[0], run) == nearest
    run = after(run, (Say("real", "yes"), CHIEF))
    assert near.shown(COMMUNITY, "", BUILDINGS[0], run) == near.on_the_ways_out(COMMUNITY, "", BUILDINGS[0], 9)


def test_a_site_without_gates_is_shown_the_nearest_in_a_chase_too() -> None:
    walled = replace(COMMUNITY, places={one.id: one for one in COMMUNITY.places.values() if one.kind != "gate"})
    run = after(
        begin(load_plans()["theft"], NOW, "Asia/Shanghai", lambda step: Filled(), drill=False), (Say("real", "yes"), CHIEF)
    )
    assert near.shown(walled, "", BUILDINGS[0], run) == near.cameras(walled, "", BUILDINGS[0], 9)


def test_where_nobody_knows_the_place_there_is_nothing_to_show() -> None:
    assert near.cameras(COMMUNITY, "", "nowhere", 4) == near.on_the_ways_out(COMMUNITY, "", "nowhere", 4) == []

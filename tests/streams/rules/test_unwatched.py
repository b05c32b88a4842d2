"""What an outage leaves unwatched, on a small site and on the committed one."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from schemas.site import Device, DeviceKind, Line, Name, Place, Site, load_site
from streams.rules.unwatched import ENTRIES, Watch, unwatched

COMMITTED = Path(__file__).parents[3] / "sites" / "aozheng" / "site.yaml"
HOUSE = Place("h", "house", Name("1号楼", "Bldg 1"), ((20, 20), (60, 20), (60, 30), (20, 30)))
UNIT = Place("h-1", "unit", Name("1单元", "Unit 1"), HOUSE.outline, {"building": "h"})
GATE = Place("gate", "gate", Name("南门", "South gate"), ((40, 90),))
POOL = Place("pool", "playground", Name("游乐场", "Playground"), ((80, 20), (95, 20), (95, 30), (80, 30)))
LANE = Line("lane", ((0, 60), (100, 60)), 4.0, Name("1巷", "Lane 1"))


def camera(ident: str, x: float, y: float, heading: float, place: str = "", switch: str = "sw-1", floor: int = 1) -> Device:
    """A camera on a switch."""
    name = Name(ident, ident)
    return Device(ident, "v", DeviceKind.CAMERA, "", floor, x, y, heading, name, ident, {"switch": switch}, place)


def thing(ident: str, kind: DeviceKind, x: float, y: float, place: str = "", **hangs_on: str) -> Device:
    """Any other device."""
    return Device(ident, "v", kind, "", 1, x, y, 0.0, Name(ident, f"the {ident}"), ident, hangs_on, place)


def site(*devices: Device, places: Sequence[Place] = (HOUSE, UNIT, GATE, POOL)) -> Site:
    """100 by 100 m: a house in the north with its unit, a lane south of it, a gate at the southern edge, a playground."""
    name, by_id, known = Name("小区", "Little"), {one.id: one for one in devices}, {one.id: one for one in places}
    return Site("s", name, name, "UTC", True, 100, 100, known, (LANE,), (), by_id, frozenset(), frozenset())


def told(found: Mapping[str, Any]) -> list[tuple[str, str, int, int, list[str]]]:
    """Place, kind, dead, alive and who sees it, of each entry."""
    keys = ("place", "kind", "cameras_dead", "cameras_alive", "seen_by")
    entries: list[Mapping[str, Any]] = found["unwatched"]
    return [tuple(entry[key] for key in keys) for entry in entries]


DOOR = camera("door", 40, 19.7, 0, "h-1")
ACROSS = camera("across", 40, 2, 180, "", "sw-2")


def test_nothing_dead_leaves_nothing_unwatched() -> None:
    here = site(DOOR)
    assert unwatched(here, []) == unwatched(here, ["nobody"]) == {"unwatched": [], "more": 0}


def test_a_dead_camera_s_place_is_named_with_the_neighbour_that_looks_there() -> None:
    found = unwatched(site(DOOR, ACROSS), ["door"])
    assert told(found) == [("h-1", "unit", 1, 0, ["across"])]
    assert found["unwatched"][0]["name"] == {"zh": "1单元", "en": "Unit 1"}
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    "blind",
    [
        camera("other", 40, 2, 0, "", "sw-2"),  # looks away
        camera("other", 40, -20, 180, "", "sw-2"),  # too far
        camera("other", 40, 45, 0, "", "sw-2"),  # behind the house
        camera("other", 40, 2, 180, "", "sw-2", floor=-1),  # underground
        camera("other", 40, 2, 180, "h", "sw-2"),  # looks up the house's face
        camera("other", 60, 14, 205, "", "sw-2"),  # beside what it looks at
    ],
    ids=["away", "far", "behind", "below", "upward", "beside"],
)
def test_a_neighbour_that_does_not_see_it_is_not_offered(blind: Device) -> None:
    assert told(unwatched(site(DOOR, blind), ["door"])) == [("h-1", "unit", 1, 0, [])]


def test_of_many_neighbours_the_nearest_three_are_offered() -> None:
    others = [camera(f"c{n}", 40, 10 - 3 * n, 180) for n in range(4)]
    assert told(unwatched(site(DOOR, *others), ["door"]))[0][4] == ["c0", "c1", "c2"]


def test_a_door_camera_hangs_on_its_own_face_and_still_sees_out() -> None:
    inside_the_plan = camera("door-2", 44, 20.4, 0, "h-1")
    assert told(unwatched(site(DOOR, inside_the_plan), ["door"])) == [("h-1", "unit", 1, 1, ["door-2"])]


def test_what_hangs_on_a_dead_box_is_dead_and_not_offered() -> None:
    switch = thing("sw-2", DeviceKind.SWITCH, 50, 25, power="pw")
    here = site(DOOR, ACROSS, switch, thing("pw", DeviceKind.POWER, 50, 25))
    assert told(unwatched(here, ["door", "pw"]))[0] == ("h-1", "unit", 1, 0, [])
    assert told(unwatched(here, ["sw-2"])) == [("", "camera", 1, 0, ["door"])], "a camera of no place stands for itself"


def test_a_box_most_of_whose_cameras_are_silent_offers_none_of_them() -> None:
    silent = [camera(f"s{n}", 90, 90, 0, "gate", "sw-2") for n in range(4)]
    here = site(DOOR, ACROSS, *silent)
    assert told(unwatched(here, ["door", "s0", "s1", "s2"]))[1] == ("h-1", "unit", 1, 0, ["across"])
    assert told(unwatched(here, ["door", "s0", "s1", "s2", "s3"]))[1] == ("h-1", "unit", 1, 0, [])


def test_an_elevator_and_a_lane_are_places_too() -> None:
    lift = thing("lift", DeviceKind.ELEVATOR, 40, 25, "h-1")
    here = site(DOOR, camera("cab", 40, 26, 180, "h-1"), lift, camera("mast", 30, 57, 90))
    found = unwatched(here, ["cab", "mast"])
    assert told(found) == [("", "lane", 1, 0, []), ("h-1", "elevator", 1, 0, [])]
    assert [entry["name"]["en"] for entry in found["unwatched"]] == ["Lane 1", "the lift"]


def test_gates_stand_first_then_doors_then_what_nobody_watches() -> None:
    here = site(
        DOOR, camera("g1", 40, 80, 180, "gate"), camera("g2", 60, 80, 180, "gate"), camera("lane", 10, 57, 90),
        camera("p1", 81, 21, 90, "pool"), camera("p2", 94, 29, 270, "pool"),
    )  # fmt: skip
    found = unwatched(here, ["lane", "p1", "door", "g1"])
    assert [kind for _, kind, *_ in told(found)] == ["gate", "unit", "lane", "playground"]


def test_the_list_is_bounded_and_says_how_many_more() -> None:
    cameras = [camera(f"c{n:02}", 0, 1000 + 100 * n, 0) for n in range(ENTRIES + 5)]
    found = unwatched(site(*cameras), [one.id for one in cameras])
    assert len(found["unwatched"]) == ENTRIES and found["more"] == 5


@pytest.fixture(scope="module")
def committed() -> tuple[Site, Watch]:
    here = load_site(COMMITTED)
    return here, Watch(here)


def test_on_the_committed_site_a_dead_switch_takes_its_gate_first(committed: tuple[Site, Watch]) -> None:
    here, watch = committed
    gates = {one.id for one in here.devices.values() if one.kind is DeviceKind.CAMERA and one.place == "gate-south"}
    switch = next(iter({here.devices[one].hangs_on["switch"] for one in gates}))
    dead = {one.id for one in here.devices.values() if one.hangs_on.get("switch") == switch}
    found = watch.unwatched(dead)
    assert gates <= dead and told(found)[0][:4] == ("gate-south", "gate", len(gates), 0)
    cameras = {one for one in dead if here.devices[one].kind is DeviceKind.CAMERA}
    assert sum(entry[2] for entry in told(found)) == len(cameras)
    assert found == watch.unwatched([switch]) == watch.unwatched(sorted(dead))


def test_whatever_dies_a_watcher_offered_is_alive_and_elsewhere(committed: tuple[Site, Watch]) -> None:
    here, watch = committed
    for switch in sorted(one.id for one in here.devices.values() if one.kind is DeviceKind.SWITCH):
        dead = {one.id for one in here.devices.values() if one.hangs_on.get("switch") == switch}
        for *_, seen_by in told(watch.unwatched(dead)):
            assert all(here.devices[one].hangs_on["switch"] != switch for one in seen_by)


def test_a_call_is_quick_enough_for_a_block(committed: tuple[Site, Watch]) -> None:
    _, watch = committed
    start = perf_counter()
    for _ in range(20):
        watch.unwatched(["SW-01"])
    assert perf_counter() - start < 20 * 0.005

"""The way between two things of a site: on foot around what stands there, by car along the roads."""

from collections.abc import Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import combinations, product
from math import hypot
from pathlib import Path

import numpy as np
import pytest

from schemas.site import Device, DeviceKind, Line, Name, Place, Point, Site, load_site
from schemas.ways import How, Ways
from schemas.ways_shapes import Floats, distances, kept_inside, meets, sides
from schemas.ways_sight import clear

COMMITTED = Path(__file__).parents[2] / "sites" / "aozheng" / "site.yaml"
NAME = Name("名", "name")
WALL = Line("wall", ((-300.0, 50.0), (500.0, 50.0)), 0.3)  # too long to walk around
LANES = (Line("lane", ((10.0, 30.0), (190.0, 30.0)), 4.0), Line("lane", ((10.0, 70.0), (190.0, 70.0)), 4.0))
LINK = Line("street", ((100.0, 30.0), (100.0, 70.0)), 6.0)
GATE = Place("gate", "gate", NAME, ((100.0, 50.0),))


def house(ident: str, west: float, north: float, east: float, south: float) -> Place:
    """A rectangular building."""
    return Place(ident, "house", NAME, ((west, north), (east, north), (east, south), (west, south)))


def device(ident: str, x: float, y: float, building: str = "", floor: int = 1, place: str = "") -> Device:
    """A camera, or a door where the id says so."""
    kind = DeviceKind.DOOR if ident.startswith("door") else DeviceKind.CAMERA
    return Device(ident, "v", kind, building, floor, x, y, 0.0, NAME, ident, {}, place)


def site(devices: Sequence[Device], places: Sequence[Place] = (GATE,), lines: Sequence[Line] = (WALL, *LANES, LINK)) -> Site:
    """200 by 100 m: a wall beyond both its edges with one gate, a lane on either side, a street through the gate."""
    by_id, known = {one.id: one for one in devices}, {place.id: place for place in places}
    return Site("s", NAME, NAME, "UTC", True, 200, 100, known, tuple(lines), (), by_id, frozenset(), frozenset())


A, B = device("a", 20, 40), device("b", 20, 60)


@pytest.fixture(scope="module")
def committed() -> Ways:
    return Ways(load_site(COMMITTED))


@pytest.fixture(scope="module")
def devices() -> dict[str, Device]:
    return dict(load_site(COMMITTED).devices)


def test_a_wall_is_passed_at_its_gate_only() -> None:
    ways = Ways(site([A, B, device("c", 20, 20)]))
    through = 2 * np.hypot(88 - 20, 10)  # the opening begins 12 m west of the gate
    assert ways.walk_m("a", "b") == pytest.approx(through, abs=0.1)
    assert ways.drive_m("a", "b") == pytest.approx(80 + 40 + 80, abs=0.1)
    assert ways.walk_m("a", "c") == pytest.approx(20, abs=0.01)


def test_a_road_drawn_through_a_wall_without_a_gate_is_no_way() -> None:
    hole = Line("lane", ((20.0, 30.0), (20.0, 70.0)), 4.0)
    ways = Ways(site([A, B], lines=(WALL, *LANES, LINK, hole)))
    assert ways.walk_m("a", "b") > 130
    assert ways.drive_m("a", "b") == pytest.approx(10 + 80 + 40 + 80 + 10, abs=0.1)


def test_a_closed_wall_without_a_gate_shuts_nobody_in() -> None:
    ring = Line("wall", ((10.0, 30.0), (30.0, 30.0), (30.0, 50.0), (10.0, 50.0), (10.0, 30.0)), 0.3)
    assert Ways(site([A, B], lines=(ring,))).walk_m("a", "b") == pytest.approx(20)


def test_a_walker_goes_around_a_building_and_a_car_along_the_road() -> None:
    ways = Ways(site([device("a", 50, 5), device("b", 50, 25)], [house("h", 20, 10, 80, 20)], LANES[:1]))
    around = 2 * np.hypot(30, 5) + 10
    assert around - 2 < ways.walk_m("a", "b") <= around
    assert ways.drive_m("a", "b") == pytest.approx(20)


def test_a_house_with_two_doors_is_a_way() -> None:
    doors = [device("door-n", 50, 10, "h"), device("door-s", 50, 20, "h")]
    ways = Ways(site([device("a", 50, 5), device("b", 50, 25), *doors], [house("h", 20, 10, 80, 20)], ()))
    assert ways.walk_m("door-n", "door-s") == pytest.approx(10)
    assert ways.walk_m("a", "b") == pytest.approx(20)


def test_floors_count_within_a_house_and_on_the_way_out() -> None:
    things = [device("door", 30, 10, "h"), device("low", 40, 15, "h"), device("high", 40, 15, "h", 5), device("out", 30, 0)]
    ways = Ways(site(things, [house("h", 20, 10, 80, 20)], ()))
    assert ways.walk_m("low", "high") == pytest.approx(12)
    assert ways.walk_m("high", "out") == pytest.approx(12 + ways.walk_m("low", "out"))
    assert ways.walk_m("low", "out") == pytest.approx(np.hypot(10, 5) + 10, abs=0.01)


def test_water_is_walked_around_unless_a_path_crosses_it() -> None:
    pond = replace(house("pond", 20, 10, 80, 20), kind="water")
    ends = [device("a", 50, 5), device("b", 50, 25)]
    bridge = Line("path", ((50.0, 8.0), (50.0, 22.0)), 2.0)
    assert Ways(site(ends, [pond], ())).walk_m("a", "b") > 60
    assert Ways(site(ends, [pond], [bridge])).walk_m("a", "b") == pytest.approx(20)


def test_a_garage_is_left_by_its_ramps_and_by_the_stairs_above_it() -> None:
    garage = Place("g", "lot", NAME, ((0, 0), (60, 0), (60, 40), (0, 40)), {"where": "garage", "level": -1})
    ramps = [
        Place(f"ramp-{n}", "ramp", NAME, ((x, 26.0), (x + 4, 26.0), (x + 4, 30.0), (x, 30.0)), {"garage": "g", "level": -1})
        for n, x in enumerate((2.0, 54.0))
    ]
    things = [device("below", 30, 15, "", -1, "g"), device("door", 30, 10, "h"), device("east", 190, 30)]
    ways = Ways(site(things, [garage, *ramps, house("h", 20, 10, 40, 20)], LANES))
    assert ways.walk_m("below", "door") == pytest.approx(5 + 3)
    assert ways.drive_m("below", "east") == pytest.approx(np.hypot(26, 13) + 190 - 56, abs=0.1)
    assert ways.drive_m("ramp-0", "ramp-1") == pytest.approx(52)


def test_where_no_way_leads_it_is_the_straight_line() -> None:
    ways = Ways(site([A, B], lines=()))
    assert ways.drive_m("a", "b") == ways.walk_m("a", "b") == pytest.approx(20)
    assert np.isfinite(Ways(site([])).matrix([], "walk")).all()


def test_an_unknown_thing_is_an_error() -> None:
    with pytest.raises(KeyError):
        Ways(site([A])).walk_m("a", "nobody")


def test_a_place_is_an_end_too() -> None:
    assert Ways(site([A])).walk_m("a", "gate") == pytest.approx(np.hypot(80, 10), abs=0.1)


@pytest.mark.parametrize("how", ["walk", "drive"])
def test_the_committed_site_s_ways_are_a_distance(committed: Ways, devices: dict[str, Device], how: How) -> None:
    metres = committed.matrix(list(devices), how)
    assert metres.dtype == np.float64 and metres.shape == (len(devices), len(devices))
    assert (metres == metres.T).all() and not metres.diagonal().any()
    assert (metres >= straight(devices) - 1e-6).all()
    assert max(float((metres - metres[:, k, None] - metres[k]).max()) for k in range(0, len(metres), 31)) < 0.02


def straight(devices: dict[str, Device]) -> Floats:
    """Metres in a straight line between all of them."""
    xy = np.array([(one.x, one.y) for one in devices.values()])
    return distances(xy, xy)


def test_the_committed_site_has_sensible_ways(committed: Ways, devices: dict[str, Device]) -> None:
    metres = committed.matrix(list(devices), "walk")
    assert metres.max() < 1000
    outside, perimeter = committed.walk_m("bays-south", "gate-west"), committed.walk_m("gate-south", "bays-south")
    assert perimeter < 150 < outside
    near = [one.id for one in devices.values() if one.id in {"D-001", "D-002"}]
    assert committed.walk_m(*near) == pytest.approx(13.4, abs=0.1), "through the house from door to door"


def test_between_things_on_the_road_a_car_has_no_shorter_way_than_a_walker(committed: Ways, devices: dict[str, Device]) -> None:
    points = [one.id for one in devices.values() if one.kind in {DeviceKind.PLATE, DeviceKind.BARRIER}]
    assert (committed.matrix(points, "drive") >= committed.matrix(points, "walk") - 0.01).all()


def test_sight_agrees_with_every_pair_tried_by_itself() -> None:
    draw = np.random.default_rng(3)
    solids = [np.array(house("h", x, y, x + 9, y + 5).outline) for x in (10, 40, 70) for y in (10, 30, 50)]
    walls = np.array([[(5.0, 25.0), (60.0, 26.0)], [(80.0, 5.0), (81.0, 60.0)]])
    points = draw.uniform(0, 90, (80, 2))
    points = points[[all(not within(point, solid) for solid in solids) for point in points]]
    blocks = np.concatenate([walls, *(sides(solid) for solid in solids)])
    seen = clear(points, solids, walls)
    for a, b in combinations(range(len(points)), 2):
        assert seen[a, b] == seen[b, a] == (not meets(points[[a, b]], blocks).any())


def within(point: Floats, box: Floats) -> bool:
    """Whether the point is in the rectangle."""
    return bool((box.min(0) <= point).all() and (point <= box.max(0)).all())


def test_no_walk_on_a_grid_of_steps_is_shorter() -> None:
    """The slow twin: somebody who takes steps of a metre in eight directions where nothing stands in the way."""
    houses = [house("h1", 10.5, 10.5, 40.5, 18.5), house("h2", 30.5, 25.5, 50.5, 35.5)]
    starts = [device(f"c{n}", x, y) for n, (x, y) in enumerate([(12, 5), (35, 22), (55, 30), (20, 40)])]
    wall = Line("wall", ((-300.0, 45.5), (300.0, 45.5)), 0.3)
    south = device("south", 30, 50)
    ways = Ways(site([*starts, south], [*houses, replace(GATE, outline=((50.0, 45.5),))], [wall]))
    for one in starts:
        steps = stepped((one.x, one.y), houses)
        for other in [*starts, south]:
            assert ways.walk_m(one.id, other.id) <= steps[other.x, other.y] + 1e-3
            assert ways.walk_m(one.id, other.id) >= 0.9 * steps[other.x, other.y] - 4, "nor much longer than the air line"


def stepped(start: Point, houses: Sequence[Place]) -> dict[Point, float]:
    """Metres from a start to every whole point of the plan (Dijkstra); the wall at y 45.5 is open from x 38 to 62."""
    done: dict[Point, float] = {}
    heap = [(0.0, start)]
    while heap:
        metres, (x, y) = heappop(heap)
        if (x, y) in done:
            continue
        done[x, y] = metres
        for dx, dy in product((-1, 0, 1), repeat=2):
            to = x + dx, y + dy
            shut = {y, to[1]} == {45, 46} and not (38 < x < 62 and 38 < to[0] < 62)
            if -5 <= to[0] <= 70 and 0 <= to[1] <= 55 and not shut and not any(_in(to, one) for one in houses):
                heappush(heap, (metres + hypot(dx, dy), to))
    return done


def _in(point: Point, place: Place) -> bool:
    (west, north), _, (east, south), _ = place.outline
    return west <= point[0] <= east and north <= point[1] <= south


def test_an_outline_loses_what_stands_out_and_gains_nothing() -> None:
    bay: list[Point] = [(0, 0), (10, 0), (10, 8), (6, 8), (6, 9), (4, 9), (4, 8), (0, 8)]
    assert sorted(kept_inside(np.array(bay, np.float64), 1.5).tolist()) == [[0, 0], [0, 8], [10, 0], [10, 8]]
    assert len(kept_inside(np.array(bay, np.float64), 0.5)) == 8

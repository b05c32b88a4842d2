"""The 739 cameras of the illustrative community: at doors, in elevators, on walls, at gates, underground, along roads.

What has a fixed place comes first; the rest of the count stands along the roads at even distances.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

from schemas.site import COUNTS, DeviceKind, Line, Name, Place, Point
from schemas.site_generator_buildings import CORE, HALF_DEPTH, Building
from schemas.site_generator_devices import GATE_HALF, Spotted, gate_frame, lanes, ramp_frame, unit_name
from schemas.site_generator_geometry import Obstacles, ahead, along, heading
from schemas.site_generator_ground import wall
from schemas.site_generator_places import GATES, RAMPS

WALL_SPACING = 24.0  # metres: what a 6 mm lens sees a person in
WALL_INSET = 1.0
GARAGE_COLUMNS, GARAGE_ROWS = 6, 6
WALK_SPACING = 26.0
AT_PLACES = {"pool": 6, "playground": 2, "shed": 2, "clinic": 2, "service_point": 1, "lot": 2}
VERGE = 1.0  # metres from a road's edge to a mast


def cameras(built: Sequence[Building], places: Sequence[Place], lines: Sequence[Line]) -> list[Spotted]:
    """All of them, in the order of their numbers."""
    fixed = [
        *(camera for building in built for camera in _of_building(building)),
        *_at_gates(),
        *_at_ramps(),
        *(camera for place in places for camera in _at_place(place)),
        *_on_wall(lines),
        *_in_garden(lines),
    ]
    return [*fixed, *_on_roads(COUNTS[DeviceKind.CAMERA] - len(fixed), places, lines)]


def _camera(at: Point, course: float, name: Name, place: str = "", floor: int = 1, zone: str = "") -> Spotted:
    return Spotted(DeviceKind.CAMERA, at, course, name, place=place, floor=floor, zone=zone)


def _of_building(building: Building) -> Iterator[Spotted]:
    turn, at = building.frame.turn, building.frame.at
    for unit in building.units:
        spots = [("北门摄像头", "north door camera", at(unit.middle + 1.7, -HALF_DEPTH - CORE - 0.3), turn)]
        if building.south_door(unit):
            spots.append(("南门摄像头", "south door camera", at(unit.middle + 1.7, HALF_DEPTH + 0.3), turn + 180))
        if building.kind == "house":
            spots.append(("电梯摄像头", "elevator camera", at(unit.middle - 1.2, -3.2), turn + 180))
        for zh, en, point, course in spots:
            yield Spotted(
                DeviceKind.CAMERA, point, course, unit_name(building, unit, zh, en), building.id, building.unit_id(unit)
            )
    for zh, en, side in (("西", "west", -1), ("东", "east", 1)):
        name = Name(f"{building.number}号楼{zh}侧高空抛物摄像头", f"Bldg {building.number} {en} upward camera")
        point = at(side * building.half * 0.6, HALF_DEPTH + 5)
        yield Spotted(DeviceKind.CAMERA, point, turn, name, building.id, building.id)


def _at_gates() -> Iterator[Spotted]:
    for lane in lanes():
        if lane.place.startswith("gate"):
            name = Name(f"{lane.name.zh}车道摄像头", f"{lane.name.en} lane camera")
            side = 1.6 if lane.direction == "in" else -1.6
            yield _camera(lane.frame.at(lane.east + side, -4.0), lane.frame.turn + 180, name, lane.place)
    for ident, gate, _, _ in GATES:
        own, half = gate_frame(ident), GATE_HALF[ident]
        for zh, en, east, south, turn in (
            ("进口人行摄像头", "footway in camera", half + 2, -3.0, 180.0),
            ("出口人行摄像头", "footway out camera", -half - 2, -3.0, 180.0),
            ("全景摄像头", "overview camera", half + 3, -12.0, 190.0),
        ):
            yield _camera(own.at(east, south), own.turn + turn, Name(gate.zh + zh, f"{gate.en} {en}"), ident)


def _at_ramps() -> Iterator[Spotted]:
    for number, (ident, _, _) in enumerate(RAMPS):
        own, half = ramp_frame(number)
        zh, en = f"{number + 1}号坡道", f"Ramp {number + 1}"
        yield _camera(own.at(3.4, half), own.turn, Name(f"{zh}口摄像头", f"{en} mouth camera"), ident)
        yield _camera(own.at(-2.2, 1.0 - half), own.turn + 180, Name(f"{zh}底摄像头", f"{en} foot camera"), ident, -1)


def _at_place(place: Place) -> Iterator[Spotted]:
    spots = (
        list(_in_garage(place)) if place.attributes.get("where") == "garage" else _around(place, AT_PLACES.get(place.kind, 0))
    )
    floor = -1 if place.attributes.get("where") == "garage" else 1
    for nth, (point, course) in enumerate(spots, 1):
        number = nth if len(spots) > 1 else ""
        name = Name(
            f"{place.name.zh}{number}号摄像头" if number else f"{place.name.zh}摄像头",
            f"{place.name.en} camera {number}".strip(),
        )
        yield _camera(point, course, name, place.id, floor)


def _around(place: Place, count: int) -> list[tuple[Point, float]]:
    """Just inside the outline, spread around it, looking at the middle."""
    ring = [*place.outline, place.outline[0]]
    length = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring))
    if not count:
        return []
    points = [point for point, _ in along(ring, length / count, 0.5)][:count]
    return [(ahead(point, heading(point, place.centre), 0.6), heading(point, place.centre)) for point in points]


def _in_garage(place: Place) -> Iterator[tuple[Point, float]]:
    """In rows under the ceiling, each looking along its drive, every second the other way."""
    half = len(place.outline) // 2
    north, south = place.outline[:half], place.outline[: half - 1 : -1]
    for row in range(GARAGE_ROWS):
        down = (row + 0.5) / GARAGE_ROWS
        drive = [(a[0] + (b[0] - a[0]) * down, a[1] + (b[1] - a[1]) * down) for a, b in zip(north, south, strict=True)]
        length = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(drive))
        spots = list(along(drive, length / GARAGE_COLUMNS, length / GARAGE_COLUMNS / 2))[:GARAGE_COLUMNS]
        yield from ((point, course + 180 * (row % 2)) for point, course in spots)


def _on_wall(lines: Sequence[Line]) -> Iterator[Spotted]:
    ring = [*wall(), wall()[0]]
    free = Obstacles([], [(line.points, line.width / 2) for line in lines if line.kind not in {"wall", "fire_lane"}])
    spots = (spot for spot in along(ring, WALL_SPACING, WALL_SPACING / 2) if free.clear(spot[0], 2.0))
    for nth, (point, course) in enumerate(spots, 1):
        name = Name(f"围墙{nth}号摄像头", f"Perimeter camera {nth}")
        yield _camera(ahead(point, course + 90, WALL_INSET), course + 6, name)


def _in_garden(lines: Sequence[Line]) -> Iterator[Spotted]:
    walk = next(line for line in lines if line.name and line.name.en == "Garden Walk")
    for nth, (point, course) in enumerate(along(walk.points, WALK_SPACING, 4.0), 1):
        at = ahead(point, course - 90, walk.width / 2 + VERGE)
        yield _camera(at, course + 30, Name(f"花园步道{nth}号摄像头", f"Garden walk camera {nth}"), "garden")


def _on_roads(count: int, places: Sequence[Place], lines: Sequence[Line]) -> Iterator[Spotted]:
    """`count` masts at even distances on the verges of ring, streets and lanes, none on another road."""
    named = [line for line in lines if line.kind in {"ring", "street", "lane"} and line.name]
    solid = [p.outline for p in places if len(p.outline) > 2 and p.kind not in {"garden", "unit"} and not _underground(p)]
    clear = Obstacles(solid, [(line.points, line.width / 2) for line in lines if line.kind != "fire_lane"]).clear
    free = [(line, at, course) for line in named for at, course in _verge(line) if clear(at, VERGE * 0.9)]
    numbers: dict[Name, int] = {}
    for nth in range(count):
        line, at, course = free[(2 * nth + 1) * len(free) // (2 * count)]
        road = line.name or Name("", "")
        numbers[road] = numbers.get(road, 0) + 1
        name = Name(f"{road.zh}{numbers[road]}号摄像头", f"{road.en} camera {numbers[road]}")
        yield _camera(at, course + 180 * (nth % 2), name, zone="fire_lane" if line.kind == "lane" else "no_parking")


def _verge(line: Line) -> Iterator[tuple[Point, float]]:
    for point, course in along(line.points, 2.0, 6.0):
        yield ahead(point, course + 90, line.width / 2 + VERGE), course


def _underground(place: Place) -> bool:
    return place.attributes.get("where") == "garage"

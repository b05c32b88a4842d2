"""What listens at doors, gates and ramps of the illustrative community, and what its house technology is.

A `Spotted` is a device before it has a number, an identity and its wires (site_generator_wiring gives those).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from schemas.site import DeviceKind, Name, Place, Point
from schemas.site_generator_buildings import CORE, HALF_DEPTH, Building, Unit
from schemas.site_generator_geometry import Frame
from schemas.site_generator_ground import frame
from schemas.site_generator_places import GATES, RAMPS

FACES_AT_UNITS = 20  # of the 32: the rest is at gates, pool and clinic
LANE = 3.2  # metres between the middles of two lanes of a gate
GATE_HALF = {"gate-south": 7.0, "gate-east": 4.5, "gate-north": 4.0, "gate-west": 1.5}  # half the road, metres
GATE_TURN = {"gate-south": 0.0, "gate-east": -90.0, "gate-north": 180.0, "gate-west": 90.0}  # local south leads out


@dataclass(frozen=True, slots=True)
class Spotted:
    """A device in its place. `heading` is compass degrees; `floor` negative underground; `zone` what a camera looks at."""

    kind: DeviceKind
    at: Point
    heading: float
    name: Name
    building: str = ""
    place: str = ""
    floor: int = 1
    direction: str = ""
    zone: str = ""


def unit_name(building: Building, unit: Unit, zh: str, en: str) -> Name:
    """For example 17号楼2单元北门 / Bldg 17 unit 2 north door."""
    return Name(f"{building.number}号楼{unit.number}单元{zh}", f"Bldg {building.number} unit {unit.number} {en}")


def gate_frame(ident: str) -> Frame:
    """A gate's own plane: in is north, out is south, entering keeps to the east side."""
    where = next(place for gate, _, place, _ in GATES if gate == ident)
    base = frame(*where)
    return Frame(base.origin, base.turn + GATE_TURN[ident])


def ramp_frame(number: int) -> tuple[Frame, float]:
    """A ramp's own plane with its mouth to the south, and half its length. In is north."""
    spot = RAMPS[number][1]
    base = frame(spot.east, spot.south)
    return Frame(base.origin, base.turn + (-90.0 if spot.east < 0 else 90.0)), spot.width / 2


def doors(built: Sequence[Building]) -> Iterator[Spotted]:
    """A door to the lane for each unit and one to the garden side."""
    for building in built:
        for unit in building.units:
            name = unit_name(building, unit, "北门", "north door")
            yield _door(building, unit, building.north_door(unit), building.frame.turn, name)
            if south := building.south_door(unit):
                yield _door(building, unit, south, building.frame.turn + 180, unit_name(building, unit, "南门", "south door"))


def _door(building: Building, unit: Unit, at: Point, heading: float, name: Name) -> Spotted:
    return Spotted(DeviceKind.DOOR, at, heading, name, building.id, building.unit_id(unit))


def faces(rng: Random, built: Sequence[Building], places: Sequence[Place]) -> Iterator[Spotted]:
    """At the footways of the gates, at pool and clinic, and at one unit of twenty houses."""
    for ident, name, _, _ in GATES:
        for direction, side in (("in", 1), ("out", -1)):
            for nth in range(2 if ident == "gate-south" else 1):
                yield _gate_face(ident, name, direction, side * (GATE_HALF[ident] + 1.5 + 1.6 * nth), nth + 1)
    for place in places:
        if place.kind in {"pool", "clinic"}:
            name = Name(f"{place.name.zh}人脸点", f"{place.name.en} face point")
            yield Spotted(DeviceKind.FACE, place.outline[0], 0.0, name, place=place.id)
    houses = [building for building in built if building.kind == "house"]
    for building in sorted(rng.sample(houses, FACES_AT_UNITS), key=lambda house: house.number):
        unit = rng.choice(building.units)
        at = building.frame.at(unit.middle - 1.6, -HALF_DEPTH - CORE - 0.2)
        name = unit_name(building, unit, "人脸点", "face point")
        yield Spotted(DeviceKind.FACE, at, building.frame.turn, name, building.id, building.unit_id(unit), direction="in")


def _gate_face(ident: str, gate: Name, direction: str, east: float, nth: int) -> Spotted:
    own = gate_frame(ident)
    zh, heading = ("进", own.turn + 180) if direction == "in" else ("出", own.turn)
    name = Name(f"{gate.zh}人行{zh}口{nth}", f"{gate.en} footway {direction} {nth}")
    return Spotted(DeviceKind.FACE, own.at(east, 0.0), heading, name, place=ident, direction=direction)


@dataclass(frozen=True, slots=True)
class Lane:
    """One way through a gate or ramp for vehicles; `east` is its middle in the frame, `south` where the barrier stands."""

    place: str
    name: Name
    frame: Frame
    direction: str
    east: float
    south: float
    floor: int


def lanes() -> Iterator[Lane]:
    """All ways for vehicles: those of the gates, then those of the ramps."""
    for ident, gate, _, counts in GATES:
        for direction, side, count in (("in", 1, counts[0]), ("out", -1, counts[1])):
            for nth in range(count):
                name = _lane_name(gate, direction, nth + 1 if count > 1 else 0)
                yield Lane(ident, name, gate_frame(ident), direction, side * (1.9 + LANE * nth), 0.0, 1)
    for number, (ident, _, _) in enumerate(RAMPS):
        own, half = ramp_frame(number)
        for direction, side in (("in", 1), ("out", -1)):
            name = _lane_name(Name(f"{number + 1}号坡道", f"Ramp {number + 1}"), direction, 0)
            yield Lane(ident, name, own, direction, side * 1.4, half - 2, 1)


def _lane_name(of: Name, direction: str, nth: int) -> Name:
    zh = {"in": "进口", "out": "出口"}[direction]
    return Name(f"{of.zh}{zh}{nth or ''}", f"{of.en} {direction}{f' {nth}' if nth else ''}")


def plates() -> Iterator[Spotted]:
    """One a lane, facing the car that waits at the barrier; one at the street bays."""
    for lane in lanes():
        side, turned = (1.2, 180.0) if lane.direction == "in" else (-1.2, 0.0)
        at = lane.frame.at(lane.east + side, lane.south + (-1.5 if lane.direction == "in" else 1.5))
        name = Name(f"{lane.name.zh}车牌点", f"{lane.name.en} plate point")
        yield Spotted(DeviceKind.PLATE, at, lane.frame.turn + turned, name, place=lane.place, direction=lane.direction)
    name = Name("南路街边车位车牌点", "Street bays plate point")
    yield Spotted(DeviceKind.PLATE, (217.5, 500.0), 180.0, name, place="bays-south")


def barriers() -> Iterator[Spotted]:
    """One a lane."""
    for lane in lanes():
        name = Name(f"{lane.name.zh}道闸", f"{lane.name.en} barrier")
        at = lane.frame.at(lane.east, lane.south)
        yield Spotted(DeviceKind.BARRIER, at, lane.frame.turn + 180, name, place=lane.place, direction=lane.direction)


def facilities(built: Sequence[Building], places: Sequence[Place]) -> Iterator[Spotted]:
    """Fire panels, elevators, water levels, the weather source, and the counting of lots."""
    for building in built:
        name = Name(f"{building.number}号楼消防主机", f"Bldg {building.number} fire panel")
        at = building.frame.at(-building.half + 2, -3.0)
        yield Spotted(DeviceKind.FIRE_PANEL, at, 0.0, name, building.id, building.id)
    for place in places:
        yield from _of_place(place)
    for building in built:
        for unit in building.units if building.kind == "house" else ():
            at = building.frame.at(unit.middle - 1.2, -3.6)
            name = unit_name(building, unit, "电梯", "elevator")
            yield Spotted(DeviceKind.ELEVATOR, at, 0.0, name, building.id, building.unit_id(unit))
    yield Spotted(DeviceKind.WATER_LEVEL, (36.0, 300.0), 0.0, Name("河道水位", "River level"), place="river")
    room = next(place for place in places if place.id == "control-room")
    yield Spotted(DeviceKind.WEATHER, room.centre, 0.0, Name("气象预警", "Weather warnings"), place=room.id)


def _of_place(place: Place) -> Iterator[Spotted]:
    zh, en = place.name.zh, place.name.en
    garage = place.attributes.get("where") == "garage"
    if garage or place.kind == "pool":
        floor = -1 if garage else 1
        yield Spotted(
            DeviceKind.FIRE_PANEL, place.centre, 0.0, Name(f"{zh}消防主机", f"{en} fire panel"), place=place.id, floor=floor
        )
    if garage:
        for nth, share in enumerate((0.25, 0.75), 1):
            name = Name(f"{zh}{nth}号泵坑水位", f"{en} pump pit {nth} level")
            yield Spotted(DeviceKind.WATER_LEVEL, _between(place, share), 0.0, name, place=place.id, floor=-1)
    if place.kind == "ramp":
        own, half = ramp_frame(int(place.id.rpartition("-")[2]) - 1)
        name = Name(f"{zh}水位", f"{en} water level")
        yield Spotted(DeviceKind.WATER_LEVEL, own.at(0, 1.5 - half), 0.0, name, place=place.id, floor=-1)
    if place.kind == "lot":
        yield Spotted(
            DeviceKind.LOT, place.centre, 0.0, Name(f"{zh}计数", f"{en} counter"), place=place.id, floor=-1 if garage else 1
        )


def _between(place: Place, share: float) -> Point:
    (x1, y1), (x2, y2) = place.outline[0], place.outline[len(place.outline) // 2]
    return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share

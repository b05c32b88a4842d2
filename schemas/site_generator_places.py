"""What stands beside the houses of the illustrative community: gates, parking, pool, playgrounds, sheds, points, trees."""

from collections.abc import Iterator, Sequence
from itertools import chain
from random import Random

from schemas.site import Line, Name, Place, Point
from schemas.site_generator_buildings import Building
from schemas.site_generator_geometry import Obstacles, ahead, along, apart, overlap, rounded
from schemas.site_generator_ground import (
    AXIS,
    EAST_STREET,
    HALF_HEIGHT,
    HALF_WIDTH,
    HEIGHT,
    LANE_OFFSET,
    ROWS,
    WEST_STREET,
    WIDTH,
    Spot,
    bend,
    bent,
    wall,
)

TREES = 1500  # drawn; the community's 11,000 would be a green blot
COURT = 17.0  # metres from a row's middle to the middle of its courtyard, between balconies and the next lane

GATES = (
    ("gate-south", Name("南门", "South gate"), (AXIS, HALF_HEIGHT), (2, 2)),
    ("gate-east", Name("东门", "East gate"), (HALF_WIDTH, ROWS[4] + LANE_OFFSET), (1, 1)),
    ("gate-north", Name("北门", "North gate"), (EAST_STREET, -HALF_HEIGHT), (1, 1)),
    ("gate-west", Name("西门（步行）", "West gate (foot)"), (-HALF_WIDTH, ROWS[5] + LANE_OFFSET), (0, 0)),
)
"""Id, name, local place in the wall, lanes in and out for vehicles."""

RAMPS = (
    ("ramp-1", Spot(WEST_STREET - 19, ROWS[1] + COURT, 24, 5.5), "garage-west"),
    ("ramp-2", Spot(WEST_STREET - 19, ROWS[5] + COURT, 24, 5.5), "garage-west"),
    ("ramp-3", Spot(EAST_STREET + 19, ROWS[2] + COURT - 1, 24, 5.5), "garage-east"),
    ("ramp-4", Spot(EAST_STREET + 19, ROWS[6] + COURT, 24, 5.5), "garage-east"),
)
"""Id, where (its mouth is at the street), and the garage that it leads to."""

GARAGES = (
    ("garage-west", Name("西地库", "West garage"), (-190.0, ROWS[1] + 6, WEST_STREET - 8, ROWS[6] - 8), 430),
    ("garage-east", Name("东地库", "East garage"), (EAST_STREET + 8, ROWS[2] + 6, 186.0, ROWS[7] - 8), 410),
)

LOTS = (
    ("lot-1", Name("西北地面车位", "Northwest lot"), Spot(-120, -HALF_HEIGHT + 10, 84, 5.5), 30),
    ("lot-2", Name("东北地面车位", "Northeast lot"), Spot(134, -HALF_HEIGHT + 10, 58, 5.5), 21),
    ("lot-3", Name("西南地面车位", "Southwest lot"), Spot(-112, HALF_HEIGHT - 10, 84, 5.5), 30),
    ("lot-4", Name("东南地面车位", "Southeast lot"), Spot(116, HALF_HEIGHT - 10, 70, 5.5), 25),
    ("lot-5", Name("东侧地面车位", "East lot"), Spot(HALF_WIDTH - 10, 92, 5.5, 70), 25),
)

SHEDS = (
    Spot(-150, ROWS[0] + COURT, 18, 4.5),
    Spot(150, ROWS[1] + COURT, 18, 4.5),
    Spot(-150, ROWS[3] + COURT, 18, 4.5),
    Spot(145, ROWS[5] + COURT, 18, 4.5),
    Spot(-38, ROWS[7] + COURT, 18, 4.5),
)

ASSEMBLY = (
    ("A", (44.0, 26.0)), ("B", (-120.0, ROWS[2] + COURT)), ("C", (140.0, ROWS[3] + COURT)),
    ("D", (-130.0, ROWS[6] + COURT)), ("E", (44.0, ROWS[7] + COURT)), ("F", (-20.0, ROWS[1] + COURT)),
)  # fmt: skip


AEDS = (
    ("gate-south", Name("南门岗亭AED", "AED at the south gate"), (AXIS - 8.0, HALF_HEIGHT - 4.0)),
    ("gate-east", Name("东门岗亭AED", "AED at the east gate"), (HALF_WIDTH - 5.0, ROWS[4] + LANE_OFFSET + 6.0)),
    ("gate-north", Name("北门岗亭AED", "AED at the north gate"), (EAST_STREET + 6.0, 5.0 - HALF_HEIGHT)),
    ("pool", Name("泳池前台AED", "AED at the pool desk"), (-35.0, ROWS[6] + 3)),
    ("clinic", Name("诊所AED", "AED at the clinic"), (56.0, ROWS[8] - 1)),
)
"""Where one hangs, its name, its local place."""


def things() -> Iterator[Place]:
    """Everything but houses, waters and trees."""
    yield from _gates()
    yield from _parking()
    yield from _garden()
    for n, spot in enumerate(SHEDS, 1):
        yield Place(f"shed-{n}", "shed", Name(f"{n}号车棚", f"E-bike shed {n}"), spot.outline(), {"capacity": 60})
    yield from _services()
    for letter, point in ASSEMBLY:
        yield Place(f"assembly-{letter.lower()}", "assembly", Name(f"集合点{letter}", f"Assembly {letter}"), bent([point]))
    for at, name, point in AEDS:
        yield Place(f"aed-{at}", "aed", name, bent([point]))


def _gates() -> Iterator[Place]:
    for ident, name, (east, south), (lanes_in, lanes_out) in GATES:
        facts = {"lanes_in": lanes_in, "lanes_out": lanes_out}
        yield Place(ident, "gate", name, bent([(east, south)]), facts)


def _parking() -> Iterator[Place]:
    for ident, name, (west, north, east, south), capacity in GARAGES:
        steps = [west + (east - west) * n / 6 for n in range(7)]
        outline = bent([*((x, north) for x in steps), *((x, south) for x in reversed(steps))])
        yield Place(ident, "lot", name, outline, {"where": "garage", "level": -1, "capacity": capacity})
    for ident, name, spot, capacity in LOTS:
        yield Place(ident, "lot", name, spot.outline(), {"where": "surface", "level": 0, "capacity": capacity})
    bays = ((150.0, 509.0), (285.0, 504.5), (285.0, 502.0), (150.0, 506.5))
    yield Place(
        "bays-south", "lot", Name("南路街边车位", "Street bays, south"), bays, {"where": "street", "level": 0, "capacity": 46}
    )
    for number, (ident, spot, garage) in enumerate(RAMPS, 1):
        facts = {"garage": garage, "level": -1}
        yield Place(ident, "ramp", Name(f"{number}号坡道", f"Ramp {number}"), spot.outline(), facts)


def _garden() -> Iterator[Place]:
    yield Place("play-1", "playground", Name("花园游乐场", "Garden playground"), Spot(34, -19, 15, 11, 12).outline())
    yield Place("play-2", "playground", Name("西区游乐场", "West playground"), Spot(-108, ROWS[4] + COURT, 20, 9).outline())
    pool = Spot(-35, ROWS[6] + 3, 44, 18)
    yield Place("pool", "pool", Name("恒温泳池", "Heated pool"), pool.outline(), {"calendar": "pool-summer", "indoor": True})


def _services() -> Iterator[Place]:
    clinic = Spot(56, ROWS[8] - 1, 13, 10)
    yield Place("clinic", "clinic", Name("诊所", "Clinic"), clinic.outline(), {"open": "24h"})
    south = Spot(AXIS + 17, HALF_HEIGHT - 9, 9, 6)
    yield Place("service-south", "service_point", Name("南门服务点", "South service point"), south.outline())
    east = Spot(HALF_WIDTH - 9, ROWS[4] + LANE_OFFSET + 12, 6, 9)
    yield Place("service-east", "service_point", Name("东门服务点", "East service point"), east.outline())
    room = Spot(AXIS - 19, HALF_HEIGHT - 9, 12, 6)
    yield Place("control-room", "service_point", Name("监控中心", "Control room"), room.outline(), {"open": "24h"})


def fire_lanes(built: Sequence[Building]) -> Iterator[Line]:
    """The stretch before each building's stairs that must stay clear for the engine."""
    for building in built:
        reach = building.half + 4
        ends = [(-reach, LANE_OFFSET + 0.0), (reach, LANE_OFFSET + 0.0)]
        name = Name(f"{building.number}号楼消防车道", f"Fire lane, Bldg {building.number}")
        yield Line("fire_lane", tuple(rounded(building.frame.at(*end)) for end in ends), 4.0, name)


def walks(built: Sequence[Building]) -> Iterator[Line]:
    """From each unit's northern door to the lane."""
    for building in built:
        for unit in building.units:
            door = building.north_door(unit)
            yield Line("path", (rounded(door), rounded(building.frame.at(unit.middle, LANE_OFFSET))), 1.8)


def trees(rng: Random, places: Sequence[Place], lines: Sequence[Line]) -> tuple[tuple[float, float, float], ...]:
    """Crowns on free ground: in rows along the roads, thick in the garden, loose in courtyards and outside the wall."""
    solid = [place.outline for place in places if len(place.outline) > 2 and _grows_not(place)]
    edge = [*wall(), wall()[0]]
    free = Obstacles(solid, [*((line.points, line.width / 2) for line in lines if line.kind != "fire_lane"), (edge, 0.5)])
    found: list[tuple[float, float, float]] = []
    for x, y in chain(_rows_of_trees(lines), (_somewhere(rng) for _ in range(TREES * 20))):
        crown = round(rng.uniform(1.4, 2.6), 1)
        on_plan = crown < x < WIDTH - crown and crown < y < HEIGHT - crown
        if (
            on_plan
            and free.clear((x, y), crown * 0.8)
            and all((x - a) ** 2 + (y - b) ** 2 > 0.7 * (crown + r) ** 2 for a, b, r in found)
        ):
            found.append((x, y, crown))
        if len(found) == TREES:
            break
    return tuple(sorted(found))


def _rows_of_trees(lines: Sequence[Line]) -> Iterator[Point]:
    for line in lines:
        if line.kind in {"ring", "street", "avenue"}:
            for point, course in along(line.points, 9.0, 5.0):
                for side in (90, -90):
                    yield rounded(ahead(point, course + side, line.width / 2 + 2.6))


def _grows_not(place: Place) -> bool:
    return place.kind not in {"garden", "unit"} and place.attributes.get("where") != "garage"


def _somewhere(rng: Random) -> Point:
    share = rng.random()
    if share < 0.2:
        return rounded(bend(rng.gauss(3, 36), rng.gauss(2, 28)))
    if share < 0.35:
        return rounded((rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)))
    return rounded(bend(rng.uniform(-HALF_WIDTH, HALF_WIDTH), rng.uniform(-HALF_HEIGHT, HALF_HEIGHT)))


def collisions(places: Sequence[Place], lines: Sequence[Line]) -> list[str]:
    """What stands in something else's way: solid places that overlap each other or a road. Empty for a believable plan."""
    solid = [place for place in places if len(place.outline) > 2 and _grows_not(place)]
    pairs = [(a, b) for n, a in enumerate(solid) for b in solid[n + 1 :] if overlap(a.outline, b.outline)]
    roads = [line for line in lines if line.kind not in {"fire_lane", "path"}]
    near = [(p, line) for p in solid for line in roads if p.kind != "water" and apart(p.outline, line.points) < line.width / 2]
    return [f"{a.id} × {b.id}" for a, b in pairs] + [f"{p.id} × {line.kind} {line.name}" for p, line in near]

"""The 53 buildings of the illustrative community: which stands where, its units, doors and households.

The table BLOCKS is the plan: for each row, from west to east, the blocks between streets and the number of units of each
house in them. 47 garden houses with 100 units, 6 stacked villas with 12.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from schemas.site import Grid, Name, Place, Point
from schemas.site_generator_geometry import Frame, rounded
from schemas.site_generator_ground import AXIS, EAST_STREET, HALF_WIDTH, RING_INSET, ROWS, WEST_STREET, frame

HOUSEHOLDS = 1250
UNIT_WIDTH = {"house": 18.0, "villa": 13.0}  # metres: two flats on a floor
HALF_DEPTH = 6.0
CORE = 1.4  # how far a unit's stairs stand out to the north; its door is in the face of it
BAY = 1.2  # how far the balconies stand out to the south
HOMES_A_FLOOR = 2
VILLA_HOMES = (8, 8, 9, 8, 8, 9)  # two maisonettes over two others in a unit; two villas have an attic flat
CLINIC_UNIT = "b45-1"  # the clinic's yard is its garden side, so it has no southern door

_EDGE = HALF_WIDTH - RING_INSET
_WEST, _MIDDLE, _EAST = (-_EDGE + 9, WEST_STREET - 6), (WEST_STREET + 6, EAST_STREET - 6), (EAST_STREET + 6, _EDGE - 9)
_LEFT, _RIGHT = (_MIDDLE[0], AXIS - 6), (AXIS + 6, _MIDDLE[1])
_BESIDE_CLINIC = (_RIGHT[0], 46.0)
_WEST_CORNER, _EAST_CORNER = (_WEST[0] + 22, _WEST[1]), (_EAST[0], _EAST[1] - 22)

Span = tuple[float, float]
HOUSE, VILLA = "house", "villa"
BLOCKS: tuple[tuple[int, Span, str, tuple[int, ...]], ...] = (
    (0, _WEST_CORNER, HOUSE, (2, 2)), (0, _MIDDLE, HOUSE, (3, 3)), (0, _EAST_CORNER, HOUSE, (2, 2)),
    (1, _WEST, HOUSE, (2, 3)), (1, _MIDDLE, HOUSE, (2, 2, 2)), (1, _EAST, HOUSE, (3, 2)),
    (2, _WEST, HOUSE, (2, 2, 1)), (2, _MIDDLE, HOUSE, (2, 3)), (2, _EAST, HOUSE, (2, 2)),
    (3, _WEST, HOUSE, (3, 2)), (3, _EAST, VILLA, (2, 2, 2)),
    (4, _WEST, HOUSE, (2, 1, 2)), (4, _EAST, VILLA, (2, 2, 2)),
    (5, _WEST, HOUSE, (2, 1)), (5, _EAST, HOUSE, (2, 3)),
    (6, _WEST, HOUSE, (3, 2)), (6, _RIGHT, HOUSE, (1,)), (6, _EAST, HOUSE, (2, 2, 1)),
    (7, _WEST, HOUSE, (2, 3)), (7, _LEFT, HOUSE, (3,)), (7, _RIGHT, HOUSE, (2,)), (7, _EAST, HOUSE, (3, 2)),
    (8, _WEST_CORNER, HOUSE, (2, 2)), (8, _LEFT, HOUSE, (3,)), (8, _BESIDE_CLINIC, HOUSE, (1,)),
    (8, _EAST_CORNER, HOUSE, (2, 2)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A staircase of a building: `middle` is its place along the building, metres east of the building's middle."""

    number: int
    middle: float
    households: int


@dataclass(frozen=True, slots=True)
class Building:
    """A house or villa in its own frame: east along its front, south to the garden side."""

    number: int
    kind: str
    row: int
    frame: Frame
    floors: int
    units: tuple[Unit, ...]

    @property
    def id(self) -> str:
        """As devices and grids refer to it."""
        return f"b{self.number:02d}"

    @property
    def name(self) -> Name:
        """As everybody calls it."""
        return Name(f"{self.number}号楼", f"Bldg {self.number}")

    @property
    def half(self) -> float:
        """Half its length in metres."""
        return len(self.units) * UNIT_WIDTH[self.kind] / 2

    def unit_id(self, unit: Unit) -> str:
        """The unit's place."""
        return f"{self.id}-{unit.number}"

    def north_door(self, unit: Unit) -> Point:
        """The middle of the door in the face of the stairs."""
        return self.frame.at(unit.middle, -HALF_DEPTH - CORE)

    def south_door(self, unit: Unit) -> Point | None:
        """The middle of the garden door, between the balconies; None where the clinic's yard is."""
        return None if self.unit_id(unit) == CLINIC_UNIT else self.frame.at(unit.middle, HALF_DEPTH)

    def outline(self) -> tuple[Point, ...]:
        """Clockwise from the north-west corner, stairs and balconies standing out."""
        north = [p for unit in self.units for p in _notch(unit.middle, 2.4, -HALF_DEPTH, -HALF_DEPTH - CORE)]
        reach = UNIT_WIDTH[self.kind] * 0.29
        bays = sorted(unit.middle + side * reach for unit in self.units for side in (-1, 1))
        south = [p for bay in reversed(bays) for p in reversed(_notch(bay, 1.9, HALF_DEPTH, HALF_DEPTH + BAY))]
        local = [
            (-self.half, -HALF_DEPTH),
            *north,
            (self.half, -HALF_DEPTH),
            (self.half, HALF_DEPTH),
            *south,
            (-self.half, HALF_DEPTH),
        ]
        return tuple(rounded(p) for p in self.frame.all(local))


def _notch(middle: float, half: float, base: float, tip: float) -> list[Point]:
    return [(middle - half, base), (middle - half, tip), (middle + half, tip), (middle + half, base)]


def buildings(rng: Random) -> tuple[Building, ...]:
    """All of them by number: houses row by row from west to east, then the villas."""
    plots = [plot for row, span, kind, counts in BLOCKS for plot in _plots(rng, row, span, kind, counts)]
    plots.sort(key=lambda plot: (plot[0] == VILLA, plot[1], plot[2]))
    floors = _floors(rng, [count for kind, _, _, count in plots if kind == HOUSE])
    villa_homes = iter(VILLA_HOMES)
    made = []
    for number, (kind, row, east, count) in enumerate(plots, 1):
        height = floors[number - 1] if kind == HOUSE else 4
        homes = HOMES_A_FLOOR * height * count if kind == HOUSE else next(villa_homes)
        made.append(Building(number, kind, row, frame(east, ROWS[row]), height, _units(kind, count, homes)))
    return tuple(made)


def _plots(rng: Random, row: int, span: Span, kind: str, counts: tuple[int, ...]) -> Iterator[tuple[str, int, float, int]]:
    """Kind, row, local middle and units of each building of a block; what room is left lies between them unevenly."""
    lengths = [count * UNIT_WIDTH[kind] for count in counts]
    room = span[1] - span[0] - sum(lengths)
    shares = [rng.uniform(0.4, 1.0), *(rng.uniform(1.6, 2.2) for _ in counts[1:]), rng.uniform(0.4, 1.0)]
    at = span[0]
    for share, length, count in zip(shares, lengths, counts, strict=False):
        at += room * share / sum(shares)
        yield kind, row, at + length / 2, count
        at += length


def _units(kind: str, count: int, households: int) -> tuple[Unit, ...]:
    width = UNIT_WIDTH[kind]
    homes = [households // count + (n < households % count) for n in range(count)]
    return tuple(Unit(n + 1, (n - (count - 1) / 2) * width, homes[n]) for n in range(count))


def _floors(rng: Random, counts: list[int]) -> list[int]:
    """Six floors, some houses one more and as many units one less, so that the households come to the number known."""
    floors = [6] * len(counts)
    for size in (2, 3):
        same = [n for n, count in enumerate(counts) if count == size]
        chosen = rng.sample(same, len(same) // 3 * 2)
        for up, down in zip(chosen[::2], chosen[1::2], strict=False):
            floors[up], floors[down] = 7, 5
    wanted = (HOUSEHOLDS - sum(VILLA_HOMES)) // HOMES_A_FLOOR
    missing = wanted - sum(f * c for f, c in zip(floors, counts, strict=True))
    for single in rng.sample([n for n, count in enumerate(counts) if count == 1], missing):
        floors[single] += 1
    return floors


def places(built: tuple[Building, ...]) -> Iterator[Place]:
    """Each building, and after it its units."""
    for building in built:
        homes = sum(unit.households for unit in building.units)
        facts = {"number": building.number, "floors": building.floors, "units": len(building.units), "households": homes}
        yield Place(building.id, building.kind, building.name, building.outline(), facts)
        yield from (_unit_place(building, unit) for unit in building.units)


def _unit_place(building: Building, unit: Unit) -> Place:
    half = UNIT_WIDTH[building.kind] / 2
    corners = [(-half, -HALF_DEPTH), (half, -HALF_DEPTH), (half, HALF_DEPTH), (-half, HALF_DEPTH)]
    outline = tuple(rounded(building.frame.at(unit.middle + x, y)) for x, y in corners)
    name = Name(f"{building.number}号楼{unit.number}单元", f"Bldg {building.number} unit {unit.number}")
    facts = {"building": building.id, "floors": building.floors, "households": unit.households}
    return Place(building.unit_id(unit), "unit", name, outline, facts)


def grids(built: tuple[Building, ...]) -> tuple[Grid, ...]:
    """Six parts: three bands of rows, each west and east of the axis."""
    axis = {band: frame(AXIS, ROWS[3 * band + 1]).origin[0] for band in range(3)}
    parts: dict[int, list[str]] = {n: [] for n in range(1, 7)}
    for building in built:
        band = building.row // 3
        parts[2 * band + 1 + (building.frame.origin[0] > axis[band])].append(building.id)
    return tuple(
        Grid(f"g{n}", Name(f"{n}网格", f"Grid {n}"), f"{n}网格管家", tuple(ids), f"Steward, grid {n}")
        for n, ids in parts.items()
    )

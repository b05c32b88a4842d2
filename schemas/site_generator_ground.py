"""The ground of the illustrative community: wall, roads, river and what stands beside the houses.

Everything is drawn on a straight local plane (east, south from the middle of the community, metres) and then bent by
`bend`, so that rows of houses swing around the garden and nothing that was apart comes together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, pi, sin

from schemas.site import Line, Name, Place, Point
from schemas.site_generator_geometry import Frame, rounded, smooth

WIDTH, HEIGHT = 640.0, 540.0
MIDDLE: Point = (328.0, 262.0)
HALF_WIDTH, HALF_HEIGHT = 230.0, 201.2  # of the wall before bending; chosen so that it holds 299 mu (19.9 ha)
RING_INSET = 20.0  # wall to the middle of the ring road: room for a row of parked cars and trees
ROWS = tuple(-162.0 + 40.5 * n for n in range(9))  # middles of the rows of houses: 28 m of light between 6 floors
LANE_OFFSET = -15.5  # each row's lane runs north of it, where the unit doors are
WEST_STREET, EAST_STREET, AXIS = -72.0, 78.0, 3.0
WALK: tuple[Point, ...] = ((-50, -38), (0, -48), (52, -36), (62, 4), (48, 44), (3, 50), (-44, 42), (-58, 4))  # round the lawn
LEAN, SWING_X, SWING_Y, TURN = 7.0, 0.05, 0.09, -2.5  # metres, shares, shares, degrees


def bend(east: float, south: float) -> Point:
    """The site's point of a local point."""
    x = east * (1 + SWING_X * (1 - (south / HALF_HEIGHT) ** 2)) + LEAN * sin(1.4 * south / HALF_HEIGHT)
    y = south * (1 + SWING_Y * (1 - (east / HALF_WIDTH) ** 2))
    return Frame(MIDDLE, TURN).at(x, y)


def frame(east: float, south: float) -> Frame:
    """A straight frame at a local point, turned as the rows are there."""
    (x1, y1), (x2, y2) = bend(east - 1, south), bend(east + 1, south)
    return Frame(bend(east, south), degrees(atan2(y2 - y1, x2 - x1)))


def bent(points: Sequence[Point]) -> tuple[Point, ...]:
    """Local points on the site, to the decimetre."""
    return tuple(rounded(bend(*point)) for point in points)


def _row(west: float, east: float, south: float) -> list[Point]:
    steps = max(2, round((east - west) / 12))
    return [(west + (east - west) * n / steps, south) for n in range(steps + 1)]


def _column(east: float, north: float, south: float) -> list[Point]:
    return [(east, y) for y, _ in _row(north, south, 0.0)]


def loop(half_width: float, half_height: float, radius: float) -> list[Point]:
    """A rectangle with round corners around the middle, clockwise, points about every 12 m."""
    corners = [(1, -1, -pi / 2), (1, 1, 0.0), (-1, 1, pi / 2), (-1, -1, pi)]
    points: list[Point] = []
    for sx, sy, start in corners:
        x, y = sx * (half_width - radius), sy * (half_height - radius)
        points += [(x + radius * cos(start + n * pi / 12), y + radius * sin(start + n * pi / 12)) for n in range(7)]
    return _filled(points, 12.0)


def _filled(points: Sequence[Point], step: float) -> list[Point]:
    out: list[Point] = []
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        n = max(1, round(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 / step))
        out += [(x1 + (x2 - x1) * k / n, y1 + (y2 - y1) * k / n) for k in range(n)]
    return out


def wall() -> tuple[Point, ...]:
    """The community's wall, a ring without its first point repeated."""
    return bent(loop(HALF_WIDTH, HALF_HEIGHT, 58.0))


def ring() -> tuple[Point, ...]:
    """The ring road's middle, closed by its first point."""
    points = bent(loop(HALF_WIDTH - RING_INSET, HALF_HEIGHT - RING_INSET, 42.0))
    return (*points, points[0])


def roads() -> list[Line]:
    """Paths, lanes before the rows, streets, the ring and the avenues outside: in the order in which they are drawn."""
    avenues = [
        Line("avenue", ((0.0, 522.0), (150.0, 520.0), (330.0, 512.0), (470.0, 500.0), (640.0, 470.0)), 16.0,
             Name("澄园南路", "Chengyuan South Road")),
        Line("avenue", ((630.0, 0.0), (614.0, 120.0), (606.0, 260.0), (604.0, 380.0), (606.0, 477.0)), 14.0,
             Name("澄园东路", "Chengyuan East Road")),
    ]  # fmt: skip
    side = HALF_WIDTH - RING_INSET
    end = HALF_HEIGHT - RING_INSET
    streets = [
        Line("street", bent(_column(WEST_STREET, -end, end)), 6.0, Name("西街", "West Street")),
        Line("street", bent(_column(EAST_STREET, -end, end)), 6.0, Name("东街", "East Street")),
        Line("street", bent(_column(AXIS, ROWS[6] + LANE_OFFSET, end)), 7.0, Name("中轴路", "Axis Road")),
        Line("street", bent(_row(EAST_STREET, side, ROWS[4] + LANE_OFFSET)), 6.0, Name("东门路", "East Gate Road")),
    ]
    return [*_paths(), *_lanes(side), *streets, Line("ring", ring(), 7.0, Name("环路", "Ring Road")), *_entries(), *avenues]


def _lanes(side: float) -> list[Line]:
    """The lanes of the rows; the garden breaks two of them, the East Gate Road takes the place of part of a third."""
    spans = {4: [(-side, WEST_STREET)], 5: [(-side, WEST_STREET), (EAST_STREET, side)]}
    return [
        Line("lane", bent(_row(west, east, ROWS[row] + LANE_OFFSET)), 4.5, Name(f"{row}巷", f"Lane {row}"))
        for row in range(1, 9)
        for west, east in spans.get(row, [(-side, side)])
    ]


def _entries() -> list[Line]:
    """From the ring road through the gates to the avenues."""
    side, end = HALF_WIDTH - RING_INSET, HALF_HEIGHT - RING_INSET
    south, east = bend(AXIS, HALF_HEIGHT), bend(HALF_WIDTH, ROWS[4] + LANE_OFFSET)
    north = bend(EAST_STREET, -HALF_HEIGHT)
    ends = [
        (bend(AXIS, end), south, (south[0] + 2, 514.0)),
        (bend(side, ROWS[4] + LANE_OFFSET), east, (608.0, east[1] - 3)),
        (bend(EAST_STREET, -end), north, (north[0] + 3, 0.0)),
    ]
    return [
        Line("street", tuple(rounded(p) for p in points), width) for points, width in zip(ends, (14.0, 9.0, 8.0), strict=True)
    ]


def _paths() -> list[Line]:
    """The garden's walk, and the way out to the river."""
    walk = smooth(WALK, closed=True)
    river = [bend(-HALF_WIDTH + RING_INSET, ROWS[5] + LANE_OFFSET), bend(-HALF_WIDTH - 26, ROWS[5] + LANE_OFFSET)]
    link = [(AXIS, ROWS[6] + LANE_OFFSET), (AXIS, 50.0)]
    return [
        Line("path", bent([*walk, walk[0]]), 2.5, Name("花园步道", "Garden Walk")),
        Line("path", tuple(rounded(p) for p in river), 3.0, Name("河边步道", "River Walk")),
        Line("path", bent(link), 4.0),
    ]


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle beside the houses: local middle, size, and how it is turned against the rows (degrees)."""

    east: float
    south: float
    width: float
    depth: float
    turn: float = 0.0

    def outline(self) -> tuple[Point, ...]:
        """Its corners on the site."""
        base = frame(self.east, self.south)
        local = Frame(base.origin, base.turn + self.turn)
        w, d = self.width / 2, self.depth / 2
        return tuple(rounded(p) for p in local.all([(-w, -d), (w, -d), (w, d), (-w, d)]))


def pond(east: float, south: float, radius: float) -> tuple[Point, ...]:
    """A soft shape with a bay, wider than deep."""
    turns = [2 * pi * n / 28 for n in range(28)]
    reach = [radius * (1 + 0.16 * cos(2 * t + 0.7) + 0.1 * sin(3 * t) - 0.06 * cos(5 * t)) for t in turns]
    return bent([(east + r * cos(t), south + 0.68 * r * sin(t)) for t, r in zip(turns, reach, strict=True)])


def waters() -> list[Place]:
    """The river at the western side, and in the garden the lawn with its pond."""
    bank = [(62.0, 0.0), (44.0, 80.0), (52.0, 170.0), (30.0, 260.0), (48.0, 350.0), (34.0, 440.0), (56.0, 514.0)]
    river = [(0.0, 0.0), *smooth(bank, closed=False), (0.0, 514.0)]
    return [
        Place("river", "water", Name("河道", "River"), tuple(rounded(p) for p in river)),
        Place("garden", "garden", Name("中央花园", "Central garden"), bent(smooth(WALK, closed=True))),
        Place("pond", "water", Name("景观湖", "Pond"), pond(-10.0, 4.0, 33.0)),
    ]

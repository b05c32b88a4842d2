"""Plane geometry for drawing a site: metres, x east, y south, headings in degrees clockwise from north.

Pure functions on tuples; a polygon is its vertices without the first one repeated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians, sin

from schemas.site import Point

Polygon = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Frame:
    """A local plane: `origin`, and `turn` (degrees, clockwise on the screen) of its own east from the site's east."""

    origin: Point
    turn: float

    def at(self, east: float, south: float) -> Point:
        """Where the local point lies on the site."""
        c, s = cos(radians(self.turn)), sin(radians(self.turn))
        return self.origin[0] + east * c - south * s, self.origin[1] + east * s + south * c

    def all(self, points: Sequence[Point]) -> list[Point]:
        """As `at`, for many."""
        return [self.at(*point) for point in points]


def rounded(point: Point) -> Point:
    """To the decimetre: finer would be a pretence on an illustrative plan."""
    return round(point[0], 1), round(point[1], 1)


def heading(start: Point, end: Point) -> float:
    """The compass heading from one point to another."""
    return degrees(atan2(end[0] - start[0], start[1] - end[1])) % 360


def ahead(point: Point, course: float, metres: float) -> Point:
    """The point so many metres away on a compass heading."""
    return point[0] + metres * sin(radians(course)), point[1] - metres * cos(radians(course))


def edges(polygon: Polygon) -> Iterator[tuple[Point, Point]]:
    """The sides, the closing one included."""
    return zip(polygon, [*polygon[1:], polygon[0]], strict=True)


def area(polygon: Polygon) -> float:
    """Square metres, without sign."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(polygon))) / 2


def inside(point: Point, polygon: Polygon) -> bool:
    """Whether the point is in the polygon (even-odd rule)."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in edges(polygon):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


def to_segment(point: Point, a: Point, b: Point) -> float:
    """Metres from the point to the segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    along = 0.0 if square == 0 else max(0.0, min(1.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square))
    return hypot(point[0] - a[0] - along * dx, point[1] - a[1] - along * dy)


def to_polyline(point: Point, line: Sequence[Point]) -> float:
    """Metres from the point to the polyline."""
    return min(to_segment(point, a, b) for a, b in pairwise(line))


def to_outline(point: Point, polygon: Polygon) -> float:
    """Metres from the point to the polygon's outline."""
    return min(to_segment(point, a, b) for a, b in edges(polygon))


def _crossing(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def overlap(one: Polygon, other: Polygon) -> bool:
    """Whether two polygons share any area."""
    a, b = _box(one, 0.0), _box(other, 0.0)
    if a[0] > b[2] or b[0] > a[2] or a[1] > b[3] or b[1] > a[3]:
        return False
    if inside(one[0], other) or inside(other[0], one):
        return True
    return any(_crossing(a, b, c, d) for a, b in edges(one) for c, d in edges(other))


def apart(polygon: Polygon, line: Sequence[Point]) -> float:
    """Metres between a polygon and a polyline; 0 where they meet."""
    sides = list(edges(polygon))
    if any(inside(point, polygon) for point in line) or any(_crossing(a, b, c, d) for a, b in pairwise(line) for c, d in sides):
        return 0.0
    return min(*(to_polyline(point, line) for point in polygon), *(to_outline(point, polygon) for point in line))


class Obstacles:
    """What stands in the way: polygons, and roads as polylines with half their width. Boxes make the question cheap."""

    def __init__(self, solid: Iterable[Polygon], roads: Iterable[tuple[Sequence[Point], float]]) -> None:
        self._solid = [(_box(polygon, 0.0), polygon) for polygon in solid]
        self._roads = [(_box((a, b), half), a, b, half) for line, half in roads for a, b in pairwise(line)]

    def clear(self, point: Point, margin: float) -> bool:
        """Whether the point is at least `margin` metres from everything."""
        for box, polygon in self._solid:
            if _near(point, box, margin) and (inside(point, polygon) or to_outline(point, polygon) < margin):
                return False
        return not any(_near(point, box, margin) and to_segment(point, a, b) < half + margin for box, a, b, half in self._roads)


_Box = tuple[float, float, float, float]


def _box(points: Sequence[Point], margin: float) -> _Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def _near(point: Point, box: _Box, margin: float) -> bool:
    return box[0] - margin <= point[0] <= box[2] + margin and box[1] - margin <= point[1] <= box[3] + margin


def along(line: Sequence[Point], spacing: float, start: float) -> Iterator[tuple[Point, float]]:
    """Points every `spacing` metres along a polyline, each with the line's heading there."""
    wanted, gone = start, 0.0
    for a, b in pairwise(line):
        length = hypot(b[0] - a[0], b[1] - a[1])
        while length > 0 and wanted <= gone + length:
            share = (wanted - gone) / length
            yield (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])), heading(a, b)
            wanted += spacing
        gone += length


def smooth(line: Sequence[Point], *, closed: bool, rounds: int = 2) -> list[Point]:
    """Chaikin's corner cutting; an open line keeps its ends."""
    points = list(line)
    for _ in range(rounds):
        sides = list(edges(points)) if closed else list(pairwise(points))
        cut = [_between(a, b, share) for a, b in sides for share in (0.25, 0.75)]
        points = cut if closed else [points[0], *cut, points[-1]]
    return points


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share

"""Plane geometry for ways and sight over whole arrays: metres, x east, y south. Points are float64[n, 2].

A polygon is its vertices without the first one repeated. `kept_inside` and `inset` only ever take area away, so what they
leave blocks no line that the true outline lets through.
"""

from math import hypot

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

FLAT_M = 0.1  # plans are drawn to the decimetre: a vertex this near its neighbours' line is on it


def cross(a: Floats, b: Floats) -> Floats:
    """The z of the cross product of vectors [..., 2]."""
    found: Floats = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return found


def distances(a: Floats, b: Floats) -> Floats:
    """Metres between each of a[n, 2] and each of b[m, 2], shape (n, m)."""
    found: Floats = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    return found


def clockwise(polygon: Floats) -> Floats:
    """The polygon in the order in which its inside lies on the right hand as seen on the screen."""
    return polygon if cross(polygon, np.roll(polygon, -1, 0)).sum() > 0 else polygon[::-1]


def inside(points: Floats, polygon: Floats) -> Flags:
    """Which of points[n, 2] are in the polygon (even-odd rule)."""
    x, y = points[:, :1], points[:, 1:]
    (x1, y1), (x2, y2) = polygon.T, np.roll(polygon, -1, 0).T
    spans = (y1 > y) != (y2 > y)
    rise = np.where(y1 == y2, 1.0, y2 - y1)
    found: Flags = (spans & (x < x1 + (y - y1) * (x2 - x1) / rise)).sum(1) % 2 == 1
    return found


def nearest(points: Floats, segments: Floats) -> tuple[Floats, Floats]:
    """For each of points[n, 2] and segments[s, 2, 2]: the share along the segment of the nearest point, and metres to it."""
    start, run = segments[:, 0], segments[:, 1] - segments[:, 0]
    square = np.maximum((run**2).sum(1), 1e-12)
    share = (((points[:, None] - start) * run).sum(2) / square).clip(0.0, 1.0)
    away = points[:, None] - start - share[..., None] * run
    return share, np.hypot(away[..., 0], away[..., 1])


def meets(one: Floats, other: Floats) -> Flags:
    """Whether segments one[..., 2, 2] and other[..., 2, 2] properly cross; touching is no crossing. Shapes broadcast."""
    a, b, c, d = one[..., 0, :], one[..., 1, :], other[..., 0, :], other[..., 1, :]
    found: Flags = (cross(b - a, c - a) * cross(b - a, d - a) < 0) & (cross(d - c, a - c) * cross(d - c, b - c) < 0)
    return found


def sides(polygon: Floats) -> Floats:
    """The polygon's edges, float64[n, 2, 2], the closing one included."""
    return np.stack([polygon, np.roll(polygon, -1, 0)], 1)


def runs(line: Floats) -> Floats:
    """The polyline's segments, float64[n - 1, 2, 2]."""
    return np.stack([line[:-1], line[1:]], 1)


def kept_inside(polygon: Floats, detail_m: float) -> Floats:
    """The polygon with corners that stand out by up to `detail_m` cut off, the smallest first: a simpler shape within it."""
    ring: list[tuple[float, float]] = [(x, y) for x, y in clockwise(polygon).tolist()]
    while len(ring) > 3:
        heights = [_height(ring[at - 1], ring[at], ring[(at + 1) % len(ring)]) for at in range(len(ring))]
        low = [at for at in range(len(ring)) if -FLAT_M <= heights[at] <= detail_m]
        low.sort(key=lambda at: abs(heights[at]))
        cut = next((at for at in low if abs(heights[at]) <= FLAT_M or _is_ear(ring, at)), None)
        if cut is None:
            break
        del ring[cut]
    return np.array(ring)


def inset(polygon: Floats, metres: float) -> Floats:
    """The clockwise polygon with every side moved inward."""
    run = np.roll(polygon, -1, 0) - polygon
    inward = np.stack([-run[:, 1], run[:, 0]], 1) / np.maximum(np.hypot(run[:, 0], run[:, 1]), 1e-9)[:, None]
    before = np.roll(inward, 1, 0)
    spread = np.maximum(1 + (inward * before).sum(1), 0.2)
    moved: Floats = polygon + metres * (inward + before) / spread[:, None]
    return moved


def turns_out(polygon: Floats) -> Flags:
    """Which vertices of a clockwise polygon are corners that a way bends around."""
    found: Flags = cross(polygon - np.roll(polygon, 1, 0), np.roll(polygon, -1, 0) - polygon) > 0
    return found


def _height(before: tuple[float, float], at: tuple[float, float], after: tuple[float, float]) -> float:
    """How far a vertex of a clockwise ring stands out from the line between its neighbours; negative where it stands in."""
    dx, dy = after[0] - before[0], after[1] - before[1]
    return ((at[0] - before[0]) * dy - (at[1] - before[1]) * dx) / max(hypot(dx, dy), 1e-9)


def _is_ear(ring: list[tuple[float, float]], at: int) -> bool:
    """Whether no other vertex lies in the triangle that cutting the vertex takes away."""
    a, b, c = ring[at - 1], ring[at], ring[(at + 1) % len(ring)]
    others = (p for p in ring if p not in (a, b, c))
    return not any(_height(a, p, b) <= 0 and _height(b, p, c) <= 0 and _height(c, p, a) <= 0 for p in others)

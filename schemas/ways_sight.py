"""Who sees whom on the plan: pairs of points with no obstacle between them, for thousands of points at once."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from schemas.ways_shapes import Flags, Floats, Ints, cross, inset, inside, sides

CELL_M = 1.0
PARTS = 64  # of a cell: points between are worked out in whole parts
SHARES = 16  # a pair is looked at in 15 points between
CORE = 0.75  # of a cell: a cell's points are at most 0.71 from its middle, and a part away by rounding
WORTH = 0.1  # pairs that are settled are taken out of the columns once they are a tenth

Pairs = tuple[Ints, Ints]
Zones = npt.NDArray[np.uint8]


def clear(points: Floats, solids: Sequence[Floats], walls: Floats) -> Flags:
    """Which pairs of points[n, 2] see each other past clockwise polygons and walls[w, 2, 2]: bool[n, n], true on the diagonal.

    No point may lie in a polygon. Touching blocks nothing. Most pairs are settled by looking at a few points between them;
    what is left is tried against every side.
    """
    blocks = np.concatenate([walls, *(sides(solid) for solid in solids)])
    one, other = _past_sides(points, _past_cells(points, solids), blocks)
    seen = np.eye(len(points), dtype=bool)
    seen[one, other] = seen[other, one] = True
    return seen


def _past_cells(points: Floats, solids: Sequence[Floats]) -> Pairs:
    """The pairs less those with one of a few points between them plainly in a polygon."""
    low, high = points.min(0, initial=0.0), points.max(0, initial=0.0)
    full = np.zeros(np.ceil((high - low) / CELL_M).astype(int) + 1, bool)
    for solid in solids:
        _fill(full, (solid - low) / CELL_M)
    x, y = ((points - low) * (PARTS / CELL_M)).astype(np.int32).T
    shut = np.zeros((len(points), len(points)), bool)
    for k in range(1, SHARES // 2 + 1):
        row, column = (((c[:, None] * (SHARES - k) + c * k) // (SHARES * PARTS)) for c in (x, y))
        shut |= full.ravel()[row * full.shape[1] + column]
    one, other = np.nonzero(np.triu(~(shut | shut.T), 1))
    return one, other


def _fill(full: Flags, polygon: Floats) -> None:
    """Mark the cells that lie wholly in a polygon, which is given in cells."""
    core = inset(polygon, CORE)
    first = np.floor(core.min(0)).astype(int).clip(0)
    last = np.minimum(np.ceil(core.max(0)).astype(int), full.shape)
    x, y = (grid.ravel() for grid in np.meshgrid(*(np.arange(a, b) for a, b in zip(first, last, strict=True))))
    middles = np.stack([x, y], 1) + 0.5
    kept = inside(middles, core) & inside(middles, polygon)
    full[x[kept], y[kept]] = True


def _past_sides(points: Floats, pairs: Pairs, blocks: Floats) -> Pairs:
    """The pairs less those that properly cross a block, the long blocks first."""
    one, other = pairs
    open_ = np.ones(len(one), bool)
    for zones, start, end in _seen_from(points, blocks):
        apart = np.flatnonzero(((zones.take(one) & zones.take(other)) == 0) & open_)
        a, b = one[apart], other[apart]
        twist = cross(points[a], points[b])
        open_[apart[(start[b] - start[a] - twist) * (end[b] - end[a] - twist) < 0]] = False
        if np.count_nonzero(open_) < (1 - WORTH) * len(open_):
            one, other = one[open_], other[open_]
            open_ = np.ones(len(one), bool)
    return one[open_], other[open_]


def _seen_from(points: Floats, blocks: Floats) -> Iterator[tuple[Zones, Floats, Floats]]:
    """For each block: the zones of each point, and the cross products of both ends with each point.

    The zones are left of, right of, short of and beyond the block: no line between two points that share one crosses it.
    """
    run = blocks[:, 1] - blocks[:, 0]
    for at in np.argsort(-np.hypot(run[:, 0], run[:, 1])):
        start, end = blocks[at]
        left = cross(run[at], points - start) > 0
        along = (points - start) @ run[at]
        short, beyond = along < 0, along > run[at] @ run[at]
        yield (left + 2 * ~left + 4 * short + 8 * beyond).astype(np.uint8), cross(start, points), cross(end, points)

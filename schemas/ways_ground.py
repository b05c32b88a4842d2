"""The open ground of a site: what stands in a walker's way, and the corners that ways bend around.

Obstacles are never larger than the true ones: outlines lose bays and steps and move inward by `FACE_M` (a door drawn in
the face of its building then stands outside), and walls are open around gates. So what is blocked here is blocked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.site import Place, Site
from schemas.ways_shapes import Floats, clockwise, cross, inset, inside, kept_inside, meets, nearest, runs, sides, turns_out

SOLID = {"house", "villa", "pool", "clinic", "service_point"}  # what has walls; sheds and playgrounds are open
WALKABLE = {"avenue", "ring", "street", "lane", "path", "fire_lane"}
FACE_M = 0.3  # half a facade's thickness with the plan's rounding
DETAIL_M = 1.5  # balconies and stairs stand out so far; nobody loses more than a step by walking through them
SHORE_M = 3.0  # the same for water, whose edge is soft
GATE_HALF_M = 12.0  # two lanes of 3.5 m each way and a footway on either side come to half a width of 10 m
NUDGE_M = 0.01  # a way's bend lies so far outside the obstacle, that lines through it are plainly clear


@dataclass(frozen=True, slots=True)
class Solid:
    """A place that is walked around: `outline` is the blocking part of it, clockwise, float64[n, 2]."""

    place: Place
    outline: Floats


@dataclass(frozen=True, slots=True)
class Ground:
    """`blocks`: segments that no way crosses, float64[s, 2, 2], of which `walls` float64[w, 2, 2] are the walls alone.

    `corners` float64[k, 2] are where ways bend. `bridges` float64[b, 2, 2] are pieces of roads drawn across an obstacle.
    """

    solids: tuple[Solid, ...]
    blocks: Floats
    walls: Floats
    corners: Floats
    bridges: Floats


def ground_of(site: Site) -> Ground:
    """The open ground of a site."""
    solids = tuple(_solids(site))
    walls, bends = walls_of(site)
    around = [sides(solid.outline) for solid in solids]
    corners = [inset(solid.outline, -NUDGE_M)[turns_out(solid.outline)] for solid in solids]
    rounds = np.concatenate([np.empty((0, 2, 2)), *around])
    roads = [runs(np.array(line.points)) for line in site.lines if line.kind in WALKABLE]
    bridges = _across(np.concatenate([np.empty((0, 2, 2)), *roads]), rounds)
    nodes = np.concatenate([bends, *corners])
    free = ~np.any([np.zeros(len(nodes), bool), *(inside(nodes, solid.outline) for solid in solids)], axis=0)
    return Ground(solids, np.concatenate([walls, rounds]), walls, nodes[free], bridges)


def _solids(site: Site) -> Iterator[Solid]:
    for place in site.places.values():
        if len(place.outline) > 2 and (place.kind == "water" or place.kind in SOLID):
            true = clockwise(np.array(place.outline))
            outline = inset(kept_inside(true, SHORE_M if place.kind == "water" else DETAIL_M), FACE_M)
            if inside(outline, true).all():
                yield Solid(place, outline)


def _across(roads: Floats, blocks: Floats) -> Floats:
    """The roads' segments that cross an obstacle: where a road is drawn there is a bridge or an arch."""
    return roads[meets(roads[:, None], blocks[None]).any(1)]


def walls_of(site: Site) -> tuple[Floats, Floats]:
    """The walls' segments without the openings at gates, and the points where ways bend around them, float64[k, 2].

    A closed wall without any gate shuts nobody in: it is left out.
    """
    gates = np.array([p for place in site.places.values() if place.kind == "gate" for p in (*place.outline, place.centre)])
    pieces, bends = [np.empty((0, 2, 2))], [np.empty((0, 2))]
    for line in (line for line in site.lines if line.kind == "wall"):
        left, open_ = _opened(runs(np.array(line.points)), gates.reshape(-1, 2))
        if open_ or line.points[0] != line.points[-1]:
            pieces.append(left)
            bends.append(_bends(left))
    return np.concatenate(pieces), np.concatenate(bends)


def _opened(segments: Floats, gates: Floats) -> tuple[Floats, bool]:
    """The segments less what lies within `GATE_HALF_M` of a gate, and whether anything does."""
    found = False
    for gate in gates:
        near = (nearest(gate[None], segments)[1][0] < GATE_HALF_M).tolist()
        found |= any(near)
        pieces = [piece for one, cut in zip(segments, near, strict=True) for piece in (_outside(one, gate) if cut else [one])]
        segments = np.array(pieces).reshape(-1, 2, 2)
    return segments, found


def _outside(segment: Floats, gate: Floats) -> Sequence[Floats]:
    """The pieces, at most two, of a segment that lie outside a gate's circle, which it meets."""
    a, run = segment[0], segment[1] - segment[0]
    length = max(float(np.hypot(*run)), 1e-9)
    foot = float((gate - a) @ run) / length
    aside = float(cross(run, gate - a)) / length
    reach = max(GATE_HALF_M**2 - aside**2, 0.0) ** 0.5
    cuts = [(0.0, (foot - reach) / length), ((foot + reach) / length, 1.0)]
    return [np.stack([a + low * run, a + high * run]) for low, high in cuts if 0.0 <= low < high <= 1.0]


def _bends(segments: Floats) -> Floats:
    """Just beyond each loose end of a chain of segments, and just outside each bend of it."""
    if not len(segments):
        return np.empty((0, 2))
    run = segments[:, 1] - segments[:, 0]
    along = run / np.maximum(np.hypot(run[:, 0], run[:, 1]), 1e-9)[:, None]
    before, joined = np.roll(along, 1, 0), (np.roll(segments[:, 1], 1, 0) == segments[:, 0]).all(1)
    starts, ends = ~joined, ~np.roll(joined, -1)
    outward = (before - along)[joined]  # away from the side to which the wall turns
    size = np.hypot(outward[:, 0], outward[:, 1])
    bends = segments[joined, 0][size > 1e-6] + NUDGE_M * (outward / np.maximum(size, 1e-9)[:, None])[size > 1e-6]
    return np.concatenate([segments[starts, 0] - NUDGE_M * along[starts], segments[ends, 1] + NUDGE_M * along[ends], bends])

"""Ways by car: along the roads, and from ramp to ramp through a garage."""

from collections.abc import Mapping, Sequence

import numpy as np

from schemas.site import Site
from schemas.ways_ends import NOWHERE, Ends, number_in
from schemas.ways_ground import Ground
from schemas.ways_roads import Mark, Roads, roads_of
from schemas.ways_shapes import Floats, distances
from schemas.ways_shortest import shortest, through

Nodes = Mapping[int, Mapping[float, int]]
"""The numbers of the nodes of each piece, by their metres from its start, in that order."""


def driven(site: Site, ground: Ground, ends: Ends) -> Floats:
    """Metres by car between all n ends, float64[n, n]: between the places of the road that are nearest to them.

    From the road to the end nothing is counted. Infinity where no way leads.
    """
    roads = roads_of(site, ground.walls)
    if roads is None:
        return np.full((len(ends.ids), len(ends.ids)), np.inf)
    ramps = [place for place in site.places.values() if place.kind == "ramp"]
    middles = np.array([ramp.centre for ramp in ramps], np.float64).reshape(-1, 2)
    mouths, meetings = roads.nearest(middles), roads.meetings()
    nodes = _nodes([mark for meeting in meetings for mark in meeting], mouths)
    steps = _steps(nodes, meetings)
    owner = np.array([number_in(ends.garages, ramp.attributes.get("garage")) for ramp in ramps], np.int64)
    at = np.array([nodes[piece][metres] for piece, metres in mouths], np.int64)
    _through_garages(steps, owner, at, middles)
    direct, reach = _on_roads(roads, ends, nodes, len(steps), set(owner.tolist()))
    for number in set(owner.tolist()) - {NOWHERE}:
        own, out = np.flatnonzero(ends.garage == number), owner == number
        reach[np.ix_(own, at[out])] = distances(ends.xy[own], middles[out])
        direct[np.ix_(own, own)] = distances(ends.xy[own], ends.xy[own])
    return through(direct, reach, shortest(steps))


def _nodes(*marks: Sequence[Mark]) -> Nodes:
    numbers = {mark: n for n, mark in enumerate(sorted({mark for some in marks for mark in some}))}
    found: dict[int, dict[float, int]] = {}
    for (piece, metres), number in numbers.items():
        found.setdefault(piece, {})[metres] = number
    return found


def _steps(nodes: Nodes, meetings: Sequence[tuple[Mark, Mark]]) -> Floats:
    """Metres between nodes that follow each other on a piece; none where pieces meet: a crossing is a place, not a way."""
    count = sum(len(own) for own in nodes.values())
    steps = np.full((count, count), np.inf)
    for own in nodes.values():
        metres, numbers = np.array(list(own)), np.array(list(own.values()))
        steps[numbers[:-1], numbers[1:]] = steps[numbers[1:], numbers[:-1]] = np.diff(metres)
    for (a, x), (b, y) in meetings:
        steps[nodes[a][x], nodes[b][y]] = steps[nodes[b][y], nodes[a][x]] = 0.0
    np.fill_diagonal(steps, 0.0)
    return steps


def _through_garages(steps: Floats, owner: np.ndarray, at: np.ndarray, middles: Floats) -> None:
    """From ramp to ramp of a garage straight: which drives it has the plan does not say."""
    same = (owner[:, None] == owner) & (owner != NOWHERE)
    straight = np.where(same, distances(middles, middles), np.inf)
    steps[np.ix_(at, at)] = np.minimum(steps[np.ix_(at, at)], straight)


def _on_roads(roads: Roads, ends: Ends, nodes: Nodes, count: int, garages: set[int]) -> tuple[Floats, Floats]:
    """Steps between ends on one piece [n, n], and from ends to the next nodes of their piece [n, count]."""
    marks = roads.nearest(ends.xy)
    above = ~np.isin(ends.garage, list(garages - {NOWHERE}))
    piece, metres = np.array([p for p, _ in marks]), np.array([m for _, m in marks])
    same = (piece[:, None] == piece) & above[:, None] & above
    direct = np.where(same, np.abs(metres[:, None] - metres), np.inf)
    np.fill_diagonal(direct, 0.0)
    reach = np.full((len(marks), count), np.inf)
    for row in np.flatnonzero(above):
        own = nodes.get(marks[row][0], {})
        places, numbers = np.array(list(own)), np.array(list(own.values()), np.int64)
        after = int(np.searchsorted(places, metres[row]))
        near = [n for n in (after - 1, after) if 0 <= n < len(numbers)]
        reach[row, numbers[near]] = np.abs(places[near] - metres[row])
    return direct, reach

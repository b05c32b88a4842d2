"""Ways on foot: over open ground around what stands there, through houses by their doors, and through garages."""

import numpy as np

from schemas.site import Place, Site
from schemas.ways_ends import FLOOR_M, Ends
from schemas.ways_ground import Ground
from schemas.ways_shapes import Floats, Ints, distances, inside
from schemas.ways_shortest import shortest, through
from schemas.ways_sight import clear


def walked(site: Site, ground: Ground, ends: Ends) -> Floats:
    """Metres on foot between all n ends, float64[n, n]; infinity where no way leads."""
    ramps = [place for place in site.places.values() if place.kind == "ramp"]
    middles = np.array([ramp.centre for ramp in ramps], np.float64).reshape(-1, 2)
    bridges = ground.bridges.reshape(-1, 2)
    added = np.concatenate([middles, bridges, ground.corners])
    count, total = len(ends.ids), len(ends.ids) + len(added)
    steps = _on_the_ground(ground, ends, added)
    _indoors(steps, ends)
    for number, ident in enumerate(ends.garages):
        own = [count + n for n, ramp in enumerate(ramps) if ramp.attributes.get("garage") == ident]
        _in_garage(steps, ends, site.places[ident], number, np.array(own, np.int64), middles)
    _over_bridges(steps, ground.bridges, count + len(ramps))
    nodes = np.concatenate([np.flatnonzero(ends.door), np.arange(count, total)])
    return through(steps[:count, :count], steps[:count, nodes], shortest(steps[np.ix_(nodes, nodes)]))


def _on_the_ground(ground: Ground, ends: Ends, added: Floats) -> Floats:
    """Steps between ends and added nodes that see each other; who is above or below the ground climbs first."""
    count = len(ends.ids)
    feet = np.concatenate([ends.foot, added])
    climb = np.concatenate([FLOOR_M * np.abs(ends.level), np.zeros(len(added))])
    out = np.concatenate([np.flatnonzero(ends.outdoors), np.arange(count, len(feet))])
    seen = clear(feet[out], [solid.outline for solid in ground.solids], ground.walls)
    steps = np.full((len(feet), len(feet)), np.inf)
    steps[np.ix_(out, out)] = np.where(seen, distances(feet[out], feet[out]) + climb[out, None] + climb[out], np.inf)
    np.fill_diagonal(steps, 0.0)
    return steps


def _indoors(steps: Floats, ends: Ends) -> None:
    """Within a house straight, and `FLOOR_M` a floor."""
    for home in np.unique(ends.home[ends.home >= 0]):
        own = np.flatnonzero(ends.home == home)
        floors = np.abs(ends.level[own, None] - ends.level[own])
        _shorten(steps, own, distances(ends.xy[own], ends.xy[own]) + FLOOR_M * floors)


def _in_garage(steps: Floats, ends: Ends, garage: Place, number: int, ramps: Ints, middles: Floats) -> None:
    """Within a garage straight; out by its ramps, and by the stairs of the houses that stand on it."""
    depth = _whole(garage.attributes.get("level"), -1)
    own = np.flatnonzero(ends.garage == number)
    above = np.flatnonzero(ends.door & inside(ends.xy, np.array(garage.outline)))
    where = np.concatenate([ends.xy[own], middles[ramps - len(ends.ids)], ends.xy[above]])
    climb = np.concatenate([np.zeros(len(own) + len(ramps)), FLOOR_M * np.abs(ends.level[above] - depth)])
    _shorten(steps, np.concatenate([own, ramps, above]), distances(where, where) + climb[:, None] + climb)


def _over_bridges(steps: Floats, bridges: Floats, first: int) -> None:
    """From one end of each bridge to the other; their nodes are two by two from `first`."""
    for number, (start, end) in enumerate(bridges):
        at = first + 2 * number
        steps[at, at + 1] = steps[at + 1, at] = float(np.hypot(*(end - start)))


def _shorten(steps: Floats, nodes: Ints, metres: Floats) -> None:
    found = np.minimum(steps[np.ix_(nodes, nodes)], metres)
    np.fill_diagonal(found, 0.0)
    steps[np.ix_(nodes, nodes)] = found


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise

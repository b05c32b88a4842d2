"""How far it is from one thing of a site to another, on foot and by car, from the site's map alone.

For a rule that says "nobody gets there so soon" a way that is measured too long accuses somebody; one that is measured too
short only lets something pass. So wherever the map leaves a question open, the shorter answer is taken: the metres here are
a lower bound of what people and cars cover, and never less than the straight line.

On foot
    The shortest line over open ground, bent around buildings, water and walls; not the network of paths. People cross lawns
    and cut corners, and the plan draws no path between most courtyards: along the drawn lines alone, neighbours whose doors
    face each other over a lawn would be some hundred metres apart. Buildings and water block with their plan, less what
    stands out by a step (schemas/ways_ground.py). A road or path drawn across water or through a building is a bridge or
    an arch. Walls are passed at gates only, in an opening of `GATE_HALF_M` to either side; a closed wall without a gate is
    taken for a fence and left out.
    Who has a door card goes in by one door and out by another: within a building everything is joined in a straight line,
    and `FLOOR_M` a floor. Ways of others lead through there too. (That follows from the triangle inequality: who can come
    to each door can come from one to the other.) A building for which the site lists no door is left at any place where
    it has a device. A garage is a hall: straight lines, out by its ramps and by the stairs of the buildings that stand on
    it, as is usual; the map draws no stairs.
By car
    The roads alone (avenue, ring, street, lane, fire lane), in both directions, joined where they cross or end beside each
    other, and cut at walls except at gates; from ramp to ramp through a garage straight. Metres count between the places of
    the road nearest to both things: what is left to their doors is on foot. So two things beside the same stretch of road
    are their straight line apart, and what lies far off any road may come out shorter than on foot. Metres run along
    the middle of the road; a car that cuts the bend of a wide one saves a metre or two, for which a rule's allowance is there.
Neither
    Where no way leads (nothing drivable on the map, a thing walled in) it is the straight line, never infinity.

`matrix` is symmetric, has a zero diagonal, and keeps the triangle inequality to the centimetre that ways keep from corners,
save between things of which no way leads from one to the other.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import numpy as np

from schemas.site import Site
from schemas.ways_drive import driven
from schemas.ways_ends import ends_of
from schemas.ways_ground import ground_of
from schemas.ways_shapes import Floats, distances
from schemas.ways_walk import walked

How = Literal["walk", "drive"]


class Ways:
    """The ways between all devices and places of a site, worked out once when first asked for.

    A thing is named by its device's or place's id (a device's where both have it); KeyError where the site knows neither.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._ground = ground_of(site)
        self._ends = ends_of(site, self._ground.solids)
        self._row = {ident: n for n, ident in enumerate(self._ends.ids)}

    def walk_m(self, a: str, b: str) -> float:
        """Metres on foot."""
        return float(self._walked[self._row[a], self._row[b]])

    def drive_m(self, a: str, b: str) -> float:
        """Metres by car."""
        return float(self._driven[self._row[a], self._row[b]])

    def matrix(self, devices: Sequence[str], how: How) -> Floats:
        """Metres between all of them, float64[n, n], in their order."""
        rows = [self._row[device] for device in devices]
        metres: Floats = (self._walked if how == "walk" else self._driven)[np.ix_(rows, rows)]
        return metres

    @cached_property
    def _walked(self) -> Floats:
        return self._bounded(walked(self.site, self._ground, self._ends))

    @cached_property
    def _driven(self) -> Floats:
        return self._bounded(driven(self.site, self._ground, self._ends))

    def _bounded(self, ways: Floats) -> Floats:
        """The ways, at least the straight line, and that where there is none."""
        straight = distances(self._ends.xy, self._ends.xy)
        metres: Floats = np.maximum(np.where(np.isfinite(ways), ways, straight), straight)
        return metres

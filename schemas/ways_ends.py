"""Where ways begin and end: every device and place of a site, on which level, and in which house or garage.

Who is indoors is told by the plan, not by the list: a device belongs to a house when it lies within what blocks there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.site import Device, DeviceKind, Place, Site
from schemas.ways_ground import NUDGE_M, Solid
from schemas.ways_shapes import Flags, Floats, Ints, inside, nearest, sides

FLOOR_M = 3.0  # from floor to floor in a residential house
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Ends:
    """n ends: `ids`, where they are `xy` float64[n, 2], `level` int64[n] (0 on the ground), and how they come outside.

    `home` int64[n] is the obstacle that it is in or leads into, `garage` the number of its garage among `garages`; NOWHERE
    else. `door` bool[n]: ways lead through it. `foot` float64[n, 2] is where it meets the open ground.
    """

    ids: tuple[str, ...]
    xy: Floats
    foot: Floats
    level: Ints
    home: Ints
    door: Flags
    garage: Ints
    garages: tuple[str, ...]

    @property
    def outdoors(self) -> Flags:
        """Which of them meet the open ground themselves: bool[n]."""
        found: Flags = (self.garage == NOWHERE) & (self.door | (self.home == NOWHERE))
        return found


def ends_of(site: Site, solids: Sequence[Solid]) -> Ends:
    """Devices in the order of the file, then places whose name no device has, at their middle."""
    places = [place for place in site.places.values() if place.id not in site.devices]
    things: list[Device | Place] = [*site.devices.values(), *places]
    xy = np.array([place_of(one) for one in things], np.float64).reshape(-1, 2)
    solid = _holders(xy, solids)
    garages = tuple(place.id for place in site.places.values() if is_garage(place))
    garage = np.array([number_in(garages, _garage_of(one, site)) for one in things], np.int64)
    solid[garage != NOWHERE] = NOWHERE
    doors, home = _doors(things, solid, solids)
    level = np.array([_level(one) for one in things], np.int64)
    foot = _feet(xy, solid, solids)
    return Ends(tuple(one.id for one in things), xy, foot, level, home, doors, garage, garages)


def is_garage(place: Place) -> bool:
    """Whether a place is a garage under the ground."""
    return place.attributes.get("where") == "garage"


def place_of(one: Device | Place) -> tuple[float, float]:
    """Where a device or the middle of a place is, in metres."""
    return (one.x, one.y) if isinstance(one, Device) else one.centre


def _garage_of(one: Device | Place, site: Site) -> str:
    """The garage that holds it: its own place, or that of the ramp whose foot it stands at."""
    if isinstance(one, Place):
        return one.id
    place = site.places.get(one.place)
    if place is not None and place.kind == "ramp" and one.floor < 0:
        return str(place.attributes.get("garage", ""))
    return one.place


def number_in(ids: Sequence[str], ident: object) -> int:
    """Where an id stands among others, NOWHERE where it does not."""
    return ids.index(ident) if isinstance(ident, str) and ident in ids else NOWHERE


def _level(one: Device | Place) -> int:
    """Floors above the ground: floor 1 is on it, floor -1 one below."""
    if isinstance(one, Device):
        return one.floor - 1 if one.floor > 0 else one.floor
    return -1 if is_garage(one) else 0


def _holders(xy: Floats, solids: Sequence[Solid]) -> Ints:
    """The number of the obstacle that each point lies in, NOWHERE on open ground."""
    found = np.full(len(xy), NOWHERE, np.int64)
    for number, solid in enumerate(solids):
        found[inside(xy, solid.outline)] = number
    return found


def _doors(things: Sequence[Device | Place], solid: Ints, solids: Sequence[Solid]) -> tuple[Flags, Ints]:
    """Which ends are doors, and whose. In a house without a known door, everything in it is one."""
    number = {one.place.id: n for n, one in enumerate(solids)}
    wet = [n for n, one in enumerate(solids) if one.place.kind == "water"]
    opens = np.array([_opens(one, number) for one in things], np.int64)
    door = opens != NOWHERE
    home = np.where(door, opens, np.where(np.isin(solid, wet), NOWHERE, solid))
    door |= (home != NOWHERE) & ~np.isin(home, opens[door])
    return door, home


def _opens(one: Device | Place, number: Mapping[str, int]) -> int:
    """The house that a door leads into."""
    return number.get(one.building, NOWHERE) if isinstance(one, Device) and one.kind is DeviceKind.DOOR else NOWHERE


def _feet(xy: Floats, solid: Ints, solids: Sequence[Solid]) -> Floats:
    """Each point, or where it lies in an obstacle, the nearest point just outside of that."""
    feet = xy.copy()
    for at in np.flatnonzero(solid != NOWHERE):
        edges = sides(solids[solid[at]].outline)
        share, away = nearest(xy[at : at + 1], edges)
        edge = int(away[0].argmin())
        run = edges[edge, 1] - edges[edge, 0]
        outward = np.array([run[1], -run[0]]) / max(float(np.hypot(*run)), 1e-9)
        feet[at] = edges[edge, 0] + share[0, edge] * run + NUDGE_M * outward
    return feet

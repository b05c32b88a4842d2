"""Where devices stand, by the device's number, looked up for whole columns: building, place, its kind, the ways between."""

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np

from schemas.site import Site
from schemas.ways import How, Ways
from streams.rules.columns import Floats
from streams.rules.names import NOBODY, Ints, Names

NUMBER, BUILDING, PLACE, PLACE_KIND, INDEX, WIDTH = range(6)
NOWHERE = -1
HOWS: tuple[How, ...] = ("walk", "drive")


_KNOWN: list[tuple[Site, Mapping[str, Floats]]] = []


def ways_of(site: Site) -> Mapping[str, Floats]:
    """Metres between any two devices, on foot and by car, in the devices' order. A second or two to work out: the engines of a
    process share those of the last site, and the map that they came from is let go."""
    if not _KNOWN or _KNOWN[0][0] is not site:
        ways, devices = Ways(site), list(site.devices)
        found: Mapping[str, Floats] = {how: np.ascontiguousarray(ways.matrix(devices, how), np.float64) for how in HOWS}
        _KNOWN[:] = [(site, found)]
    return _KNOWN[0][1]


class Places:
    """The site's devices; one that it does not know is at no place. `order` stands for the order that INDEX counts."""

    def __init__(self, site: Site, names: Names) -> None:
        self.site = site
        self.order = blake2b("\n".join(site.devices).encode(), digest_size=8).hexdigest()
        rows = [
            (
                names.number(device.id),
                names.number(device.building or None),
                names.number(device.place or None),
                names.number(site.places[device.place].kind if device.place in site.places else None),
                index,
            )
            for index, device in enumerate(site.devices.values())
        ]
        self._table = np.array([(NOBODY, NOBODY, NOBODY, NOBODY, NOWHERE), *rows], np.int64)
        self._table = self._table[np.argsort(self._table[:, NUMBER])]

    def of(self, devices: Ints, column: int) -> Ints:
        """One column of the table for each device: NOBODY, or NOWHERE for INDEX, where the site does not know it."""
        place = np.searchsorted(self._table[:, NUMBER], devices).clip(max=len(self._table) - 1)
        known = (self._table[place, NUMBER] == devices) & (devices != NOBODY)
        found: Ints = np.where(known, self._table[place, column], NOWHERE if column == INDEX else NOBODY)
        return found

    def ways(self, how: str) -> Floats:
        """Metres of the shortest way between any two devices, by INDEX; worked out when first asked for."""
        return ways_of(self.site)[how]

    def distance_m(self, one: int, other: int, how: str) -> float:
        """Metres between two devices that are known, by their numbers."""
        here, there = self.of(np.array([one, other], np.int64), INDEX).tolist()
        return float(self.ways(how)[here, there])

    def live(self) -> Ints:
        """The numbers whose texts this table needs."""
        return self._table[:, :PLACE_KIND]

"""Where devices stand, by the device's number, looked up for whole columns: building, place, its kind, the ways between."""

from collections.abc import Mapping
from hashlib import blake2b
from threading import Lock

import numpy as np

from schemas.drills import twin
from schemas.site import Site
from streams.rules.columns import Floats
from streams.rules.names import NOBODY, Ints, Names
from streams.rules.ways_kept import kept_ways

NUMBER, BUILDING, PLACE, PLACE_KIND, INDEX, WIDTH = range(6)
NOWHERE = -1

_KNOWN: list[tuple[Site, Mapping[str, Floats]]] = []
_AT_WORK = Lock()


def ways_of(site: Site) -> Mapping[str, Floats]:
    """Metres between any two devices, on foot and by car, in the devices' order. The engines of a process share those of the
    last site; threads wait for the first of them."""
    with _AT_WORK:
        if not _KNOWN or _KNOWN[0][0] is not site:
            _KNOWN[:] = [(site, kept_ways(site))]
        return _KNOWN[0][1]


class Places:
    """The site's devices, each with its twin for drills; one that it does not know is at no place.

    `order` stands for the order that INDEX counts.
    """

    def __init__(self, site: Site, names: Names) -> None:
        self.site = site
        self.order = blake2b("\n".join(site.devices).encode(), digest_size=8).hexdigest()
        rows = [
            (
                names.number(name),
                names.number(device.building or None),
                names.number(device.place or None),
                names.number(site.places[device.place].kind if device.place in site.places else None),
                index,
            )
            for index, device in enumerate(site.devices.values())
            for name in (device.id, twin(device.id))
        ]
        self._index = {row[NUMBER]: row[INDEX] for row in rows}
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
        return float(self.ways(how)[self._index[one], self._index[other]])

    def live(self) -> Ints:
        """The numbers whose texts this table needs."""
        return self._table[:, :PLACE_KIND]

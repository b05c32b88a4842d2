"""Where devices stand: building and coordinates by the device's number, looked up for whole columns."""

import numpy as np

from schemas.site import Site
from streams.rules.columns import Flags
from streams.rules.names import NOBODY, Ints, Names

MM = 1000


class Places:
    """The site's devices; a device that the site does not know is at no place."""

    def __init__(self, site: Site, names: Names) -> None:
        self._site, self._names = site, names
        rows = sorted(
            (names.number(device.id), names.number(device.building or None), round(device.x * MM), round(device.y * MM))
            for device in site.devices.values()
        )
        self._table = np.array([(NOBODY, NOBODY, 0, 0), *rows], np.int64)
        self._table = self._table[np.argsort(self._table[:, 0])]

    def buildings(self, devices: Ints) -> Ints:
        """The building of each device, NOBODY where there is none."""
        found, known = self._find(devices)
        return np.where(known, found[:, 1], NOBODY)

    def coordinates(self, devices: Ints) -> tuple[Ints, Flags]:
        """x, y in mm, shape (n, 2), and which of them are known."""
        found, known = self._find(devices)
        return found[:, 2:4], known

    def distance_m(self, one: int, other: int) -> float:
        """Metres in a straight line between two devices that are known."""
        found, _ = self.coordinates(np.array([one, other], np.int64))
        return float(np.hypot(*(found[0] - found[1]))) / MM

    def live(self) -> Ints:
        """The numbers whose texts this table needs."""
        return self._table[:, :2]

    def _find(self, devices: Ints) -> tuple[Ints, Flags]:
        place = np.searchsorted(self._table[:, 0], devices).clip(max=len(self._table) - 1)
        found = self._table[place]
        return found, (found[:, 0] == devices) & (devices != NOBODY)

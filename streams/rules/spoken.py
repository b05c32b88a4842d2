"""Since when each device is known to speak: an outage counts only those that ever did."""

from collections.abc import Iterable, Mapping

import numpy as np

from streams.rules.columns import DEVICE, TIME
from streams.rules.names import Ints, number_of


class Spoken:
    """The earliest time of the rows of each device of the site. They are looked at only while a first row may still come."""

    def __init__(self, devices: Iterable[str]) -> None:
        self._own = {number_of(device) for device in devices}
        self._since: dict[int, int] = {}
        self._settled: set[int] = set()

    def note(self, devices: Iterable[int], rows: Ints, watermark: int) -> None:
        """Take a batch's rows; `devices` are the different ones in it, and rows of the past of the watermark come no more."""
        fresh = self._own.intersection(devices) - self._settled
        if not fresh:
            return
        found, place = np.unique(rows[:, DEVICE], return_inverse=True)
        first = np.full(len(found), np.iinfo(np.int64).max)
        np.minimum.at(first, place, rows[:, TIME])
        for device, time in zip(found.tolist(), first.tolist(), strict=True):
            if device not in fresh:
                continue
            self._since[device] = min(time, self._since.get(device, time))
        self._settled.update(device for device in fresh if self._since[device] <= watermark)

    def since(self, device: str) -> int | None:
        """Microseconds since the epoch; None where it never spoke."""
        return self._since.get(number_of(device))

    def saved(self) -> Mapping[str, int]:
        """For a saved state."""
        return {str(device): time for device, time in sorted(self._since.items())}

    def remember(self, saved: Mapping[str, int]) -> None:
        """Know what a saved state knew."""
        self._since.update({int(device): time for device, time in saved.items()})

"""What is known of an incident when a step of its plan opens: where it is, and what was read for that step."""

import re
from dataclasses import dataclass
from datetime import datetime

from schemas.lists import Entry
from schemas.site import Place, Point, Site


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle where it should not stand: its plate where it was read, the device that saw it, its household where a list has
    it, and its bay where it stands in one."""

    id: str
    plate: str
    seen_by: str
    household: str
    bay: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    """An official warning that is in force: of what, how bad, since when."""

    hazard: str
    level: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What the newest event says of the place, each as it was told, else empty: a panel's zone, a floor, how many people."""

    zone: str = ""
    floor: str = ""
    people: str = ""

    @property
    def storey(self) -> int | None:
        """The floor's number, negative underground; of a zone where it begins with one (`3F`, `B1`, `地下1层`)."""
        found = _STOREY.match(self.floor.upper()) or _STOREY.match(self.zone.upper())
        return None if found is None else -int(found[2]) if found[1] else int(found[2])


_STOREY = re.compile(r"\s*(B|-|地下)?(\d{1,2})\s*(?:F|层|楼|$)")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an incident is and what is known of it. `since` is its first alert."""

    site: Site
    device: str
    building: str
    told: Told = Told()
    vehicles: tuple[Vehicle, ...] = ()
    care: tuple[Entry, ...] = ()
    callback: str = ""
    warnings: tuple[Warned, ...] = ()
    since: datetime | None = None

    @property
    def house(self) -> str:
        """The building where people live or work; empty at a garage, a gate or a pool, also where a person said so by hand."""
        return self.building if any(one.id == self.building for one in self.site.buildings) else ""

    @property
    def place(self) -> Place | None:
        """The unit or place of its device, else its building."""
        row = self.site.devices.get(self.device)
        return self.site.places.get(row.place if row else "") or self.site.places.get(self.building)

    @property
    def here(self) -> Point | None:
        """The point where it is; None where nobody knows."""
        return self.site.point_of(self.device, self.building)

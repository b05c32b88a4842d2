"""The site: a community as data. One YAML for places and people's areas, one CSV for devices.

Metres on a plane; x grows to the east, y to the south (as on a screen). Names are (zh, en) pairs.
The layout is illustrative and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import dist
from pathlib import Path

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Name:
    """What people call a thing, in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The name for `zh` or `en`."""
        return self.zh if language == "zh" else self.en


class DeviceKind(StrEnum):
    """What a device is. Only the first four are counted on the wall."""

    CAMERA = "camera"
    FACE = "face"
    PLATE = "plate"
    DOOR = "door"
    BARRIER = "barrier"
    LOT = "lot"  # the counting of a parking lot or a row of street bays
    FIRE_PANEL = "fire_panel"
    WATER_LEVEL = "water_level"
    ELEVATOR = "elevator"
    POWER = "power"
    WEATHER = "weather"
    SWITCH = "switch"
    RECORDER = "recorder"
    CONTROLLER = "controller"


COUNTS: Mapping[DeviceKind, int] = {
    DeviceKind.CAMERA: 739,
    DeviceKind.FACE: 32,
    DeviceKind.PLATE: 17,
    DeviceKind.DOOR: 223,
}
"""What the published description of the community counts; 1,011 in all."""


@dataclass(frozen=True, slots=True)
class Device:
    """One row of the devices' CSV. `identity` is how its vendor names it in messages (serial, IP, MAC, index code).

    `building` is a house's or villa's id, or empty where the device belongs to none; `place` is the nearest place that it
    serves (a unit, gate, ramp, lot, pool, …), or empty. `floor` is negative underground. `heading` is where a camera looks,
    or the way out of a door: degrees clockwise from north. `direction` is `in` or `out` where it serves one only.
    `hangs_on` names the switch, recorder, controller and power circuit whose loss silences it, by role. `zones` says what the
    regions are in which a camera looks for something (fire_lane, no_parking), by the number that the camera gives them; `*` is
    every other one.
    """

    id: str
    vendor: str
    kind: DeviceKind
    building: str
    floor: int
    x: float
    y: float
    heading: float
    name: Name
    identity: str
    hangs_on: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    direction: str = ""
    zones: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A building, garage, gate, ramp, pool, assembly point, AED, … `outline` is a closed ring; a point has one vertex."""

    id: str
    kind: str
    name: Name
    outline: tuple[Point, ...]
    attributes: Mapping[str, object] = field(default_factory=dict)

    @property
    def centre(self) -> Point:
        """The mean of the vertices: good enough for a label."""
        n = len(self.outline)
        return sum(x for x, _ in self.outline) / n, sum(y for _, y in self.outline) / n


@dataclass(frozen=True, slots=True)
class Line:
    """A street, lane or wall: a polyline with a width in metres."""

    kind: str
    points: tuple[Point, ...]
    width: float
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A part of the site with one steward, named by the role in both languages."""

    id: str
    name: Name
    steward: str
    buildings: tuple[str, ...]
    steward_en: str = ""

    def steward_in(self, language: str) -> str:
        """The steward's role for `zh` or `en`."""
        return self.steward_en if language == "en" and self.steward_en else self.steward


@dataclass(frozen=True, slots=True)
class Calendar:
    """When something is open: from one day of the year to another (`MM-DD`, both included), on weekdays 1 (Monday) to 7, from
    `opens` to `closes` (`HH:MM`, local time)."""

    id: str
    name: Name
    first: str
    last: str
    weekdays: tuple[int, ...]
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the crew calls: a firm or a person's task, never a person; the telephone as it is dialled."""

    id: str
    name: Name
    phone: str


@dataclass(frozen=True, slots=True)
class Site:
    """A whole community, checked: every reference in it resolves.

    `trees` are (x, y, radius of the crown in metres), for drawing. `watch_plates` are written as cameras read them, without
    a dot. `holidays` are local dates, `YYYY-MM-DD`.
    """

    id: str
    name: Name
    address: Name
    timezone: str
    illustrative: bool
    width: float
    height: float
    places: Mapping[str, Place]
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...]
    devices: Mapping[str, Device]
    watch_plates: frozenset[str]
    holidays: frozenset[str]
    watch_persons: frozenset[str] = frozenset()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    trees: tuple[tuple[float, float, float], ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)

    @property
    def buildings(self) -> tuple[Place, ...]:
        """The buildings, in the order of the file."""
        return tuple(place for place in self.places.values() if place.kind in {"house", "villa"})

    def building_of(self, device: str) -> str:
        """The building of a device; empty where it has none, or the site does not know it."""
        row = self.devices.get(device)
        return row.building if row else ""

    def grid_of(self, building: str) -> Grid | None:
        """The grid of a building."""
        return next((grid for grid in self.grids if building in grid.buildings), None)

    def nearest(self, kind: str, here: Point) -> tuple[Place, float] | None:
        """The place of a kind that is nearest as the crow flies, with its metres; None where there is none."""
        found = [(place, dist(place.centre, here)) for place in self.places.values() if place.kind == kind]
        return min(found, key=lambda pair: (pair[1], pair[0].id), default=None)

    def point_of(self, device: str, building: str) -> Point | None:
        """Where something is that is known by a device or a building: at the device, else in the building's middle."""
        if (row := self.devices.get(device)) is not None:
            return row.x, row.y
        place = self.places.get(building)
        return place.centre if place else None


def load_site(path: Path) -> Site:
    """The site of a YAML file and its CSV; SiteError with every mistake where there is one."""
    from schemas.site_file import read_site

    return read_site(path)

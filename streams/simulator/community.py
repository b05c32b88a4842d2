"""Who and what takes part: the site's devices by kind, invented cards and cars. Drawn once from the site and the seed."""

from dataclasses import dataclass
from random import Random

from schemas.errors import SiteError
from schemas.site import Device, DeviceKind, Site

CARS = 950  # three households in four have one
WORKERS = 60  # some twenty flats are being renovated at a time
CARDS_A_DOOR = 17  # 1,250 households of 3 persons on 223 doors


@dataclass(frozen=True, slots=True)
class Community:
    """The cast. Every device of a kind in the order of the site's file, so that the same site gives the same cast."""

    site: Site
    cameras: tuple[Device, ...]
    faces: tuple[Device, ...]
    plates: tuple[Device, ...]
    doors: tuple[Device, ...]
    barriers: tuple[Device, ...]
    lots: tuple[Device, ...]
    lifts: tuple[Device, ...]
    gauges: tuple[Device, ...]
    panels: tuple[Device, ...]
    cars: tuple[str, ...]
    watched: tuple[str, ...]

    def card(self, door: int, person: int) -> str:
        """The card of one person, which opens one door only."""
        return f"31{door:05d}{person:03d}"

    def barrier_of(self, point: Device) -> Device | None:
        """The barrier of a plate point's lane: the nearest of the same place and direction."""
        same = (b for b in self.barriers if b.place == point.place and b.direction == point.direction)
        return min(same, key=lambda b: (b.x - point.x) ** 2 + (b.y - point.y) ** 2, default=None)

    def door_of(self, point: Device) -> Device | None:
        """The door that a face point opens: the nearest of its unit; None where it stands at none."""
        unit = self.site.places.get(point.place)
        mine = (door for door in self.doors if door.place == point.place) if unit and unit.kind == "unit" else ()
        return min(mine, key=lambda door: (door.x - point.x) ** 2 + (door.y - point.y) ** 2, default=None)

    def taken(self, lot: Device, share: float) -> float:
        """Which share of a counter's bays is taken when this one of the community's cars is parked: of whole bays."""
        capacity = self.site.places[lot.place].attributes.get("capacity", 0) if lot.place else 0
        return round(share * capacity) / capacity if isinstance(capacity, int) and capacity else 0.0

    def inner_cameras(self) -> tuple[Device, ...]:
        """Those with a virtual line where people walk by day and night: at the fire lanes and in the garden."""
        gardens = {place.id for place in self.site.places.values() if place.kind == "garden"}
        found = (c for c in self.cameras if "fire_lane" in c.zones.values() or c.place in gardens)
        return tuple(found) or self.cameras

    def street_bays(self) -> tuple[Device, ...]:
        """The counters of the bays outside the gates."""
        places = self.site.places
        return tuple(lot for lot in self.lots if lot.place and places[lot.place].attributes.get("where") == "street")

    def lanes(self, direction: str) -> tuple[Device, ...]:
        """The plate points that see cars of one direction; one without a direction sees both."""
        return tuple(point for point in self.plates if point.direction in {direction, ""})

    def gates(self, direction: str) -> tuple[Device, ...]:
        """Those of them that stand at the site's gates; all, where the site names no gates."""
        places = self.site.places
        lanes = self.lanes(direction)
        return tuple(point for point in lanes if point.place and places[point.place].kind == "gate") or lanes


def passing(point: Device) -> str:
    """What a barrier says of a car that passes a lane's point."""
    return "entered" if point.direction == "in" else "left"


def of_kind(site: Site, kind: DeviceKind) -> tuple[Device, ...]:
    """The site's devices of one kind."""
    return tuple(device for device in site.devices.values() if device.kind is kind)


def gather(site: Site, seed: int) -> Community:
    """The cast of a site; SiteError where a part that life needs is absent."""
    community = Community(
        site=site,
        cameras=of_kind(site, DeviceKind.CAMERA),
        faces=of_kind(site, DeviceKind.FACE),
        plates=of_kind(site, DeviceKind.PLATE),
        doors=of_kind(site, DeviceKind.DOOR),
        barriers=of_kind(site, DeviceKind.BARRIER),
        lots=of_kind(site, DeviceKind.LOT),
        lifts=of_kind(site, DeviceKind.ELEVATOR),
        gauges=of_kind(site, DeviceKind.WATER_LEVEL),
        panels=of_kind(site, DeviceKind.FIRE_PANEL),
        cars=_number_plates(Random(f"{seed}/cars"), site.watch_plates),
        watched=tuple(sorted(site.watch_plates)),
    )
    if not (community.cameras and community.faces and community.plates and community.doors):
        raise SiteError("The site has no cameras, face points, plate points or unit doors: nothing to simulate.")
    return community


def _number_plates(rng: Random, watched: frozenset[str]) -> tuple[str, ...]:
    """Invented plates: one in three a new-energy car's (D and five digits), the rest T and four."""
    found: dict[str, None] = {}
    while len(found) < CARS:
        number = f"鲁QD{rng.randrange(100_000):05d}" if rng.random() < 0.33 else f"鲁QT{rng.randrange(10_000):04d}"
        if number not in watched:
            found[number] = None
    return tuple(found)

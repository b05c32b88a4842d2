"""Who lives, works and is looked after in the simulated week, and the site's lists that say so. Drawn once from the seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from schemas.lists import Entry, ListName, Lists
from schemas.site import Device, Site
from streams.simulator import week_looks
from streams.simulator.community import Community
from streams.simulator.week_looks import Looks

HOUSEHOLDS = 1_250
BAY_HOLDERS = 700  # of 950 cars; the others park with a discount permit
SENSED_BAYS = 120  # garage bays with a sensor and a reader of plates
WORKERS = 60
CARED_FOR = 30


@dataclass(frozen=True, slots=True)
class Resident:
    """One person of a household: the card and the face that devices report."""

    household: str
    unit: str
    card: str
    face: str


@dataclass(frozen=True, slots=True)
class Car:
    """A car as it is on the lists, and the sensed bay that it owns, if any."""

    plate: str
    household: str
    looks: Looks
    bay: str | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A renovation worker with a permit for one building."""

    face: str
    building: str


@dataclass(frozen=True, slots=True)
class People:
    """The cast of the week. `faces_of` and `doors_of` are a unit's face points and doors."""

    residents: tuple[Resident, ...]
    cared_for: tuple[Resident, ...]
    cars: tuple[Car, ...]
    workers: tuple[Worker, ...]
    doors_of: Mapping[str, tuple[Device, ...]]
    faces_of: Mapping[str, tuple[Device, ...]]


def by_place(devices: tuple[Device, ...]) -> dict[str, tuple[Device, ...]]:
    """Devices by the place that they serve."""
    found: dict[str, tuple[Device, ...]] = {}
    for device in devices:
        found[device.place] = (*found.get(device.place, ()), device)
    return found


def settle(community: Community, seed: int) -> People:
    """Everybody, in homes and with cars."""
    rng = Random(f"{seed}/people")
    doors, faces = by_place(community.doors), by_place(community.faces)
    units = sorted(doors)
    residents = tuple(_resident(n, units[n // 3 % len(units)]) for n in range(3 * HOUSEHOLDS))
    old = sorted(rng.sample(range(HOUSEHOLDS), CARED_FOR))
    buildings = sorted({face.building for face in community.faces if face.building})
    every = sorted({door.building for door in community.doors})
    workers = tuple(Worker(f"P{n:04d}", rng.choice(buildings) if n % 2 else rng.choice(every)) for n in range(WORKERS))
    cars = tuple(_car(rng, n, plate) for n, plate in enumerate(community.cars))
    return People(residents, tuple(residents[3 * n] for n in old), cars, workers, doors, faces)


def _resident(n: int, unit: str) -> Resident:
    return Resident(f"H{n // 3:04d}", unit, f"31{n // 3:05d}{n % 3:03d}", f"R{n // 3:04d}{n % 3:02d}")


def _car(rng: Random, n: int, plate: str) -> Car:
    bay = f"A{n:03d}" if n < SENSED_BAYS else None
    return Car(plate, f"H{n * 1249 // 950:04d}", week_looks.drawn(rng), bay)


def lists_of(people: People, site: Site, begin: date) -> Lists:
    """The lists as the property's office would keep them."""
    last_year, next_year = begin - timedelta(400), begin + timedelta(400)
    entries: dict[ListName, tuple[Entry, ...]] = {
        ListName.WATCH_PLATES: tuple(Entry(subject=plate) for plate in sorted(site.watch_plates)),
        ListName.WATCH_PERSONS: tuple(Entry(subject=person) for person in sorted(site.watch_persons)),
        ListName.CARDS: tuple(Entry(subject=r.card, person=r.face, household=r.household) for r in people.residents),
        ListName.FACES: tuple(Entry(subject=r.face, person=r.face, household=r.household) for r in people.residents),
        ListName.CARE: tuple(Entry(subject=who, person=r.face) for r in people.cared_for for who in (r.face, r.card)),
        ListName.VEHICLES: tuple(
            Entry(
                subject=car.plate,
                household=car.household,
                attributes={"colour": car.looks.colour, "vehicle_type": car.looks.vehicle_type},
            )
            for car in people.cars
        ),
        ListName.PARKING_PERMITS: tuple(
            Entry(subject=car.plate, household=car.household, valid_from=last_year, valid_until=next_year)
            for car in people.cars[BAY_HOLDERS:]
        ),
        ListName.BAYS: tuple(
            Entry(subject=car.bay, household=car.household, attributes={"plate": car.plate}) for car in people.cars if car.bay
        ),
        ListName.PERMITS: tuple(
            permit(worker.face, worker.building, begin - timedelta(20), begin + timedelta(20)) for worker in people.workers
        ),
    }
    return Lists(entries)


def permit(face: str, building: str, first: date, last: date) -> Entry:
    """A renovation worker's permit: Mondays to Saturdays, 8 to 18 h, with a quarter of an hour's grace before and after."""
    return Entry(
        subject=face,
        person=face,
        buildings=(building,),
        weekdays=(1, 2, 3, 4, 5, 6),
        opens="07:45",
        closes="18:15",
        valid_from=first,
        valid_until=last,
        attributes={"trade": "renovation"},
    )

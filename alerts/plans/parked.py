"""Which vehicles are known to stand in the garages, from what bays and ramps told: pure.

A car is in from the moment that its bay was taken, or that it passed a ramp inwards, until its bay is free or it passes a ramp
outwards. What no bay and no ramp told is not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.plans.known import Vehicle
from schemas.lists import Entry
from schemas.site import Site

UNDERGROUND = 0
"""A lot below this level fills with water."""


@dataclass(frozen=True, slots=True)
class Passed:
    """One event of a garage's bays or ramps. `plate` and `bay` are empty where it does not tell them."""

    type: str
    device: str
    plate: str
    bay: str


def counters(site: Site) -> tuple[str, ...]:
    """The devices that tell who comes and goes: those of lots below ground and of the ramps into them."""
    low = {one.id for one in site.places.values() if one.kind == "lot" and _level(one.attributes.get("level")) < UNDERGROUND}
    ramps = {one.id for one in site.places.values() if one.kind == "ramp" and one.attributes.get("garage") in low}
    return tuple(device.id for device in site.devices.values() if device.place in low | ramps)


def _level(told: object) -> float:
    return float(told) if isinstance(told, int | float) else UNDERGROUND


def parked(passed: Iterable[Passed], owners: Mapping[str, str], bays: Iterable[Entry]) -> tuple[Vehicle, ...]:
    """Those that stand there after these events, the oldest event first; in the order in which they came."""
    inside: dict[str, Passed] = {}
    for one in passed:
        spot = f"{one.device} {one.bay}"
        at_bay = next((key for key, there in inside.items() if one.bay and f"{there.device} {there.bay}" == spot), "")
        for key in (one.plate, at_bay):
            inside.pop(key, None)
        if one.type in {"bay_taken", "entered"} and (one.plate or one.bay):
            inside[one.plate or spot] = one
    of_bay = {entry.subject: entry.household for entry in bays}
    owner = {key: owners.get(one.plate, "") if one.plate else of_bay.get(one.bay, "") for key, one in inside.items()}
    return tuple(Vehicle(key, one.plate, one.device, owner[key], one.bay) for key, one in inside.items())

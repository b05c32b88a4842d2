"""Which cameras to look at: those that see a place best, or those by which somebody leaves it. Pure."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from math import dist

from alerts.plans.run import Is, Run
from schemas.plans.model import Step
from schemas.site import Device, DeviceKind, Site

FEWEST = 4
FLOOR_M = 3.0
OTHER_BUILDING_M = 30.0
"""A camera outside sees less of a building than one inside that is so much further away."""
DETOUR_M = 20.0
"""What somebody may go round on the way to a gate and is still seen by a camera on it."""
APART_M = 25.0

Seen = list[tuple[Device, float]]


def shown(site: Site, device: str, building: str, run: Run | None) -> Seen:
    """The cameras that the open steps of a plan ask for, at least FEWEST; each with its distance in metres on the ground."""
    asking = [step for step in run.plan.steps if run.steps[step.id].state is Is.OPEN and step.show_cameras] if run else []
    most = max((FEWEST, *(step.show_cameras or 0 for step in asking)))
    nearest = cameras(site, device, building, most)
    if not any(step.ways_out for step in asking):
        return nearest
    ahead = on_the_ways_out(site, device, building, most)
    there = {one.id for one, _ in ahead}
    return [*ahead, *(pair for pair in nearest if pair[0].id not in there)][:most]


def told_there(site: Site, newest: str, building: str, run: Run | None) -> Seen:
    """The same round the device of an incident's newest alert; one that nobody knows is in the incident's `building`."""
    row = site.devices.get(newest)
    return shown(site, newest, row.building if row else building, run)


def of_step(site: Site, device: str, building: str, step: Step) -> Seen:
    """The nearest cameras, as many as a step shows."""
    return cameras(site, device, building, step.show_cameras or FEWEST)


def cameras(site: Site, device: str, building: str, most: int) -> Seen:
    """The cameras to look at first: those of its building and floor, then by distance."""
    here = site.point_of(device, building)
    if here is None:
        return []
    row = site.devices.get(device)
    floor = row.floor if row else 1

    def away(one: Device) -> float:
        inside = one.building == building or not building
        return dist(_spot(one), here) + FLOOR_M * abs(one.floor - floor) + (0 if inside else OTHER_BUILDING_M)

    nearest = sorted(_eyes(site), key=lambda one: (away(one), one.id))[:most]
    return [(one, dist(_spot(one), here)) for one in nearest]


def on_the_ways_out(site: Site, device: str, building: str, most: int) -> Seen:
    """The cameras outside past which somebody leaves by each gate, the first of each way first.

    Ways are straight here, with DETOUR_M for going round: nobody knows which one is taken, and all are lined up.
    """
    here = site.point_of(device, building)
    if here is None:
        return []
    gates = sorted((place.centre for place in site.places.values() if place.kind == "gate"), key=lambda gate: dist(here, gate))
    outside = [one for one in _eyes(site) if not one.building and one.floor >= 0]

    def way(gate: tuple[float, float]) -> Iterator[Device]:
        on_it = [one for one in outside if dist(here, _spot(one)) + dist(_spot(one), gate) <= dist(here, gate) + DETOUR_M]
        yield from _spread(sorted(on_it, key=lambda one: (dist(_spot(one), here), one.id)))

    in_turn = {one.id: one for abreast in zip_longest(*map(way, gates)) for one in abreast if one is not None}
    return [(one, dist(_spot(one), here)) for one in list(in_turn.values())[:most]]


def _spread(eyes: Iterable[Device]) -> Iterator[Device]:
    """Those that stand apart: of several at one corner one is enough."""
    last: Device | None = None
    for one in eyes:
        if last is None or dist(_spot(one), _spot(last)) >= APART_M:
            last = one
            yield one


def _eyes(site: Site) -> list[Device]:
    return [one for one in site.devices.values() if one.kind is DeviceKind.CAMERA]


def _spot(one: Device) -> tuple[float, float]:
    return one.x, one.y

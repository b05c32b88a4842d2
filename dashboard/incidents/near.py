"""Which cameras see a place best: those of its building and floor first, then by distance. Pure."""

from math import hypot

from schemas.site import Device, DeviceKind, Site

FLOOR_M = 3.0
OTHER_BUILDING_M = 30.0
"""A camera outside sees less of a building than one inside that is so much further away."""


def cameras(site: Site, device: str, building: str, most: int) -> list[tuple[Device, float]]:
    """The cameras to look at first, each with its distance in metres on the ground."""
    here = site.point_of(device, building)
    if here is None:
        return []
    row = site.devices.get(device)
    floor = row.floor if row else 1
    eyes = [one for one in site.devices.values() if one.kind is DeviceKind.CAMERA]

    def away(one: Device) -> float:
        inside = one.building == building or not building
        return hypot(one.x - here[0], one.y - here[1]) + FLOOR_M * abs(one.floor - floor) + (0 if inside else OTHER_BUILDING_M)

    nearest = sorted(eyes, key=lambda one: (away(one), one.id))[:most]
    return [(one, hypot(one.x - here[0], one.y - here[1])) for one in nearest]

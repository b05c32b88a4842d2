"""What hangs on what: the devices that a switch, recorder, controller or power circuit silences, directly or through others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from schemas.events import Kind
from schemas.rules import Box, Rule
from schemas.site import Device, DeviceKind, Site

PRECEDENCE = (Box.POWER, Box.SWITCH, Box.CONTROLLER, Box.RECORDER)
"""Of boxes that explain as much, the one that the others hang on."""

_KINDS: Mapping[Kind, frozenset[DeviceKind]] = {
    Kind.CAMERA: frozenset({DeviceKind.CAMERA}),
    Kind.FACE: frozenset({DeviceKind.FACE}),
    Kind.PLATE: frozenset({DeviceKind.PLATE}),
    Kind.DOOR: frozenset({DeviceKind.DOOR}),
    Kind.PARKING: frozenset({DeviceKind.BARRIER, DeviceKind.LOT}),
    Kind.FACILITY: frozenset(
        {DeviceKind.FIRE_PANEL, DeviceKind.WATER_LEVEL, DeviceKind.ELEVATOR, DeviceKind.POWER, DeviceKind.WEATHER}
    ),
}


@dataclass(frozen=True, slots=True)
class Boxes:
    """By device the boxes that it hangs on, each with its role; by box the devices that hang on it."""

    above: Mapping[str, frozenset[tuple[Box, str]]]
    below: Mapping[str, frozenset[str]]


def boxes_of(site: Site) -> Boxes:
    """The site's wiring; a device hangs on what its box hangs on, too."""
    above = {device.id: _above(device, site, frozenset()) for device in site.devices.values()}
    below: dict[str, set[str]] = {}
    for device, found in above.items():
        for _, box in found:
            below.setdefault(box, set()).add(device)
    return Boxes(above, {box: frozenset(devices) for box, devices in below.items()})


def _above(device: Device, site: Site, passed: frozenset[str]) -> frozenset[tuple[Box, str]]:
    """A device may reach several boxes of one role: its own power circuit, and its switch's."""
    found = {(Box(role), box) for role, box in device.hangs_on.items() if box}
    for _, box in list(found):
        if box in site.devices and box not in passed:
            found |= _above(site.devices[box], site, passed | {box})
    return frozenset(found)


def members(site: Site, devices: Iterable[str], rules: Iterable[Rule]) -> frozenset[str]:
    """Those of the devices whose kind the rules speak about."""
    kinds = frozenset().union(*(_KINDS[rule.kind] for rule in rules))
    return frozenset(device for device in devices if device in site.devices and site.devices[device].kind in kinds)

"""What a decoder may know beside the message: the site's zone and devices, when it came, who sent it. No clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from schemas.events import Kind
from schemas.site import Device, DeviceKind
from schemas.text import LIMIT

KINDS: Mapping[DeviceKind, Kind] = {
    DeviceKind.CAMERA: Kind.CAMERA,
    DeviceKind.FACE: Kind.FACE,
    DeviceKind.PLATE: Kind.PLATE,
    DeviceKind.DOOR: Kind.DOOR,
    DeviceKind.BARRIER: Kind.PARKING,
}
"""The kind of a device's heartbeats; every other device is a facility."""


@dataclass(frozen=True, slots=True)
class Known:
    """A device of the site's register, as far as a decoder needs it."""

    id: str
    kind: Kind
    zones: Mapping[str, str] = field(default_factory=dict)


Register = Mapping[tuple[str, str], Known]
"""(vendor, the vendor's identity) → device."""


@dataclass(frozen=True, slots=True)
class Context:
    """`received_at` stands in for the time of a message that names none. `sender` names the device of one that names none."""

    received_at: datetime
    zone: tzinfo = UTC
    register: Register = field(default_factory=dict)
    sender: str = ""
    depth: int = 32

    def device(self, vendor: str, identity: str) -> str:
        """The site's id of a device; a device that the site does not know keeps `vendor:identity`."""
        known = self.register.get((vendor, identity))
        return known.id if known else f"{vendor}:{identity}"[:LIMIT]

    def kind(self, vendor: str, identity: str, otherwise: Kind) -> Kind:
        """The kind of a device of the register, else the one given."""
        known = self.register.get((vendor, identity))
        return known.kind if known else otherwise

    def zone_of(self, vendor: str, identity: str, region: str) -> str:
        """What the site calls a region of a device, by the device's number for it; empty where the site does not say."""
        known = self.register.get((vendor, identity))
        return known.zones.get(region, known.zones.get("*", "")) if known else ""


def register_of(devices: Mapping[str, Device]) -> Register:
    """The register, from the site's devices."""
    return {
        (d.vendor, d.identity): Known(d.id, KINDS.get(d.kind, Kind.FACILITY), d.zones) for d in devices.values() if d.identity
    }

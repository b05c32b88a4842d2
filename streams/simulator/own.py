"""Gatehouse's own JSON, as facility devices speak it, and the life signs of devices whose platform has none."""

from collections.abc import Mapping
from types import MappingProxyType

import orjson

from schemas.events import Kind
from schemas.site import DeviceKind
from streams.simulator.words import Say

JSON = "application/json"

KINDS: Mapping[DeviceKind, Kind] = MappingProxyType(
    {
        DeviceKind.CAMERA: Kind.CAMERA,
        DeviceKind.FACE: Kind.FACE,
        DeviceKind.PLATE: Kind.PLATE,
        DeviceKind.DOOR: Kind.DOOR,
        DeviceKind.BARRIER: Kind.PARKING,
        DeviceKind.LOT: Kind.PARKING,
    }
)
"""Whose stream a device's words belong to; every other kind is of the facility."""

COLUMNS = ("zone", "direction")
"""What of a word's extras has a place of its own; the rest are attributes."""


def speak(say: Say, told: str, serial: int) -> tuple[str, bytes]:
    """An event or a life sign as one JSON object."""
    kind = KINDS.get(say.device.kind, Kind.FACILITY)
    if say.is_heartbeat:
        return JSON, orjson.dumps({"heartbeat": True, "kind": kind, "device": say.device.id, "at": told})
    event: dict[str, object] = {
        "id": f"{say.word}-{serial}",
        "kind": kind,
        "type": say.word,
        "device": say.device.id,
        "occurred_at": told,
        "attributes": {"simulated": True} | {name: said for name, said in say.extra.items() if name not in COLUMNS},
    }
    columns = {name: say.extra.get(name) for name in COLUMNS}
    optional = columns | {"subject": say.subject, "score": say.score, "value": say.value}
    return JSON, orjson.dumps(event | {name: value for name, value in optional.items() if value is not None})

"""What a drill's device sends, a row a plan: the events that raise it, and the one that ends it.

A plan of the site's own has no row here, for no rule of the catalogue opens it: its drill is opened by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.errors import SettingsError
from schemas.events import Kind
from schemas.site import Device, DeviceKind, Site


@dataclass(frozen=True, slots=True)
class Scene:
    """`times` events of `type`, `apart_s` seconds one after the other, and then `ends`, where anything ends it."""

    kind: Kind
    devices: DeviceKind
    type: str
    ends: str = ""
    times: int = 1
    apart_s: float = 0.0
    more: Mapping[str, Any] = field(default_factory=dict)


SCENES: Mapping[str, Scene] = {
    "fire": Scene(Kind.FACILITY, DeviceKind.FIRE_PANEL, "fire_alarm", "fire_restored", more={"zone": "5F"}),
    "flood": Scene(
        Kind.FACILITY,
        DeviceKind.WEATHER,
        "weather_warning",
        "weather_cleared",
        more={"attributes": {"hazard": "rain", "level": "orange"}},
    ),
    "elevator": Scene(Kind.FACILITY, DeviceKind.ELEVATOR, "elevator_trapped", "elevator_released"),
    "snow": Scene(
        Kind.FACILITY,
        DeviceKind.WEATHER,
        "weather_warning",
        "weather_cleared",
        more={"attributes": {"hazard": "snow", "level": "yellow"}},
    ),
    "theft": Scene(Kind.DOOR, DeviceKind.DOOR, "forced", "closed"),
    "injury": Scene(Kind.CAMERA, DeviceKind.CAMERA, "fall", times=2, apart_s=6.0, more={"score": 0.9}),
}


def device_for(site: Site, scene: Scene | None, wanted: str) -> Device:
    """The device that is asked for, else the first of its kind that stands in a building, else the first; without a scene a
    device of any kind."""
    kind = "device" if scene is None else str(scene.devices)
    fit = [device for device in site.devices.values() if scene is None or device.kind is scene.devices]
    if wanted:
        found = next((device for device in fit if device.id == wanted), None)
        if found is None:
            raise SettingsError(f"The site has no {kind} {wanted}: one of them is {fit[0].id if fit else 'not there'}.")
        return found
    if not fit:
        raise SettingsError(f"The site has no {kind}, from which this drill starts.")
    return next((device for device in fit if device.building), fit[0])

"""What a drill's device sends, a row a plan: the events that raise it, and the one that ends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.errors import SettingsError
from schemas.events import Kind
from schemas.rules import Plan
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


SCENES: Mapping[Plan, Scene] = {
    Plan.FIRE: Scene(Kind.FACILITY, DeviceKind.FIRE_PANEL, "fire_alarm", "fire_restored", more={"zone": "5F"}),
    Plan.FLOOD: Scene(
        Kind.FACILITY,
        DeviceKind.WEATHER,
        "weather_warning",
        "weather_cleared",
        more={"attributes": {"hazard": "rain", "level": "orange"}},
    ),
    Plan.ELEVATOR: Scene(Kind.FACILITY, DeviceKind.ELEVATOR, "elevator_trapped", "elevator_released"),
    Plan.SNOW: Scene(
        Kind.FACILITY,
        DeviceKind.WEATHER,
        "weather_warning",
        "weather_cleared",
        more={"attributes": {"hazard": "snow", "level": "yellow"}},
    ),
    Plan.THEFT: Scene(Kind.DOOR, DeviceKind.DOOR, "forced", "closed"),
    Plan.INJURY: Scene(Kind.CAMERA, DeviceKind.CAMERA, "fall", times=2, apart_s=6.0, more={"score": 0.9}),
}


def device_for(site: Site, scene: Scene, wanted: str) -> Device:
    """The device that is asked for, else the first of its kind that stands in a building, else the first."""
    fit = [device for device in site.devices.values() if device.kind is scene.devices]
    if wanted:
        found = next((device for device in fit if device.id == wanted), None)
        if found is None:
            raise SettingsError(
                f"The site has no {scene.devices} {wanted}: one of them is {fit[0].id if fit else 'not there'}."
            )
        return found
    if not fit:
        raise SettingsError(f"The site has no {scene.devices}, from which this drill starts.")
    return next((device for device in fit if device.building), fit[0])

"""Incidents of boxes and links: what hangs on a switch, recorder, controller or power circuit falls silent together."""

from collections.abc import Mapping, Sequence

from schemas.site import Device, DeviceKind
from streams.simulator.community import of_kind
from streams.simulator.week_incidents_camera import EVEN, Act
from streams.simulator.week_rows import facts
from streams.simulator.week_stage import Crowded, Plot, Stage

TOLD_BY_PLATFORM = frozenset({DeviceKind.DOOR, DeviceKind.FACE, DeviceKind.PLATE})
"""What the access platform polls: it says offline itself. Cameras just fall silent."""

LEFT_DEAD = 0.4
"""How many outages leave one camera dead when the box comes back: its power supply did not live through it."""


def hanging(stage: Stage, box: str) -> list[Device]:
    """Every device whose words go through the box, directly or through others."""
    devices = stage.community.site.devices
    if not stage.hanging:
        for device in devices.values():
            for above in _above(device, devices):
                stage.hanging.setdefault(above, []).append(device)
    return stage.hanging.get(box, [])


def _above(device: Device, devices: Mapping[str, Device]) -> set[str]:
    """Every box that the device hangs on, over any number of steps."""
    found: set[str] = set()
    waiting = list(device.hangs_on.values())
    while waiting:
        box = waiting.pop()
        if box not in found:
            found.add(box)
            waiting += devices[box].hangs_on.values() if box in devices else ()
    return found


def _boxes(stage: Stage, kind: DeviceKind) -> list[Device]:
    """Boxes of a kind that carry at least four devices and not half the site."""
    site = stage.community.site
    return [box for box in of_kind(site, kind) if 4 <= len(_speaking(hanging(stage, box.id))) <= len(site.devices) / 4]


def _speaking(devices: Sequence[Device]) -> list[Device]:
    return [device for device in devices if device.kind in TOLD_BY_PLATFORM or device.kind is DeviceKind.CAMERA]


def _down(kind: DeviceKind, rule: str) -> Act:
    def act(stage: Stage, t: float) -> None:
        lasts = stage.rng.uniform(300, 1800)
        box = stage.rng.choice(_boxes(stage, kind))
        members = hanging(stage, box.id)
        _reserve(stage, (box, *members), t, t + lasts)
        stage.hush([device.id for device in members], t, t + lasts, stored=kind is not DeviceKind.POWER)
        noticed = t + stage.rng.uniform(6, 14)
        for device in members:
            _goes_and_comes(stage, device, noticed + stage.rng.uniform(0, 5), t + lasts)
        if kind is DeviceKind.POWER:
            stage.say(t + 0.5, box, "power_lost")
            stage.say(t + lasts, box, "power_restored")
            stage.true("power-lost", t, t, 60, devices=[box.id])
        stage.true(rule, t, t, 180, devices=[box.id])
        _leave_dead(stage, members, t, lasts)

    return act


def _reserve(stage: Stage, devices: Sequence[Device], begin: float, end: float) -> None:
    if any(not stage.ledger.free(f"incident {device.id}", begin - 3600, end + 7200) for device in devices):
        raise Crowded("An incident is under way at one of the devices.")
    for device in devices:
        stage.reserve(device.id, begin, end, 3600, 7200)


def _goes_and_comes(stage: Stage, device: Device, gone: float, back: float) -> None:
    """The platform's words; a camera that comes back dumps its states first, which are no news."""
    if device.kind in TOLD_BY_PLATFORM:
        stage.say(gone, device, "offline")
        stage.say(back + stage.rng.uniform(1, 15), device, "online")
    elif device.kind is DeviceKind.CAMERA:
        for word in ("video_restored", "uncovered"):
            stage.say(back + 2, device, word, initial=True, attributes=facts(state="dump"))


def _leave_dead(stage: Stage, members: Sequence[Device], t: float, lasts: float) -> None:
    cameras = [device for device in members if device.kind is DeviceKind.CAMERA]
    if not cameras or stage.rng.random() > LEFT_DEAD:
        return
    dead, longer = stage.rng.choice(cameras), stage.rng.uniform(1500, 3000)
    stage.words[:] = [word for word in stage.words if not (word.device == dead.id and word.at >= t)]
    stage.hush([dead.id], t, t + lasts + longer)
    stage.true("camera-silent", t + lasts, t + lasts, 900, devices=[dead.id], note="left dead")


def _one_offline(rule: str, kind: DeviceKind) -> Act:
    """One device alone: its own cable."""

    def act(stage: Stage, t: float) -> None:
        lasts = stage.rng.uniform(300, 2400)
        device = stage.pick(of_kind(stage.community.site, kind), t, t + lasts, 3600, 3600)
        for role, box in device.hangs_on.items():
            if role in {"switch", "controller"}:
                stage.claim(f"one at {box}", t, t + lasts)
        stage.hush([device.id], t, t + lasts, stored=True)
        told = t + stage.rng.uniform(5, 15)
        stage.say(told, device, "offline")
        stage.say(t + lasts, device, "online")
        stage.true(rule, t, told, 180, devices=[device.id])

    return act


PLOTS: tuple[Plot, ...] = (
    Plot("power-circuit-down", 6, EVEN, 5000, _down(DeviceKind.POWER, "power-circuit-down"), "a breaker falls"),
    Plot("recorder-down", 7, EVEN, 5000, _down(DeviceKind.RECORDER, "recorder-down"), "a recorder starts anew or dies"),
    Plot("switch-down", 8, EVEN, 5000, _down(DeviceKind.SWITCH, "switch-down"), "a switch dies"),
    Plot("controller-down", 8, EVEN, 2000, _down(DeviceKind.CONTROLLER, "controller-down"), "a door controller dies"),
    Plot("door-offline", 10, EVEN, 2500, _one_offline("door-offline", DeviceKind.DOOR), "a reader's cable"),
    Plot("face-offline", 10, EVEN, 2500, _one_offline("face-offline", DeviceKind.FACE), "a face point's supply"),
    Plot("plate-offline", 10, EVEN, 2500, _one_offline("plate-offline", DeviceKind.PLATE), "a plate point's supply"),
)

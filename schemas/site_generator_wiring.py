"""Numbers, identities and wires: which switch, recorder, controller and circuit each device of the community hangs on."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from math import hypot

from schemas.site import Device, DeviceKind, Name, Place, Point
from schemas.site_generator_buildings import Building
from schemas.site_generator_devices import Spotted

PREFIX = {
    DeviceKind.CAMERA: "C-{:04d}", DeviceKind.FACE: "F-{:02d}", DeviceKind.PLATE: "P-{:02d}", DeviceKind.DOOR: "D-{:03d}",
    DeviceKind.BARRIER: "B-{:02d}", DeviceKind.LOT: "L-{:02d}", DeviceKind.FIRE_PANEL: "FP-{:02d}",
    DeviceKind.WATER_LEVEL: "WL-{:02d}", DeviceKind.ELEVATOR: "EL-{:03d}", DeviceKind.POWER: "PW-{:02d}",
    DeviceKind.WEATHER: "WX-{:02d}", DeviceKind.SWITCH: "SW-{:02d}", DeviceKind.RECORDER: "NVR-{:02d}",
    DeviceKind.CONTROLLER: "AC-{:02d}",
}  # fmt: skip
PORTS = 24  # of a switch, without its uplinks
RECORDERS = 12  # 739 cameras at 62 each, of 64 channels
CIRCUITS_A_GRID = 2
NETWORK = {DeviceKind.CAMERA: "10.20", DeviceKind.FACE: "10.21", DeviceKind.PLATE: "10.22"}
DOOR_NETWORK = "10.23.0"
WIRED = {DeviceKind.CAMERA, DeviceKind.FACE, DeviceKind.PLATE, DeviceKind.BARRIER, DeviceKind.CONTROLLER}
ISECURE_EVERY = 3  # every third building's doors speak iSecure, the others ISAPI


def boxes(built: Sequence[Building], places: Sequence[Place]) -> Iterator[Spotted]:
    """Power circuits, switches, recorders and door controllers in the rooms where they stand."""
    big = [building for building in built if building.kind == "house" and len(building.units) > 1]
    feeds = [building for building in built if building.number % 4 == 1][: 6 * CIRCUITS_A_GRID]
    for building in feeds:
        yield _box(DeviceKind.POWER, building, building.half - 4, Name("配电回路", "power circuit"), -1)
    for building in big:
        yield _box(DeviceKind.SWITCH, building, building.half - 2, Name("弱电间交换机", "switch"), -1)
    room = next(place for place in places if place.id == "control-room")
    yield Spotted(DeviceKind.SWITCH, room.centre, 0.0, Name("监控中心交换机", "Control room switch"), place=room.id)
    for nth in range(1, RECORDERS + 1):
        yield Spotted(DeviceKind.RECORDER, room.centre, 0.0, Name(f"{nth}号录像机", f"Recorder {nth}"), place=room.id)
    for building in built:
        yield _box(DeviceKind.CONTROLLER, building, building.half - 2, Name("门禁控制器", "door controller"), 1)


def _box(kind: DeviceKind, building: Building, east: float, what: Name, floor: int) -> Spotted:
    name = Name(f"{building.number}号楼{what.zh}", f"Bldg {building.number} {what.en}")
    return Spotted(kind, building.frame.at(east, -2.0), 0.0, name, building.id, building.id, floor)


def wire(spotted: Iterable[Spotted]) -> list[Device]:
    """Every device with id, vendor, identity and what it hangs on, in the order given."""
    numbered = list(_numbered(spotted))
    circuits = [(ident, s) for ident, s in numbered if s.kind is DeviceKind.POWER]
    switches = _switches(numbered)
    recorders = _recorders(numbered, switches)
    controllers = {s.building: ident for ident, s in numbered if s.kind is DeviceKind.CONTROLLER}
    devices = []
    for ident, spot in numbered:
        hangs = {
            "switch": switches.get(ident, ""),
            "recorder": recorders.get(ident, ""),
            "controller": controllers[spot.building] if spot.kind is DeviceKind.DOOR else "",
            "power": "" if spot.kind is DeviceKind.POWER else _nearest(spot.at, circuits),
        }
        devices.append((ident, spot, {role: name for role, name in hangs.items() if name}))
    return list(_identified(devices))


def _numbered(spotted: Iterable[Spotted]) -> Iterator[tuple[str, Spotted]]:
    counts: dict[DeviceKind, int] = {}
    for spot in spotted:
        counts[spot.kind] = counts.get(spot.kind, 0) + 1
        yield PREFIX[spot.kind].format(counts[spot.kind]), spot


def _nearest(at: Point, among: Sequence[tuple[str, Spotted]]) -> str:
    return min(among, key=lambda one: hypot(one[1].at[0] - at[0], one[1].at[1] - at[1]))[0]


def _switches(numbered: Sequence[tuple[str, Spotted]]) -> dict[str, str]:
    """The nearest switch with a free port; what is far from all its neighbours chooses last."""
    boxes = [(ident, spot) for ident, spot in numbered if spot.kind is DeviceKind.SWITCH]
    free = {ident: PORTS for ident, _ in boxes}
    chosen: dict[str, str] = {}
    for ident, spot in numbered:
        if spot.kind in WIRED:
            chosen[ident] = _nearest(spot.at, [box for box in boxes if free[box[0]]])
            free[chosen[ident]] -= 1
    return chosen


def _recorders(numbered: Sequence[tuple[str, Spotted]], switches: dict[str, str]) -> dict[str, str]:
    """Cameras of one switch stay together; each recorder takes an even share."""
    recorders = [ident for ident, spot in numbered if spot.kind is DeviceKind.RECORDER]
    seen = sorted((switches[ident], ident) for ident, spot in numbered if spot.kind is DeviceKind.CAMERA)
    return {ident: recorders[n * len(recorders) // len(seen)] for n, (_, ident) in enumerate(seen)}


def _identified(devices: Iterable[tuple[str, Spotted, dict[str, str]]]) -> Iterator[Device]:
    hosts: dict[str, int] = {}
    for ident, spot, hangs in devices:
        vendor, identity = _identity(ident, spot, hangs, hosts)
        x, y = round(spot.at[0], 1), round(spot.at[1], 1)
        yield Device(
            ident, vendor, spot.kind, spot.building, spot.floor, x, y, round(spot.heading) % 360, spot.name, identity,
            hangs, spot.place, spot.direction, {"*": spot.zone} if spot.zone else {},
        )  # fmt: skip


def _identity(ident: str, spot: Spotted, hangs: dict[str, str], hosts: dict[str, int]) -> tuple[str, str]:
    """Vendor, and how it names the device: address and channel, controller and door, index code, or our own id."""
    if spot.kind in NETWORK:
        network = f"{NETWORK[spot.kind]}.{int(hangs['switch'].rpartition('-')[2])}"
        hosts[network] = hosts.get(network, 10) + 1
        return "hikvision", f"{network}.{hosts[network]}/1"
    if spot.kind is DeviceKind.DOOR:
        controller = int(hangs["controller"].rpartition("-")[2])
        if controller % ISECURE_EVERY:
            address = f"{DOOR_NETWORK}.{controller}"
            hosts[address] = hosts.get(address, 0) + 1
            return "hikvision", f"{address}/{hosts[address]}"
    if spot.kind in {DeviceKind.DOOR, DeviceKind.BARRIER, DeviceKind.LOT}:
        return "isecure", blake2b(ident.encode(), digest_size=16, person=b"index code").hexdigest()
    return "gatehouse", ident

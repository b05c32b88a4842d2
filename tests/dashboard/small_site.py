"""A site of a few houses and devices, enough to draw and to raise alerts at. Names, plates and ids are invented."""

from schemas.site import Device, DeviceKind, Line, Name, Place, Site

HOUSE = Place("b01", "house", Name("1号楼", "Bldg 1"), ((60, 60), (110, 60), (110, 76), (60, 76)), {"number": 1})
SECOND = Place("b02", "house", Name("2号楼", "Bldg 2"), ((150, 60), (200, 60), (200, 76), (150, 76)), {"number": 2})
LOT = Place("garage", "lot", Name("地库", "Garage"), ((60, 100), (90, 100), (90, 120)), {"where": "garage", "capacity": 100})
FENCE = Place("fence", "wall", Name("围墙", "Wall"), ((10, 10), (290, 10), (290, 190), (10, 190)))
GATE = Place("gate-south", "gate", Name("南门", "South gate"), ((150, 190),))
NOWHERE = Name("", "")


def device(ident: str, kind: DeviceKind, x: float, y: float, building: str = "", place: str = "") -> Device:
    """A device of our own make whose identity is its id."""
    return Device(ident, "gatehouse", kind, building, 1, x, y, 90.0, Name(f"{ident}点", f"Point {ident}"), ident, {}, place)


DEVICES = (
    device("C-0001", DeviceKind.CAMERA, 55, 58, "b01"),
    device("C-0002", DeviceKind.CAMERA, 205, 58, "b02"),
    device("C-0003", DeviceKind.CAMERA, 150, 120),
    device("F-0001", DeviceKind.FACE, 64, 58, "b01"),
    device("P-0001", DeviceKind.PLATE, 150, 186, "", "gate-south"),
    device("D-0001", DeviceKind.DOOR, 85, 60, "b01"),
    device("D-0002", DeviceKind.DOOR, 175, 60, "b02"),
    device("FP-0001", DeviceKind.FIRE_PANEL, 80, 68, "b01"),
    device("SW-01", DeviceKind.SWITCH, 80, 70, "b01"),
)


def small_site() -> Site:
    """Two houses, a gate, a garage, nine devices (seven of them counted)."""
    return Site(
        id="small",
        name=Name("小区", "Small"),
        address=NOWHERE,
        timezone="Asia/Shanghai",
        illustrative=True,
        width=300,
        height=200,
        places={place.id: place for place in (FENCE, HOUSE, SECOND, LOT, GATE)},
        lines=(Line("street", ((150, 190), (150, 40)), 6.0),),
        grids=(),
        devices={one.id: one for one in DEVICES},
        watch_plates=frozenset(),
        holidays=frozenset(),
        trees=((30, 30, 2.0), (40, 30, 1.5)),
    )

"""The lists that the system puts into a step, one tick a row. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from hashlib import blake2b
from math import dist, inf
from zoneinfo import ZoneInfo

from alerts.plans import near
from alerts.plans.known import Scene, Vehicle
from alerts.plans.run import Row
from schemas.lists import Entry
from schemas.masking import masked
from schemas.plans.model import RowsOf, Step
from schemas.site import Device, DeviceKind, Name

MOST_ROWS = 200
FOOTAGE_FROM = timedelta(minutes=10)
"""What led to it lies before the first alert (playbook: locked from 10 minutes before)."""
NO_PIT = frozenset({"ramp", "water"})
"""A gauge at a ramp or a river measures water where no pump is."""


def rows_of(scene: Scene, step: Step) -> tuple[Row, ...]:
    """The list that a step asks for; where it is longer than can be ticked, its last row says how much is left out."""
    rows = tuple(ROWS[step.rows.of](scene, step)) if step.rows else ()
    if len(rows) <= MOST_ROWS:
        return rows
    left = len(rows) - MOST_ROWS + 1
    return *rows[: MOST_ROWS - 1], Row(
        "more", f"另有{left}项没有列出：广播通知", f"{left} more are not listed: tell them by loudspeaker"
    )


def _doors(scene: Scene, step: Step) -> Iterator[Row]:
    for device in scene.site.devices.values():
        if device.kind is DeviceKind.DOOR and scene.house and device.building == scene.house:
            yield Row(device.id, device.name.zh, device.name.en)


def _vehicles(scene: Scene, step: Step) -> Iterator[Row]:
    for car in scene.vehicles:
        zh, en = _vehicle(scene, car, car.plate, car.household)
        paper_zh, paper_en = _vehicle(scene, car, masked(car.plate), masked(car.household))
        yield Row(car.id, zh, en, paper_zh=paper_zh, paper_en=paper_en)


def _vehicle(scene: Scene, car: Vehicle, plate: str, household: str) -> tuple[str, str]:
    """Which it is, whose, and where it was seen or stands."""
    owner_zh = f"，{household}" if household else "，车主未登记"
    owner_en = f", {household}" if household else ", owner not on the list"
    seen = scene.site.devices.get(car.seen_by)
    lot = scene.site.places.get(seen.place) if seen is not None and car.bay else None
    where = lot.name if lot is not None else seen.name if seen is not None else Name(car.seen_by, car.seen_by)
    zh, en = (f"{name} {car.bay}".strip() for name in (where.zh, where.en))
    return f"{plate or '车牌未识别'}{owner_zh}（{zh}）", f"{plate or 'plate not read'}{owner_en} ({en})"


def _helpless(scene: Scene, step: Step) -> Iterator[Row]:
    mine = [one for one in scene.care if scene.house in one.buildings]
    yield from _households(scene, mine if scene.house else scene.care)


def _elderly(scene: Scene, step: Step) -> Iterator[Row]:
    yield from _households(scene, scene.care)


def _households(scene: Scene, care: tuple[Entry, ...] | list[Entry]) -> Iterator[Row]:
    """Those of the building first, then the nearest."""

    def order(one: Entry) -> tuple[bool, float, str, str]:
        return scene.house not in one.buildings, _away(scene, one), one.household, one.subject

    named = {(one.household or one.person or one.subject, one.buildings): one for one in care}
    for (who, buildings), entry in sorted(named.items(), key=lambda item: order(item[1])):  # who has a card and a face is one
        names = [place.name for one in buildings if (place := scene.site.places.get(one))]
        zh, en = " ".join(name.zh for name in names), " ".join(name.en for name in names)
        paper_zh, paper_en = f"{zh} {masked(who)}".strip(), f"{en} {masked(who)}".strip()
        yield Row(_number(entry), f"{zh} {who}".strip(), f"{en} {who}".strip(), paper_zh=paper_zh, paper_en=paper_en)


def _number(entry: Entry) -> str:
    """A line's id, which everybody sees: a subject may be the number of a card, which opens a door."""
    return blake2b(entry.subject.encode(), digest_size=6).hexdigest()


def _away(scene: Scene, entry: Entry) -> float:
    """Metres to a household's building; far where one of the two is not known."""
    here, places = scene.here, scene.site.places
    return min((dist(places[one].centre, here) for one in entry.buildings if one in places), default=inf) if here else inf


def _ramps(scene: Scene, step: Step) -> Iterator[Row]:
    yield from (Row(place.id, place.name.zh, place.name.en) for place in scene.site.places.values() if place.kind == "ramp")


def _pumps(scene: Scene, step: Step) -> Iterator[Row]:
    """A pit is known by its gauge, and named without it."""
    for device in scene.site.devices.values():
        place = scene.site.places.get(device.place)
        if device.kind is DeviceKind.WATER_LEVEL and not (place is not None and place.kind in NO_PIT):
            yield Row(device.id, device.name.zh.removesuffix("水位"), device.name.en.removesuffix(" level"))


def _areas(scene: Scene, step: Step) -> Iterator[Row]:
    """What is cleared first stands first: gates and ramps, unit entrances, main roads, paths, playgrounds."""
    site = scene.site
    for kind in ("gate", "ramp"):
        yield from (Row(place.id, place.name.zh, place.name.en) for place in site.places.values() if place.kind == kind)
    for grid in site.grids:
        zh, en = f"{grid.name.zh} 单元门口、台阶", f"{grid.name.en}: entrances and steps"
        yield Row(f"units {grid.id}", f"{zh}（{len(grid.buildings)}栋）", f"{en} ({len(grid.buildings)} buildings)")
    for number, line in enumerate(line for line in site.lines if line.kind in {"ring", "avenue"}):
        name = line.name or Name("环路" if line.kind == "ring" else "主路", "Ring road" if line.kind == "ring" else "Main road")
        yield Row(f"road {number}", name.zh, name.en)
    for grid in site.grids:
        yield Row(f"paths {grid.id}", f"{grid.name.zh} 步道", f"{grid.name.en}: paths")
    yield from (Row(place.id, place.name.zh, place.name.en) for place in site.places.values() if place.kind == "playground")


def _footage(scene: Scene, step: Step) -> Iterator[Row]:
    """Which camera, at which recorder, from when on."""
    since = scene.since.astimezone(ZoneInfo(scene.site.timezone)) - FOOTAGE_FROM if scene.since else None
    at_zh, at_en = (f"，从{since:%m-%d %H:%M}起", f", from {since:%m-%d %H:%M}") if since else ("", "")
    for camera, _ in near.of_step(scene.site, scene.device, scene.building, step):
        kept = _recorder(scene, camera)
        yield Row(camera.id, f"{camera.name.zh}（{kept.zh}）{at_zh}", f"{camera.name.en} ({kept.en}){at_en}")


def _recorder(scene: Scene, camera: Device) -> Name:
    row = scene.site.devices.get(camera.hangs_on.get("recorder", ""))
    return (
        Name(f"{row.name.zh} {row.id}", f"{row.name.en}, {row.id}") if row else Name("录像机未登记", "recorder not on the list")
    )


ROWS: Mapping[RowsOf, Callable[[Scene, Step], Iterator[Row]]] = {
    RowsOf.DOORS: _doors,
    RowsOf.VEHICLES: _vehicles,
    RowsOf.PARKED: _vehicles,
    RowsOf.HELPLESS: _helpless,
    RowsOf.ELDERLY: _elderly,
    RowsOf.RAMPS: _ramps,
    RowsOf.PUMPS: _pumps,
    RowsOf.AREAS: _areas,
    RowsOf.FOOTAGE: _footage,
}

"""What the system puts into a step when it opens: lists of one tick a row, and words to say on the telephone. Pure.

Everything comes from the scene: the site's plan, where the incident is, and what was known about it when the step opened.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import hypot

from alerts.plans.run import BLANK, Fill, Filled, Row
from schemas.lists import Entry
from schemas.masking import masked
from schemas.plans.model import RowsOf, Step
from schemas.site import DeviceKind, Name, Place, Site

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle in a fire lane: its plate where it was read, the camera that saw it, its household where a list has it."""

    id: str
    plate: str
    seen_by: str
    household: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the newest event says of the place, each as it was told, else empty: a panel's zone, a floor, how many people."""

    zone: str = ""
    floor: str = ""
    people: str = ""

    @property
    def storey(self) -> int | None:
        """The floor's number, negative underground; of a zone where it begins with one (`3F`, `B1`, `地下1层`)."""
        found = _STOREY.match(self.floor.upper()) or _STOREY.match(self.zone.upper())
        return None if found is None else -int(found[2]) if found[1] else int(found[2])


_STOREY = re.compile(r"\s*(B|-|地下)?(\d{1,2})\s*(?:F|层|楼|$)")
OWN_FLOOR = frozenset(DeviceKind) - {DeviceKind.FIRE_PANEL, DeviceKind.ELEVATOR}
"""Devices that see what is on their own floor: a panel stands where nothing burns, a car stops anywhere."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an incident is and what is known of it."""

    site: Site
    device: str
    building: str
    told: Told = Told()
    vehicles: tuple[Vehicle, ...] = ()
    care: tuple[Entry, ...] = ()
    callback: str = ""

    @property
    def place(self) -> Place | None:
        """The unit or place of its device, else its building."""
        row = self.site.devices.get(self.device)
        return self.site.places.get(row.place if row else "") or self.site.places.get(self.building)


def filling(scene: Scene) -> Fill:
    """The scene as what fills steps."""

    def fill(step: Step) -> Filled:
        rows = tuple(ROWS[step.rows.of](scene))[:MOST_ROWS] if step.rows else ()
        draft = step.draft.text if step.draft else None
        return Filled(rows, (_said(draft.zh, "zh", scene), _said(draft.en, "en", scene)) if draft else None)

    return fill


def _said(text: str, language: str, scene: Scene) -> str:
    """The words with what is known put in; a field that nobody fills stays to be seen."""
    for name, value in words_of(scene, language).items():
        text = text.replace(f"{{{name}}}", value)
    return text


def words_of(scene: Scene, language: str) -> Mapping[str, str]:
    """What a draft's fields are filled with."""
    spot, gate = scene.place, nearest_gate(scene)
    building = spot.name if spot else Name(BLANK, BLANK)
    return {
        "address": scene.site.address.in_language(language),
        "building": building.in_language(language),
        "spot": on_floor(building, _storey(scene)).in_language(language),
        "floor": _floor(_storey(scene), language) or BLANK,
        "what": BLANK,
        "count": scene.told.people or BLANK,
        "gate": gate.name.in_language(language) if gate else BLANK,
        "callback": scene.callback or BLANK,
    }


def nearest_gate(scene: Scene) -> Place | None:
    """The gate for vehicles that is nearest as the crow flies; None where nobody knows where the incident is."""
    here = scene.site.point_of(scene.device, scene.building)
    gates = [place for place in scene.site.places.values() if place.kind == "gate" and place.attributes.get("lanes_in")]
    if here is None or not gates:
        return None
    return min(gates, key=lambda gate: (hypot(gate.centre[0] - here[0], gate.centre[1] - here[1]), gate.id))


def _storey(scene: Scene) -> int | None:
    """What was told, else the floor of a device that stands in a building and sees its own floor."""
    row = scene.site.devices.get(scene.device)
    if scene.told.storey is not None or row is None:
        return scene.told.storey
    return row.floor if row.building and row.kind in OWN_FLOOR else None


def on_floor(place: Name, storey: int | None) -> Name:
    """The place with its floor, where that is known."""
    if not storey:
        return place
    zh, en = _floor(storey, "zh"), _floor(storey, "en")
    return Name(f"{place.zh}{zh}层", f"{place.en}, {'' if storey < 0 else 'floor '}{en}")


def _floor(storey: int | None, language: str) -> str:
    if not storey:
        return ""
    return str(storey) if storey > 0 else f"{'地下' if language == 'zh' else 'B'}{-storey}"


def _doors(scene: Scene) -> Iterator[Row]:
    for device in scene.site.devices.values():
        if device.kind is DeviceKind.DOOR and scene.building and device.building == scene.building:
            yield Row(device.id, device.name.zh, device.name.en)


def _vehicles(scene: Scene) -> Iterator[Row]:
    for car in scene.vehicles:
        zh, en = _vehicle(scene, car, car.plate, car.household)
        paper_zh, paper_en = _vehicle(scene, car, masked(car.plate), masked(car.household))
        yield Row(car.id, zh, en, paper_zh=paper_zh, paper_en=paper_en)


def _vehicle(scene: Scene, car: Vehicle, plate: str, household: str) -> tuple[str, str]:
    """Which it is, whose, and where it was seen."""
    owner_zh = f"，{household}" if household else "，车主未登记"
    owner_en = f", {household}" if household else ", owner not on the list"
    seen = scene.site.devices.get(car.seen_by)
    zh, en = (seen.name.zh, seen.name.en) if seen else (car.seen_by, car.seen_by)
    return f"{plate or '车牌未识别'}{owner_zh}（{zh}）", f"{plate or 'plate not read'}{owner_en} ({en})"


def _elderly(scene: Scene) -> Iterator[Row]:
    near = sorted(scene.care, key=lambda one: (scene.building not in one.buildings, one.household, one.subject))
    for entry in near:
        names = [place.name for one in entry.buildings if (place := scene.site.places.get(one))]
        who = entry.household or entry.person or entry.subject
        zh, en = " ".join(name.zh for name in names), " ".join(name.en for name in names)
        paper_zh, paper_en = f"{zh} {masked(who)}".strip(), f"{en} {masked(who)}".strip()
        yield Row(entry.subject, f"{zh} {who}".strip(), f"{en} {who}".strip(), paper_zh=paper_zh, paper_en=paper_en)


def _ramps(scene: Scene) -> Iterator[Row]:
    yield from (Row(place.id, place.name.zh, place.name.en) for place in scene.site.places.values() if place.kind == "ramp")


def _pumps(scene: Scene) -> Iterator[Row]:
    for device in scene.site.devices.values():
        if device.kind is DeviceKind.WATER_LEVEL:
            yield Row(device.id, device.name.zh, device.name.en)


def _areas(scene: Scene) -> Iterator[Row]:
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


ROWS: Mapping[RowsOf, Callable[[Scene], Iterator[Row]]] = {
    RowsOf.DOORS: _doors,
    RowsOf.VEHICLES: _vehicles,
    RowsOf.ELDERLY: _elderly,
    RowsOf.RAMPS: _ramps,
    RowsOf.PUMPS: _pumps,
    RowsOf.AREAS: _areas,
}

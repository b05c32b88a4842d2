"""What contradicts itself in a site that could be read: references, places on the plane, doubles, counts.

Each check is a function of the draft and the devices; it tells mistakes and changes nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from schemas.site import Device, DeviceKind, Place, Point
from schemas.site_file_csv import ID, ROLES
from schemas.site_file_mistakes import Findings, instead
from schemas.site_file_yaml import PLACE_KINDS, At, Draft
from schemas.site_generator_geometry import area

T = TypeVar("T")
BUILDINGS = ("house", "villa")
WITH_AREA = ("house", "villa", "unit", "lot", "garden", "water", "pool")
ATTRIBUTE_PLACES = {"building": BUILDINGS, "garage": ("lot",)}
"""Attributes of places that name another place, with the kinds it may be of."""
CARRIES = {
    "switch": DeviceKind.SWITCH,
    "recorder": DeviceKind.RECORDER,
    "controller": DeviceKind.CONTROLLER,
    "power": DeviceKind.POWER,
}
PLATE = re.compile(r"[\u4e00-\u9fff]?[A-Z0-9]{4,8}[\u4e00-\u9fff]?")


def check_draft(draft: Draft, told: Findings) -> None:
    """Everything that the YAML must hold by itself."""
    if draft.id and not ID.fullmatch(draft.id):
        told.tell(1, f"The site's id {draft.id!r} is none: write up to 64 Latin letters, digits, dots, dashes.")
    _once([(line, place.id) for line, place in draft.places], "place", told)
    _once([(line, grid.id) for line, grid in draft.grids], "grid", told)
    _once([(line, calendar.id) for line, calendar in draft.calendars], "calendar", told)
    _once(draft.holidays, "holiday", told)
    _once([(line, contact.id) for line, contact in draft.contacts], "contact", told)
    places = {place.id: place for _, place in draft.places}
    _outlines(draft, told)
    _attributes(draft, places, told)
    _grids(draft, places, told)
    _plates(draft.watch_plates, told)


def check_devices(draft: Draft, devices: Sequence[At[Device]], told: Findings) -> None:
    """Everything that the CSV must hold against itself and the YAML."""
    _once([(line, device.id) for line, device in devices], "device", told)
    _identities(devices, told)
    places = {place.id: place for _, place in draft.places}
    by_id = {device.id: device for _, device in devices}
    for line, device in devices:
        _where(line, device, draft, places, told)
        _hangs(line, device, by_id, told)
    _circles(devices, by_id, told)


def check_counts(draft: Draft, devices: Sequence[At[Device]], told: Findings) -> None:
    """The counts that the YAML states, against both files."""
    known = [*DeviceKind, *PLACE_KINDS]
    there = Counter([str(device.kind) for _, device in devices] + [place.kind for _, place in draft.places])
    for kind, (line, wanted) in draft.counts.items():
        if kind not in known:
            told.tell(line, f"counts has no kind {kind!r}: {instead(kind, known)}")
        elif there[kind] != wanted:
            told.tell(line, f"counts says {wanted} {kind}, the files have {there[kind]}: correct the number or the rows.")


def _once(found: Iterable[At[str]], what: str, told: Findings) -> None:
    first: dict[str, int] = {}
    for line, ident in found:
        if ident in first:
            told.tell(
                line,
                f"The {what} {ident!r} is there already, at line {first[ident]}: give one of them another id or remove it.",
            )
        first.setdefault(ident, line)


def _outlines(draft: Draft, told: Findings) -> None:
    for line, place in draft.places:
        least = 3 if place.kind in WITH_AREA else 1
        if 0 < len(place.outline) < least or len(place.outline) == 2:
            wanted = "three or more" if least == 3 else "one (a point) or three or more"
            told.tell(line, f"The outline of {place.id} has {len(place.outline)} vertices: write {wanted}.")
        elif len(place.outline) > 2 and area(place.outline) < 0.5:
            told.tell(line, f"The outline of {place.id} encloses nothing: write its corners in order, in metres.")
        _on_site(line, place.id, place.outline, draft, told)
    for line, road in draft.lines:
        if len(road.points) < 2:
            told.tell(line, f"The {road.kind} has {len(road.points)} points: write two or more.")
        if not 0 < road.width <= 100:
            told.tell(line, f"The {road.kind} is {road.width:g} m wide: write a width over 0 and at most 100.")
        _on_site(line, f"the {road.kind}", road.points, draft, told)
    for line, (x, y, radius) in draft.trees:
        _on_site(line, "a tree", [(x, y)], draft, told)
        if not 0 < radius <= 30:
            told.tell(line, f"A tree's crown has a radius of {radius:g} m: write one over 0 and at most 30.")


def _on_site(line: int, what: str, points: Sequence[Point], draft: Draft, told: Findings) -> None:
    for x, y in points:
        if not (0 <= x <= draft.width and 0 <= y <= draft.height):
            told.tell(
                line,
                f"({x:g}, {y:g}) of {what} is outside the site: write x in 0 to {draft.width:g}, y in 0 to {draft.height:g}.",
            )
            return


def _attributes(draft: Draft, places: Mapping[str, Place], told: Findings) -> None:
    calendars = [calendar.id for _, calendar in draft.calendars]
    for line, place in draft.places:
        for key, kinds in ATTRIBUTE_PLACES.items():
            if key in place.attributes:
                _refer(line, f"{place.id}'s {key}", str(place.attributes[key]), places, kinds, told)
            elif key == "building" and place.kind == "unit":
                told.tell(line, f"The unit {place.id} names no building: write it in attributes.building.")
        named = place.attributes.get("calendar")
        if named is not None and named not in calendars:
            told.tell(line, f"{place.id}'s calendar is {named!r}, which there is none of: {instead(str(named), calendars)}")


def _refer(line: int, what: str, ident: str, places: Mapping[str, Place], kinds: Sequence[str], told: Findings) -> None:
    if ident not in places:
        near = instead(ident, [one.id for one in places.values() if one.kind in kinds])
        told.tell(line, f"{what} is {ident!r}, which there is none of: {near}")
    elif places[ident].kind not in kinds and places[ident].kind in PLACE_KINDS:
        told.tell(line, f"{what} is {ident!r}, which is a {places[ident].kind}: name a {' or '.join(kinds)}.")


def _grids(draft: Draft, places: Mapping[str, Place], told: Findings) -> None:
    owner: dict[str, str] = {}
    for line, grid in draft.grids:
        for building in grid.buildings:
            _refer(line, f"A building of grid {grid.id}", building, places, BUILDINGS, told)
            if building in owner:
                told.tell(
                    line, f"{building} is in grid {owner[building]} already: a building has one steward, remove it from one."
                )
            owner.setdefault(building, grid.id)
    for line, place in draft.places:
        if place.kind in BUILDINGS and place.id not in owner:
            told.tell(line, f"{place.id} is in no grid: add it to the buildings of one, so that it has a steward.")


def _plates(plates: Sequence[At[str]], told: Findings) -> None:
    for line, plate in plates:
        if not PLATE.fullmatch(plate):
            told.tell(
                line,
                f"The watched plate {plate!r} is not as cameras read it: write it in capitals without dots (鲁QD0001).",
            )


def _identities(devices: Sequence[At[Device]], told: Findings) -> None:
    first: dict[tuple[str, str], At[str]] = {}
    for line, device in devices:
        key = (device.vendor, device.identity)
        if device.identity and key in first:
            other = first[key]
            told.tell(
                line,
                f"{device.id} has the identity {device.identity!r} of {other[1]} (line {other[0]}): write its own.",
            )
        first.setdefault(key, (line, device.id))


def _where(line: int, device: Device, draft: Draft, places: Mapping[str, Place], told: Findings) -> None:
    _on_site(line, device.id, [(device.x, device.y)], draft, told)
    if device.building:
        _refer(line, f"{device.id}'s building", device.building, places, BUILDINGS, told)
    if device.place:
        _refer(line, f"{device.id}'s place", device.place, places, PLACE_KINDS, told)
    if device.kind is DeviceKind.DOOR and not device.building:
        told.tell(line, f"The door {device.id} names no building: write the house or villa that it opens.")
    place = places.get(device.place)
    of_unit = place.attributes.get("building") if place and place.kind == "unit" else None
    if of_unit and of_unit != device.building:
        told.tell(
            line, f"{device.id} is at {device.place} of {of_unit} and in building {device.building!r}: correct one of them."
        )
    _storey(line, device, places, told)


def _storey(line: int, device: Device, places: Mapping[str, Place], told: Findings) -> None:
    floors = places[device.building].attributes.get("floors") if device.building in places else None
    if isinstance(floors, int) and device.floor > floors:
        told.tell(
            line, f"{device.id} is on floor {device.floor} of {device.building}, which has {floors}: correct one of them."
        )


def _hangs(line: int, device: Device, by_id: Mapping[str, Device], told: Findings) -> None:
    for role, ident in device.hangs_on.items():
        other = by_id.get(ident)
        if other is None:
            near = instead(ident, [one.id for one in by_id.values() if one.kind is CARRIES[role]])
            told.tell(line, f"{device.id} hangs on {role} {ident!r}, which there is none of: {near}")
        elif other.kind is not CARRIES[role]:
            told.tell(line, f"{device.id} hangs on {role} {ident!r}, which is a {other.kind}: name a {CARRIES[role]}.")


def _circles(devices: Sequence[At[Device]], by_id: Mapping[str, Device], told: Findings) -> None:
    """Within one role nothing may hang on itself, over however many boxes."""
    for line, device in devices:
        for role in ROLES:
            seen, at = {device.id}, device.hangs_on.get(role, "")
            while at in by_id and at not in seen:
                seen.add(at)
                at = by_id[at].hangs_on.get(role, "")
            if at == device.id:
                told.tell(line, f"{device.id} hangs on itself by its {role}: name the one that feeds it, or nothing.")

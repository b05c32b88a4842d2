"""A site as the text of its two files, in the form that schemas/site_file.py reads."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

import yaml

from schemas.site import COUNTS, Calendar, Contact, Device, Grid, Line, Name, Place, Site
from schemas.site_file_csv import COLUMNS, MAY_BE, ROLES

DEVICES = "devices.csv"


class _Flow(list[Any]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Never writes anchors: a person reads this file."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(_Flow, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True))


def site_yaml(site: Site, remarks: Iterable[str]) -> str:
    """The YAML, with remarks as comments at its head."""
    counts = Counter(device.kind for device in site.devices.values())
    buildings = Counter(place.kind for place in site.places.values())
    facts = {
        "id": site.id,
        "name": _name(site.name),
        "address": _name(site.address),
        "timezone": site.timezone,
        "illustrative": site.illustrative,
        "width": site.width,
        "height": site.height,
        "devices": DEVICES,
        "counts": {str(kind): counts[kind] for kind in COUNTS} | {kind: buildings[kind] for kind in ("house", "villa", "unit")},
        "watch_plates": sorted(site.watch_plates),
        "watch_persons": sorted(site.watch_persons),
        "holidays": sorted(site.holidays),
        "calendars": [_calendar(calendar) for calendar in site.calendars.values()],
        "contacts": [_contact(contact) for contact in site.contacts.values()],
        "grids": [_grid(grid) for grid in site.grids],
        "places": [_place(place) for place in site.places.values()],
        "lines": [_line(line) for line in site.lines],
        "trees": _Flow(_Flow(tree) for tree in site.trees),
    }
    head = "".join(f"# {remark}\n" for remark in remarks)
    return head + yaml.dump(facts, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=126)


def _name(name: Name) -> Mapping[str, str]:
    return {"zh": name.zh, "en": name.en}


def _points(points: Sequence[tuple[float, float]]) -> _Flow:
    return _Flow(_Flow(point) for point in points)


def _calendar(calendar: Calendar) -> Mapping[str, object]:
    return {
        "id": calendar.id,
        "name": _name(calendar.name),
        "first": calendar.first,
        "last": calendar.last,
        "weekdays": _Flow(calendar.weekdays),
        "opens": calendar.opens,
        "closes": calendar.closes,
    }


def _contact(contact: Contact) -> Mapping[str, object]:
    return {"id": contact.id, "name": _name(contact.name), "phone": contact.phone}


def _grid(grid: Grid) -> Mapping[str, object]:
    steward = {"zh": grid.steward, "en": grid.steward_en}
    return {"id": grid.id, "name": _name(grid.name), "steward": steward, "buildings": _Flow(grid.buildings)}


def _place(place: Place) -> Mapping[str, object]:
    facts: dict[str, object] = {"id": place.id, "kind": place.kind, "name": _name(place.name)}
    facts["outline"] = _points(place.outline)
    return facts | ({"attributes": dict(place.attributes)} if place.attributes else {})


def _line(line: Line) -> Mapping[str, object]:
    facts: dict[str, object] = {"kind": line.kind, "width": line.width, "points": _points(line.points)}
    return facts | ({"name": _name(line.name)} if line.name else {})


def devices_csv(devices: Iterable[Device]) -> str:
    """The CSV, a line a device."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS + MAY_BE)
    for one in devices:
        wires = [one.hangs_on.get(role, "") for role in ROLES]
        where = [one.building, one.place, one.floor, one.x, one.y, one.heading, one.direction]
        zones = " ".join(f"{region}={zone}" for region, zone in one.zones.items())
        writer.writerow([one.id, one.vendor, one.kind, *where, one.name.zh, one.name.en, one.identity, *wires, zones])
    return out.getvalue()

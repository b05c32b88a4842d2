"""The site's YAML as a draft: everything that could be read, each thing with its line.

Tells mistakes of form: unknown or missing keys, wrong types, wrong dates. What needs two things compared is told by
schemas/site_file_checks.py.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import yaml

from schemas.site import Calendar, Contact, Grid, Line, Name, Place, Point
from schemas.site_file_mistakes import Findings, instead
from schemas.site_file_nodes import Reader, compose

T = TypeVar("T")
At = tuple[int, T]
"""A thing and the line on which it begins."""

PLACE_KINDS = (
    "house", "villa", "unit", "lot", "gate", "ramp", "pool", "playground", "shed", "clinic", "assembly", "garden", "water",
    "service_point", "aed",
)  # fmt: skip
LINE_KINDS = ("avenue", "ring", "street", "lane", "path", "fire_lane", "wall")
REQUIRED = ("id", "name", "address", "timezone", "illustrative", "width", "height", "devices", "grids", "places")
OPTIONAL = ("counts", "watch_plates", "watch_persons", "holidays", "calendars", "contacts", "lines", "trees")
PHONE = re.compile(r"\+?\d[\d-]{1,18}\d")
LEAP_YEAR = 2024  # so that 02-29 may begin or end a season
NAMELESS = Name("", "")  # stands where a mistake was told, so that what refers to the thing is not a second one
MOST_METRES = 20_000.0  # a community wider than this is a slip of the unit


@dataclass(slots=True)
class Draft:
    """What could be read; a value that could not is its empty form and has been told."""

    id: str = ""
    name: Name = NAMELESS
    address: Name = NAMELESS
    timezone: str = ""
    illustrative: bool = True
    width: float = MOST_METRES
    height: float = MOST_METRES
    devices: str = ""
    counts: dict[str, At[int]] = field(default_factory=dict)
    watch_plates: list[At[str]] = field(default_factory=list)
    watch_persons: list[At[str]] = field(default_factory=list)
    holidays: list[At[str]] = field(default_factory=list)
    calendars: list[At[Calendar]] = field(default_factory=list)
    contacts: list[At[Contact]] = field(default_factory=list)
    grids: list[At[Grid]] = field(default_factory=list)
    places: list[At[Place]] = field(default_factory=list)
    lines: list[At[Line]] = field(default_factory=list)
    trees: list[At[tuple[float, float, float]]] = field(default_factory=list)


def read_draft(text: str, findings: Findings) -> Draft:
    """The draft of a YAML text; mistakes go to `findings`."""
    root = compose(text, findings)
    if root is None:
        if not findings.mistakes:
            findings.tell(1, f"The file is empty: write the site's {', '.join(REQUIRED)}.")
        return Draft()
    reader = Reader(findings)
    nodes = reader.fields(root, "The site", REQUIRED, OPTIONAL)
    draft = Draft()
    _read_head(reader, nodes, draft)
    _read_lists(reader, nodes, draft)
    return draft


def _read_head(reader: Reader, nodes: Mapping[str, yaml.Node], draft: Draft) -> None:
    draft.id = reader.text(nodes.get("id"), "The site's id") or ""
    draft.name = reader.name(nodes.get("name"), "The site's name") or draft.name
    draft.address = reader.name(nodes.get("address"), "The site's address") or draft.address
    draft.timezone = _timezone(reader, nodes.get("timezone"))
    draft.illustrative = bool(reader.flag(nodes.get("illustrative"), "illustrative"))
    draft.width = _size(reader, nodes.get("width"), "The site's width")
    draft.height = _size(reader, nodes.get("height"), "The site's height")
    draft.devices = reader.text(nodes.get("devices"), "devices (the CSV's name)") or ""


def _size(reader: Reader, node: yaml.Node | None, what: str) -> float:
    value = reader.number(node, what)
    if node is None or value is None:
        return MOST_METRES
    if not 0 < value <= MOST_METRES:
        reader.tell(node, f"{what} is {value:g}: write metres over 0 and at most {MOST_METRES:g}.")
        return MOST_METRES
    return value


def _timezone(reader: Reader, node: yaml.Node | None) -> str:
    name = reader.text(node, "The time zone")
    if node is None or name is None:
        return ""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = instead(name, sorted(available_timezones()))
        reader.tell(node, f"There is no time zone {name!r}: {near if 'mean' in near else 'write one such as Asia/Shanghai.'}")
    return name


def _read_lists(reader: Reader, nodes: Mapping[str, yaml.Node], draft: Draft) -> None:
    draft.counts = _counts(reader, nodes.get("counts"))
    draft.watch_plates = reader.all(
        nodes.get("watch_plates"), "A watched plate", lambda n, w: _located(reader, n, reader.text(n, w))
    )
    draft.watch_persons = reader.all(
        nodes.get("watch_persons"), "A watched person", lambda n, w: _located(reader, n, reader.text(n, w))
    )
    draft.holidays = reader.all(nodes.get("holidays"), "A holiday", lambda n, w: _located(reader, n, _date(reader, n, w)))
    draft.calendars = reader.all(
        nodes.get("calendars"), "A calendar", lambda n, w: _located(reader, n, _calendar(reader, n, w))
    )
    draft.contacts = reader.all(nodes.get("contacts"), "A contact", lambda n, w: _located(reader, n, _contact(reader, n, w)))
    draft.grids = reader.all(nodes.get("grids"), "A grid", lambda n, w: _located(reader, n, _grid(reader, n, w)))
    draft.places = reader.all(nodes.get("places"), "A place", lambda n, w: _located(reader, n, _place(reader, n, w)))
    draft.lines = reader.all(nodes.get("lines"), "A line", lambda n, w: _located(reader, n, _line(reader, n, w)))
    draft.trees = reader.all(nodes.get("trees"), "A tree", lambda n, w: _located(reader, n, _tree(reader, n, w)))


def _located(reader: Reader, node: yaml.Node, value: T | None) -> At[T] | None:
    return None if value is None else (reader.line(node), value)


def _counts(reader: Reader, node: yaml.Node | None) -> dict[str, At[int]]:
    """How many there are said to be, by kind of device or place; which kinds are known is checked with the devices."""
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        reader.tell(node, "counts is not a mapping: write kinds and numbers, such as {camera: 12}.")
        return {}
    found = {}
    for key, value in node.value:
        name, number = reader.text(key, "A count's kind"), reader.whole(value, "A count")
        if name is not None and number is not None:
            found[name] = (reader.line(key), number)
    return found


def _read_as(reader: Reader, node: yaml.Node | None, what: str, parse: Callable[[str], str], form: str) -> str | None:
    """Text that `parse` takes, in its normal form; `form` says how it is written."""
    text = reader.text(node, what)
    if node is None or text is None:
        return None
    try:
        return parse(text)
    except ValueError:
        reader.tell(node, f"{what} is {text!r}, which is none: write {form}.")
        return None


def _date(reader: Reader, node: yaml.Node | None, what: str) -> str | None:
    return _read_as(reader, node, what, lambda text: date.fromisoformat(text).isoformat(), "YYYY-MM-DD, such as 2026-10-01")


def _day_of_year(reader: Reader, node: yaml.Node | None, what: str) -> str | None:
    return _read_as(
        reader, node, what, lambda text: date.fromisoformat(f"{LEAP_YEAR}-{text}").strftime("%m-%d"), "MM-DD, such as 07-01"
    )


def _clock(reader: Reader, node: yaml.Node | None, what: str) -> str | None:
    return _read_as(reader, node, what, lambda text: time.fromisoformat(text).strftime("%H:%M"), "HH:MM, such as 08:30")


def _calendar(reader: Reader, node: yaml.Node, what: str) -> Calendar | None:
    nodes = reader.fields(node, what, ("id", "name", "first", "last", "weekdays", "opens", "closes"), ())
    ident, name = reader.text(nodes.get("id"), f"{what}'s id"), reader.name(nodes.get("name"), f"{what}'s name")
    days = [_weekday(reader, day) for day in reader.items(nodes.get("weekdays"), "weekdays")]
    first, last = (_day_of_year(reader, nodes.get(key), f"{what}'s {key!r}") for key in ("first", "last"))
    opens, closes = (_clock(reader, nodes.get(key), f"{what}'s {key!r}") for key in ("opens", "closes"))
    if opens and closes and opens >= closes:
        reader.tell(nodes["closes"], f"{what} closes at {closes} and opens at {opens}: write a later closing time.")
    if not (ident and name and first and last and opens and closes):
        return None
    return Calendar(ident, name, first, last, tuple(day for day in days if day), opens, closes)


def _weekday(reader: Reader, node: yaml.Node) -> int | None:
    day = reader.whole(node, "A weekday")
    if day is not None and not 1 <= day <= 7:
        reader.tell(node, f"A weekday is {day}: write 1 (Monday) to 7 (Sunday).")
        return None
    return day


def _contact(reader: Reader, node: yaml.Node, what: str) -> Contact | None:
    nodes = reader.fields(node, what, ("id", "name", "phone"), ())
    ident, name = reader.text(nodes.get("id"), f"{what}'s id"), reader.name(nodes.get("name"), f"{what}'s name")
    phone = _read_as(reader, nodes.get("phone"), f"{what}'s phone", _phone, "digits and -, quoted, such as '0539-0000101'")
    return Contact(ident, name, phone) if ident and name and phone else None


def _phone(text: str) -> str:
    if not PHONE.fullmatch(text):
        raise ValueError
    return text


def _grid(reader: Reader, node: yaml.Node, what: str) -> Grid | None:
    nodes = reader.fields(node, what, ("id", "name", "steward", "buildings"), ())
    ident, name = reader.text(nodes.get("id"), f"{what}'s id"), reader.name(nodes.get("name"), f"{what}'s name")
    steward = reader.name(nodes.get("steward"), f"{what}'s steward")
    buildings = reader.all(nodes.get("buildings"), f"{what}'s building", reader.text)
    if not ident:
        return None
    steward = steward or NAMELESS
    return Grid(ident, name or NAMELESS, steward.zh, tuple(buildings), steward.en)


def _place(reader: Reader, node: yaml.Node, what: str) -> Place | None:
    nodes = reader.fields(node, what, ("id", "kind", "name", "outline"), ("attributes",))
    ident, kind = reader.text(nodes.get("id"), f"{what}'s id"), _known(reader, nodes.get("kind"), PLACE_KINDS, f"{what}'s kind")
    name = reader.name(nodes.get("name"), f"{what}'s name")
    outline = _polyline(reader, nodes.get("outline"), f"{what}'s outline")
    attributes = reader.value(nodes.get("attributes"), f"{what}'s attributes") or {}
    if not isinstance(attributes, dict):
        reader.tell(nodes["attributes"], f"{what}'s attributes are no mapping: write keys and values.")
        attributes = {}
    if not ident:
        return None
    return Place(ident, kind or "", name or NAMELESS, outline, {str(key): value for key, value in attributes.items()})


def _line(reader: Reader, node: yaml.Node, what: str) -> Line | None:
    nodes = reader.fields(node, what, ("kind", "width", "points"), ("name",))
    kind, width = (
        _known(reader, nodes.get("kind"), LINE_KINDS, f"{what}'s kind"),
        reader.number(nodes.get("width"), f"{what}'s width"),
    )
    points = _polyline(reader, nodes.get("points"), f"{what}'s points")
    name = reader.name(nodes.get("name"), f"{what}'s name")
    return Line(kind, points, width, name) if kind and points and width is not None else None


def _polyline(reader: Reader, node: yaml.Node | None, what: str) -> tuple[Point, ...]:
    """All points, or none where one of them cannot be read: what is left of it is not the shape that was meant."""
    points = reader.all(node, what, reader.point)
    wanted = len(node.value) if isinstance(node, yaml.SequenceNode) else -1
    if node is not None and wanted == 0:
        reader.tell(node, f"{what} is empty: write points, [[x, y], …] in metres.")
    return tuple(points) if len(points) == wanted else ()


def _tree(reader: Reader, node: yaml.Node, what: str) -> tuple[float, float, float] | None:
    numbers = reader.numbers(node, what, 3)
    return (numbers[0], numbers[1], numbers[2]) if numbers else None


def _known(reader: Reader, node: yaml.Node | None, known: tuple[str, ...], what: str) -> str | None:
    word = reader.text(node, what)
    if node is not None and word is not None and word not in known:
        reader.tell(node, f"{what} is {word!r}: {instead(word, known)}")
    return word

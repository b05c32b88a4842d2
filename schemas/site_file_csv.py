"""The devices' CSV as rows: everything that could be read, each device with its line.

Tells mistakes of form, cell by cell. What needs two things compared is told by schemas/site_file_checks.py.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address
from math import isfinite

from schemas.site import Device, DeviceKind, Name
from schemas.site_file_mistakes import Findings, instead
from schemas.site_file_yaml import At

ROLES = ("switch", "recorder", "controller", "power")
COLUMNS = (
    "id", "vendor", "kind", "building", "place", "floor", "x", "y", "heading", "direction", "name_zh", "name_en", "identity",
    *ROLES,
)  # fmt: skip
MAY_BE = ("zones",)
"""Columns that a file may leave out."""

VENDORS = ("hikvision", "isecure", "gatehouse")
DIRECTIONS = ("", "in", "out")
FLOORS = range(-5, 101)
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ZONE = re.compile(r"(\*|\d{1,3})=([a-z][a-z0-9_]{0,39})")

Cells = Mapping[str, str]


def read_devices(text: str, findings: Findings) -> list[At[Device]] | None:
    """The devices of a CSV text, None where its header is wrong; mistakes go to `findings`."""
    rows = _rows(text, findings)
    header = next(rows, None)
    if header is None:
        if not findings.mistakes:
            findings.tell(1, f"The file is empty: write the columns {','.join(COLUMNS)}.")
        return None
    names = [name.strip() for name in header[1]]
    if not _header_holds(names, findings):
        return None
    found = []
    for line, row in rows:
        if len(row) != len(names):
            findings.tell(line, f"The row has {len(row)} cells and the header {len(names)}: write one for each column.")
            continue
        if device := _device(line, dict(zip(names, (cell.strip() for cell in row), strict=True)), findings):
            found.append((line, device))
    return found


def _rows(text: str, findings: Findings) -> Iterator[At[list[str]]]:
    """Rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as err:
        findings.tell(line, f"This row is not CSV ({err}): close its quotes and double those inside it.")


def _header_holds(names: list[str], findings: Findings) -> bool:
    before = len(findings.mistakes)
    for name in dict.fromkeys(names):
        if name not in COLUMNS + MAY_BE:
            findings.tell(1, f"There is no column {name!r}: {instead(name, COLUMNS + MAY_BE)}")
        elif names.count(name) > 1:
            findings.tell(1, f"The column {name!r} is there twice: remove one.")
    for name in COLUMNS:
        if name not in names:
            findings.tell(1, f"The column {name!r} is missing: add it (empty cells where a device has none).")
    return len(findings.mistakes) == before


def _device(line: int, cells: Cells, findings: Findings) -> Device | None:
    """The device of a row; None only where its id or kind cannot be read. A wrong number is told and read as 0."""
    if not ID.fullmatch(cells["id"]):
        findings.tell(line, f"The id {cells['id']!r} is none: write up to 64 Latin letters, digits, dots, dashes.")
        return None
    if cells["kind"] not in tuple(DeviceKind):
        findings.tell(line, f"The kind of {cells['id']} is {cells['kind']!r}: {instead(cells['kind'], DeviceKind)}")
        return None
    _words(line, cells, findings)
    return Device(
        id=cells["id"],
        vendor=cells["vendor"],
        kind=DeviceKind(cells["kind"]),
        building=cells["building"],
        floor=_floor(line, cells, findings),
        x=_number(line, cells, "x", findings),
        y=_number(line, cells, "y", findings),
        heading=_heading(line, cells, findings),
        name=Name(cells["name_zh"], cells["name_en"]),
        identity=cells["identity"],
        hangs_on={role: cells[role] for role in ROLES if cells[role]},
        place=cells["place"],
        direction=cells["direction"],
        zones=_zones(line, cells, findings),
    )


def _zones(line: int, cells: Cells, findings: Findings) -> dict[str, str]:
    """What a camera's regions are, by their numbers."""
    words = cells.get("zones", "").split()
    found = [ZONE.fullmatch(word) for word in words]
    if None in found:
        findings.tell(
            line, f"The zones of {cells['id']} are {cells['zones']!r}: write such as 1=fire_lane 2=no_parking, or *=…"
        )
    return {match[1]: match[2] for match in found if match}


def _words(line: int, cells: Cells, findings: Findings) -> None:
    ident = cells["id"]
    if cells["vendor"] not in VENDORS:
        findings.tell(line, f"The vendor of {ident} is {cells['vendor']!r}: {instead(cells['vendor'], VENDORS)}")
    for column, language in (("name_zh", "Chinese"), ("name_en", "English")):
        if not cells[column]:
            findings.tell(line, f"{ident} has no name in {language}: write it in {column}.")
    if cells["direction"] not in DIRECTIONS:
        findings.tell(line, f"The direction of {ident} is {cells['direction']!r}: write in, out, or nothing.")
    if problem := _identity_problem(cells["vendor"], DeviceKind(cells["kind"]), ident, cells["identity"]):
        findings.tell(line, f"The identity of {ident} is {cells['identity']!r}: {problem}")


def _identity_problem(vendor: str, kind: DeviceKind, ident: str, identity: str) -> str:
    """What to write instead, or nothing: each vendor names its devices in its own form."""
    if not identity:
        return "write how its vendor names it in messages."
    if vendor == "gatehouse" and identity != ident:
        return f"write {ident}; our own messages name a device by its id."
    if vendor == "hikvision" and not _address_and_number(identity):
        number = "door number" if kind is DeviceKind.DOOR else "channel"
        return f"write its IP address and {number}, such as 10.20.3.17/1."
    return ""


def _address_and_number(identity: str) -> bool:
    address, _, number = identity.partition("/")
    try:
        IPv4Address(address)
    except AddressValueError:
        return False
    return number.isascii() and number.isdigit()


def _number(line: int, cells: Cells, column: str, findings: Findings) -> float:
    try:
        value = float(cells[column])
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        findings.tell(line, f"{column} of {cells['id']} is {cells[column]!r}: write a number.")
        return 0.0
    return value


def _heading(line: int, cells: Cells, findings: Findings) -> float:
    value = _number(line, cells, "heading", findings)
    if not 0 <= value < 360:
        findings.tell(line, f"The heading of {cells['id']} is {value:g}: write degrees clockwise from north, 0 to under 360.")
        return 0.0
    return value


def _floor(line: int, cells: Cells, findings: Findings) -> int:
    try:
        value = int(cells["floor"])
    except ValueError:
        findings.tell(line, f"The floor of {cells['id']} is {cells['floor']!r}: write a whole number, negative underground.")
        return 0
    if value not in FLOORS or value == 0:
        findings.tell(
            line,
            f"The floor of {cells['id']} is {value}: write {FLOORS[0]} to {FLOORS[-1]}; 1 is the ground, 0 is none.",
        )
    return value

"""One row of a list's file, or one entry said on the command line, as entries: what is wrong by field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, TypeVar

from schemas import lists_cells as cell
from schemas.lists import Entry, ListName
from schemas.lists_columns import ATTRIBUTES, SUBJECTS, Field
from schemas.site import Site

Cells = Mapping[Field | str, str]
"""Texts by field, or by an attribute's name; never empty ones."""

T = TypeVar("T")
U = TypeVar("U")
PLATES = frozenset({ListName.WATCH_PLATES, ListName.VEHICLES, ListName.PARKING_PERMITS})
HOUSED = frozenset({ListName.CARDS, ListName.FACES, ListName.VEHICLES, ListName.PARKING_PERMITS, ListName.CARE})


@dataclass(slots=True)
class Row:
    """The row's entries, one a subject; what is wrong, by field; whether it is of a person without what the list is of."""

    entries: list[Entry] = field(default_factory=list)
    mistakes: list[tuple[Field | str, str]] = field(default_factory=list)
    empty: bool = False


def read_row(cells: Cells, name: ListName, site: Site) -> Row:
    """The entries that the cells make."""
    row = Row()
    reader = _Reader(cells, row)
    subjects = list(dict.fromkeys(_subjects(reader, cells, name)))
    body = _body(reader, cells, name, site)
    if not subjects and not row.mistakes:
        row.empty = Field.PERSON in cells or Field.ORGANISATION in cells
        if not row.empty:
            row.mistakes.append(("", f"{SUBJECTS[name][0]}: is empty: write one, or remove the row."))
    if not row.mistakes:
        row.entries = [Entry(subject=subject, **body) for subject in subjects]
    return row


class _Reader:
    """Reads cells, and notes what is wrong with each."""

    def __init__(self, cells: Cells, row: Row) -> None:
        self._cells, self._row = cells, row

    def __call__(self, name: Field | str, read: Callable[[str], T], absent: U) -> T | U:
        if name not in self._cells:
            return absent
        try:
            return read(self._cells[name])
        except ValueError as err:
            self.tell(name, str(err))
            return absent

    def tell(self, name: Field | str, sentence: str) -> None:
        if (name, sentence) not in self._row.mistakes:
            self._row.mistakes.append((name, sentence))


def _subjects(reader: _Reader, cells: Cells, name: ListName) -> Iterator[str]:
    """Every subject of the row: in `permits` each column that names one, else the first such column; cards may be several."""
    if Field.SUBJECT in cells:
        yield reader(Field.SUBJECT, cell.plate if name in PLATES else cell.number, "")
        return
    given = [field for field in SUBJECTS[name] if field in cells]
    for one in given if name is ListName.PERMITS else given[:1]:
        yield from reader(one, partial(cell.several, one=cell.plate if one is Field.PLATE else cell.number), ())


def _body(reader: _Reader, cells: Cells, name: ListName, site: Site) -> dict[str, Any]:
    first, last = _days(reader, site)
    opens, closes = _clocks(reader)
    household = _household(reader, name)
    buildings = reader(Field.BUILDINGS, lambda text: cell.buildings(text, site), ())
    return {
        "person": reader(Field.PERSON, cell.impersonal if Field.PERSON not in SUBJECTS[name] else cell.number, ""),
        "household": household,
        "buildings": buildings or _of_household(household, name, site),
        "weekdays": reader(Field.WEEKDAYS, cell.weekdays, ()),
        "opens": opens,
        "closes": closes,
        "valid_from": first,
        "valid_until": last,
        "attributes": _attributes(reader, cells, name),
    }


def _household(reader: _Reader, name: ListName) -> str:
    said = reader(Field.HOUSEHOLD, cell.impersonal, "")
    return said or (reader(Field.ORGANISATION, cell.household, "") if name in HOUSED else "")


def _of_household(household: str, name: ListName, site: Site) -> tuple[str, ...]:
    """Plans ask after people by building: where only the household is given, the building that it stands in."""
    return cell.building_of(household, site) if name is ListName.CARE else ()


def _days(reader: _Reader, site: Site) -> tuple[date | None, date | None]:
    first, last = reader(Field.VALID, lambda text: cell.days(text, site.timezone), (None, None))
    first = reader(Field.VALID_FROM, lambda text: cell.day(text, site.timezone), first)
    last = reader(Field.VALID_UNTIL, lambda text: cell.day(text, site.timezone), last)
    if first and last and first > last:
        reader.tell("", f"valid_from: {first} is after the last day, {last}: exchange them.")
    return first, last


def _clocks(reader: _Reader) -> tuple[str | None, str | None]:
    opens, closes = reader(Field.HOURS, cell.clocks, (None, None))
    opens = reader(Field.OPENS, cell.clock, opens)
    closes = reader(Field.CLOSES, cell.clock, closes)
    if (opens or "00:00") >= (closes or "24:00"):
        reader.tell("", f"opens: {opens} is not before closes, {closes}: write a later closing time; a night is two entries.")
    return opens, closes


def _attributes(reader: _Reader, cells: Cells, name: ListName) -> dict[str, str]:
    own = [key for key in cells if not isinstance(key, Field)]
    found = {str(key): reader(key, cell.impersonal, "") for key in (*ATTRIBUTES, *own) if key in cells}
    if Field.COLOUR in cells:
        found["colour"] = cell.colour(cells[Field.COLOUR])
    if name is ListName.BAYS and Field.PLATE in cells:
        found["plate"] = ",".join(reader(Field.PLATE, lambda text: cell.several(text, cell.plate), ()))
    return {key: value for key, value in sorted(found.items()) if value}

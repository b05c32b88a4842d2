"""A list as rows of CSV, which `gatehouse lists import` reads back to the same entries."""

from collections.abc import Iterable, Sequence

from schemas.lists import Entry, ListName
from schemas.lists_columns import ATTRIBUTES, SUBJECTS, Field

_PLAIN = (Field.HOUSEHOLD, Field.BUILDINGS, Field.WEEKDAYS, Field.OPENS, Field.CLOSES, Field.VALID_FROM, Field.VALID_UNTIL)


def headings_of(name: ListName, entries: Iterable[Entry]) -> list[str]:
    """The columns: those of every list, and the attributes that some entry has."""
    known = {*map(str, ATTRIBUTES), *(["plate"] if name is ListName.BAYS else [])}
    found = sorted({key for entry in entries for key in entry.attributes})
    person = [] if Field.PERSON in SUBJECTS[name] else [str(Field.PERSON)]
    attributes = [key if key in known else f"attributes.{key}" for key in found]
    return ["subject", *person, *map(str, _PLAIN), *attributes]


def rows_of(headings: Sequence[str], entries: Iterable[Entry]) -> Iterable[list[str]]:
    """The rows under these headings."""
    for entry in entries:
        yield [_cell(entry, heading) for heading in headings]


def _cell(entry: Entry, heading: str) -> str:
    if heading in Entry.model_fields:
        value = getattr(entry, heading)
        return ";".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
    return entry.attributes.get(heading.removeprefix("attributes."), "")

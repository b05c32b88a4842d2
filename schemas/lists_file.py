"""Reading a list from a file: every mistake at once, each with file, line and column and what to write instead.

What files are read stands in schemas/lists_table.py, what columns in schemas/lists_columns.py, what values in
schemas/lists_cells.py. Never taken are names of persons, telephone and identity numbers: who an entry is about is known by the
ids that devices send.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.lists import Entry, ListName
from schemas.lists_columns import FIELDS, SEVERAL, SUBJECTS, Field, field_of, headings, is_left_out, plain
from schemas.lists_row import Cells, Row, read_row
from schemas.lists_table import Table, filled, read_bytes, table_of
from schemas.site import Site
from schemas.site_file_mistakes import Findings, Mistake, instead


@dataclass(frozen=True, slots=True)
class ListFile:
    """What a file holds. `left_out` are columns that are never taken, `empty` rows of persons without what the list is of."""

    entries: tuple[Entry, ...] = ()
    left_out: tuple[str, ...] = ()
    empty: int = 0
    mistakes: tuple[Mistake, ...] = ()


def read_list(path: Path, name: ListName, site: Site) -> ListFile:
    """The entries of a file; none where it has mistakes."""
    findings = Findings(path)
    data = read_bytes(path, findings)
    return ListFile(mistakes=tuple(findings.mistakes)) if data is None else list_of(data, path, name, site)


def list_of(data: bytes, path: Path, name: ListName, site: Site) -> ListFile:
    """The same of a file that was handed over; `path` is what its sender called it."""
    findings = Findings(path)
    table = table_of(data, findings)
    columns = None if table is None else _columns(table, name, findings)
    if table is None or columns is None:
        return ListFile(mistakes=tuple(findings.mistakes))
    rows = list(_rows(table, columns, name, site, findings))
    _twice(rows, name, findings)
    mistakes = sorted(findings.mistakes, key=lambda mistake: mistake.line)
    return ListFile(
        entries=() if mistakes else tuple(entry for _, row in rows for entry in row.entries),
        left_out=tuple(heading for heading in table.headings if heading and is_left_out(heading)),
        empty=sum(row.empty for _, row in rows),
        mistakes=tuple(mistakes),
    )


Columns = Sequence[tuple[int, Field | str, str]]
"""Place, what it holds, heading."""


def _columns(table: Table, name: ListName, findings: Findings) -> Columns | None:
    """The columns that are taken; None where the list's subject is not among them."""
    found: list[tuple[int, Field | str, str]] = []
    for place, heading in enumerate(table.headings):
        field = field_of(heading)
        if field is None:
            _unknown(table.line, heading, name, findings)
        elif any(field == other for _, other, _ in found):
            findings.tell(table.line, f"The column {heading!r} says {field} a second time: remove one.")
        else:
            found.append((place, field, heading))
    fields = {field for _, field, _ in found}
    if not fields & {Field.SUBJECT, *SUBJECTS[name]}:
        wanted = " or ".join(SUBJECTS[name])
        findings.tell(table.line, f"There is no column {wanted}, by which {name} knows its entries: name one so.")
        return None
    return found


def _unknown(line: int, heading: str, name: ListName, findings: Findings) -> None:
    if heading and not is_left_out(heading):
        near = instead(plain(heading), FIELDS)
        say = near if near.startswith("did") else f"write one of {', '.join(headings(name))}, or remove the column."
        findings.tell(line, f"There is no column {heading!r}: {say}")


def _rows(table: Table, columns: Columns, name: ListName, site: Site, findings: Findings) -> Iterator[tuple[int, Row]]:
    for line, cells in filled(table):
        if findings.full:
            return
        if len(cells) > len(table.headings):
            findings.tell(line, f"The row has {len(cells)} cells and the headings are {len(table.headings)}: quote separators.")
            continue
        texts: Cells = {field: cells[place] for place, field, _ in columns if cells[place]}
        row = read_row(texts, name, site)
        called = {field: heading for _, field, heading in columns}
        for field, sentence in row.mistakes:
            findings.tell(line, f"{called[field]}: {texts[field]!r} {sentence}" if field in texts else sentence)
        yield line, row


def _twice(rows: Iterable[tuple[int, Row]], name: ListName, findings: Findings) -> None:
    seen: dict[str | Entry, int] = {}
    for line, row in rows:
        for entry in row.entries:
            key = entry.model_dump_json() if name in SEVERAL else entry.subject
            if key in seen:
                findings.tell(line, f"{entry.subject} is there already, at line {seen[key]}: remove one of the two.")
            seen.setdefault(key, line)

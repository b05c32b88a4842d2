"""A list's file as rows: whatever Excel or a vendor's platform writes as text.

UTF-8 (with or without mark), UTF-16 with mark, GB18030; comma, semicolon or tab; rows of explanation above the headings. What
spreadsheets put round a number to keep it whole (="00123", '00123, a tab) is taken off. An Excel workbook is not read.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.lists_columns import field_of, is_left_out
from schemas.site_file_mistakes import Findings

SEPARATORS = ",;\t"
ABOVE = 10
"""Rows that may stand above the headings: platforms' templates have up to eight lines of explanation."""
LARGEST = 64 * 1024 * 1024  # a list of a million entries; a file over it is some other file
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WRAPPED = re.compile(r'="?([^"]*)"?')


@dataclass(frozen=True, slots=True)
class Table:
    """The headings with their line, and the rows with theirs."""

    line: int
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


Knows = Callable[[str], bool]
"""Whether a heading is one that the file may have."""


def knows_heading(cell: str) -> bool:
    """Whether a list's file may have this heading."""
    return field_of(cell) is not None or is_left_out(cell)


def read_bytes(path: Path, findings: Findings) -> bytes | None:
    """The file as it is; None where it cannot be read or is too large, and the mistake is told."""
    try:
        large = path.stat().st_size > LARGEST
        data = b"" if large else path.read_bytes()
    except (OSError, ValueError) as err:
        reason = err.strerror if isinstance(err, OSError) and err.strerror else str(err)
        findings.tell(0, f"The file cannot be read ({reason}): correct its name or its rights.")
        return None
    if large:
        findings.tell(0, f"The file is larger than {LARGEST // 2**20} MiB, which no list is: name the right one.")
        return None
    return data


def table_of(data: bytes, findings: Findings, knows: Knows = knows_heading) -> Table | None:
    """The table in these bytes; None where there is none, and the mistake is told."""
    text = _text(data, findings)
    if text is None:
        return None
    rows = max((_rows(text, separator) for separator in SEPARATORS), key=lambda rows: _named(rows, knows))
    if rows.broken:
        findings.tell(rows.broken, "This row is not CSV: close its quotes and double those inside it.")
        return None
    if not rows.found:
        findings.tell(1, "The file is empty: write a line of headings, and a line for each entry.")
        return None
    at = max(range(min(ABOVE, len(rows.found))), key=lambda place: (_known(rows.found[place][1], knows), -place))
    line, headings = rows.found[at]
    return Table(line, headings, tuple(rows.found[at + 1 :]))


@dataclass(frozen=True, slots=True)
class _Rows:
    found: Sequence[tuple[int, tuple[str, ...]]]
    broken: int = 0


def _text(data: bytes, findings: Findings) -> str | None:
    if data.startswith(_WORKBOOK):
        findings.tell(0, "This is an Excel workbook, which is not read: save it as CSV (UTF-8) and import that.")
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as err:
            line = data.count(b"\n", 0, err.start) + 1
    findings.tell(line, "This line is neither UTF-8 nor GB18030: save the file as UTF-8.")
    return None


def _rows(text: str, separator: str) -> _Rows:
    """Rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, tuple[str, ...]]] = []
    line = 1
    try:
        for row in reader:
            cells = tuple(_bare(cell) for cell in row)
            if any(cells):
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        return _Rows(found, line)
    return _Rows(found)


def _bare(cell: str) -> str:
    cell = cell.replace("\x00", "").strip()
    if cell.startswith("=") and (wrapped := _WRAPPED.fullmatch(cell)):
        cell = wrapped[1]
    return cell.removeprefix("'").strip()


def _known(cells: Sequence[str], knows: Knows) -> int:
    return len({cell for cell in cells if cell and knows(cell)})


def _named(rows: _Rows, knows: Knows) -> tuple[int, bool]:
    """How many headings a separator makes one see; a whole file before a broken one."""
    return max((_known(cells, knows) for _, cells in rows.found[:ABOVE]), default=0), not rows.broken


def filled(table: Table) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows, each as long as the headings: what a spreadsheet leaves off at the end is empty."""
    width = len(table.headings)
    for line, cells in table.rows:
        yield line, cells[:width] + ("",) * (width - len(cells)) if not any(cells[width:]) else cells

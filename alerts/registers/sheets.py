"""The registers as CSV, in and out: what is written can be read again. Every mistake is named at once, with its line."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from schemas.lists_columns import plain
from schemas.lists_table import Table, filled, table_of
from schemas.site_file_mistakes import Findings, Mistake, instead

T = TypeVar("T")
MARK = "\ufeff"
"""In front of a file, so that spreadsheets read it as UTF-8."""

FORMULAS = ("=", "+", "-", "@")
"""A cell that begins so would be worked out by a spreadsheet: it is written behind an apostrophe, which reading takes off."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what else it may be called, how its cell is read (ValueError: what to write instead)."""

    name: str
    also: tuple[str, ...]
    read: Callable[[str], Any]
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """A register's file. `make` makes a row of values by name, `write` gives the texts of one, in the columns' order."""

    columns: tuple[Column, ...]
    make: Callable[[Mapping[str, Any]], T]
    write: Callable[[T], Sequence[str]]
    key: Callable[[T], str]

    def named(self, heading: str) -> Column | None:
        """The column that a heading names."""
        word = plain(heading)
        return next((one for one in self.columns if word in {plain(name) for name in (one.name, *one.also)}), None)


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """What a file holds; no rows where it has mistakes."""

    rows: tuple[T, ...]
    mistakes: tuple[Mistake, ...] = ()


def csv_of(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV text with its mark; a cell is never a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in row] for row in rows)
    return MARK + out.getvalue()


def written(sheet: Sheet[T], rows: Iterable[T]) -> str:
    """The register as CSV."""
    return csv_of((one.name for one in sheet.columns), (sheet.write(row) for row in rows))


def read(sheet: Sheet[T], data: bytes, name: Path) -> Rows[T]:
    """The rows of a file that somebody calls `name`."""
    findings = Findings(name)
    table = table_of(data, findings, lambda cell: sheet.named(cell) is not None)
    found = list(_rows(sheet, table, findings)) if table is not None and _complete(sheet, table, findings) else []
    _twice(sheet, found, findings)
    mistakes = tuple(sorted(findings.mistakes, key=lambda one: one.line))
    return Rows(() if mistakes else tuple(row for _, row in found), mistakes)


def of_cells(sheet: Sheet[T], cells: Mapping[str, str]) -> tuple[list[T], list[str]]:
    """The row that these texts by column make, or what is wrong with them."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for column in sheet.columns:
        text = cells.get(column.name, "").strip()
        try:
            if not text and column.needed:
                raise ValueError("is empty: fill it in.")
            values[column.name] = column.read(text) if text else None
        except ValueError as err:
            wrong.append(f"{column.name}: {text!r} {err}" if text else f"{column.name}: {err}")
    if wrong:
        return [], wrong
    return [sheet.make(values)], wrong


def _complete(sheet: Sheet[T], table: Table, findings: Findings) -> bool:
    """Whether every heading is known once and none is missing that must be there."""
    before, seen = len(findings.mistakes), set[str]()
    for heading in filter(None, table.headings):
        column = sheet.named(heading)
        if column is None:
            near = instead(heading, [one.name for one in sheet.columns])
            findings.tell(table.line, f"There is no column {heading!r}: {near}")
        elif column.name in seen:
            findings.tell(table.line, f"The column {heading!r} says {column.name} a second time: remove one.")
        else:
            seen.add(column.name)
    for column in sheet.columns:
        if column.needed and column.name not in seen:
            findings.tell(table.line, f"There is no column {column.name}: add it.")
    return len(findings.mistakes) == before


def _rows(sheet: Sheet[T], table: Table, findings: Findings) -> Iterator[tuple[int, T]]:
    columns = [sheet.named(heading) for heading in table.headings]
    for line, cells in filled(table):
        if findings.full:
            return
        if len(cells) > len(columns):
            findings.tell(line, f"The row has {len(cells)} cells and the headings are {len(columns)}: quote separators.")
            continue
        texts = {column.name: cell for column, cell in zip(columns, cells, strict=True) if column is not None}
        made, wrong = of_cells(sheet, texts)
        for sentence in wrong:
            findings.tell(line, sentence)
        yield from ((line, row) for row in made)


def _twice(sheet: Sheet[T], found: Iterable[tuple[int, T]], findings: Findings) -> None:
    seen: dict[str, int] = {}
    for line, row in found:
        if sheet.key(row) in seen:
            findings.tell(line, f"{sheet.key(row)} is there already, at line {seen[sheet.key(row)]}: remove one of the two.")
        seen.setdefault(sheet.key(row), line)

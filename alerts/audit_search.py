"""The audit log in parts: newest first, so many rows at a time, and of those only what somebody seeks.

A row is sought by its text as `linked` writes it, without reading it as JSON: one that was tampered with breaks nothing here.
It stands among all rows, and verifying names it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg
from psycopg.rows import class_row

from alerts.audit import GENESIS, said_by

Conn = psycopg.Connection[Any]
_TEXT = r'(?:[^"\\]|\\.)*'
_AT = r'"at":"([^"]*)"'


@dataclass(frozen=True, slots=True)
class Sought:
    """What is sought: who did it, an action or how it begins (`incident.`), from when until before when, about whom."""

    who: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the log: before a row's number (older ones), or after it (newer ones); neither: the newest."""

    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is stored, and the hash of the row before it: enough to check it by itself."""

    seq: int
    entry: str
    before: bytes | None
    hash: bytes

    @property
    def said(self) -> Mapping[str, Any]:
        """What it says; empty fields where it cannot be read."""
        return said_by(self.seq, self.entry)

    @property
    def follows_on(self) -> bytes:
        """The hash that its own is taken over."""
        return self.before if self.before is not None else GENESIS


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows, the newest first, and whether there are more on either side."""

    rows: Sequence[Row]
    newer: bool
    older: bool


def part(conn: Conn, sought: Sought, place: Place, most: int) -> Part:
    """At most so many rows of what is sought."""
    upwards = place.after is not None
    where, given = _where(sought)
    given |= {"after": place.after or 0, "before": place.before or 2**62, "most": most + 1}
    query = f"""
        select seq, entry, (select p.hash from audit p where p.seq = a.seq - 1) as before, hash from audit a
        where seq > %(after)s and seq < %(before)s {where} order by seq {"asc" if upwards else "desc"} limit %(most)s"""
    with conn.cursor(row_factory=class_row(Row)) as cursor:
        found = cursor.execute(query, given).fetchall()
    more, rows = len(found) > most, found[:most]
    if upwards:
        return Part(rows[::-1], newer=more, older=True)
    return Part(rows, newer=place.before is not None, older=more)


def _where(sought: Sought) -> tuple[str, dict[str, Any]]:
    """The conditions, and what fills them. Times are written in UTC, so that their texts stand in their order."""
    row = f'^\\{{"about":"{_exact(sought.about)}","action":"{_begun(sought.action)}","actor":"{_exact(sought.who or None)}",'
    wheres, given = ["and entry ~ %(row)s"], {"row": row}
    for name, moment, compares in (("since", sought.since, ">="), ("until", sought.until, "<")):
        if moment is not None:
            wheres.append(f'and substring(entry from %(at)s) collate "C" {compares} %({name})s')
            given |= {name: moment.astimezone(UTC).isoformat(), "at": _AT}
    seeks = sought != Sought()
    return (" ".join(wheres), given) if seeks else ("", {})


def _exact(text: str | None) -> str:
    return _TEXT if text is None else _literal(text)


def _begun(text: str) -> str:
    return _literal(text) + (_TEXT if not text or text.endswith(".") else "")


def _literal(text: str) -> str:
    """The text as JSON has it, as a pattern that means itself."""
    return re.escape(orjson.dumps(text.replace("\0", "\ufffd")).decode()[1:-1])

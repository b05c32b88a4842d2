"""The lists in the database: read as of a revision, changed subject by subject, every change a revision.

A file says all about each subject that it names: the subject's entries become those given. So an entry that is corrected
replaces the old one, and a worker's second permit stands in the same file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
import psycopg
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb
from pydantic import ValidationError

from schemas.lists import Entry, ListName, Lists
from schemas.revisions import Revision, record, turn

Entries = Mapping[str, Sequence[Entry]]
"""Entries by subject."""


class How(StrEnum):
    """What the entries given are: all about the subjects that they name, the whole list, or more beside what there is."""

    NAMED = "named"
    WHOLE = "whole"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change does to one list, subject by subject."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        counts = (len(self.added), len(self.removed), len(self.changed), self.unchanged)
        return "{} added, {} removed, {} changed, {} unchanged".format(*counts)


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a list, when, and in what words the history tells it."""

    who: str
    now: datetime
    what: str


def by_subject(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by subject, in their order."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.subject, []).append(entry)
    return found


def difference(old: Entries, new: Entries, how: How) -> Difference:
    """What `new` does to `old`."""
    both = [subject for subject in new if subject in old]
    changed = [subject for subject in both if {*map(_key, old[subject])} != {*map(_key, new[subject])}]
    return Difference(
        added=tuple(subject for subject in new if subject not in old),
        removed=tuple(subject for subject in old if subject not in new) if how is How.WHOLE else (),
        changed=tuple(changed),
        unchanged=len(both) - len(changed),
    )


def read_entries(connection: psycopg.Connection, site: str, revision: int) -> tuple[Lists, list[str]]:
    """All lists as of a revision, and a sentence for each entry that this version does not know."""
    query = """
        SELECT list, subject, body FROM list_entries
        WHERE site = %(site)s AND added <= %(revision)s AND (removed IS NULL OR removed > %(revision)s)
        ORDER BY list COLLATE "C", subject COLLATE "C", body::text COLLATE "C"
    """
    found: dict[ListName, list[Entry]] = {}
    sentences: list[str] = []
    with connection.cursor(row_factory=tuple_row) as cursor:
        for name, subject, body in cursor.execute(query, {"site": site, "revision": revision}):
            try:
                found.setdefault(ListName(name), []).append(Entry.model_validate({**body, "subject": subject}))
            except (ValidationError, ValueError):
                sentences.append(f"The entry {subject} of {name} is left aside: this version does not know its form.")
    return Lists({name: tuple(entries) for name, entries in found.items()}), sentences


def change_list(
    connection: psycopg.Connection, site: str, name: ListName, new: Entries, change: Change, how: How, *, dry: bool = False
) -> tuple[Difference, int | None]:
    """Change a list in one revision: what that does, and its number (None: nothing to do, or a dry run)."""
    with turn(connection, site) as revision:
        old = by_subject(read_entries(connection, site, revision - 1)[0].of(name))
        if how is How.BESIDE:
            new = {key: [*old.get(key, ()), *(one for one in new[key] if one not in old.get(key, ()))] for key in new}
        made = difference(old, new, how)
        if dry or not made:
            return made, None
        _close(connection, site, name, [*made.removed, *made.changed], revision)
        _copy(connection, site, [(name, entry) for subject in (*made.added, *made.changed) for entry in new[subject]], revision)
        record(connection, site, Revision(revision, change.now, change.who, f"{change.what}: {made}"))
    return made, revision


def remove_subject(connection: psycopg.Connection, site: str, name: ListName, subject: str, change: Change) -> int | None:
    """Remove a subject's entries, in one revision; its number, or None where there are none."""
    with turn(connection, site) as revision:
        if not _close(connection, site, name, [subject], revision):
            return None
        record(connection, site, Revision(revision, change.now, change.who, change.what))
    return revision


def undo_entries(connection: psycopg.Connection, site: str, undone: int, revision: int) -> None:
    """Turn round what a revision did to lists; part of `revision`."""
    connection.execute(
        "UPDATE list_entries SET removed = %s WHERE site = %s AND added = %s AND removed IS NULL", (revision, site, undone)
    )
    connection.execute(
        "INSERT INTO list_entries (site, list, subject, body, added)"
        " SELECT site, list, subject, body, %s FROM list_entries WHERE site = %s AND removed = %s",
        (revision, site, undone),
    )


def _key(entry: Entry) -> bytes:
    return orjson.dumps(_body(entry), option=orjson.OPT_SORT_KEYS)


def _body(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude={"subject"}, exclude_defaults=True)


def _close(connection: psycopg.Connection, site: str, name: ListName, subjects: Sequence[str], revision: int) -> int:
    """End the standing entries of these subjects; how many there were."""
    return connection.execute(
        "UPDATE list_entries SET removed = %s WHERE site = %s AND list = %s AND subject = ANY(%s) AND removed IS NULL",
        (revision, site, str(name), list(subjects)),
    ).rowcount


def _copy(connection: psycopg.Connection, site: str, entries: Iterable[tuple[ListName, Entry]], revision: int) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY list_entries (site, list, subject, body, added) FROM STDIN") as copy,
    ):
        for name, entry in entries:
            copy.write_row((site, str(name), entry.subject, Jsonb(_body(entry)), revision))

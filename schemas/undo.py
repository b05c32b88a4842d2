"""Turning a revision of the configuration round: by a new revision, so that nothing is forgotten.

Only what still stands as the revision left it can be turned round; what was changed since is undone first.
"""

from datetime import datetime

import psycopg
from psycopg.rows import tuple_row

from schemas.lists_store import undo_entries
from schemas.overrides_store import undo_overrides
from schemas.revisions import Revision, newest_revision, record, turn

_SINCE = """
    SELECT later.name, greatest(later.added, later.removed)
    FROM ({table}) touched JOIN ({table}) later USING (name)
    WHERE (touched.added = %(undone)s OR touched.removed = %(undone)s) AND greatest(later.added, later.removed) > %(undone)s
    ORDER BY 2 DESC LIMIT 1
"""
_TABLES = (
    "SELECT subject || ' in ' || list AS name, added, removed FROM list_entries WHERE site = %(site)s",
    "SELECT rule AS name, added, removed FROM rule_overrides WHERE site = %(site)s",
)


def undo(connection: psycopg.Connection, site: str, undone: int | None, who: str, now: datetime) -> int | str:
    """Undo a revision (None: the newest): the new revision's number, or a sentence that says why not."""
    with turn(connection, site) as revision:
        undone = newest_revision(connection, site) if undone is None else undone
        if not 1 <= undone < revision:
            return f"There is no revision {undone} to undo: `gatehouse lists history` shows them."
        if since := _changed_since(connection, site, undone):
            return since
        undo_entries(connection, site, undone, revision)
        undo_overrides(connection, site, undone, revision, now)
        record(connection, site, Revision(revision, now, who, f"undo of revision {undone}"))
    return revision


def _changed_since(connection: psycopg.Connection, site: str, undone: int) -> str:
    for table in _TABLES:
        with connection.cursor(row_factory=tuple_row) as cursor:
            query = _SINCE.format(table=table)
            if row := cursor.execute(query, {"site": site, "undone": undone}).fetchone():
                return f"Revision {row[1]} has changed {row[0]} since: undo that first."
    return ""

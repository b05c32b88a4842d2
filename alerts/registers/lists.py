"""Changes of the site's lists, whoever makes them: one revision with its row of the audit log, or neither.

The pages and the command line come through here. What of a list leaves the house is a row too: who took which list, and how
much of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

from alerts.audit import Fact, append
from alerts.incidents.incident import Who
from alerts.registers.store import NAMED
from schemas.lists import ListName
from schemas.lists_store import Change, Difference, Entries, How, change_list, remove_subject
from schemas.undo import undo

Conn = psycopg.Connection[Any]


def put(
    conn: Conn, site: str, name: ListName, new: Entries, change: Change, by: Who, how: How
) -> tuple[Difference, int | None]:
    """Put subjects on a list; what that did, and the revision (None: nothing to do)."""
    with conn.transaction():
        made, revision = change_list(conn, site, name, new, change, how)
        if revision is not None:
            _tell(conn, by, change.now, "list.add", ", ".join(new), {"list": str(name), "revision": revision})
    return made, revision


def read_in(
    conn: Conn, site: str, name: ListName, new: Entries, change: Change, by: Who, how: How, *, dry: bool = False
) -> tuple[Difference, int | None]:
    """Read a file's entries into a list; what that does, and the revision (None: nothing to do, or a dry run)."""
    with conn.transaction():
        made, revision = change_list(conn, site, name, new, change, how, dry=dry)
        if revision is not None:
            counts = {key: len(getattr(made, key)) for key in ("added", "changed", "removed")}
            _tell(conn, by, change.now, "list.import", str(name), {**counts, "revision": revision})
    return made, revision


def take_off(conn: Conn, site: str, name: ListName, subject: str, reason: str, change: Change, by: Who) -> int | None:
    """Take a subject off a list; the revision, or None where it is not on it."""
    with conn.transaction():
        revision = remove_subject(conn, site, name, subject, change)
        if revision is not None:
            said = {"list": str(name), "reason": reason, "revision": revision}
            _tell(conn, by, change.now, "list.remove", subject, said)
    return revision


def turn_round(conn: Conn, site: str, undone: int | None, who: str, by: Who, now: datetime) -> int | str:
    """Undo a revision of the lists and rules (None: the newest); the new one, or a sentence that says why not."""
    with conn.transaction():
        made = undo(conn, site, undone, who, now)
        if isinstance(made, int):
            _tell(conn, by, now, "list.undo", str(made - 1 if undone is None else undone), {"revision": made})
    return made


def handed_out(conn: Conn, name: ListName, rows: int, by: Who, now: datetime) -> None:
    """Note that somebody took a list whole."""
    _tell(conn, by, now, "list.export", str(name), {"rows": rows})


def shown_whole(conn: Conn, name: ListName, subjects: list[str], purpose: str, by: Who, now: datetime) -> None:
    """Note that somebody was shown entries whole, and what for."""
    said = {"purpose": purpose, "rows": len(subjects), "subjects": subjects[:NAMED]}
    _tell(conn, by, now, "list.unmask", str(name), said)


def _tell(conn: Conn, by: Who, now: datetime, action: str, about: str, what: Mapping[str, Any]) -> None:
    append(conn, Fact(by.name, by.role, action, about, what), now)

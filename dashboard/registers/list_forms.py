"""Forms about the site's lists: put on, taken off with a reason, read in, permits issued and ended, entries shown whole.

A change is one revision, as on the command line, with its row of the audit log.
"""

from collections.abc import Mapping
from pathlib import Path

from alerts.incidents.incident import Refused
from alerts.registers import lists as kept
from dashboard.door.accounts import Conn
from dashboard.door.roles import Role
from dashboard.front import language
from dashboard.registers.acting import Answer, Asked, Doing, outcome, wrong_file
from dashboard.registers.lists import FIELDS, NEEDED, entries_in, matching, named, sees_whole, shown
from dashboard.registers.mistakes import told
from dashboard.words import say
from schemas.lists import ListName
from schemas.lists_columns import SEVERAL, Field
from schemas.lists_file import list_of
from schemas.lists_row import read_row
from schemas.lists_store import Change, How, by_subject

LONGEST_REASON = 200
MOST_WHOLE = 5
"""Entries that are shown whole at once: somebody means a car or a household, not a list."""


def add(conn: Conn, asked: Asked) -> Answer:
    """Put a subject on a list; in lists where it may have several entries this one stands beside the others."""
    return _added(conn, asked, named(asked.form))


def issue(conn: Conn, asked: Asked) -> Answer:
    """Issue a permit, at the gate's desk."""
    return _added(conn, asked, ListName.PERMITS)


def _added(conn: Conn, asked: Asked, name: ListName) -> Answer:
    cells: dict[Field | str, str] = {Field(key): asked.form[key] for key in ("subject", *FIELDS[name]) if asked.form.get(key)}
    row = read_row(cells, name, asked.here.site)
    empty = [(field, "is empty: fill it in.") for field in NEEDED.get(name, ()) if field not in cells]
    for field, sentence in [*row.mistakes, *empty][:1]:
        raise Refused("row_wrong", told(f"{field}: {sentence}" if field else sentence, language.get()))
    new = by_subject(row.entries)
    how = How.BESIDE if name in SEVERAL else How.NAMED
    change = _change(asked, f"add {', '.join(new)} to {name}")
    kept.put(conn, asked.site, name, new, change, asked.act.who, how)
    return {}


def remove(conn: Conn, asked: Asked) -> Answer:
    """Take a subject off a list, with the reason."""
    return _removed(conn, asked, named(asked.form))


def end(conn: Conn, asked: Asked) -> Answer:
    """End all permits of a subject, with the reason."""
    return _removed(conn, asked, ListName.PERMITS)


def _removed(conn: Conn, asked: Asked, name: ListName) -> Answer:
    subject, reason = asked.form.get("subject", ""), _reason(asked, "reason", "text_missing")
    change = _change(asked, f"remove {subject} from {name}. {reason}")
    if kept.take_off(conn, asked.site, name, subject, reason, change, asked.act.who) is None:
        watched = any(entry.subject == subject for entry in entries_in(conn, asked.here.site, name))
        raise Refused("site_watches" if watched else "thing_unknown", subject[:40])
    return {}


def import_file(conn: Conn, asked: Asked) -> Answer:
    """Read a file into a list, or say what that would do."""
    name, file = named(asked.form), asked.filled.file
    if file is None:
        raise Refused("file_missing")
    found = list_of(file.data, Path(file.name or "list.csv"), name, asked.here.site)
    if found.mistakes:
        return wrong_file([(one.line, one.sentence) for one in found.mistakes])
    dry, new = asked.form.get("what") != "import", by_subject(found.entries)
    change = _change(asked, f"import {name} from {Path(file.name).name[:80]}")
    made, _ = kept.read_in(conn, asked.site, name, new, change, asked.act.who, How.NAMED, dry=dry)
    return outcome(made.added, made.changed, made.removed, dry=dry)


def unmask(conn: Conn, asked: Asked) -> Answer:
    """Show the few entries that match as they are: whoever asks says what for, and both are kept."""
    name, purpose = named(asked.form), _reason(asked, "purpose", "purpose_missing")
    find, whole = asked.form.get("find", "").strip(), sees_whole(Role(asked.act.who.role), name)
    found = matching(entries_in(conn, asked.here.site, name), find, asked.here, whole=whole) if find else []
    if not 0 < len(found) <= MOST_WHOLE:
        raise Refused("unmask_few", MOST_WHOLE, len(found))
    kept.shown_whole(conn, name, [one.subject for one in found], purpose, asked.act.who, asked.act.now)
    rows = [shown(entry, asked.here, whole=True) for entry in found]
    lines = [" · ".join(filter(None, (row["subject"], row["who"], row["where"], row["more"]))) for row in rows]
    return {"said": say("unmasked", language.get()), "lines": lines}


def _reason(asked: Asked, field: str, missing: str) -> str:
    text = asked.form.get(field, "").strip()
    if not text:
        raise Refused(missing)
    if len(text) > LONGEST_REASON:
        raise Refused("text_long", LONGEST_REASON)
    return text


def _change(asked: Asked, what: str) -> Change:
    return Change(asked.act.who.name, asked.act.now, what)


LIST_FORMS: Mapping[str, Doing] = {
    "/lists/add": add,
    "/lists/remove": remove,
    "/lists/import": import_file,
    "/lists/unmask": unmask,
    "/permits/issue": issue,
    "/permits/end": end,
}

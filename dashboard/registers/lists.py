"""The site's lists as pages: seen, searched, added to, taken off with a reason, CSV in and out, a permit to print.

What the rules see is shown; a change is one revision, as on the command line, with its row of the audit log.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alerts.audit import Fact, append
from alerts.incidents.incident import Refused
from alerts.papers.permit import Permit, permit_paper
from alerts.registers.sheets import csv_of
from dashboard.access import Visitor
from dashboard.accounts import Conn
from dashboard.front import language
from dashboard.registers.acting import Answer, Asked, Doing, outcome, wrong_file
from dashboard.registers.files import CSV, PDF, Made
from dashboard.registers.here import Here
from dashboard.registers.mistakes import told
from dashboard.registers.pages import Facts, Page, Query
from dashboard.roles import Action, may
from dashboard.words import say
from schemas.configuration import merged, newest_revision
from schemas.lists import Entry, ListName
from schemas.lists_columns import SEVERAL, Field
from schemas.lists_file import list_of
from schemas.lists_row import PLATES, read_row
from schemas.lists_store import Change, How, by_subject, change_list, read_entries, remove_subject
from schemas.lists_written import headings_of, rows_of
from schemas.site import Site

SHOWN_LISTS = (ListName.PERMITS, ListName.CARE, ListName.VEHICLES, ListName.PARKING_PERMITS)
MOST = 200
"""Entries on a page: whoever looks for one among more searches."""

LONGEST_REASON = 200
_COMMON = (Field.VALID_FROM, Field.VALID_UNTIL, Field.NOTE)
FIELDS: Mapping[ListName, tuple[Field, ...]] = {
    ListName.PERMITS: (Field.TRADE, Field.BUILDINGS, Field.WEEKDAYS, Field.HOURS, *_COMMON),
    ListName.CARE: (Field.HOUSEHOLD, *_COMMON),
    ListName.VEHICLES: (Field.HOUSEHOLD, Field.PERSON, Field.COLOUR, Field.VEHICLE_TYPE, *_COMMON),
    ListName.PARKING_PERMITS: (Field.HOUSEHOLD, *_COMMON),
}
"""What the form of a list asks beside the subject."""


def lists_page(here: Here, visitor: Visitor, query: Query) -> tuple[str, Facts]:
    """One list, or what of it matches."""
    name = _named(query, ListName.PERMITS)
    every, find = entries_of(here, name), query.get("find", "").strip()
    found = [entry for entry in every if find.lower() in _searched(entry, here.site).lower()]
    return "lists", {
        "asked": f"list={name}&",
        "list": name,
        "lists": SHOWN_LISTS,
        "entries": [shown(entry, here) for entry in found[:MOST]],
        "matching": len(found),
        "total": len(every),
        "most": MOST,
        "find": find,
        "plates": name in PLATES,
        "fields": [(str(field), "date" if str(field).startswith("valid_") else "text") for field in FIELDS[name]],
        "may_change": may(visitor.role, Action.CHANGE_REGISTERS),
    }


def entries_of(here: Here, name: ListName) -> tuple[Entry, ...]:
    """The list as the rules see it."""

    def read(conn: Conn) -> tuple[Entry, ...]:
        return merged(here.site, read_entries(conn, here.site.id, newest_revision(conn, here.site.id))[0]).of(name)

    return here.ask(read)


def shown(entry: Entry, here: Here) -> Mapping[str, Any]:
    """An entry's words in the visitor's language."""
    speech = language.get()
    rest = [f"{_field(key, speech)} {text}" for key, text in entry.attributes.items() if key != "trade"]
    return {
        "subject": entry.subject,
        "who": " · ".join(filter(None, (entry.person, entry.household))),
        "trade": entry.attributes.get("trade", ""),
        "where": where(entry, here.site, speech),
        "when": when(entry, speech),
        "valid": valid(entry, speech),
        "expired": entry.valid_until is not None and entry.valid_until < here.today(),
        "more": " · ".join(rest),
    }


def where(entry: Entry, site: Site, speech: str) -> str:
    """The buildings, by name."""
    names = {place.id: place.name.in_language(speech) for place in site.buildings}
    return say("comma", speech).join(names.get(one, one) for one in entry.buildings)


def when(entry: Entry, speech: str) -> str:
    """Days and hours; empty where they are not bounded."""
    days = say("comma", speech).join(say(f"weekday_{number}", speech) for number in entry.weekdays)
    hours = f"{entry.opens or '00:00'}-{entry.closes or '24:00'}" if entry.opens or entry.closes else ""
    return " ".join(filter(None, (days, hours)))


def valid(entry: Entry, speech: str) -> str:
    """From when to when; empty where it always holds."""
    if entry.valid_from is None and entry.valid_until is None:
        return ""
    return f"{entry.valid_from or ''} – {entry.valid_until or say('no_end', speech)}".strip()


def _field(key: str, speech: str) -> str:
    return say(f"f_{key}", speech) if key in {"colour", "vehicle_type", "note", "plate"} else key


def _searched(entry: Entry, site: Site) -> str:
    words = (entry.subject, entry.person, entry.household, *entry.attributes.values())
    return " ".join((*words, *entry.buildings, where(entry, site, "zh"), where(entry, site, "en")))


def _named(given: Mapping[str, str], absent: ListName | None = None) -> ListName:
    word = given.get("list", "") or (absent or "")
    if word not in SHOWN_LISTS:
        if absent is not None:
            return absent
        raise Refused("list_unknown")
    return ListName(word)


# Forms.


def add(conn: Conn, asked: Asked) -> Answer:
    """Put a subject on a list; in lists where it may have several entries this one stands beside the others."""
    name = _named(asked.form)
    cells: dict[Field | str, str] = {Field(key): asked.form[key] for key in ("subject", *FIELDS[name]) if asked.form.get(key)}
    row = read_row(cells, name, asked.here.site)
    if row.mistakes:
        field, sentence = row.mistakes[0]
        raise Refused("row_wrong", told(f"{field}: {sentence}" if field else sentence, language.get()))
    new = by_subject(row.entries)
    how = How.BESIDE if name in SEVERAL else How.NAMED
    change_list(conn, asked.site, name, new, _change(asked, f"add {', '.join(new)} to {name}"), how)
    _tell(conn, asked, "list.add", ", ".join(new), {"list": str(name)})
    return {}


def remove(conn: Conn, asked: Asked) -> Answer:
    """Take a subject off a list, with the reason."""
    name, subject, reason = _named(asked.form), asked.form.get("subject", ""), asked.form.get("reason", "").strip()
    if not reason:
        raise Refused("text_missing")
    if len(reason) > LONGEST_REASON:
        raise Refused("text_long", LONGEST_REASON)
    if remove_subject(conn, asked.site, name, subject, _change(asked, f"remove {subject} from {name}. {reason}")) is None:
        watched = any(entry.subject == subject for entry in entries_of(asked.here, name))
        raise Refused("site_watches" if watched else "thing_unknown", subject[:40])
    _tell(conn, asked, "list.remove", subject, {"list": str(name), "reason": reason})
    return {}


def import_file(conn: Conn, asked: Asked) -> Answer:
    """Read a file into a list, or say what that would do."""
    name, file = _named(asked.form), asked.filled.file
    if file is None:
        raise Refused("file_missing")
    found = list_of(file.data, Path(file.name or "list.csv"), name, asked.here.site)
    if found.mistakes:
        return wrong_file([(one.line, one.sentence) for one in found.mistakes])
    dry, new = asked.form.get("what") != "import", by_subject(found.entries)
    change = _change(asked, f"import {name} from {Path(file.name).name[:80]}")
    made, _ = change_list(conn, asked.site, name, new, change, How.NAMED, dry=dry)
    if made and not dry:
        _tell(conn, asked, "list.import", str(name), {"added": len(made.added), "changed": len(made.changed)})
    return outcome(made.added, made.changed, made.removed, dry=dry)


def _change(asked: Asked, what: str) -> Change:
    return Change(asked.act.who.name, asked.act.now, what)


def _tell(conn: Conn, asked: Asked, action: str, about: str, what: Mapping[str, Any]) -> None:
    append(conn, Fact(asked.act.who.name, asked.act.who.role, action, about, what), asked.act.now)


# Files.


def lists_csv(here: Here, query: Query) -> tuple[bytes, str, str]:
    """The list as CSV, which can be read back."""
    name = _named(query)
    entries = entries_of(here, name)
    headings = headings_of(name, entries)
    return csv_of(headings, rows_of(headings, entries)).encode(), CSV, f"{name}.csv"


def permit_pdf(here: Here, query: Query) -> tuple[bytes, str, str]:
    """A permit to print: all that the subject is permitted, a row each."""
    subject, speech = query.get("subject", ""), language.get()
    entries = [entry for entry in entries_of(here, ListName.PERMITS) if entry.subject == subject]
    if not entries:
        raise Refused("thing_unknown", subject[:40])
    rows = [row for entry in entries for row in permit_rows(entry, here.site, speech)]
    address = f"{here.console.settings.dashboard_at}/lists?list=permits&find={quote(subject, safe='')}"
    notes = [say("permit_show", speech), f"{say('permit_printed', speech)} {here.today()}"]
    site = here.site.name.in_language(speech)
    return permit_paper(Permit(say("permit_title", speech), site, subject, rows, notes, address), speech).pdf, PDF, ""


def permit_rows(entry: Entry, site: Site, speech: str) -> Sequence[tuple[str, str]]:
    """What the permit says."""
    found = (
        ("f_trade", entry.attributes.get("trade", "")),
        ("f_buildings", where(entry, site, speech) or say("all_buildings", speech)),
        ("f_weekdays", when(Entry(subject="-", weekdays=entry.weekdays), speech) or say("every_day", speech)),
        ("f_hours", when(Entry(subject="-", opens=entry.opens, closes=entry.closes), speech) or say("all_day", speech)),
        ("valid", valid(entry, speech) or say("no_end", speech)),
    )
    return [(say(key, speech), text) for key, text in found if text]


LIST_PAGES: Mapping[str, Page] = {"/lists": lists_page}
LIST_FORMS: Mapping[str, Doing] = {"/lists/add": add, "/lists/remove": remove, "/lists/import": import_file}
LIST_FILES: Mapping[str, Made] = {"/lists.csv": lists_csv, "/permit.pdf": permit_pdf}

"""The site's lists as pages: what the rules see is shown and searched; list_forms.py changes, list_files.py hands out.

A list holds plates, households and persons. Whoever keeps lists sees them whole; so does whoever works at the gate the permits,
which are shown there to be checked. All others see enough to recognise, and find what they know whole already.
"""

from collections.abc import Mapping
from typing import Any

from alerts.incidents.incident import Refused
from dashboard.door.access import Visitor
from dashboard.door.accounts import Conn
from dashboard.door.roles import Action, Role, may
from dashboard.front import language
from dashboard.registers.here import Here
from dashboard.registers.pages import Facts, Page, Query
from dashboard.words import say
from schemas.configuration import merged, newest_revision
from schemas.lists import Entry, ListName
from schemas.lists_cells import plate
from schemas.lists_columns import Field
from schemas.lists_row import PLATES
from schemas.lists_store import read_entries
from schemas.masking import masked, text_masked
from schemas.site import Site

SHOWN_LISTS = (ListName.PERMITS, ListName.CARE, ListName.VEHICLES, ListName.PARKING_PERMITS)
MOST = 200
"""Entries on a page: whoever looks for one among more searches."""

_COMMON = (Field.VALID_FROM, Field.VALID_UNTIL, Field.NOTE)
FIELDS: Mapping[ListName, tuple[Field, ...]] = {
    ListName.PERMITS: (Field.TRADE, Field.BUILDINGS, Field.WEEKDAYS, Field.HOURS, *_COMMON),
    ListName.CARE: (Field.BUILDINGS, Field.HOUSEHOLD, *_COMMON),
    ListName.VEHICLES: (Field.HOUSEHOLD, Field.PERSON, Field.COLOUR, Field.VEHICLE_TYPE, *_COMMON),
    ListName.PARKING_PERMITS: (Field.HOUSEHOLD, *_COMMON),
}
"""What the form of a list asks beside the subject."""

NEEDED: Mapping[ListName, tuple[Field, ...]] = {
    ListName.PERMITS: (Field.TRADE, Field.BUILDINGS, Field.VALID_UNTIL),
    ListName.CARE: (Field.BUILDINGS,),
}
"""What must be filled in: a permit is for a work, somewhere, until a day; in a plan people are looked after by building."""

WITH_PLACE = frozenset({ListName.PERMITS, ListName.CARE})


def lists_page(here: Here, visitor: Visitor, query: Query) -> tuple[str, Facts]:
    """One list, or what of it matches; with `subject` what stands of exactly that, as a permit's code asks."""
    name = named(query, ListName.PERMITS)
    whole, find, subject = sees_whole(visitor.role, name), query.get("find", "").strip(), query.get("subject", "")
    every = entries_of(here, name)
    found = [one for one in every if one.subject == subject] if subject else matching(every, find, here, whole=whole)
    return "lists", {
        "asked": f"list={name}&",
        "list": name,
        "lists": SHOWN_LISTS,
        "entries": [shown(entry, here, whole=whole) for entry in found[:MOST]],
        "matching": len(found),
        "total": len(every),
        "most": MOST,
        "find": find,
        "subject": subject,
        "plates": name in PLATES,
        "placed": name in WITH_PLACE,
        "fields": [(str(field), _kind(field), field in NEEDED.get(name, ())) for field in FIELDS[name]],
        "whole": whole,
        "example": ";".join(place.name.in_language(language.get()) for place in here.site.buildings[:2]),
        **_rights(visitor.role, name),
    }


def _rights(role: Role, name: ListName) -> Facts:
    permits = name is ListName.PERMITS
    return {
        "may_add": may(role, Action.ISSUE_PERMITS if permits else Action.CHANGE_REGISTERS),
        "may_print": permits and may(role, Action.ISSUE_PERMITS),
        "may_change": may(role, Action.CHANGE_REGISTERS),
        "may_take": may(role, Action.KEEP_LISTS),
        "may_unmask": may(role, Action.UNMASK_LISTS),
        "add_to": "/permits/issue" if permits else "/lists/add",
        "take_off": "/permits/end" if permits else "/lists/remove",
    }


def _kind(field: Field) -> str:
    return "date" if str(field).startswith("valid_") else "text"


def sees_whole(role: Role, name: ListName) -> bool:
    """Whether this role sees the list's plates, households and persons as they are."""
    return may(role, Action.KEEP_LISTS) or (name is ListName.PERMITS and may(role, Action.WORK_ROUNDS))


def entries_of(here: Here, name: ListName) -> tuple[Entry, ...]:
    """The list as the rules see it."""
    return here.ask(lambda conn: entries_in(conn, here.site, name))


def entries_in(conn: Conn, site: Site, name: ListName) -> tuple[Entry, ...]:
    """The same, in the caller's transaction."""
    return merged(site, read_entries(conn, site.id, newest_revision(conn, site.id))[0]).of(name)


def matching(entries: tuple[Entry, ...], find: str, here: Here, *, whole: bool) -> list[Entry]:
    """What holds the text; who does not see all is found nothing by a part of what is hidden."""
    if whole:
        return [entry for entry in entries if find.lower() in _searched(entry, here.site).lower()]
    known = {find, _as_plate(find)} - {""}
    return [
        entry
        for entry in entries
        if {entry.subject, entry.household} & known or find.lower() in _searched(hidden(entry), here.site).lower()
    ]


def _as_plate(text: str) -> str:
    try:
        return plate(text)
    except ValueError:
        return ""


def hidden(entry: Entry) -> Entry:
    """The entry as it is shown to who does not keep lists."""
    kept = {key: masked(text) if key == "plate" else text_masked(text) for key, text in entry.attributes.items()}
    said = {"subject": masked(entry.subject), "person": masked(entry.person), "household": masked(entry.household)}
    return entry.model_copy(update={**said, "attributes": kept})


def shown(entry: Entry, here: Here, *, whole: bool) -> Mapping[str, Any]:
    """An entry's words in the visitor's language."""
    speech = language.get()
    seen = entry if whole else hidden(entry)
    rest = [f"{_field(key, speech)} {text}" for key, text in seen.attributes.items() if key != "trade"]
    return {
        "subject": seen.subject,
        "who": " · ".join(filter(None, (seen.person, seen.household))),
        "trade": seen.attributes.get("trade", ""),
        "where": where(entry, here.site, speech),
        "when": when(entry, speech),
        "valid": valid(entry, speech),
        "expired": entry.valid_until is not None and entry.valid_until < here.today(),
        "more": " · ".join(rest),
    }


def where(entry: Entry, site: Site, speech: str) -> str:
    """The buildings, by name; one that the site no longer has by its id."""
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
    if entry.valid_from is None:
        return say("until_day", speech, entry.valid_until)
    return f"{entry.valid_from} – {entry.valid_until or say('no_end', speech)}"


def _field(key: str, speech: str) -> str:
    return say(f"f_{key}", speech) if key in {"colour", "vehicle_type", "note", "plate"} else key


def _searched(entry: Entry, site: Site) -> str:
    words = (entry.subject, entry.person, entry.household, *entry.attributes.values())
    return " ".join((*words, *entry.buildings, where(entry, site, "zh"), where(entry, site, "en")))


def named(given: Mapping[str, str], absent: ListName | None = None) -> ListName:
    word = given.get("list", "") or (absent or "")
    if word not in SHOWN_LISTS:
        if absent is not None:
            return absent
        raise Refused("list_unknown")
    return ListName(word)


LIST_PAGES: Mapping[str, Page] = {"/lists": lists_page}

"""What of the site's lists leaves the page: a list as CSV, which is noted; a permit to print."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from alerts.incidents.incident import Refused
from alerts.papers.permit import Permit, permit_paper
from alerts.registers.lists import handed_out
from alerts.registers.sheets import csv_of
from dashboard.door.access import Visitor
from dashboard.door.accounts import Conn
from dashboard.door.actor import actor
from dashboard.door.roles import READ, asked_by
from dashboard.front import language
from dashboard.registers.files import CSV, PDF, Made, Query
from dashboard.registers.here import Here
from dashboard.registers.lists import entries_in, entries_of, named, valid, when, where
from dashboard.words import say
from schemas.lists import Entry, ListName
from schemas.lists_written import headings_of, rows_of
from schemas.site import Site


def lists_csv(here: Here, visitor: Visitor, query: Query) -> tuple[bytes, str, str]:
    """The list as CSV, which can be read back; that it was taken, by whom and how much of it, is in the audit log."""
    name = named(query)

    def taken(conn: Conn) -> tuple[Entry, ...]:
        who = actor(conn, visitor.name, asked_by(READ, "/lists.csv"))
        found = entries_in(conn, here.site, name)
        handed_out(conn, name, len(found), who, here.now())
        return found

    entries = here.ask(taken)
    headings = headings_of(name, entries)
    return csv_of(headings, rows_of(headings, entries)).encode(), CSV, f"{name}.csv"


def permit_pdf(here: Here, visitor: Visitor, query: Query) -> tuple[bytes, str, str]:
    """A permit to print: all that the subject is permitted, a row each."""
    subject, speech = query.get("subject", ""), language.get()
    entries = [entry for entry in entries_of(here, ListName.PERMITS) if entry.subject == subject]
    if not entries:
        raise Refused("thing_unknown", subject[:40])
    rows = [row for entry in entries for row in permit_rows(entry, here.site, speech)]
    address = f"{here.console.settings.dashboard_at}/lists?list=permits&subject={quote(subject, safe='')}"
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


LIST_FILES: Mapping[str, Made] = {"/lists.csv": lists_csv, "/permit.pdf": permit_pdf}

"""What the registers' pages hand out as files: CSV, labels to print, photos."""

from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import UUID

from alerts.incidents.incident import Refused
from alerts.papers.labels import Label, labels_paper
from alerts.registers import looking, store
from alerts.registers.columns import CHECKPOINTS, EXTINGUISHERS
from alerts.registers.sheets import written
from dashboard.door.access import Visitor
from dashboard.front import language
from dashboard.registers.here import Here
from dashboard.words import say

Query = Mapping[str, str]
Made = Callable[[Here, Visitor, Query], tuple[bytes, str, str]]
CSV, PDF, JPEG = "text/csv; charset=utf-8", "application/pdf", "image/jpeg"


def extinguishers_csv(here: Here, visitor: Visitor, query: Query) -> tuple[bytes, str, str]:
    """The register of extinguishers."""
    rows = here.ask(lambda conn: store.extinguishers(conn, here.site.id))
    return written(EXTINGUISHERS, rows).encode(), CSV, "extinguishers.csv"


def checkpoints_csv(here: Here, visitor: Visitor, query: Query) -> tuple[bytes, str, str]:
    """The register of patrol points."""
    rows = here.ask(lambda conn: store.checkpoints(conn, here.site.id))
    return written(CHECKPOINTS, rows).encode(), CSV, "checkpoints.csv"


def extinguisher_labels(here: Here, visitor: Visitor, query: Query) -> tuple[bytes, str, str]:
    """A label for each extinguisher, or for one."""
    speech = language.get()
    rows = here.ask(lambda conn: store.extinguishers(conn, here.site.id))
    made = [
        Label(one.id, one.place, say(f"kind_{one.kind}", speech), address(here, "extinguisher", one.id))
        for one in rows
        if query.get("id", one.id) == one.id
    ]
    return _printed(here, made, "label_extinguisher"), PDF, ""


def checkpoint_labels(here: Here, visitor: Visitor, query: Query) -> tuple[bytes, str, str]:
    """A label for each patrol point, or for one."""
    rows = here.ask(lambda conn: store.checkpoints(conn, here.site.id))
    made = [
        Label(one.id, one.place, "", address(here, "checkpoint", one.id)) for one in rows if query.get("id", one.id) == one.id
    ]
    return _printed(here, made, "label_checkpoint"), PDF, ""


def photo(here: Here, visitor: Visitor, query: Query) -> tuple[bytes, str, str]:
    """A finding's photo."""
    try:
        identity = UUID(query.get("id", ""))
    except ValueError as err:
        raise Refused("thing_unknown", query.get("id", "")[:40]) from err
    found = here.ask(lambda conn: looking.photo_of(conn, here.site.id, identity))
    if found is None:
        raise Refused("thing_unknown", str(identity))
    return found, JPEG, ""


def address(here: Here, page: str, identity: str) -> str:
    """Where a label's code leads."""
    return f"{here.console.settings.dashboard_at}/{page}?id={quote(identity, safe='')}"


def _printed(here: Here, labels: list[Label], key: str) -> bytes:
    if not labels:
        raise Refused("nothing_to_print")
    speech = language.get()
    return labels_paper(labels, say(key, speech), here.site.name.in_language(speech), speech).pdf


FILES: Mapping[str, Made] = {
    "/extinguishers.csv": extinguishers_csv,
    "/extinguishers/labels.pdf": extinguisher_labels,
    "/checkpoints.csv": checkpoints_csv,
    "/checkpoints/labels.pdf": checkpoint_labels,
    "/photo": photo,
}

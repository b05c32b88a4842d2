"""A work permit on half a page: who may work where, when and until when, with a code that shows the entry as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.papers.codes import qr
from alerts.papers.typeset import Typeset, typeset

TEMPLATE = "permit.typ"


@dataclass(frozen=True, slots=True)
class Permit:
    """What is printed, in one language: the subject, rows of (label, text), and where the code leads."""

    title: str
    site: str
    subject: str
    rows: Sequence[tuple[str, str]]
    notes: Sequence[str]
    address: str


def permit_paper(permit: Permit, language: str) -> Typeset:
    """The permit as PDF."""
    return typeset(TEMPLATE, permit_data(permit, language))


def permit_data(permit: Permit, language: str) -> Mapping[str, Any]:
    """What stands on the page."""
    said = {"title": permit.title, "site": permit.site, "subject": permit.subject}
    return {**said, "language": language, "rows": list(permit.rows), "notes": list(permit.notes), "code": qr(permit.address)}

"""Labels with a QR code, to be cut and stuck where a thing of a register stands: 24 a page of A4."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alerts.papers.codes import qr
from alerts.papers.typeset import Typeset, typeset

TEMPLATE = "labels.typ"


@dataclass(frozen=True, slots=True)
class Label:
    """One label: what is read by eye, and where the code leads."""

    id: str
    place: str
    what: str
    address: str


def labels_paper(labels: Iterable[Label], title: str, site: str, language: str) -> Typeset:
    """The labels as PDF."""
    return typeset(TEMPLATE, labels_data(labels, title, site, language))


def labels_data(labels: Iterable[Label], title: str, site: str, language: str) -> Mapping[str, Any]:
    """What stands on the pages."""
    rows = [{"id": one.id, "place": one.place, "what": one.what, "code": qr(one.address)} for one in labels]
    return {"language": language, "title": title, "site": site, "labels": rows}

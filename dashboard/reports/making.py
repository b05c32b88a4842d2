"""The report of an incident as the screens would tell it, and its paper, whose making is written into the audit log."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import psycopg

from alerts.attachments import store as attachments
from alerts.attachments.content import JPEG
from alerts.incidents.incident import BY_HAND, Who
from alerts.papers.report import report_paper
from alerts.reports import store
from alerts.reports.model import Naming, Report
from alerts.reports.report import report
from alerts.reports.telling import Language
from dashboard.door.accounts import Conn
from dashboard.door.roles import ROLE_NAMES, Role
from dashboard.incidents.sentences import REASONS, Entry, said
from dashboard.names import Names
from dashboard.words import WORDS
from schemas.masking import masked, text_masked
from schemas.rules import load_catalogue
from schemas.site import Name, Site


@dataclass(frozen=True, slots=True)
class Maker:
    """What making needs: the names, a way to the database, the time."""

    names: Names
    connect: Callable[[], Conn]
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Made:
    """A paper that the audit log knows."""

    pdf: bytes
    number: int
    pages: int


def names_of(site: Site) -> Names:
    """What things are called at a site: its own names and the catalogue's."""
    rules = {rule.id: rule.name for rule in load_catalogue().values()}
    return Names(site, {**rules, BY_HAND: Name("人工启动", "Opened by hand")})


def read(maker: Maker, identity: UUID) -> Report:
    """The report as of now; Refused where there is no such incident."""
    with _moment(maker) as conn:
        rows = store.gathered(conn, maker.names.site.id, identity)
    return report(rows, naming(maker.names))


def _gathered(maker: Maker, identity: UUID) -> tuple[Report, Mapping[str, bytes]]:
    """The report and its pictures, of one moment."""
    with _moment(maker) as conn:
        rows = store.gathered(conn, maker.names.site.id, identity)
        bodies = attachments.bodies(conn, [one.id for one in rows.attachments if one.kind == JPEG])
    return report(rows, naming(maker.names)), {str(one): jpeg for one, jpeg in bodies.items()}


@contextmanager
def _moment(maker: Maker) -> Iterator[Conn]:
    with maker.connect() as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield conn


def make(maker: Maker, identity: UUID, language: Language, who: Who) -> Made:
    """The report as PDF. It is laid out before the incident is held, so that nobody who works on it waits for that."""
    (found, pictures), site = _gathered(maker, identity), maker.names.site
    paper = report_paper(found, language, site, pictures)
    known = store.Paper(sha256(paper.pdf).hexdigest(), language, found.covers.seq)
    with maker.connect() as conn:
        store.prove(conn, site.id, identity, known, who, maker.clock())
    return Made(paper.pdf, found.head.number, paper.pages)


def naming(names: Names) -> Naming:
    """The screens' names, sentences and masks."""
    return Naming(
        rule=names.rule,
        device=names.device,
        where=lambda device, building: names.where(device, building or names.site.building_of(device)),
        role=_role,
        severity=lambda severity: WORDS[f"p{severity}"],
        reason=lambda reason: REASONS.get(reason, Name(reason, reason)),
        said=lambda entry: _said(names, entry),
        masked=masked,
        shown=lambda text: _shown(names, text),
        plain=text_masked,
    )


def _said(names: Names, entry: Entry) -> tuple[Name, Name]:
    sentence = said(entry, names.rule, names.device)
    return sentence.says, sentence.detail


def _role(role: str) -> Name:
    with suppress(ValueError):
        return ROLE_NAMES[Role(role)]
    return Name("", "")


def _shown(names: Names, text: str) -> Name:
    if text in names.site.devices:
        return names.device(text)
    place = names.site.places.get(text)
    return place.name if place else Name(masked(text), masked(text))

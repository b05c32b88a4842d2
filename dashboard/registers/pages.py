"""What the pages of extinguishers and rounds show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from alerts.incidents.incident import Refused
from alerts.registers import looking, news, store
from alerts.registers.extinguishers import SOON_DAYS, Due, Extinguisher, Kind, Look, Point, dues
from alerts.registers.looking import Finding, Inspection
from alerts.registers.rounds import Checkpoint, Passed, Rate, Slot, passed, rate, slots
from dashboard.door.access import Visitor
from dashboard.door.accounts import Conn
from dashboard.door.roles import Action, may
from dashboard.registers.here import Here

Query = Mapping[str, str]
Facts = Mapping[str, Any]
Page = Callable[[Here, Visitor, Query], tuple[str, Facts]]

RATE_DAYS = 90
"""The rate is that of a quarter: what was found before it is history."""

LOOKS_SHOWN = 12
DUE_IN_DAYS = 7
"""What a finding's form proposes."""

LOUD = {Passed.MISSED: 0, Passed.OPEN: 1, Passed.COMING: 2, Passed.DONE: 3}


@dataclass(frozen=True, slots=True)
class Listed:
    """An extinguisher with what falls due next."""

    one: Extinguisher
    due: Due
    state: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A window of today, how it stands, and when it was kept."""

    slot: Slot
    passed: Passed
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Round:
    """A checkpoint with today's windows."""

    point: Checkpoint
    today: Sequence[Stands]


def _rights(visitor: Visitor) -> Facts:
    return {
        "may_change": may(visitor.role, Action.CHANGE_REGISTERS),
        "may_work": may(visitor.role, Action.WORK_ROUNDS),
    }


def listed(one: Extinguisher, today: date) -> Listed:
    """What falls due next, and whether it is overdue or soon."""
    due = dues(one)[0]
    soon = due.day <= today + timedelta(days=SOON_DAYS)
    return Listed(one, due, "overdue" if due.day < today else "soon" if soon else "fine")


def extinguishers(here: Here, visitor: Visitor, query: Query) -> tuple[str, Facts]:
    """The register, what is due first standing first."""
    find = query.get("find", "").strip()
    every = [listed(one, here.today()) for one in here.ask(lambda conn: store.extinguishers(conn, here.site.id))]
    rows = [row for row in every if find.lower() in f"{row.one.id} {row.one.place}".lower()]
    counts = {state: sum(row.state == state for row in every) for state in ("overdue", "soon")}
    return "extinguishers", {
        **_rights(visitor),
        "rows": sorted(rows, key=lambda row: (row.due.day, row.one.id)),
        "find": find,
        "total": len(every),
        "counts": counts,
        "kinds": list(Kind),
        "every": list(Look),
        "today": here.today(),
    }


def extinguisher(here: Here, visitor: Visitor, query: Query) -> tuple[str, Facts]:
    """One, as it is reached by its code: the form of the inspection, the last ones."""

    def read(conn: Conn) -> tuple[Extinguisher, list[Inspection]] | None:
        try:
            one = store.extinguisher(conn, here.site.id, query.get("id", ""))
        except Refused:
            return None
        return one, looking.looks(conn, here.site.id, one.id, LOOKS_SHOWN)

    found = None if "\0" in query.get("id", "") else here.ask(read)
    if found is None:
        return "unknown", {"section": "/extinguishers", "heading": query.get("id", "")[:40] or "?", "back": "/extinguishers"}
    one, looks = found
    return "extinguisher", {
        **_rights(visitor),
        **_form(here, visitor, "/extinguishers", one.id),
        "row": listed(one, here.today()),
        "dues": dues(one),
        "points": list(Point),
        "looks": looks,
        "seen": looks[0].id if looks else "",
    }


def patrols(here: Here, visitor: Visitor, query: Query) -> tuple[str, Facts]:
    """Today's rounds, what was found, the rate."""
    now = here.now()

    def read(conn: Conn) -> tuple[list[Checkpoint], Mapping[str, list[datetime]], list[Finding]]:
        visits = news.visits_since(conn, here.site.id, now - timedelta(days=3))
        found = looking.findings(conn, here.site.id, now - timedelta(days=RATE_DAYS))
        return store.checkpoints(conn, here.site.id), visits, found

    points, visits, findings = here.ask(read)
    rounds = [Round(point, today_of(here, point, visits.get(point.id, ()))) for point in points]
    stands = [one.passed for round_ in rounds for one in round_.today]
    return "patrols", {
        **_rights(visitor),
        "rounds": sorted(rounds, key=_loudest),
        "counts": {str(state): stands.count(state) for state in Passed},
        "findings": findings,
        "rate": rate_of(findings, here.today()),
        "days": RATE_DAYS,
        "today": here.today(),
    }


def checkpoint(here: Here, visitor: Visitor, query: Query) -> tuple[str, Facts]:
    """One, as it is reached by its code."""
    identity = query.get("id", "")

    def read(conn: Conn) -> tuple[Checkpoint | None, Mapping[str, list[datetime]], list[Finding]]:
        point = next((one for one in store.checkpoints(conn, here.site.id) if one.id == identity), None)
        visits = news.visits_since(conn, here.site.id, here.now() - timedelta(days=3))
        return point, visits, looking.findings(conn, here.site.id, here.now())

    point, visits, findings = here.ask(read)
    if point is None:
        return "unknown", {"section": "/patrols", "heading": identity[:40] or "?", "back": "/patrols"}
    seen = visits.get(point.id, [])
    return "checkpoint", {
        **_rights(visitor),
        **_form(here, visitor, "/patrols", point.id),
        "point": point,
        "stands": today_of(here, point, seen),
        "last": seen[-1] if seen else None,
        "open_ones": [one for one in findings if one.register == "checkpoint" and one.thing == point.id],
    }


def today_of(here: Here, point: Checkpoint, visits: Sequence[datetime]) -> list[Stands]:
    """The windows that begin today, and last night's that end today."""
    today, now = here.today(), here.now()
    midnight = datetime(today.year, today.month, today.day, tzinfo=here.zone)
    made = slots(point, here.zone, today - timedelta(days=1), today)
    return [
        Stands(slot, passed(slot, visits, now), next((at for at in visits if slot.begins <= at < slot.ends), None))
        for slot in made
        if slot.ends > midnight
    ]


def rate_of(findings: Sequence[Finding], today: date) -> Rate:
    """The rate of these findings."""
    return rate([(one.due_on, one.rectified_on) for one in findings], today)


def _loudest(one: Round) -> tuple[int, str]:
    return min((LOUD[stands.passed] for stands in one.today), default=9), one.point.id


def _form(here: Here, visitor: Visitor, section: str, identity: str) -> Facts:
    """What a phone's page has: its place in the navigation, an id for the form, what a finding proposes."""
    return {
        "section": section,
        "asked": f"id={quote(identity, safe='')}&",
        "heading": identity,
        "once": here.new_id(),
        "once_finding": here.new_id(),
        "owner": visitor.name,
        "due_day": here.today() + timedelta(days=DUE_IN_DAYS),
        "today": here.today(),
    }


SHOWN: Mapping[str, Page] = {
    "/extinguishers": extinguishers,
    "/extinguisher": extinguisher,
    "/patrols": patrols,
    "/checkpoint": checkpoint,
}

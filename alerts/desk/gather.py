"""One turn of the desk: a few alerts become incidents, in one transaction; then what ended or changed is noted."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from alerts import mutes
from alerts.desk import reading
from alerts.incidents import store
from alerts.incidents.grouping import belongs_to, keys_of, placed
from alerts.incidents.incident import DESK, Incident, Told
from alerts.incidents.lifecycle import Clear, Close, Follow, Occur, Regrade, changes
from alerts.incidents.together import opened
from alerts.plans import store as plans
from alerts.plans.scene import Surroundings, fill_for
from schemas.errors import GatehouseError
from schemas.incidents import Reason, State
from schemas.plans.model import Plan
from schemas.site import Site

Conn = psycopg.Connection[Any]
log = logging.getLogger(__name__)


AGAIN = timedelta(minutes=1)
ONCE_KEPT = timedelta(days=7)  # longer than a telephone keeps anything
SPOILT = (psycopg.DataError, psycopg.IntegrityError, GatehouseError, ValueError)
"""What one row can be wrong with; a database that is away is none of these."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a turn needs. `closes_as`: by rule, as what its incidents close by themselves when all their alerts have ended;
    `stream_time`: how far what is stored has come, None where no stream tells a time."""

    around: Surroundings
    plans: Mapping[str, Plan]
    closes_as: Mapping[str, Reason]
    clock: Callable[[], datetime]
    stream_time: Callable[[Conn], datetime | None] = lambda conn: None
    spoilt: dict[UUID, datetime] = field(default_factory=dict)

    def spoil(self, identity: UUID, now: datetime, err: Exception) -> None:
        """Leave an alert or a plan alone for a while: it cannot be dealt with, and nothing else shall wait for it."""
        log.error("%s cannot be dealt with, it is tried again in %s: %s", identity, AGAIN, err)
        self.spoilt[identity] = now + AGAIN

    def is_spoilt(self, identity: UUID, now: datetime) -> bool:
        """Whether it is left alone at the moment."""
        return now < self.spoilt.get(identity, now)

    @property
    def site(self) -> Site:
        """The site whose desk this is."""
        return self.around.site


class Known(NamedTuple):
    """What a transaction knows: the incidents that live, the mutes, and children that wait for all of their kind, by cause."""

    live: dict[UUID, Incident]
    quiet: list[mutes.Mute]
    children: dict[UUID, list[Told]]


def turn(desk: Desk, conn: Conn) -> bool:
    """Take what is new, end what ended; whether there may be more at once."""
    with conn.transaction():
        more = _take_new(desk, conn)
    with conn.transaction():
        more = _note_ends(desk, conn) or more
    with conn.transaction():
        more = _note_grades(desk, conn) or more
    with conn.transaction():
        _remind(desk, conn)
    if not more:  # what was raised while they held is all placed
        with conn.transaction():
            _end_mutes(desk, conn)
    _strike(desk, conn)
    return more


def _strike(desk: Desk, conn: Conn) -> None:
    """Let the clocks of plans speak, each in a transaction of its own."""
    for incident in plans.due(conn, desk.site.id, desk.clock()):
        if desk.is_spoilt(incident, desk.clock()):
            continue
        try:
            with conn.transaction():
                plans.strike(conn, desk.site.id, incident, desk.clock())
        except SPOILT as err:
            desk.spoil(incident, desk.clock(), err)


def _take_new(desk: Desk, conn: Conn) -> bool:
    now, site = desk.clock(), desk.site
    news = reading.news(conn, site, now)
    alerts = [placed(alert, desk.plans, site) for alert in news.alerts if not desk.is_spoilt(alert.id, now)]
    if alerts:
        _place_all(desk, conn, alerts, now)
    spoilt = any(desk.is_spoilt(alert.id, now) for alert in news.alerts)
    if news.read_until is not None and not spoilt:  # what could not be dealt with is to be found again
        reading.keep_progress(conn, site.id, news.read_until)
    return bool(alerts)  # children of these may have a place now, or what a mute that ended held back


def _place_all(desk: Desk, conn: Conn, alerts: Sequence[Told], now: datetime) -> None:
    """Give each its place."""
    known = _known(desk, conn, alerts, now)
    for alert in alerts:
        try:
            with conn.transaction():
                _place(desk, conn, known, alert, now)
        except SPOILT as err:
            desk.spoil(alert.id, now, err)
            known = _known(desk, conn, alerts, now)._replace(children=known.children)
    for cause, children in known.children.items():
        _tell_children(conn, known.live, cause, children, now)


def _known(desk: Desk, conn: Conn, alerts: Sequence[Told], now: datetime) -> Known:
    """What there is, held in the order that everybody holds in: incidents, mutes, numbers; the audit log comes last."""
    live = {incident.id: incident for incident in store.unclosed(conn, desk.site.id, hold=True)}
    quiet = mutes.unended(conn, desk.site.id, min(now, *(alert.raised_at for alert in alerts)), hold=True)
    store.hold_numbers(conn, desk.site.id)
    in_a_plan = any(_in_a_plan(incident) for incident in live.values())
    return Known(live, [] if in_a_plan else quiet, {})


def _place(desk: Desk, conn: Conn, known: Known, alert: Told, now: datetime) -> None:
    """Give an alert its place: under its cause, behind a mute, in an incident that lives, or in one of its own."""
    if (cause := reading.incident_of(conn, alert.parent) if alert.parent else None) is not None:
        store.belong(conn, cause, alert, child=True)  # at once: what follows from this one may be next
        known.children.setdefault(cause, []).append(alert)
        return
    mute = mutes.held_by(alert, known.quiet) or (mutes.which_holds(conn, alert.parent) if alert.parent else None)
    if mute is not None:
        mutes.hold_back(conn, mute, alert)
        return
    incident = _join(desk, conn, known.live, alert, now)
    before = known.live.get(incident.id)
    if incident.plan in desk.plans and (before is None or before.plan is None):
        incident = _open_plan(desk, conn, incident, now)
        if not incident.drill:
            known.quiet.clear()  # they have ended
    known.live[incident.id] = incident


def _in_a_plan(incident: Incident) -> bool:
    """While the site is in a plan that is no drill, nothing is held back."""
    return incident.plan_open and not incident.drill


def _open_plan(desk: Desk, conn: Conn, incident: Incident, now: datetime) -> Incident:
    assert incident.plan is not None
    fill = fill_for(conn, desk.around, incident)
    return plans.open_plan(conn, incident, plans.Opening(desk.plans[incident.plan], desk.site.timezone, fill), DESK, now)


def _join(desk: Desk, conn: Conn, live: Mapping[UUID, Incident], alert: Told, now: datetime) -> Incident:
    joined = belongs_to(alert, live.values())
    if joined is not None:
        incident = store.act(conn, joined, Occur(alert, keys_of(alert)), DESK, now)
    else:
        incident = store.write(conn, opened(conn, desk.site.id, alert), DESK, now)
    store.belong(conn, incident.id, alert)
    return incident


def _tell_children(conn: Conn, live: dict[UUID, Incident], cause: UUID, alerts: Sequence[Told], now: datetime) -> None:
    """Count children in their cause's incident; where that is closed they are there and nobody is told."""
    if cause in live:
        live[cause] = store.act(conn, live[cause], Follow(tuple(alerts)), DESK, now)


def _note_ends(desk: Desk, conn: Conn) -> bool:
    found, now = reading.ended(conn, desk.site.id), desk.clock()
    held = _held(desk, conn, (one.incident for one in found))
    if held:
        found = [one for one in reading.ended(conn, desk.site.id) if one.incident in held]  # a split may have come between
    for one in found:
        left = reading.note_end(conn, one.alert, one.at).left
        if not one.child and held[one.incident].state is not State.CLOSED:
            held[one.incident] = _note_end(desk, conn, held[one.incident], one.alert, left, now)
    return len(found) == reading.AT_ONCE


def _held(desk: Desk, conn: Conn, ids: Iterable[UUID]) -> dict[UUID, Incident]:
    wanted = set(ids)
    return dict(store.locked(conn, desk.site.id, *wanted)) if wanted else {}


def _note_end(desk: Desk, conn: Conn, incident: Incident, alert: UUID, left: int, now: datetime) -> Incident:
    """Say that a told alert ended; close its incident with the last of them where the rules of all say so and no plan is on."""
    incident = store.act(conn, incident, Clear(alert, left), DESK, now)
    reason = desk.closes_as.get(incident.rule)
    if left or reason is None or incident.plan is not None:
        return incident
    if reading.rules_of(conn, incident.id) <= desk.closes_as.keys():
        return store.act(conn, incident, Close(Reason.DRILL if incident.drill else reason), DESK, now)
    return incident


def _note_grades(desk: Desk, conn: Conn) -> bool:
    found, now = reading.regraded(conn, desk.site.id), desk.clock()
    held = _held(desk, conn, (identity for identity, _, _ in found))
    if held:
        found = [one for one in reading.regraded(conn, desk.site.id) if one[0] in held]
    for identity, alert, severity in found:
        worst, incident = reading.note_grade(conn, alert, severity).worst, held[identity]
        if incident.state is not State.CLOSED and worst is not None and changes(incident, worst):
            held[identity] = store.act(conn, incident, Regrade(worst, alert), DESK, now)
    return len(found) == reading.AT_ONCE


def _end_mutes(desk: Desk, conn: Conn) -> None:
    now = desk.clock()
    mutes.end_over(conn, desk.site.id, min(now, desk.stream_time(conn) or now), now)


def _remind(desk: Desk, conn: Conn) -> None:
    now = desk.clock()
    for mute in mutes.due_reminders(mutes.unended(conn, desk.site.id, now, hold=True), now):
        mutes.remind(conn, mute, now)
    conn.execute("delete from done_once where done_at < %s", (now - ONCE_KEPT,))

"""What may be done to an incident, as pure functions: the incident as it stands and an act give a change, or Refused.

open → acknowledged → resolved → closed. Taking is acknowledging; one owner at a time. Who directs may act on what others own;
nobody else may. A closed incident takes remarks and nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from alerts.incidents.incident import Change, Incident, Refused, Told, Who
from alerts.words import kept
from schemas.alerts import Severity
from schemas.incidents import Reason, State


@dataclass(frozen=True, slots=True)
class Take:
    """Make it mine; that acknowledges it."""


@dataclass(frozen=True, slots=True)
class HandOn:
    """Make it somebody else's."""

    to: str


@dataclass(frozen=True, slots=True)
class Resolve:
    """What was wrong is put right."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """It was not."""

    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """Say what it was, and be done."""

    reason: Reason
    text: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to remember."""

    text: str


@dataclass(frozen=True, slots=True)
class Grade:
    """Another severity, with the reason."""

    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class MergeInto:
    """It is the same thing as another incident."""

    other: Incident


@dataclass(frozen=True, slots=True)
class Absorb:
    """The other side of a merge: so many alerts come here."""

    other: Incident


@dataclass(frozen=True, slots=True)
class Left:
    """What stays of an incident: told alerts, children, the worst severity and the newest time of the told ones."""

    told: int
    children: int
    worst: Severity | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """Some of its alerts are another thing: they leave for a new incident. `left` says what stays, never nothing."""

    gone: tuple[Told, ...]
    left: Left
    to: UUID


@dataclass(frozen=True, slots=True)
class Occur:
    """An alert that belongs here."""

    alert: Told
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Follow:
    """Alerts that follow from one of ours: counted, not told."""

    alerts: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Clear:
    """One of its alerts ended; `left` are still open."""

    alert: UUID
    left: int


@dataclass(frozen=True, slots=True)
class Regrade:
    """Its alerts' worst severity is another one now."""

    severity: Severity
    alert: UUID


def changes(incident: Incident, worst: Severity) -> bool:
    """Whether its alerts' worst severity changes the incident's: a person's word stands until an alert is worse than it."""
    return worst < incident.severity if incident.severity_by else worst != incident.severity


def step(incident: Incident, act: Any, who: Who, now: datetime) -> Change:
    """What the act makes of the incident; Refused where it may not be."""
    change = ACTS[type(act)](incident, act, who, now)
    return replace(change, incident=replace(change.incident, version=incident.version + 1))


def _take(incident: Incident, act: Take, who: Who, now: datetime) -> Change:
    _alive(incident)
    if incident.owner == who.name and incident.state is not State.OPEN:
        raise Refused("incident_yours", incident.number)
    if incident.owner not in (None, who.name) and not who.directs:
        raise Refused("incident_taken", incident.owner)
    if incident.state is State.RESOLVED:
        raise Refused("incident_resolved", incident.number)
    taken = replace(incident, owner=who.name, state=State.ACKNOWLEDGED, acknowledged_at=incident.acknowledged_at or now)
    return Change(taken, "incident.take", {"from": incident.owner} if incident.owner else {})


def _hand_on(incident: Incident, act: HandOn, who: Who, now: datetime) -> Change:
    _alive(incident)
    _theirs(incident, who)
    if act.to == incident.owner:
        raise Refused("incident_owned_by", act.to)
    seen = replace(incident, acknowledged_at=incident.acknowledged_at or now)
    state = State.ACKNOWLEDGED if incident.state is State.OPEN else incident.state
    return Change(replace(seen, owner=act.to, state=state), "incident.hand_on", {"to": act.to, "from": incident.owner})


def _resolve(incident: Incident, act: Resolve, who: Who, now: datetime) -> Change:
    _alive(incident)
    _theirs(incident, who)
    if incident.state is State.RESOLVED:
        raise Refused("incident_resolved", incident.number)
    _plan_over(incident)
    return Change(replace(incident, state=State.RESOLVED, resolved_at=now), "incident.resolve", _said(act.text))


def _reopen(incident: Incident, act: Reopen, who: Who, now: datetime) -> Change:
    _alive(incident)
    if incident.state is not State.RESOLVED:
        raise Refused("incident_not_resolved", incident.number)
    state = State.ACKNOWLEDGED if incident.owner else State.OPEN
    return Change(replace(incident, state=state, resolved_at=None), "incident.reopen", _said(act.text, needed=True))


def _close(incident: Incident, act: Close, who: Who, now: datetime) -> Change:
    _alive(incident)
    _theirs(incident, who)
    _plan_over(incident)
    if incident.plan is not None and not who.directs:
        raise Refused("close_directs")
    if (act.reason is Reason.DRILL) != incident.drill:
        raise Refused("reason_is_drill" if incident.drill else "reason_no_drill")
    closed = replace(incident, state=State.CLOSED, reason=act.reason, closed_at=now, resolved_at=incident.resolved_at or now)
    return Change(closed, "incident.close", {"reason": str(act.reason), **_said(act.text)})


def _remark(incident: Incident, act: Remark, who: Who, now: datetime) -> Change:
    return Change(incident, "incident.remark", _said(act.text, needed=True))


def _grade(incident: Incident, act: Grade, who: Who, now: datetime) -> Change:
    _alive(incident)
    if act.severity == incident.severity:
        raise Refused("severity_same", int(act.severity))
    if act.severity > incident.severity and not who.directs:
        raise Refused("severity_lower")
    graded = replace(incident, severity=act.severity, severity_by=who.name)
    return Change(graded, "incident.severity", {**_graded(incident, act.severity), **_said(act.text, needed=True)})


def _merge_into(incident: Incident, act: MergeInto, who: Who, now: datetime) -> Change:
    _alive(incident)
    _theirs(incident, who)
    _alive(act.other)
    if incident.id == act.other.id:
        raise Refused("merge_itself")
    if incident.drill != act.other.drill:
        raise Refused("merge_drill")
    _plan_over(incident)
    if incident.plan is not None and not who.directs:
        raise Refused("close_directs")
    closed = replace(
        incident,
        state=State.CLOSED,
        reason=Reason.DRILL if incident.drill else Reason.DUPLICATE,
        closed_at=now,
        resolved_at=incident.resolved_at or now,
        merged_into=act.other.id,
        keys=(),
    )
    return Change(closed, "incident.merge", {"into": str(act.other.id), "number": act.other.number})


def _absorb(incident: Incident, act: Absorb, who: Who, now: datetime) -> Change:
    other = act.other
    whole = replace(
        incident,
        severity=incident.severity if incident.severity_by else min(incident.severity, other.severity),
        keys=_joined(incident.keys, _portable(incident, other)),
        occurrences=incident.occurrences + other.occurrences,
        children=incident.children + other.children,
        last_at=max(incident.last_at, other.last_at),
    )
    return Change(whole, "incident.absorb", {"of": str(other.id), "number": other.number})


def _portable(incident: Incident, other: Incident) -> tuple[str, ...]:
    """The keys that come along: the plan of another place would be worked for this one."""
    here = other.building == incident.building if other.building or incident.building else other.device == incident.device
    return tuple(key for key in other.keys if here or "plan " not in key)


def _part(incident: Incident, act: Part, who: Who, now: datetime) -> Change:
    _alive(incident)
    _theirs(incident, who)
    stays = act.left
    if not act.gone or stays.worst is None or stays.last_at is None:
        raise Refused("split_some")
    left = replace(
        incident,
        severity=incident.severity if incident.severity_by else stays.worst,
        occurrences=stays.told,
        children=stays.children,
        last_at=stays.last_at,
    )
    return Change(left, "incident.split", {"to": str(act.to), "alerts": [str(alert.id) for alert in act.gone]})


def _occur(incident: Incident, act: Occur, who: Who, now: datetime) -> Change:
    alert, again = act.alert, incident.state is State.RESOLVED
    grown = replace(
        incident,
        severity=_worse(incident, alert.severity),
        severity_by="" if alert.severity < incident.severity else incident.severity_by,
        plan=incident.plan or alert.plan,
        keys=_joined(incident.keys, act.keys),
        occurrences=incident.occurrences + 1,
        last_at=max(incident.last_at, alert.raised_at),
        state=State.OPEN if again else incident.state,
        resolved_at=None,
    )
    what = {"rule": alert.rule, "device": alert.device, "alert": str(alert.id), "raised_at": alert.raised_at.isoformat()}
    risen = _graded(incident, grown.severity) if grown.severity != incident.severity else {}
    return Change(grown, "incident.again" if again else "incident.alert", {**what, **risen})


def _follow(incident: Incident, act: Follow, who: Who, now: datetime) -> Change:
    devices = sorted({alert.device for alert in act.alerts})
    what = {"n": len(act.alerts), "devices": devices}
    return Change(replace(incident, children=incident.children + len(act.alerts)), "incident.follow", what)


def _clear(incident: Incident, act: Clear, who: Who, now: datetime) -> Change:
    return Change(incident, "incident.cleared", {"alert": str(act.alert), "left": act.left})


def _regrade(incident: Incident, act: Regrade, who: Who, now: datetime) -> Change:
    if not changes(incident, act.severity):
        raise Refused("severity_same", int(act.severity))
    what = {**_graded(incident, act.severity), "alert": str(act.alert)}
    return Change(replace(incident, severity=act.severity, severity_by=""), "incident.severity", what)


def _worse(incident: Incident, severity: Severity) -> Severity:
    return min(incident.severity, severity)


def _graded(incident: Incident, severity: Severity) -> Mapping[str, int]:
    return {"from": int(incident.severity), "to": int(severity)}


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _alive(incident: Incident) -> None:
    if incident.state is State.CLOSED:
        raise Refused("incident_closed", incident.number)


def _plan_over(incident: Incident) -> None:
    if incident.plan_open:
        raise Refused("plan_open")


def _theirs(incident: Incident, who: Who) -> None:
    if who.directs or incident.owner == who.name:
        return
    raise Refused("incident_take_first") if incident.owner is None else Refused("incident_not_yours", incident.owner)


def _said(text: str, *, needed: bool = False) -> Mapping[str, str]:
    return {"text": words} if (words := kept(text, needed=needed)) else {}


ACTS: Mapping[type, Callable[[Incident, Any, Who, datetime], Change]] = {
    Take: _take,
    HandOn: _hand_on,
    Resolve: _resolve,
    Reopen: _reopen,
    Close: _close,
    Remark: _remark,
    Grade: _grade,
    MergeInto: _merge_into,
    Absorb: _absorb,
    Part: _part,
    Occur: _occur,
    Follow: _follow,
    Clear: _clear,
    Regrade: _regrade,
}

"""What needs a hand first, and which plan takes the stage. Pure.

`in_order` is the order of the console's list; desk-order.js is its twin. An alert that the desk has not placed yet stands among
the incidents as the one that it opens: nobody's, of its own severity, with the id that its incident will have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from alerts.incidents.incident import id_from
from alerts.rows import AlertRow
from schemas.alerts import Severity
from schemas.incidents import State
from schemas.site import Site

SOON = timedelta(seconds=30)
"""A step due within this needs a hand."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An incident as lists show it. `number` is None where the desk has not placed the alert yet; `live`: nobody has taken it,
    and an alert of it is open or it never had one; `plan` is the summary of its plan, `plan_open`: it runs."""

    id: UUID
    number: int | None
    version: int
    state: str
    severity: int
    rule: str
    device: str
    building: str
    subject: str | None
    drill: bool
    owner: str | None
    opened_at: datetime
    last_at: datetime
    occurrences: int
    live: bool
    plan_open: bool = False
    plan: Mapping[str, Any] = field(default_factory=dict)
    closed_at: datetime | None = None

    @property
    def dues(self) -> Sequence[datetime]:
        """When the open steps of its plan are due."""
        return [datetime.fromisoformat(due) for due in self.plan.get("dues", ())]

    def late(self, now: datetime) -> int:
        """How many steps are overdue."""
        return sum(due < now for due in self.dues)


class Group(IntEnum):
    """What an incident waits for, the most pressing first."""

    HAND = 0
    TIME = 1
    WAIT = 2


def group_of(one: Standing, now: datetime) -> Group:
    """Overdue, or severe enough and nobody's or due soon, needs a hand; what is resolved or low can wait."""
    if one.late(now):
        return Group.HAND
    if one.state == State.RESOLVED or one.severity >= Severity.LOW:
        return Group.WAIT
    due = _next_due(one)
    return Group.HAND if not one.owner or (due is not None and due - now < SOON) else Group.TIME


def in_order(those: Iterable[Standing], now: datetime) -> list[Standing]:
    """What needs a hand first: what is real, by group, what has time by its next step's, then severity, the oldest."""

    def key(one: Standing) -> tuple[Any, ...]:
        group, due = group_of(one, now), _next_due(one)
        timed = group is Group.TIME and due is not None and not one.drill
        wait_s = due.timestamp() if timed and due else float("inf")
        return one.drill, group, wait_s, one.severity, one.opened_at, one.number or float("inf"), one.id

    return sorted(those, key=key)


def on_stage(those: Iterable[Standing], now: datetime) -> list[Standing]:
    """Who needs the room first: what is real, severity, what nobody has taken, what is overdue, the newest."""

    def key(one: Standing) -> tuple[Any, ...]:
        taken = one.state != State.OPEN
        return one.drill, one.severity, taken, not one.late(now), -one.opened_at.timestamp(), one.id

    return sorted(those, key=key)


def unplaced(site: Site, alert: AlertRow) -> Standing:
    """An alert without an incident, as the incident that it opens."""
    return Standing(
        id=id_from(site.id, alert.id),
        number=None,
        version=0,
        state=State.OPEN,
        severity=alert.severity,
        rule=alert.rule,
        device=alert.device,
        building=site.building_of(alert.device),
        subject=alert.subject,
        drill=alert.drill,
        owner=None,
        opened_at=alert.raised_at,
        last_at=alert.raised_at,
        occurrences=1,
        live=alert.cleared_at is None,
        closed_at=alert.cleared_at,
    )


def _next_due(one: Standing) -> datetime | None:
    due = (one.plan.get("next") or {}).get("due_at")
    return datetime.fromisoformat(due) if due else None

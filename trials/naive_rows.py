"""What the naive twins take and give: an accepted event, an alert that must be there, and an event in a rule's eyes.

Times are whole microseconds since the epoch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from schemas.alerts import Severity
from schemas.rules import Rule

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One accepted event or heartbeat (id None). `at` is its event time; `offset` its place in its topic."""

    kind: str
    type: str
    device: str
    at: int
    received: int
    id: UUID | None = None
    subject: str | None = None
    value: float | None = None
    score: float | None = None
    zone: str | None = None
    direction: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    late: bool = False
    very_late: bool = False
    initial: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that must be there. `cleared` is when it must have ended, None where it must still be open.

    `severity` is what it has come to. With a `parent` it is a consequence of that alert, and not told.
    """

    id: UUID
    rule: str
    key: str
    at: int
    cleared: int | None
    device: str
    severity: Severity
    parent: UUID | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as a rule sees it: when, in which roles, with what to be told apart by."""

    at: int
    roles: tuple[str, ...]
    row: Row
    value: Any = None


class Found(NamedTuple):
    """What a kernel raises: when, about which device, from which cause, when it ends (None: not by the kernel), the cause
    of the alert of the same key that it only goes on from (None: of none), and the event with which it began."""

    at: int
    device: str
    cause: str
    end: float | None = None
    goes_with: str | None = None
    began: Seen | None = None


def micros(rule: Rule, parameter: str) -> int:
    """A rule's length of time; 0 where it gives none."""
    return round(rule.limit(parameter, 0) * SECOND)

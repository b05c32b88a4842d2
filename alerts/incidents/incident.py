"""An incident as it stands, what can be done to it, and what such a change says. Frozen; times are aware, in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.alerts import Severity
from schemas.errors import GatehouseError
from schemas.incidents import Reason, State

SYSTEM = "system"


class Refused(GatehouseError):
    """What was asked cannot be done; nothing has changed. `key` names the sentence (dashboard/words), `values` fill it."""

    def __init__(self, key: str, *values: object) -> None:
        super().__init__(key, *values)
        self.key, self.values = key, values


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks. `directs`: may act on what others own (the table of roles says who)."""

    name: str
    role: str
    directs: bool = False


DESK = Who(SYSTEM, "", directs=True)


@dataclass(frozen=True, slots=True)
class Incident:
    """`severity_by` is who set the severity, empty while it follows the alerts. `occurrences` counts the alerts that were
    told, `children` those that followed from them; `last_at` is the newest of the first. `version` counts the changes;
    `plan_open`: its plan runs."""

    id: UUID
    site: str
    number: int
    version: int
    state: State
    severity: Severity
    severity_by: str
    rule: str
    device: str
    building: str
    subject: str | None
    plan: str | None
    plan_open: bool
    drill: bool
    keys: tuple[str, ...]
    owner: str | None
    opened_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reason: Reason | None
    occurrences: int
    children: int
    last_at: datetime
    merged_into: UUID | None


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as the desk reads it. `building` is its device's, empty where it has none; `spot` is where its plan is worked
    (grouping.spot_of), empty where it asks for none."""

    id: UUID
    rule: str
    severity: Severity
    device: str
    building: str
    subject: str | None
    raised_at: datetime
    parent: UUID | None
    plan: str | None
    drill: bool = False
    spot: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an incident, and what the log says of it."""

    incident: Incident
    action: str
    what: Mapping[str, Any] = field(default_factory=dict)

"""What an alert is: a rule's judgement about a key, with the reason, and its clearing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from schemas.identity import uuid_of

CHANNEL = "gatehouse_alerts"
"""Where the database says, with the site's id, that alerts were raised or cleared (LISTEN, NOTIFY)."""


class Severity(IntEnum):
    """Priority as on the wall: number, colour and shape."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


@dataclass(frozen=True, slots=True)
class Alert:
    """Raised once: the id follows from rule, key and the event (or the due time of a timer) that raised it.

    `raised_at` is event time. `occurred_at` and `received_at` are those of the raising event; a timer has none received.
    `why` holds rule, version, thresholds, values and the events' (topic, partition, offset, id). `parent` is the alert that
    this one is a consequence of: such a child is stored and not told. `plan` is the emergency plan to open.
    """

    id: UUID
    site: str
    rule: str
    rule_version: int
    severity: Severity
    device: str
    raised_at: datetime
    subject: str | None
    occurred_at: datetime
    received_at: datetime | None
    why: Mapping[str, Any]
    parent: UUID | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class SeverityChange:
    """An open alert became more or less severe at this event time."""

    id: UUID
    raised_at: datetime
    severity: Severity
    at: datetime


@dataclass(frozen=True, slots=True)
class Clearing:
    """An alert's condition ended at this event time."""

    id: UUID
    raised_at: datetime
    cleared_at: datetime


def alert_id(site: str, rule: str, key: str, cause: str) -> UUID:
    """The alert's id, from site, rule, key and cause (the raising event's id, or since when)."""
    return uuid_of(site, rule, key, cause)

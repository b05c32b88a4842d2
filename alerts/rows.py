"""What is read about alerts and devices: frozen rows, as they come out of the database. Times are aware, in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert. `severity` is 1 (critical) to 4 (low); `subject` is not masked here."""

    id: UUID
    rule: str
    severity: int
    device: str
    subject: str | None
    raised_at: datetime
    cleared_at: datetime | None
    drill: bool = False
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class DeviceWord:
    """A device's newest word; a device without a row has never been heard. `last_type` is None where it only beats."""

    device: str
    kind: str
    last_seen: datetime
    last_type: str | None
    last_event_time: datetime | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What is open at one device: the worst severity (None: nothing that needs anybody), and whether an alert says that the
    device does not speak."""

    severity: int | None
    silent: bool


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest events: their ids (at most 20, of every kind some), and whether any among them is simulated."""

    ids: Sequence[UUID]
    simulated: bool


@dataclass(frozen=True, slots=True)
class Muted:
    """How many mutes are at work, when the first of them ends, and how many alerts they have held back."""

    mutes: int
    until: datetime
    held: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from the device's clock to the browser's confirmation, over `n` alerts."""

    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class Day:
    """24 hours, oldest first, the hour that runs now last. `start` is when the first begins."""

    start: datetime
    alerts: tuple[int, ...]
    events: tuple[int, ...]

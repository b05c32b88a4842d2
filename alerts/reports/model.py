"""A report as it stands: frozen, both languages in it where something has a name, times aware and in UTC.

It knows nothing of pages. Subjects are masked in it already, so that nothing that lays it out can forget to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from alerts.attachments.model import Attachment, Side
from alerts.audit import Checkpoint
from alerts.incidents.incident import Incident
from alerts.mutes import Mute
from alerts.plans.run import Is, Run
from schemas.site import Name

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Naming:
    """What things are called and how much of them may be read: handed in, because names and sentences belong to the screens.

    `said` is an entry of the log as a sentence and what stands below it; `shown` a text among an alert's values: the name of
    the device or place that it is, else masked; `plain` hides plates and numbers in running text.
    """

    rule: Callable[[str], Name]
    device: Callable[[str], Name]
    where: Callable[[str, str], Name]
    role: Callable[[str], Name]
    severity: Callable[[int], Name]
    reason: Callable[[str], Name]
    said: Callable[[Row], tuple[Name, Name]]
    masked: Callable[[str | None], str]
    shown: Callable[[str], Name]
    plain: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class EndedMute:
    """A mute that the incident's plan ended, and how many alerts it had held back."""

    mute: Mute
    held: int


@dataclass(frozen=True, slots=True)
class Message:
    """Words that a step had drafted and that were said or sent with it: when, to whom, by whom."""

    at: datetime
    to: Name
    by: str
    says: Name


@dataclass(frozen=True, slots=True)
class Rows:
    """What was read of an incident. `covers` is the newest row of the audit log in all this, `as_of` when that was written."""

    incident: Incident
    run: Run | None
    log: Sequence[Row]
    alerts: Sequence[Row]
    mutes: Sequence[EndedMute]
    covers: Checkpoint
    as_of: datetime
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What it was, where, when, whose. `severity_by` is empty where the alerts set the severity."""

    number: int
    what: Name
    where: Name
    device: Name
    subject: str
    severity: Name
    severity_by: str
    owner: str | None
    drill: bool
    plan: Name | None
    plan_version: int
    opened_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    occurrences: int
    children: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the log. `done_at` is when it was done, where a telephone sent it later than that."""

    seq: int
    at: datetime
    actor: str
    role: Name
    says: Name
    detail: Name
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ticked:
    """One line of a step's list."""

    text: Name
    by: str
    at: datetime | None
    remark: str


@dataclass(frozen=True, slots=True)
class Written:
    """A line that was added to a step, about a line of its list or the step itself (`of` is empty then)."""

    at: datetime
    by: str
    of: Name
    text: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the plan: `late_s` is by how much it was late when it was over, or is by the report's own time. `note` was
    written with its tick, `entries` while it was open; `why` is the reason of a skip or of another answer."""

    number: int
    text: Name
    who: Name
    state: Is
    opened_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    late_s: float
    by: str
    first_by: str
    first_at: datetime | None
    answer: Name | None
    why: str
    rows: tuple[Ticked, ...]
    note: str
    entries: tuple[Written, ...]


class Stage(StrEnum):
    """Where an alert has been, in this order."""

    OCCURRED = "occurred"
    RECEIVED = "received"
    JUDGED = "judged"
    STORED = "stored"
    SHOWN = "shown"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Passed:
    """When an alert came to a stage, and how many milliseconds after it occurred; None where nobody knows."""

    stage: Stage
    at: datetime | None
    after_ms: int | None


Value = Name | datetime | float | None
"""One thing among an alert's values."""


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert: what it was judged by, and what met that. A child follows from another alert and was not told."""

    what: Name
    version: int | None
    where: Name
    device: Name
    subject: str
    severity: Name
    child: bool
    raised_at: datetime
    cleared_at: datetime | None
    thresholds: Mapping[str, float]
    values: Mapping[str, tuple[Value, ...]]
    stages: tuple[Passed, ...]
    shown_late_s: float


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture or a paper. `of` is what it belongs to: a step or a line of its list; `withdrawn_by` is empty while kept."""

    id: str
    name: str
    is_picture: bool
    of: Name
    side: Side
    at: datetime
    by: str
    text: str
    sha256: str
    withdrawn_by: str


class How(StrEnum):
    """In what way something was late."""

    DONE = "done"
    OPEN = "open"
    SKIPPED = "skipped"
    ENDED = "ended"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Late:
    """What was late and by how much: a step by its number, an alert (`number` 0) by what and where it was."""

    how: How
    number: int
    what: Name
    where: Name
    by_s: float


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote about the incident as a whole."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Closing:
    """How it was closed and by whom; `reason` is None while it is not. `into` is the number of the incident it went into."""

    reason: Name | None
    by: str
    text: str
    into: int | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class MuteLine:
    """A mute that was ended by the incident's plan. `what` are the rule, device and building that it held back, those named."""

    what: tuple[Name, ...]
    owner: str
    reason: str
    until: datetime
    held: int


@dataclass(frozen=True, slots=True)
class Score:
    """How a drill went: the steps that were worked, each counted once."""

    on_time: int
    late: int
    skipped: int
    untimed: int


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report, as of the row of the audit log that it covers last. `score` is a drill's alone."""

    head: Head
    late: tuple[Late, ...]
    score: Score | None
    steps: tuple[StepLine, ...]
    timeline: tuple[Entry, ...]
    alerts: tuple[AlertLine, ...]
    attachments: tuple[Attached, ...]
    messages: tuple[Message, ...]
    mutes: tuple[MuteLine, ...]
    closing: Closing
    covers: Checkpoint
    as_of: datetime

"""What was promised against what is there: accepted events and stored ones, the twins' alerts and the table's."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg

from trials.naive import SECOND, Raised

SHOWN = 20  # ids of what is wrong that are printed: enough to look into


class StoredAlert(NamedTuple):
    """What of an alert's row is held against the twin's."""

    id: UUID
    cleared_at: datetime | None
    severity: int
    parent: UUID | None


@dataclass(frozen=True, slots=True)
class Stored:
    """The tables' rows: events as (id, late), and alerts."""

    events: list[tuple[UUID, bool]]
    alerts: list[StoredAlert]


@dataclass(slots=True)
class Findings:
    """Ids of everything that is not as it should be; empty lists are the promise kept."""

    lost: list[UUID] = field(default_factory=list)
    twice: list[UUID] = field(default_factory=list)
    unknown: list[UUID] = field(default_factory=list)
    late_wrong: list[UUID] = field(default_factory=list)
    alerts_lost: list[UUID] = field(default_factory=list)
    alerts_twice: list[UUID] = field(default_factory=list)
    alerts_unknown: list[UUID] = field(default_factory=list)
    cleared_wrong: list[UUID] = field(default_factory=list)
    severity_wrong: list[UUID] = field(default_factory=list)
    parent_wrong: list[UUID] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {name: len(getattr(self, name)) for name in self.__slots__}

    def examples(self) -> dict[str, list[str]]:
        """Some ids of each kind that there is."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return {name: [str(identity) for identity in ids[:SHOWN]] for name, ids in named.items() if ids}


def read_stored(conn: psycopg.Connection) -> Stored:
    """Everything in the tables."""
    events = conn.execute("select id, late from events").fetchall()
    alerts = conn.execute("select id, cleared_at, severity, parent from alerts").fetchall()
    return Stored([(row[0], row[1]) for row in events], [StoredAlert(*row) for row in alerts])


def compare(accepted: set[UUID], late: Mapping[UUID, bool], expected: Iterable[Raised], stored: Stored) -> Findings:
    """`late` is what the log says of each event; `accepted` what the devices were told, `expected` what the twins raise."""
    events, alerts = Counter(row[0] for row in stored.events), Counter(row.id for row in stored.alerts)
    raised = {alert.id: alert for alert in expected}
    both = [(row, raised[row.id]) for row in {row.id: row for row in stored.alerts}.values() if row.id in raised]
    return Findings(
        lost=sorted(accepted - events.keys()),
        twice=sorted(identity for identity, n in events.items() if n > 1),
        unknown=sorted(events.keys() - late.keys()),
        late_wrong=sorted(identity for identity, was in stored.events if late.get(identity, was) != was),
        alerts_lost=sorted(raised.keys() - alerts.keys()),
        alerts_twice=sorted(identity for identity, n in alerts.items() if n > 1),
        alerts_unknown=sorted(alerts.keys() - raised.keys()),
        cleared_wrong=sorted(row.id for row, alert in both if _us(row.cleared_at) != alert.cleared),
        severity_wrong=sorted(row.id for row, alert in both if row.severity != alert.severity),
        parent_wrong=sorted(row.id for row, alert in both if row.parent != alert.parent),
    )


def _us(time: datetime | None) -> int | None:
    return None if time is None else round(time.timestamp() * SECOND)

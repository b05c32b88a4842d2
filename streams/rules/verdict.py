"""From a kernel's signal to an alert that says why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from schemas.alerts import Alert, alert_id
from schemas.rules import Kernel, Rule
from streams.rules import layout as at
from streams.rules.columns import DEVICE, ID_HIGH, ID_LOW, OCCURRED, RECEIVED, SUBJECT, VALUE
from streams.rules.frames import PLAIN, SECOND
from streams.rules.machine import Signal
from streams.rules.names import Ints, Names
from streams.rules.places import Places

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HALF = (1 << 64) - 1
_MORE = len(PLAIN)


def moment(micros: int) -> datetime:
    """Microseconds since the epoch as an aware time."""
    return EPOCH + timedelta(microseconds=micros)


def uuid_from(high: int, low: int) -> UUID:
    """The id of two signed halves."""
    return UUID(int=(high & _HALF) << 64 | low & _HALF)


@dataclass(frozen=True, slots=True)
class Clerk:
    """Writes the alerts of one site. All of a site's topics have the same partition number."""

    site: str
    names: Names
    places: Places

    def alert(self, rule: Rule, signal: Signal, rows: Ints | None, partition: int) -> Alert:
        """The alert of a RAISE. `rows` is the fold that it came from; None: a timer's."""
        row = None if rows is None or signal.row is None else rows[:, signal.row].tolist()
        device, subject, cause, occurred, received = self._started(signal) if row is None else self._caused(row)
        key = self.names.text(signal.key) or ""
        return Alert(
            id=alert_id(self.site, rule.id, key, cause),
            site=self.site,
            rule=rule.id,
            rule_version=rule.version,
            severity=rule.severity,
            device=device,
            raised_at=moment(signal.time),
            subject=subject,
            occurred_at=occurred,
            received_at=received,
            why={
                "rule": rule.id,
                "version": rule.version,
                "thresholds": dict(rule.numbers),
                "values": dict(VALUES[rule.kernel](rule, signal, row, self)),
                "events": [_reference(rule, mark, partition) for mark in signal.marks],
            },
        )

    def _caused(self, row: Sequence[int]) -> tuple[str, str | None, str, datetime, datetime | None]:
        cause = str(uuid_from(row[ID_HIGH], row[ID_LOW]))
        texts = self.names.text(row[DEVICE]) or "", self.names.text(row[SUBJECT])
        return *texts, cause, moment(row[OCCURRED]), moment(row[RECEIVED])

    def _started(self, signal: Signal) -> tuple[str, str | None, str, datetime, datetime | None]:
        """A timer's: the device and subject of the event that started it; its cause is that event, or since when."""
        mark = signal.marks[0]
        event = uuid_from(mark[at.ID_HIGH], mark[at.ID_LOW])
        cause = str(event) if event.int else f"since {mark[at.TIME]}"
        texts = self.names.text(mark[_MORE]) or "", self.names.text(mark[_MORE + 1])
        return *texts, cause, moment(signal.time), None


def _reference(rule: Rule, mark: Sequence[int], partition: int) -> Mapping[str, Any]:
    event = uuid_from(mark[at.ID_HIGH], mark[at.ID_LOW])
    return {
        "topic_kind": str(rule.kind),
        "partition": partition,
        "offset": mark[at.OFFSET],
        "id": str(event) if event.int else None,
    }


Row = Sequence[int] | None
Values = Mapping[str, Any]


def _seconds(micros: int) -> float:
    return round(micros / SECOND, 3)


def _iso(micros: int) -> str:
    return moment(micros).isoformat()


def _double(bits: int) -> float | None:
    value = float(np.array([bits], np.int64).view(np.float64)[0])
    return None if np.isnan(value) else value


def _of_each(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    if row is None:
        return {}
    found = {"subject": clerk.names.text(row[SUBJECT]), "value": _double(row[VALUE])}
    return {name: value for name, value in found.items() if value is not None}


def _of_several(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    times = [mark[at.TIME] for mark in signal.marks]
    return {"events_n": len(times), "within_s": _seconds(max(times) - min(times)), "times": [_iso(time) for time in times]}


def _of_distinct(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    several = _of_several(rule, signal, row, clerk)
    return {"values": [clerk.names.text(mark[_MORE]) for mark in signal.marks], "within_s": several["within_s"]}


def _of_timer(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    since = signal.marks[0][at.TIME]
    return {"since": _iso(since), "for_s": _seconds(signal.time - since)}


def _of_level(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    over = [mark for mark in signal.marks if mark[-1] == 1]
    return {"readings": [_double(mark[_MORE]) for mark in signal.marks], "over_n": len(over)}


def _of_travel(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    before, here = signal.marks
    metres = clerk.places.distance_m(before[_MORE], here[_MORE])
    return {
        "from": clerk.names.text(before[_MORE]),
        "to": clerk.names.text(here[_MORE]),
        "distance_m": round(metres, 1),
        "within_s": _seconds(here[at.TIME] - before[at.TIME]),
        "needed_s": round(metres / rule.limit("speed", 1), 1),
    }


VALUES: Mapping[Kernel, Callable[[Rule, Signal, Row, Clerk], Values]] = {
    Kernel.EACH: _of_each,
    Kernel.COUNT: _of_several,
    Kernel.DISTINCT: _of_distinct,
    Kernel.SEQUENCE: _of_several,
    Kernel.WITHOUT: _of_timer,
    Kernel.ABSENCE: _of_timer,
    Kernel.DWELL: _of_timer,
    Kernel.LEVEL: _of_level,
    Kernel.TRAVEL: _of_travel,
}

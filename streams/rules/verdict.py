"""From a kernel's signal to an alert that says why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from schemas.alerts import Alert, alert_id
from schemas.kernels import Kernel
from schemas.rules import Rule
from streams.rules import deviation
from streams.rules import layout as at
from streams.rules.columns import CODE, CODES, DEVICE, ID_HIGH, ID_LOW, OCCURRED, RECEIVED, SUBJECT, VALUE
from streams.rules.frames import PLAIN as _MORE
from streams.rules.frames import SECOND
from streams.rules.machine import Signal
from streams.rules.moments import moment
from streams.rules.names import Ints
from streams.rules.world import World

NO_EVENT = str(UUID(int=0))
_HALF = (1 << 64) - 1


def id_text(high: int, low: int) -> str | None:
    """The id of two signed halves as text; None for the id of no event."""
    if not high and not low:
        return None
    digits = f"{(high & _HALF) << 64 | low & _HALF:032x}"  # what str(UUID) writes, without an object for each
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@dataclass(frozen=True, slots=True)
class Clerk:
    """Writes the alerts of one site, under one revision of its configuration. A site's topics have one partition number."""

    world: World
    revision: int

    def text(self, number: int) -> str | None:
        """The text of a number; None for NOBODY."""
        return self.world.names.text(number)

    def key(self, signal: Signal) -> str:
        """The text of the signal's key."""
        return self.text(signal.key) or ""

    def alert(self, rule: Rule, signal: Signal, rows: Ints | None, partition: int) -> Alert:
        """The alert of a RAISE. `rows` is the matrix that it came from; None: a timer's."""
        row = None if rows is None or signal.row is None else rows[signal.row].tolist()
        device, subject, cause, occurred, received = self._origin(rule, signal, row)
        return Alert(
            id=alert_id(self.world.site.id, rule.id, self.key(signal), cause),
            site=self.world.site.id,
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
                "revision": self.revision,
                "thresholds": dict(rule.numbers),
                "values": dict(VALUES[rule.kernel](rule, signal, row, self)),
                "events": [
                    _reference(rule, mark, row, partition) for mark in signal.marks if rule.kernel is not Kernel.DEVIATION
                ],
            },
            plan=rule.plan,
            parent=self._parent(rule, signal, row),
        )

    def _parent(self, rule: Rule, signal: Signal, row: "Row") -> UUID | None:
        """The alert of the tumbling window beside this one, where what is told went on over their border."""
        beside = {at.AFTER: -1, at.BEFORE: 1}.get(signal.what)
        if beside is None or row is None:
            return None
        hold = round(rule.hold_s * SECOND)
        cause = _window(rule, (row[at.TIME] // hold + beside) * hold)
        return alert_id(self.world.site.id, rule.id, self.key(signal), cause)

    def _origin(self, rule: Rule, signal: Signal, row: "Row") -> tuple[str, str | None, str, datetime, datetime | None]:
        """Device, subject, cause, when it occurred and was received."""
        if rule.kernel is Kernel.DEVIATION:
            return self.key(signal), None, f"interval {signal.time}", moment(signal.time), None
        return self._started(signal) if row is None else self._caused(rule, row)

    def _caused(self, rule: Rule, row: Sequence[int]) -> tuple[str, str | None, str, datetime, datetime | None]:
        cause = id_text(row[ID_HIGH], row[ID_LOW]) or NO_EVENT
        if rule.kernel is Kernel.EACH and (hold := round(rule.hold_s * SECOND)):
            cause = _window(rule, row[at.TIME] // hold * hold)
        texts = self.text(row[DEVICE]) or "", self.text(row[SUBJECT])
        return *texts, cause, moment(row[OCCURRED]), moment(row[RECEIVED])

    def _started(self, signal: Signal) -> tuple[str, str | None, str, datetime, datetime | None]:
        """A timer's: the device and subject of the event that started it; its cause is that event, or since when."""
        mark = signal.marks[0]
        cause = id_text(mark[at.ID_HIGH], mark[at.ID_LOW]) or f"since {mark[at.TIME]}"
        texts = self.text(mark[_MORE]) or "", self.text(mark[_MORE + 1])
        return *texts, cause, moment(signal.time), None


def _window(rule: Rule, start: int) -> str:
    """A rule that was off and is on again, or holds otherwise, has another version: its windows are others."""
    return f"window {start} of version {rule.version}"


def _reference(rule: Rule, mark: Sequence[int], row: Sequence[int] | None, partition: int) -> Mapping[str, Any]:
    """Where the event stands in the log. A rule of several kinds knows whose row raised; of the others it has the ids."""
    kinds = rule.kinds
    own = row is not None and row[at.OFFSET] == mark[at.OFFSET] and row[ID_LOW] == mark[at.ID_LOW]
    kind = str(CODES[row[CODE]][0]) if own and row is not None else str(rule.kind) if len(kinds) == 1 else None
    return {
        "topic_kind": kind,
        "partition": partition,
        "offset": mark[at.OFFSET],
        "id": id_text(mark[at.ID_HIGH], mark[at.ID_LOW]),
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
    found = {"subject": clerk.text(row[SUBJECT]), "value": _double(row[VALUE])}
    return {name: value for name, value in found.items() if value is not None}


def _of_several(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    times = [mark[at.TIME] for mark in signal.marks]
    return {"events_n": len(times), "within_s": _seconds(max(times) - min(times)), "times": [_iso(time) for time in times]}


def _of_distinct(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    several = _of_several(rule, signal, row, clerk)
    return {"values": [clerk.text(mark[_MORE]) for mark in signal.marks], "within_s": several["within_s"]}


def _of_timer(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    since = signal.marks[0][at.TIME]
    return {"since": _iso(since), "for_s": _seconds(signal.time - since)}


def _of_level(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    over = [mark for mark in signal.marks if mark[-1] == 1]
    return {"readings": [_double(mark[_MORE]) for mark in signal.marks], "over_n": len(over)}


def _of_travel(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    before, here = signal.marks
    metres = clerk.world.places.distance_m(before[_MORE], here[_MORE], rule.by)
    return {
        "from": clerk.text(before[_MORE]),
        "to": clerk.text(here[_MORE]),
        "distance_m": round(metres, 1),
        "within_s": _seconds(here[at.TIME] - before[at.TIME]),
        "needed_s": round(metres / rule.limit("speed", 1), 1),
    }


def _of_episode(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    began = signal.marks[0][at.TIME]
    who = [clerk.text(mark[_MORE + 1]) for mark in signal.marks]
    return {"since": _iso(began), "within_s": _seconds(signal.time - began), "subjects": who}


def _of_deviation(rule: Rule, signal: Signal, row: Row, clerk: Clerk) -> Values:
    """What was counted beside what is usual then, as a person would say it."""
    mark = signal.marks[0]
    numbers = {name: round(value, 3) for name, place in _SHOWN.items() if (value := _double(mark[place])) is not None}
    side = "busy" if mark[deviation.DIRECTION] > 0 else "quiet"
    return {**numbers, "direction": side, "until": _iso(mark[deviation.ENDED]), "since": _iso(mark[deviation.SINCE])}


_SHOWN = {
    "observed": deviation.OBSERVED,
    "usual": deviation.EXPECTED,
    "usual_from": deviation.LOWER,
    "usual_to": deviation.UPPER,
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
    Kernel.SURPLUS: _of_episode,
    Kernel.MISMATCH: _of_episode,
    Kernel.DEVIATION: _of_deviation,
}

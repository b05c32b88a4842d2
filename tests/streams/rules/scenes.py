"""A small site, events on it, and ways to put them before the engine: what the tests of the rules share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from schemas.alerts import Alert, Clearing
from schemas.codec import to_batch
from schemas.events import HEARTBEAT, Event, Heartbeat, Kind, Received
from schemas.identity import uuid_of
from schemas.rules import Rule, load_catalogue
from schemas.site import Device, DeviceKind, Name, Site
from streams.rules.engine import ALLOWANCE, Admitted, Engine, Judgement
from streams.rules.layout import LONG_AGO
from trials.naive import Raised, Row, judge

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
"""2026-01-01 00:00 UTC: second 0 of every scene."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAME = Name("名", "name")
FIRST_TEN = load_catalogue()

DEVICES = {
    f"door-{n}": Device(f"door-{n}", "v", DeviceKind.DOOR, f"B{n}", 0, 100.0 * n, 0.0, 0.0, NAME, f"i{n}") for n in range(5)
}
SITE = Site(
    "here",
    NAME,
    NAME,
    "Asia/Shanghai",
    True,
    500.0,
    500.0,
    {},
    (),
    (),
    DEVICES,
    frozenset({"鲁Q00001", "鲁Q00002"}),
    frozenset(),
)


def at(second: float) -> int:
    """A second of the scene, in microseconds since the epoch."""
    return START + round(second * SECOND)


def time_of(micros: int) -> datetime:
    """Microseconds since the epoch as an aware time."""
    return EPOCH + timedelta(microseconds=micros)


def row(kind: str, type_: str, device: str, second: float, **more: Any) -> Row:
    """An event of the scene; its id follows from what it is. `received` is a tenth of a second later if not said."""
    given = {"received": at(second + 0.1), **more}
    identity = uuid_of(kind, type_, device, repr(second), repr(sorted(more.items())))
    return Row(kind, type_, device, at(second), id=None if type_ == HEARTBEAT else identity, **given)


def received(one: Row) -> Received:
    """The row as the codec takes it."""
    moment = time_of(one.at)
    if one.id is None:
        return Received("here", Heartbeat(Kind(one.kind), one.device, moment), time_of(one.received), moment)
    event = Event(one.id, Kind(one.kind), one.type, one.device, moment, one.subject, one.score, one.value, initial=one.initial)
    return Received("here", event, time_of(one.received), moment)


def admitted(rows: Sequence[Row]) -> list[Admitted]:
    """The rows as the worker hands them over: a batch a kind, in their order."""
    found = []
    for kind in Kind:
        mine = [one for one in rows if one.kind == kind]
        if mine:
            late = np.array([one.late for one in mine])
            offsets = np.array([one.offset for one in mine], np.int64)
            ticks = np.array([one.at + ALLOWANCE if one.very_late else LONG_AGO for one in mine], np.int64)
            found.append(Admitted(to_batch([received(one) for one in mine]), 3, offsets, ticks, late))
    return found


@dataclass(slots=True)
class Heard:
    """What an engine said over several steps."""

    alerts: list[Alert] = field(default_factory=list)
    clearings: list[Clearing] = field(default_factory=list)

    def add(self, judgement: Judgement) -> None:
        """Take in one step's."""
        self.alerts += judgement.alerts
        self.clearings += judgement.clearings

    def facts(self) -> dict[UUID, tuple[str, datetime, datetime | None]]:
        """Rule, raised and cleared by alert; fails on an alert or a clearing said twice."""
        assert len({alert.id for alert in self.alerts}) == len(self.alerts), "an alert was raised twice"
        assert len({clearing.id for clearing in self.clearings}) == len(self.clearings), "an alert was cleared twice"
        cleared = {(clearing.id, clearing.raised_at): clearing.cleared_at for clearing in self.clearings}
        facts = {
            alert.id: (alert.rule, alert.raised_at, cleared.pop((alert.id, alert.raised_at), None)) for alert in self.alerts
        }
        assert not cleared, "something was cleared that was not raised"
        return facts


def numbered(rows: Sequence[Row]) -> list[Row]:
    """The rows with offsets by their order in their topics."""
    counts: dict[str, int] = {}
    found = []
    for one in rows:
        offset = counts[one.kind] = counts.get(one.kind, -1) + 1
        found.append(replace(one, offset=offset))
    return found


def run(rows: Sequence[Row], until: float, rules: Mapping[str, Rule] = FIRST_TEN) -> Heard:
    """Everything in one step, up to this second."""
    heard = Heard()
    heard.add(Engine(SITE, list(rules.values())).step(admitted(numbered(rows)), at(until)))
    return heard


def expected(rows: Sequence[Row], until: int, rules: Sequence[Rule]) -> dict[UUID, tuple[str, datetime, datetime | None]]:
    """What the naive twins say."""
    return {one.id: _fact(one) for one in judge(rows, rules, SITE, until)}


def _fact(one: Raised) -> tuple[str, datetime, datetime | None]:
    return one.rule, time_of(one.at), None if one.cleared is None else time_of(one.cleared)


def when(one: Row) -> int:
    """Where the row stands in the order of judgement: a late one at its arrival."""
    return one.received if one.late else one.at

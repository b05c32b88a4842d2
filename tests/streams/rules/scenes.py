"""A small site, events on it, and ways to put them before the engine: what the tests of the rules share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from schemas.alerts import Alert, Clearing, Severity, SeverityChange
from schemas.codec import to_batch
from schemas.events import HEARTBEAT, Event, Heartbeat, Kind, Received
from schemas.identity import uuid_of
from schemas.lists import Entry, ListName, Lists
from schemas.rules import Rule, load_catalogue
from schemas.site import Calendar, Device, DeviceKind, Line, Name, Place, Site
from streams.rules.engine import ALLOWANCE, Admitted, Engine, Judgement
from streams.rules.layout import LONG_AGO
from trials.naive import Raised, Row, judge

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
"""2026-01-01 00:00 UTC: second 0 of every scene."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAME = Name("名", "name")
CATALOGUE = load_catalogue()

TEN = (
    *("fire-panel-alarm", "plate-watch-list", "five-denials", "stranger-three-buildings", "forced-then-tamper"),
    *("door-not-closed", "camera-silent", "door-held-open", "water-over-line", "card-two-places"),
)
FIRST_TEN = {name: CATALOGUE[name] for name in TEN}
"""One rule of most kernels."""


def _device(name: str, kind: DeviceKind, x: float, y: float, place: str = "", **more: Any) -> Device:
    """A device; it stands in the building of its place, if that is a unit."""
    building, unit, _ = place.partition("-1")
    return Device(name, "v", kind, building if unit else "", 0, x, y, 0.0, NAME, f"i-{name}", place=place, **more)


def _devices() -> Iterator[Device]:
    """Five doors 100 m apart, cameras at them, a gate, a pool, a lot, and the boxes that they hang on."""
    for n in range(5):
        box = "1" if n < 3 else "2"
        wires = {"switch": f"SW-{box}", "recorder": "NVR-1", "power": "PW-1"}
        yield _device(f"door-{n}", DeviceKind.DOOR, 100.0 * n, 0.0, f"B{n}-1", hangs_on={"controller": f"AC-{box}"})
        yield _device(f"cam-{n}", DeviceKind.CAMERA, 100.0 * n, 2.0, f"B{n}-1" if n < 4 else "pool", hangs_on=wires)
    for box in ("1", "2"):
        yield _device(f"AC-{box}", DeviceKind.CONTROLLER, 50.0, 0.0, hangs_on={"switch": f"SW-{box}", "power": "PW-1"})
        yield _device(f"SW-{box}", DeviceKind.SWITCH, 50.0, 2.0, hangs_on={"power": "PW-1"})
    yield _device("NVR-1", DeviceKind.RECORDER, 50.0, 4.0, hangs_on={"power": "PW-1"})
    yield _device("PW-1", DeviceKind.POWER, 50.0, 6.0)
    yield _device("in-1", DeviceKind.PLATE, 450.0, 0.0, "gate", direction="in")
    yield _device("out-1", DeviceKind.PLATE, 450.0, 8.0, "gate", direction="out")
    yield _device("face-0", DeviceKind.FACE, 0.0, 1.0, "B0-1")
    yield _device("lot-1", DeviceKind.LOT, 300.0, 60.0, "lot")


def _square(name: str, kind: str, x: float, y: float, side: float) -> Place:
    """A place with four corners, the first given."""
    return Place(name, kind, NAME, ((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


PLACES = (
    *(_square(f"B{n}", "house", 100.0 * n - 10, 10.0, 20.0) for n in range(5)),
    *(_square(f"B{n}-1", "unit", 100.0 * n - 10, 10.0, 10.0) for n in range(5)),
    *(_square("pool", "pool", 150.0, 100.0, 20.0), _square("lot", "lot", 300.0, 60.0, 30.0)),
    Place("gate", "gate", NAME, ((450.0, 4.0),)),
)

SITE = Site(
    id="here",
    name=NAME,
    address=NAME,
    timezone="Asia/Shanghai",
    illustrative=True,
    width=500.0,
    height=500.0,
    places={place.id: place for place in PLACES},
    lines=(Line("street", ((0.0, 0.0), (450.0, 0.0)), 6.0), Line("fire_lane", ((200.0, 0.0), (200.0, 60.0)), 4.0)),
    grids=(),
    devices={device.id: device for device in _devices()},
    watch_plates=frozenset({"鲁Q00001", "鲁Q00002"}),
    holidays=frozenset({"2026-01-02"}),
    calendars={"pool-winter": Calendar("pool-winter", NAME, "09-01", "06-30", (2, 3, 4, 5, 6, 7), "09:00", "20:30")},
)
"""One street of five houses with a gate at its end; second 0 is 08:00 of a Thursday, the day after is a holiday."""

NEW_YEAR = date(2026, 1, 1)
LISTS = Lists(
    {
        ListName.WATCH_PLATES: (Entry(subject="鲁Q00001"), Entry(subject="鲁Q00002")),
        ListName.WATCH_PERSONS: (Entry(subject="face-3", valid_until=NEW_YEAR),),
        ListName.CARDS: (
            Entry(subject="card-1", person="ann", household="B1-101"),
            Entry(subject="card-2", household="B2-201"),
        ),
        ListName.FACES: (
            Entry(subject="face-1", person="ann", household="B1-101"),
            Entry(subject="face-2", person="bob", household="B1-101"),
            Entry(subject="face-4", person="eve", household="B2-201", valid_from=date(2026, 1, 2)),
        ),
        ListName.VEHICLES: (Entry(subject="鲁Q00003", household="B1-101", attributes={"colour": "white"}),),
        ListName.PERMITS: (
            Entry(subject="worker-1", buildings=("B1",), weekdays=(1, 2, 3, 4, 5), opens="08:00", closes="18:00"),
            Entry(subject="worker-2", valid_until=NEW_YEAR, opens="22:00", closes="06:00"),
        ),
        ListName.CARE: (Entry(subject="face-2", person="bob"),),
        ListName.PARKING_PERMITS: (Entry(subject="鲁Q00002", valid_until=NEW_YEAR),),
        ListName.BAYS: (Entry(subject="7", attributes={"plate": "鲁Q00003"}),),
    }
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
    event = Event(
        id=one.id,
        kind=Kind(one.kind),
        type=one.type,
        device=one.device,
        occurred_at=moment,
        subject=one.subject,
        score=one.score,
        value=one.value,
        zone=one.zone,
        direction=one.direction,
        attributes=one.attributes,
        initial=one.initial,
    )
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


class Fact(NamedTuple):
    """What there is to say of an alert in the end."""

    rule: str
    raised: datetime
    cleared: datetime | None
    device: str
    severity: Severity
    parent: UUID | None


@dataclass(slots=True)
class Heard:
    """What an engine said over several steps."""

    alerts: list[Alert] = field(default_factory=list)
    clearings: list[Clearing] = field(default_factory=list)
    changes: list[SeverityChange] = field(default_factory=list)

    def add(self, judgement: Judgement) -> None:
        """Take in one step's."""
        self.alerts += judgement.alerts
        self.clearings += judgement.clearings
        self.changes += judgement.changes

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

    def judged(self) -> dict[UUID, Fact]:
        """All that is known of each alert in the end, to be held against the twins'."""
        facts = self.facts()
        severity = {alert.id: alert.severity for alert in self.alerts}
        for change in sorted(self.changes, key=lambda change: change.at):
            assert change.id in severity, "a severity changed that was never raised"
            assert change.severity != severity[change.id], "a severity was told that was no news"
            severity[change.id] = change.severity
        return {one.id: Fact(*facts[one.id], one.device, severity[one.id], one.parent) for one in self.alerts}


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
    heard.add(Engine(SITE, list(rules.values()), LISTS).step(admitted(numbered(rows)), at(until)))
    return heard


def expected(rows: Sequence[Row], until: int, rules: Sequence[Rule]) -> dict[UUID, Fact]:
    """What the naive twins say."""
    return {one.id: _fact(one) for one in judge(rows, rules, SITE, until, LISTS)}


def _fact(one: Raised) -> Fact:
    cleared = None if one.cleared is None else time_of(one.cleared)
    return Fact(one.rule, time_of(one.at), cleared, one.device, one.severity, one.parent)


def when(one: Row) -> int:
    """Where the row stands in the order of judgement: a late one at its arrival."""
    return one.received if one.late else one.at

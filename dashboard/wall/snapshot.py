"""What every wall is shown: rows in, one whole picture out, as plain JSON-able values.

A snapshot is idempotent: it says how things are, never what changed, so a browser that missed ten is right with the next.
Device states are one character a device, in the order of `View.devices`. Subjects are masked here; nothing unmasked leaves
the server.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.figures import GOAL_PER_HOUR, LIMIT_PER_HOUR, device_states, load_of, online
from alerts.incidents.standing import Standing
from alerts.opened import Opened
from alerts.plans.staged import Staged
from alerts.rows import Day, DeviceWord, Latency, Muted, Newest
from dashboard.names import Names, pair, when
from dashboard.wall.lines import line_json, lines_json, named
from dashboard.wall.stage import stage_json
from schemas.events import Kind
from schemas.site import COUNTS, Device, DeviceKind, Name, Site

PARKING_WHERE: Mapping[str, Name] = {
    "garage": Name("地库", "Garage"),
    "street": Name("街边", "Street"),
    "surface": Name("地面", "Lots"),
}


@dataclass(frozen=True, slots=True)
class View(Names):
    """The site as the wall needs it, made once. `devices` fixes the order of the states."""

    devices: tuple[Device, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The devices' ids in order."""
        return tuple(device.id for device in self.devices)


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read from the database last. The parts that are read seldom may be some seconds older than the rest."""

    opened: Opened = field(default_factory=Opened)
    words: Mapping[str, DeviceWord] = field(default_factory=dict)
    as_of: datetime | None = None
    newest: Newest = field(default_factory=lambda: Newest((), False))
    flood: bool = False
    in_flood_window: int = 0
    past: Sequence[Standing] = ()
    day: Day | None = None
    latency: Latency | None = None
    stage: Staged | None = None
    muted: Muted | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The circumstances of one snapshot: its number, the server's time, and what the server knows about itself."""

    seq: int
    now: datetime
    database: bool
    simulated: bool
    version: str


def make_view(site: Site, rules: Mapping[str, Name]) -> View:
    """The counted devices first, kind by kind, then the others that send events; what only carries others is left out."""
    shown = [kind for kind in DeviceKind if kind not in {DeviceKind.SWITCH, DeviceKind.RECORDER, DeviceKind.CONTROLLER}]
    devices = tuple(device for kind in shown for device in site.devices.values() if device.kind is kind)
    return View(site, rules, devices)


def snapshot(view: View, readings: Readings, frame: Frame) -> dict[str, Any]:
    """The whole picture. Times are ISO 8601 in UTC; names are [zh, en]."""
    states = device_states(view.ids, readings.words, readings.opened.marks)
    return {
        "seq": frame.seq,
        "now": frame.now.isoformat(),
        "as_of": when(readings.as_of),
        "version": frame.version,
        "database": frame.database,
        "simulated": frame.simulated,
        "last_events": [str(event) for event in readings.newest.ids],
        **lines_json(readings.opened, view, frame.now),
        "past": [line_json(view, one, (), frame.now) for one in readings.past],
        "stage": _stage(view, readings.stage),
        "map": states,
        "online": _online(view, states),
        "flood": readings.in_flood_window if readings.flood else 0,
        "budget": _budget(readings.day),
        "parking": _parking(view.site, readings.words),
        "latency": [readings.latency.p50, readings.latency.p95] if readings.latency else None,
        "day": _day(readings.day),
        "muted": _muted(readings.muted),
    }


def _muted(muted: Muted | None) -> dict[str, Any] | None:
    return {"mutes": muted.mutes, "until": muted.until.isoformat(), "held": muted.held} if muted else None


def _stage(view: View, stage: Staged | None) -> dict[str, Any] | None:
    if stage is None:
        return None
    return stage_json(view.site, named(view.rule, stage.incident), stage)


def _online(view: View, states: str) -> dict[str, list[int]]:
    """By counted kind: how many speak, how many there are, how many were never heard."""
    found: dict[str, list[int]] = {}
    for kind in COUNTS:
        counted = online(state for device, state in zip(view.devices, states, strict=True) if device.kind is kind)
        found[str(kind)] = [counted.online, counted.total, counted.unheard]
    return found


def _budget(day: Day | None) -> dict[str, Any]:
    """Alerts of the hour that runs, and the verdict."""
    count = day.alerts[-1] if day else 0
    return {"count": count, "goal": GOAL_PER_HOUR, "limit": LIMIT_PER_HOUR, "load": str(load_of(count))}


def _day(day: Day | None) -> dict[str, Any] | None:
    return {"start": day.start.isoformat(), "alerts": day.alerts, "events": day.events} if day else None


def _parking(site: Site, words: Mapping[str, DeviceWord]) -> list[dict[str, Any]]:
    """Taken and all bays by where they are; only what has told its occupancy. A lot may speak for itself or by a device."""
    sums: dict[str, list[float]] = {}
    for place_id, share in _occupancy(site, words).items():
        place = site.places[place_id]
        where, capacity = str(place.attributes.get("where", "")), place.attributes.get("capacity")
        if where in PARKING_WHERE and isinstance(capacity, int):
            both = sums.setdefault(where, [0, 0])
            both[0], both[1] = both[0] + share * capacity, both[1] + capacity
    return [
        {"name": pair(PARKING_WHERE[where]), "taken": round(sums[where][0]), "of": round(sums[where][1])}
        for where in PARKING_WHERE
        if where in sums
    ]


def _occupancy(site: Site, words: Mapping[str, DeviceWord]) -> dict[str, float]:
    """By lot, the share of its bays that it or a device that serves it has told: the one number that these ever tell."""
    found: dict[str, float] = {}
    for device, word in words.items():
        if word.kind != Kind.PARKING or word.value is None:
            continue
        row = site.devices.get(device)
        for place in (site.places.get(device), site.places.get(row.place) if row else None):
            if place is not None and place.kind == "lot":
                found.setdefault(place.id, word.value)
    return found

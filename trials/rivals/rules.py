"""The first ten rules as plain state machines, one state a key: what both rivals run.

A state is a dict that JSON can hold. Events of a key come in the order of their time, as the load writes them: nothing here
sorts, and nothing is done about late or repeated events. Times are whole microseconds since the epoch.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from schemas.site import Site
from schemas.ways import Ways

SECOND = 1_000_000
FAR = 1 << 62
"""When a timer is due that has been raised and waits for its end."""

Event = Mapping[str, Any]
State = dict[str, Any]
Step = Callable[[State, Event, int], bool]
Steps = tuple[tuple[str, Step], ...]


def micros(time: str) -> int:
    """A record's time as microseconds since the epoch."""
    moment = datetime.fromisoformat(time)
    return int(moment.timestamp()) * SECOND + moment.microsecond


class Alert(NamedTuple):
    """One raised alert."""

    rule: str
    key: str
    at: int
    cause: str
    device: str
    subject: str | None = None


class Rules:
    """The ten rules for one site."""

    def __init__(self, site: Site) -> None:
        self._metres = Ways(site).walk_m
        self._buildings = {device.id: device.building for device in site.devices.values()}
        self._watched = site.watch_plates
        self._of_device: Mapping[tuple[str, str], Steps] = {
            ("facility", "fire_alarm"): (("fire-panel-alarm", _always),),
            ("door", "denied"): (("five-denials", _five_denials),),
            ("door", "forced"): (("forced-then-tamper", _forced),),
            ("door", "tamper"): (("forced-then-tamper", _tamper),),
            ("door", "opened"): (("door-not-closed", _opened),),
            ("door", "held_open"): (("door-held-open", _held_open),),
            ("door", "closed"): (("door-not-closed", _closed),),
            ("facility", "water_level"): (("water-over-line", _water),),
        }
        self._of_subject: Mapping[tuple[str, str], Steps] = {
            ("plate", "read"): (("plate-watch-list", _watched_plate),),
            ("face", "stranger"): (("stranger-three-buildings", self._stranger),),
            ("door", "opened"): (("card-two-places", self._two_places),),
            ("door", "granted"): (("card-two-places", self._two_places),),
        }

    def parts(self, event: Event) -> Iterator[tuple[str, str, Steps]]:
        """Where the event is to be judged: the state's name, the rules' key, the rules. Most events belong to one state."""
        kind, device = event["kind"], event["device"]
        if kind == "camera":
            yield device, device, _CAMERA
            return
        what = kind, event["type"]
        if (steps := self._of_device.get(what)) is not None:
            yield device, device, steps
        subject = event.get("subject")
        if subject is None or (kind == "plate" and subject not in self._watched):
            return
        if (steps := self._of_subject.get(what)) is not None:
            yield f"{kind}/{subject}", subject, steps

    def _stranger(self, state: State, event: Event, at: int) -> bool:
        building = self._buildings.get(event["device"])
        if not building:
            return False
        seen = [pair for pair in state.get("seen", ()) if pair[0] > at - 1200 * SECOND]
        state["seen"] = [*(pair for pair in seen if pair[1] != building), (at, building)]  # the newest sight of each
        return len(state["seen"]) >= 3 and _hold(state, at, 1800)

    def _two_places(self, state: State, event: Event, at: int) -> bool:
        here = event["device"]
        if here not in self._buildings:
            return False
        before, there = state.get("last", (0, here))
        state["last"] = at, here
        passed = at - before
        return passed < 600 * SECOND and passed < (self._metres(there, here) / 5 - 5) * SECOND and _hold(state, at, 300)


def judge(state: State, key: str, steps: Steps, event: Event, at: int) -> list[Alert]:
    """Take the event into the state; what it raises, and before it what was due by then."""
    alerts = fire(state, key, at) if state.get("due", FAR) < at else []
    for rule, step in steps:
        if step(state, event, at):
            cause = state.get("cause") or event["id"]
            alerts.append(Alert(rule, key, at, cause, event["device"], event.get("subject")))
    return alerts


def fire(state: State, key: str, before: int) -> list[Alert]:
    """What timers raise that are due before this time. The state of an open alert stays until its end comes."""
    timers = state.get("timers", {})
    passed = sorted((due, rule, cause) for rule, (due, cause) in timers.items() if due < before)
    for _, rule, cause in passed:
        timers[rule] = FAR, cause
    _set_due(state)
    return [Alert(rule, key, due, cause, key) for due, rule, cause in passed]


def _set_due(state: State) -> None:
    state["due"] = min((due for due, _ in state.get("timers", {}).values()), default=FAR)


def _hold(state: State, at: int, seconds: int, name: str = "raised") -> bool:
    """Whether the key may raise again; it then does."""
    if at - state.get(name, -FAR) < seconds * SECOND:
        return False
    state[name] = at
    return True


def _always(state: State, event: Event, at: int) -> bool:
    return True


def _watched_plate(state: State, event: Event, at: int) -> bool:
    """Once a minute of the clock; the minute is the cause."""
    window = at // (60 * SECOND) * 60 * SECOND
    fresh = window != state.get("window")
    state["window"], state["cause"] = window, f"window {window} of version 1"
    return bool(fresh)


def _five_denials(state: State, event: Event, at: int) -> bool:
    times = state["denied"] = [*state.get("denied", ())[-4:], at]
    return len(times) == 5 and times[0] > at - 120 * SECOND and _hold(state, at, 300)


def _forced(state: State, event: Event, at: int) -> bool:
    state["forced"] = at
    return False


def _tamper(state: State, event: Event, at: int) -> bool:
    return bool(state.pop("forced", -FAR) > at - 300 * SECOND) and _hold(state, at, 300, "torn")


def _start(state: State, rule: str, event: Event, at: int, seconds: int) -> bool:
    timers = state.setdefault("timers", {})
    if rule not in timers:
        timers[rule] = at + seconds * SECOND, event["id"]
        _set_due(state)
    return False


def _opened(state: State, event: Event, at: int) -> bool:
    return _start(state, "door-not-closed", event, at, 120)


def _held_open(state: State, event: Event, at: int) -> bool:
    return _start(state, "door-held-open", event, at, 90)


def _closed(state: State, event: Event, at: int) -> bool:
    """The end of both of a door's timers."""
    state["timers"], state["due"] = {}, FAR
    return False


def _life(state: State, event: Event, at: int) -> bool:
    due = at + 60 * SECOND
    state["timers"], state["due"] = {"camera-silent": (due, event.get("id") or f"since {at}")}, due
    return False


_CAMERA: Steps = (("camera-silent", _life),)


def _water(state: State, event: Event, at: int) -> bool:
    """Three of the last five readings over the line, or under the lower one, since it last changed."""
    value = event["value"]
    readings = [pair for pair in state.get("readings", ()) if pair[0] > at - 3600 * SECOND][-4:]
    state["readings"] = [*readings, (at, value)]
    over = state.get("over", False)
    ours = [reading <= 0.20 if over else reading >= 0.30 for _, reading in state["readings"]]
    if not ours[-1] or sum(ours) < 3:
        return False
    state["readings"], state["over"] = [], not over
    return not over

"""Who is told what: alerts that follow from another become its children, before anyone is told.

Two ways: a rule that is `muted_by` another, and devices that fall silent because of one box (docs/rules.md, Root causes).
A decision about an alert is made a settle time after it was raised, when all that bears on it is known; so what is decided is a
function of the alerts and their endings alone, not of how they came in blocks. Few alerts pass here: plain Python.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Protocol
from uuid import UUID

from schemas.alerts import Alert, Clearing, SeverityChange, alert_id
from schemas.kernels import Kernel
from schemas.rules import Rule
from schemas.site import Site
from streams.rules.boxes import PRECEDENCE, Boxes, boxes_of, members
from streams.rules.frames import SECOND
from streams.rules.moments import micros, moment
from streams.rules.mutes import FOREVER, Mute, Mutes

END, LEFT, DECIDE, GONE = 0, 1, 2, 3
"""What may be due at one time, in this order."""


class Spoken(Protocol):
    """Since when a device is known to speak."""

    def since(self, device: str) -> int | None:
        """Microseconds since the epoch; None where it never spoke."""
        ...


@dataclass(frozen=True, slots=True)
class Due:
    """When something is decided, and the time that it is about."""

    when: int
    of: int


@dataclass(slots=True)
class Told:
    """What a step says: alerts with their parents, endings, changes."""

    alerts: list[Alert] = field(default_factory=list)
    clearings: list[Clearing] = field(default_factory=list)
    changes: list[SeverityChange] = field(default_factory=list)


@dataclass(slots=True)
class Fallen:
    """An alert of a rule that outages know as a child, while it may matter. `waits`: it is not decided yet."""

    alert: Alert
    key: str
    raised: int
    waits: bool = True
    cleared: int = FOREVER
    clearing: Clearing | None = None
    changes: list[SeverityChange] = field(default_factory=list)
    again: Alert | None = None


@dataclass(slots=True)
class Down:
    """A box's alert, with the ids of its children; `ended` is FOREVER while it is open."""

    alert: Alert
    rule: str
    raised: int
    children: list[UUID] = field(default_factory=list)
    ended: int = FOREVER


class Causes:
    """The alerts of one site that wait, and those that others follow from."""

    def __init__(self, site: Site, rules: Mapping[str, Rule], spoken: Spoken) -> None:
        self._site, self._spoken = site, spoken
        self._boxes: Boxes = boxes_of(site)
        self._unwatched: Callable[[Collection[str]], Mapping[str, Any]] | None = None
        self.fallen: dict[UUID, Fallen] = {}
        self.down: dict[UUID, Down] = {}
        self.mutes = Mutes()
        self.due: list[tuple[int, int, int, str]] = []
        self.configure(rules, -FOREVER)

    def configure(self, rules: Mapping[str, Rule], watermark: int) -> None:
        """Take other rules, between two steps. A box whose rule is gone ends at this watermark."""
        self._rules = rules
        for identity, down in self.down.items():
            if down.rule not in rules and down.ended == FOREVER:
                down.ended = max(down.raised, watermark)
                heappush(self.due, (down.ended, GONE, down.ended, str(identity)))
        self._outages = [rule for rule in rules.values() if rule.kernel is Kernel.OUTAGE]
        self._outages.sort(key=lambda rule: (PRECEDENCE.index(rule.box) if rule.box else 0, rule.id))
        self._muters = {muter for rule in rules.values() for muter in rule.muted_by}
        self._children = {child for rule in self._outages for child in rule.children}
        # One for all, so that decisions come in the order of raise.
        self._settle = max((round(rule.limit("window", 0) * SECOND) for rule in self._outages), default=0)
        self._members = {
            (rule.id, box): members(self._site, self._boxes.below[box], [rules[c] for c in rule.children if c in rules])
            for rule in self._outages
            for box in self._boxes.below
        }

    def step(
        self, alerts: Sequence[tuple[Alert, str]], ended: Sequence[Clearing], changed: Sequence[SeverityChange], watermark: int
    ) -> Told:
        """Take what the rules said up to the watermark, each alert with its key's text; say what is decided by it."""
        told = Told()
        alerts = sorted(alerts, key=lambda one: (one[0].raised_at, one[0].id))
        for alert, _ in alerts:
            self._note_mute(alert)
        for clearing in ended:
            self.mutes.end(clearing.id, micros(clearing.cleared_at))
        for alert, key in alerts:
            self._take(alert, key, told)
        news: list[tuple[datetime, UUID, Clearing | SeverityChange]] = [(change.at, change.id, change) for change in changed]
        news += [(clearing.cleared_at, clearing.id, clearing) for clearing in ended]
        for at, _, one in sorted(news, key=lambda new: (new[0], isinstance(new[2], Clearing), new[1])):
            self._decide_until(micros(at) - 1, told)
            if isinstance(one, Clearing):
                self._end(one, told)
            else:
                self._change(one, told)
        self._decide_until(watermark, told)
        self._forget(watermark)
        return told

    def _decide_until(self, time: int, told: Told) -> None:
        """Decide what is due by then, in its order: what ends later is not known to it."""
        while self.due and self.due[0][0] <= time:
            when, what, of, identity = heappop(self.due)
            DUE[what](self, UUID(identity), Due(when, of), told)

    # What comes in.

    def _note_mute(self, alert: Alert) -> None:
        if alert.rule in self._muters:
            self.mutes.add(Mute(alert.rule, alert.device, micros(alert.raised_at), alert.id))

    def _take(self, alert: Alert, key: str, told: Told) -> None:
        raised = micros(alert.raised_at)
        parent = self._muted(alert, raised)
        if parent is not None:
            alert = replace(alert, parent=parent)
        if alert.rule not in self._children:
            told.alerts.append(alert)
            return
        self.fallen[alert.id] = Fallen(alert, key, raised, waits=parent is None)
        if parent is not None:
            told.alerts.append(alert)
        else:
            heappush(self.due, (raised + self._settle, DECIDE, raised, str(alert.id)))

    def _muted(self, alert: Alert, raised: int) -> UUID | None:
        rule = self._rules.get(alert.rule)
        if rule is None or not rule.muted_by:
            return None
        return self.mutes.first(rule.muted_by, alert.device, raised, alert.id)

    def _change(self, change: SeverityChange, told: Told) -> None:
        fallen = self.fallen.get(change.id)
        if fallen is None:
            told.changes.append(change)
        elif fallen.waits:
            fallen.changes.append(change)
        else:
            now = fallen.again or fallen.alert
            told.changes.append(replace(change, id=now.id, raised_at=now.raised_at))

    def _end(self, clearing: Clearing, told: Told) -> None:
        fallen = self.fallen.get(clearing.id)
        if fallen is None:
            told.clearings.append(clearing)
            return
        fallen.cleared = micros(clearing.cleared_at)
        if fallen.waits:
            fallen.clearing = clearing
        else:
            now = fallen.again or fallen.alert
            told.clearings.append(replace(clearing, id=now.id, raised_at=now.raised_at))
        for down in self.down.values():
            if clearing.id in down.children:
                self._look_again(down, fallen.cleared)

    def _look_again(self, down: Down, time: int) -> None:
        window = round(self._limit(down, "window") * SECOND)
        heappush(self.due, (time + window, END, time, str(down.alert.id)))

    # What is decided.

    def _decide(self, identity: UUID, due: Due, told: Told) -> None:
        fallen = self.fallen.get(identity)
        if fallen is None or not fallen.waits:
            return
        down = self._open_box(fallen) or self._new_box(fallen, told)
        fallen.waits = False
        if down is not None:
            fallen.alert = replace(fallen.alert, parent=down.alert.id)
            down.children.append(fallen.alert.id)
            if fallen.cleared != FOREVER:
                self._look_again(down, fallen.cleared)
        told.alerts.append(fallen.alert)
        told.changes += fallen.changes
        if fallen.clearing is not None:
            told.clearings.append(fallen.clearing)

    def _above(self, fallen: Fallen) -> Iterable[tuple[Rule, str]]:
        """The outages that this may be a child of, each with its box."""
        above = self._boxes.above.get(fallen.alert.device, frozenset())
        for rule in self._outages:
            if fallen.alert.rule in rule.children:
                yield from ((rule, box) for role, box in sorted(above) if role is rule.box)

    def _open_box(self, fallen: Fallen) -> Down | None:
        above = [(rule.id, box) for rule, box in self._above(fallen)]
        found = [
            down
            for down in self.down.values()
            if (down.rule, down.alert.device) in above and down.raised <= fallen.raised < down.ended
        ]
        return min(found, key=lambda down: (down.raised, above.index((down.rule, down.alert.device)))) if found else None

    def _new_box(self, fallen: Fallen, told: Told) -> Down | None:
        best: tuple[int, Rule, str, list[Fallen]] | None = None
        for rule, box in self._above(fallen):
            silent = self._silent(rule, box, fallen.raised)
            number = len({one.alert.device for one in silent})
            if silent and (best is None or number > best[0]):
                best = number, rule, box, silent
        if best is None:
            return None
        _, rule, box, silent = best
        alert = self._box_alert(rule, box, silent, fallen)
        alert = replace(alert, parent=self._muted(alert, fallen.raised))
        down = self.down[alert.id] = Down(alert, rule.id, fallen.raised)
        told.alerts.append(alert)
        return down

    def _silent(self, rule: Rule, box: str, raised: int) -> list[Fallen]:
        """The alerts about devices on this box that were raised within the window, where they are enough of them; else none."""
        window = round(rule.limit("window", 0) * SECOND)
        heard = {
            device
            for device in self._members[rule.id, box]
            if (since := self._spoken.since(device)) is not None and since <= raised
        }
        silent = [
            one
            for one in self.fallen.values()
            if one.alert.rule in rule.children and one.alert.device in heard and abs(one.raised - raised) <= window
        ]
        devices = {one.alert.device for one in silent}
        enough = len(heard) >= rule.limit("devices", 1) and len(devices) > rule.limit("share", 0) * len(heard)
        return sorted(silent, key=lambda one: (one.raised, one.alert.id)) if enough else []

    def _box_alert(self, rule: Rule, box: str, silent: Sequence[Fallen], first: Fallen) -> Alert:
        self._unwatched = self._unwatched or _watching(self._site)
        devices = sorted({one.alert.device for one in silent})
        why = {
            "rule": rule.id,
            "version": rule.version,
            "revision": first.alert.why.get("revision"),
            "thresholds": dict(rule.numbers),
            "values": {"silent": devices, "silent_n": len(devices)},
            "events": first.alert.why["events"],
            "children": [str(one.alert.id) for one in silent],
            **self._unwatched(devices),
        }
        return replace(
            first.alert,
            id=alert_id(self._site.id, rule.id, box, str(first.alert.id)),
            rule=rule.id,
            rule_version=rule.version,
            severity=rule.severity,
            device=box,
            subject=None,
            plan=rule.plan,
            why=why,
        )

    # What comes back.

    def _look(self, identity: UUID, due: Due, told: Told) -> None:
        """Whether the box came back with what ended a window ago."""
        down = self.down.get(identity)
        if down is None or down.ended != FOREVER:
            return
        at = due.of
        children = [self.fallen[child] for child in down.children]
        before = [child for child in children if child.raised < at]
        still = [child for child in before if child.cleared > at]
        if at < down.raised or len(still) > self._limit(down, "share") * len(before):
            return
        down.ended = at
        told.clearings.append(Clearing(down.alert.id, down.alert.raised_at, moment(at)))
        heappush(self.due, (at + round(self._limit(down, "left") * SECOND), LEFT, at, str(identity)))

    def _leave(self, identity: UUID, due: Due, told: Told) -> None:
        """The box is back for a while: what is still silent is silent by itself."""
        down = self.down.pop(identity, None)
        for child in (self.fallen[child] for child in down.children) if down else ():
            if child.cleared <= due.when or child.again is not None:
                continue
            told.clearings.append(Clearing(child.alert.id, child.alert.raised_at, moment(due.when)))
            why = {**child.alert.why, "left_by": str(identity)}
            own = alert_id(self._site.id, child.alert.rule, child.key, f"left {identity}")
            child.again = replace(child.alert, id=own, raised_at=moment(due.when), parent=None, why=why)
            told.alerts.append(child.again)

    def _gone(self, identity: UUID, due: Due, told: Told) -> None:
        """The box's rule is no more: it is told as back, and what is still silent on it by itself."""
        if identity in self.down:
            told.clearings.append(Clearing(identity, self.down[identity].alert.raised_at, moment(due.when)))
            self._leave(identity, due, told)

    def _limit(self, down: Down, name: str) -> float:
        rule = self._rules.get(down.rule)
        return rule.limit(name, 0.0) if rule is not None else 0.0

    def _forget(self, watermark: int) -> None:
        reach = 2 * self._settle
        needed = {child for down in self.down.values() for child in down.children}
        for identity, fallen in list(self.fallen.items()):
            over = fallen.cleared <= watermark or (fallen.alert.parent is None and fallen.again is None)
            if over and not fallen.waits and fallen.raised < watermark - reach and identity not in needed:
                del self.fallen[identity]
        self.mutes.forget(watermark)


def _watching(site: Site) -> Callable[[Collection[str]], Mapping[str, Any]]:
    """Who sees what is worked out when the first box fails: it takes a while, and most days need none."""
    from streams.rules.unwatched import Watch

    return Watch(site).unwatched


DUE = {END: Causes._look, LEFT: Causes._leave, DECIDE: Causes._decide, GONE: Causes._gone}

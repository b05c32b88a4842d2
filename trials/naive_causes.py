"""What alerts have in common: one box whose loss silenced their devices, a rule that mutes them.

By the words of docs/rules.md, over a complete list of alerts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from math import inf
from uuid import UUID

from schemas.alerts import alert_id
from schemas.kernels import Kernel
from schemas.rules import Box, Rule
from schemas.site import Device, Site
from trials.naive_conditions import World
from trials.naive_rows import Raised, Row, micros

RANK = (Box.POWER, Box.SWITCH, Box.CONTROLLER, Box.RECORDER)
"""Of boxes with equally many silent devices the first of these is the cause."""


@dataclass(slots=True)
class _Loss:
    """A box's alert with the alerts that are its children."""

    rule: Rule
    box: str
    children: list[Raised] = field(default_factory=list)

    @property
    def at(self) -> int:
        """When the first of them fell silent."""
        return self.children[0].at

    def id(self, site: Site) -> UUID:
        """The alert's id, whose cause is its first child."""
        return alert_id(site.id, self.rule.id, self.box, str(self.children[0].id))

    @property
    def rank(self) -> tuple[int, str, str]:
        """Which of equal ones is the cause: the smallest."""
        assert self.rule.box is not None
        return RANK.index(self.rule.box), self.box, self.rule.id

    @property
    def end(self) -> float:
        """When no more than `share` of those that had fallen silent before were still so; endless where that never came."""
        ends = sorted(child.cleared for child in self.children if child.cleared is not None)
        return next((end for end in ends if self._is_back(end)), inf)

    def _is_back(self, time: int) -> bool:
        fallen = [child for child in self.children if child.at < time]
        return sum(_open(child, time) for child in fallen) <= self.rule.limit("share", 1) * len(fallen)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is known: outage rules, each rule's kind, every alert of a silence, what hangs on what, since when who speaks."""

    outages: Sequence[Rule]
    kind_of: Mapping[str, str]
    silences: Sequence[Raised]
    devices: Mapping[str, Device]
    boxes: Mapping[str, Set[tuple[str, str]]]
    spoken: Mapping[str, int]

    def hanging(self, outage: Rule, box: str) -> set[str]:
        """The devices that hang on a box and are of the kinds that the outage's children are about."""
        kinds = {self.kind_of[name] for name in outage.children if name in self.kind_of}
        on_it = {device for device, boxes in self.boxes.items() if (str(outage.box), box) in boxes}
        return {device for device in on_it if self.devices[device].kind in kinds}


def with_outages(alerts: Sequence[Raised], rules: Sequence[Rule], rows: Iterable[Row], world: World) -> Iterator[Raised]:
    """The alerts, those of the boxes, and those of what a box left behind. What is not decided yet is not there."""
    outages = [rule for rule in rules if rule.kernel is Kernel.OUTAGE]
    named = {name for rule in outages for name in rule.children}
    settle = max((micros(rule, "window") for rule in outages), default=0)
    silences = sorted((alert for alert in alerts if alert.rule in named), key=lambda alert: (alert.at, alert.id.bytes))
    boxes = {device: boxes_of(world.site, device) for device in world.site.devices}
    scene = _Scene(outages, {rule.id: rule.kind for rule in rules}, silences, world.site.devices, boxes, _spoken(rows))
    losses: list[_Loss] = []
    for child in silences:
        if child.parent:
            yield child  # muted: nobody is told, and nothing is left to decide
            continue
        if child.at + settle > world.watermark:
            continue
        loss = _under_way(losses, child, scene) or _cause(child, scene)
        if loss is None:
            yield child
            continue
        loss.children.append(child)
        if loss not in losses:
            losses.append(loss)
    yield from (alert for alert in alerts if alert.rule not in named)
    for loss in losses:
        yield from _alerts_of(loss, world)


def boxes_of(site: Site, device: str) -> set[tuple[str, str]]:
    """The boxes that a device hangs on, with their roles: those that it names itself, and those that these hang on."""
    one = site.devices.get(device)
    found = {(role, box) for role, box in one.hangs_on.items() if box} if one else set()
    return found.union(*(boxes_of(site, box) for _, box in found))


def _spoken(rows: Iterable[Row]) -> dict[str, int]:
    """Since when each device has spoken."""
    found: dict[str, int] = {}
    for row in rows:
        time = row.received if row.late else row.at
        found[row.device] = min(time, found.get(row.device, time))
    return found


def _under_way(losses: Iterable[_Loss], child: Raised, scene: _Scene) -> _Loss | None:
    """The loss under way that the device falls silent by."""
    boxes = scene.boxes.get(child.device, set())
    mine = (loss for loss in losses if (loss.rule.box, loss.box) in boxes and child.rule in loss.rule.children)
    return min((loss for loss in mine if loss.at <= child.at < loss.end), key=lambda loss: (loss.at, loss.rank), default=None)


def _cause(child: Raised, scene: _Scene) -> _Loss | None:
    """The box whose loss explains the silence best, if there is one."""
    found: list[tuple[int, _Loss]] = []
    for rule in scene.outages:
        for box in [
            box for role, box in scene.boxes.get(child.device, set()) if role == rule.box and child.rule in rule.children
        ]:
            spoken, silent = _counted(rule, box, child, scene)
            if spoken >= rule.limit("devices", 1) and silent > rule.limit("share", 1) * spoken:
                found.append((silent, _Loss(rule, box)))
    return min(found, key=lambda one: (-one[0], one[1].rank))[1] if found else None


def _counted(rule: Rule, box: str, child: Raised, scene: _Scene) -> tuple[int, int]:
    """How many devices of the box have ever spoken, and how many of them fell silent about when this one did."""
    spoken = {device for device in scene.hanging(rule, box) if scene.spoken.get(device, inf) <= child.at}
    near = {
        one.device for one in scene.silences if one.rule in rule.children and abs(one.at - child.at) <= micros(rule, "window")
    }
    return len(spoken), len(near & spoken)


def _open(alert: Raised, time: float) -> bool:
    return alert.cleared is None or alert.cleared > time


def _alerts_of(loss: _Loss, world: World) -> Iterator[Raised]:
    """The box's alert, its children, and once its time is over what is still silent."""
    box = loss.id(world.site)
    ended = int(loss.end) if loss.end <= world.watermark else None
    yield Raised(box, loss.rule.id, loss.box, loss.at, ended, loss.box, loss.rule.severity)
    over = loss.end + micros(loss.rule, "left")
    for child in loss.children:
        if over > world.watermark or not _open(child, over):
            yield replace(child, parent=box)
            continue
        yield replace(child, parent=box, cleared=int(over))
        identity = alert_id(world.site.id, child.rule, child.key, f"left {box}")
        yield replace(child, id=identity, at=int(over))


def with_muting(alerts: Sequence[Raised], rules: Iterable[Rule]) -> list[Raised]:
    """Each alert of these rules becomes a child of the open alert of the same device that mutes it, if there is one."""
    muted_by = {rule.id: rule.muted_by for rule in rules}
    muting = [alert for alert in alerts if any(alert.rule in names for names in muted_by.values())]
    muted = {alert.id: _muting(alert, muted_by.get(alert.rule, ()), muting) for alert in alerts}
    return [replace(alert, parent=muted[alert.id] or alert.parent) for alert in alerts]


def _muting(alert: Raised, names: Sequence[str], muting: Iterable[Raised]) -> UUID | None:
    fitting = [
        one
        for one in muting
        if one.rule in names
        and one.id != alert.id
        and one.device == alert.device
        and one.at <= alert.at <= (inf if one.cleared is None else one.cleared)
    ]
    return min(((one.at, one.id.bytes, one.id) for one in fitting), default=(0, b"", None))[2]

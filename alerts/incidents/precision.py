"""How far a rule or a device can be believed: what people closed its incidents as. Pure.

Right is what was real, and what was the equipment's where the rule watches equipment (`closes_as: equipment`). Drills and
duplicates say nothing about a rule and are left out. Below LEAST judged incidents a share says nothing yet.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from schemas.incidents import Reason
from schemas.rules import Rule

LEAST = 5
JUDGED = frozenset({Reason.REAL, Reason.NUISANCE, Reason.EQUIPMENT})


@dataclass(frozen=True, slots=True)
class Closed:
    """One closed incident: the rule and device that opened it, and as what it was closed."""

    rule: str
    device: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Precision:
    """Of `judged` incidents of a rule or device `right` were right; `reasons` counts all closing reasons."""

    name: str
    judged: int
    right: int
    reasons: Mapping[str, int]

    @property
    def share(self) -> float | None:
        """Right ones of those judged; None below LEAST."""
        return round(self.right / self.judged, 3) if self.judged >= LEAST else None


def watching_equipment(rules: Iterable[Rule]) -> frozenset[str]:
    """The rules for which a fault of the equipment is what they were to find."""
    return frozenset(rule.id for rule in rules if rule.closes_as is Reason.EQUIPMENT)


def by_rule(closed: Iterable[Closed], equipment: frozenset[str]) -> list[Precision]:
    """Each rule, the least believable first; `equipment` are the rules that watch equipment."""
    return _by(closed, equipment, lambda one: one.rule)


def by_device(closed: Iterable[Closed], equipment: frozenset[str]) -> list[Precision]:
    """Each device, the least believable first."""
    return _by(closed, equipment, lambda one: one.device)


def worst(found: Iterable[Precision], most: int) -> list[Precision]:
    """Those to look at first: judged often enough, and not all right."""
    return [one for one in found if one.share is not None and one.right < one.judged][:most]


def _by(closed: Iterable[Closed], equipment: frozenset[str], key: Callable[[Closed], str]) -> list[Precision]:
    groups: dict[str, list[Closed]] = {}
    for one in closed:
        groups.setdefault(key(one), []).append(one)
    found = [_judged(name, ones, equipment) for name, ones in groups.items()]
    return sorted(found, key=lambda one: (one.share is None, one.share, one.right - one.judged, one.name))


def _judged(name: str, ones: Iterable[Closed], equipment: frozenset[str]) -> Precision:
    reasons: dict[str, int] = {}
    judged = right = 0
    for one in ones:
        reasons[str(one.reason)] = reasons.get(str(one.reason), 0) + 1
        judged += one.reason in JUDGED
        right += one.reason is Reason.REAL or (one.reason is Reason.EQUIPMENT and one.rule in equipment)
    return Precision(name, judged, right, dict(sorted(reasons.items())))

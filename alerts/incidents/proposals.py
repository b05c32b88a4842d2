"""A stricter version of a rule that cries wolf, to be tried by `gatehouse rules backtest` before anybody believes in it. Pure.

One threshold is changed, the one that by its kernel decides how soon a rule rings; how much is a first step, not a truth.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from alerts.incidents.precision import Precision, worst
from schemas.kernels import Kernel
from schemas.rules import CATALOGUE, Rule

WORST = 5
Written = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Stricter:
    """Which parameter, and what becomes of it."""

    parameter: str
    add: float = 0.0
    times: float = 1.0


STRICTER: Mapping[Kernel, Stricter] = {
    Kernel.EACH: Stricter("hold", times=2),
    Kernel.COUNT: Stricter("events", add=1),
    Kernel.DISTINCT: Stricter("values", add=1),
    Kernel.SEQUENCE: Stricter("window", times=0.5),
    Kernel.WITHOUT: Stricter("window", times=1.5),
    Kernel.ABSENCE: Stricter("window", times=1.5),
    Kernel.DWELL: Stricter("window", times=1.5),
    Kernel.LEVEL: Stricter("window", times=1.5),
    Kernel.TRAVEL: Stricter("speed", times=1.25),
    Kernel.SURPLUS: Stricter("excess", add=1),
    Kernel.MISMATCH: Stricter("window", times=0.5),
    Kernel.DEVIATION: Stricter("line", times=1.2),
    Kernel.OUTAGE: Stricter("devices", add=1),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The changed row as it would stand in a file, and what was changed from what to what."""

    row: Mapping[str, Any]
    threshold: str
    was: float
    now: float


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule that was believed too often, and the stricter one to try."""

    of: Precision
    proposal: Proposal

    @property
    def text(self) -> str:
        """The changed rule as a file of rules."""
        return yaml.safe_dump([self.proposal.row], allow_unicode=True, sort_keys=False, width=120)


def offers(by_rule: Iterable[Precision], rules: Mapping[str, Rule], written: Written) -> list[Offer]:
    """The WORST least believable rules, each with one threshold stricter; those that have no such threshold are left out."""
    known = worst((one for one in by_rule if one.name in rules), WORST)
    tried = ((one, stricter(rules[one.name], written[one.name], one.right, one.judged)) for one in known)
    return [Offer(one, proposal) for one, proposal in tried if proposal is not None]


def written_rules(folder: Path = CATALOGUE) -> Written:
    """Each rule's row as it stands in the catalogue."""
    rows = (row for path in sorted(folder.glob("*.yaml")) for row in yaml.safe_load(path.read_text("utf-8")))
    return {row["id"]: row for row in rows}


def stricter(rule: Rule, written: Mapping[str, Any], right: int, judged: int) -> Proposal | None:
    """The rule's written row with one threshold stricter and the version raised; None where it has no such threshold."""
    how = STRICTER[rule.kernel]
    unit = next((name for name in rule.thresholds if name.startswith(f"{how.parameter}_")), None)
    if unit is None:
        return None
    was = rule.thresholds[unit].value
    now = round(was * how.times + how.add, 6)
    reason = f"{judged - right} of {judged} incidents were closed as false: {unit} {was:g} becomes {now:g}, to be tried"
    thresholds = {**written["thresholds"], unit: {"value": int(now) if now.is_integer() else now, "reason": reason}}
    row = {**written, "version": rule.version + 1, "thresholds": thresholds}
    row.pop("examples", None)  # they are the old numbers'
    return Proposal(row, unit, was, now)

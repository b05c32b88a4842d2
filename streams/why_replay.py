"""Judging an alert's evidence once more: does the same alert come out?

A fresh engine with this rule alone, at the version and with the numbers that the alert names, the lists of its revision, and
its own events. What only a long history could tell (what is usual, which devices have ever spoken) is read again where it is
still there, and said where it is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

import pyarrow as pa

from schemas.alerts import Alert, alert_id
from schemas.kernels import Kernel
from schemas.lists import Lists
from schemas.rules import Rule, Threshold
from schemas.site import Site
from streams.backtest.order import sorted_whole
from streams.backtest.replay import SECOND, Pace, replay
from streams.rules.engine import Engine
from streams.why_evidence import StoredAlert


class Verdict(StrEnum):
    """What came of it; the text is for people."""

    SAME = "replayed: same id"
    NO_RULE = "not replayed: this version has no such rule"
    NO_VERSION = "not replayed: this version of the rule is no longer known"
    NO_EVENTS = "not replayed: some of its events are past their retention"
    NO_LOG = "not replayed: its heartbeats cannot be read from Kafka"
    NO_CHILDREN = "not replayed: some of its children are past their retention"
    NO_BASELINE = "replayed: it does not come again, because what was usual rests on more history than is still there"
    NO_DEVICES = "replayed: it does not come again from its children alone, as devices that spoke long ago count too"
    OTHER = "replayed: it does not come again from these events"


@dataclass(frozen=True, slots=True)
class Basis:
    """What an alert is judged by again."""

    site: Site
    rules: Mapping[str, Rule]
    lists: Lists
    pace: Pace


def rule_of(alert: StoredAlert, rules: Mapping[str, Rule]) -> Rule | Verdict:
    """The rule as the alert was judged by it: of the same version, with the numbers that it names."""
    rule = rules.get(alert.rule)
    if rule is None:
        return Verdict.NO_RULE
    if rule.version != alert.rule_version:
        return Verdict.NO_VERSION
    numbers = alert.why.get("thresholds", {})
    if set(numbers) != set(rule.thresholds):
        return Verdict.NO_VERSION
    named = {name: Threshold(value=number, reason="as the alert names it") for name, number in numbers.items()}
    return Rule(**{name: getattr(rule, name) for name in Rule.model_fields} | {"thresholds": named})


def again(alert: StoredAlert, rules: Sequence[Rule], evidence: Sequence[pa.RecordBatch], basis: Basis) -> Verdict:
    """Whether the alert comes out of its evidence."""
    found = list(_raised(alert, rules, evidence, basis))
    if any(_is(alert, one) for one in found):
        return Verdict.SAME
    kernels = {rule.id: rule.kernel for rule in rules}
    if kernels[alert.rule] is Kernel.DEVIATION:
        return Verdict.NO_BASELINE
    return Verdict.NO_DEVICES if kernels[alert.rule] is Kernel.OUTAGE else Verdict.OTHER


def _raised(alert: StoredAlert, rules: Sequence[Rule], evidence: Sequence[pa.RecordBatch], basis: Basis) -> Iterator[Alert]:
    """Watched long enough for an outage's decision, a window after what it is about."""
    window = max(rule.limit("window", 0.0) for rule in rules if rule.kernel is Kernel.OUTAGE or rule.id == alert.rule)
    end = alert.raised_at + timedelta(seconds=2 * window + 1)
    pace = Pace(basis.pace.tick_us, basis.pace.lateness_us, round(end.timestamp() * SECOND))
    engine = Engine(basis.site, rules, basis.lists, int(alert.why.get("revision") or 0))
    yield from replay(engine, sorted_whole(iter(evidence)), pace, basis.site.id).alerts


def _is(alert: StoredAlert, other: Alert) -> bool:
    """The same, or what was left of the same when its box came back."""
    if other.id == alert.id:
        return True
    left_by = alert.why.get("left_by")
    if left_by is None or other.rule != alert.rule or other.device != alert.device:
        return False
    keys = [key for key in (alert.device, alert.subject) if key]
    return any(alert_id(alert.site, alert.rule, key, f"left {UUID(left_by)}") == alert.id for key in keys)

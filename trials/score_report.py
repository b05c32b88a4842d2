"""The score's figures: recall, precision and delay a rule, alerts an hour, floods; whether they hold; how they are printed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import orjson

from trials.score_match import Findings

RECALL, PRECISION, EACH_RULE, PER_HOUR, FLOODED = 0.99, 0.95, 0.9, 6.0, 0.01
FLOOD, FLOOD_S = 10, 600.0
"""More than so many alerts within ten minutes."""

HEAD = (
    f"{'rule':<30}{'incidents':>10}{'found':>7}{'false':>7}{'recall':>8}{'prec.':>8}"
    f"{'delay p50':>11}{'max':>9}{'told p50':>10}{'max':>9}"
)


@dataclass(frozen=True, slots=True)
class RuleScore:
    """One rule. `delay` is raised − due, `told` the operator's knowledge − due, seconds; None where nothing was answered."""

    rule: str
    incidents: int
    found: int
    false: int
    told: int
    recall: float | None
    precision: float | None
    delay_p50_s: float | None
    delay_max_s: float | None
    told_p50_s: float | None
    told_max_s: float | None

    @property
    def holds(self) -> bool:
        """Neither figure is under the line; a figure that there is not does not count."""
        return all(figure is None or figure >= EACH_RULE for figure in (self.recall, self.precision))


@dataclass(frozen=True, slots=True)
class Score:
    """The whole run. `unscored`: rules of the catalogue without an incident; `unknown`: rules of the truth that it has not."""

    days: int
    seed: int
    events: int
    heartbeats: int
    seconds: float
    recall: float
    precision: float
    alerts: int
    per_hour: float
    worst_hour: int
    flooded: float
    excused: int
    children: int
    unscored: Sequence[str]
    unknown: Sequence[str]
    rules: Sequence[RuleScore]

    @property
    def holds(self) -> bool:
        """Every promise."""
        return (
            self.recall >= RECALL
            and self.precision >= PRECISION
            and self.per_hour <= PER_HOUR
            and self.flooded < FLOODED
            and all(rule.holds for rule in self.rules)
            and not self.unknown
            and not (self.unscored and self.days >= 7)
        )


def flooded(told: Sequence[float], span_s: float) -> float:
    """The share of the time in which more than FLOOD alerts lay within the last ten minutes."""
    moments, seconds, until = sorted(told), 0.0, 0.0
    for n in range(FLOOD, len(moments)):
        first, last = max(moments[n], until), moments[n - FLOOD] + FLOOD_S
        if last > first:
            seconds, until = seconds + last - first, last
    return seconds / span_s


def worst_hour(told: Sequence[float]) -> int:
    """The most alerts of one hour of the clock."""
    counts: dict[int, int] = {}
    for moment in told:
        counts[int(moment // 3600)] = counts.get(int(moment // 3600), 0) + 1
    return max(counts.values(), default=0)


def by_rule(findings: Findings) -> list[RuleScore]:
    """One line a rule that has an incident or a false alert, by its id."""
    names = {truth.rule for truth, _ in findings.answered} | {truth.rule for truth in findings.missed}
    return [_one(name, findings) for name in sorted(names | {said.rule for said in findings.false})]


def _one(rule: str, findings: Findings) -> RuleScore:
    pairs = [(truth, said) for truth, said in findings.answered if truth.rule == rule]
    found, missed = sum(truth.must for truth, _ in pairs), sum(truth.rule == rule for truth in findings.missed)
    false = sum(said.rule == rule for said in findings.false)
    told = sum(said.parent is None for _, said in pairs)
    delays = [said.raised - truth.due for truth, said in pairs]
    hears = [said.told - truth.due for truth, said in pairs]
    return RuleScore(
        rule=rule,
        incidents=found + missed,
        found=found,
        false=false,
        told=told + false,
        recall=_share(found, found + missed),
        precision=_share(told, told + false),
        delay_p50_s=_short(median(delays)) if delays else None,
        delay_max_s=_short(max(delays)) if delays else None,
        told_p50_s=_short(median(hears)) if hears else None,
        told_max_s=_short(max(hears)) if hears else None,
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _short(value: float) -> float:
    return round(value, 2)


def totals(findings: Findings) -> tuple[float, float]:
    """Recall and precision over all rules."""
    found = sum(truth.must for truth, _ in findings.answered)
    right = sum(said.parent is None for _, said in findings.answered)
    recall = _share(found, found + len(findings.missed))
    precision = _share(right, right + len(findings.false))
    return (1.0 if recall is None else recall), (1.0 if precision is None else precision)


def as_json(score: Score) -> str:
    """One object; `ok` says whether every promise holds."""
    found: Mapping[str, Any] = {"ok": score.holds, **asdict(score)}
    return orjson.dumps(found).decode()


def as_text(score: Score) -> str:
    """A table for people, the promises below."""
    lines = [HEAD, *(_line(rule) for rule in score.rules)]
    promises = (
        ("recall over all", f"{score.recall:.4f}", f"≥ {RECALL}", score.recall >= RECALL),
        ("precision over all", f"{score.precision:.4f}", f"≥ {PRECISION}", score.precision >= PRECISION),
        ("alerts an hour to the operator", f"{score.per_hour:.2f}", f"≤ {PER_HOUR:g}", score.per_hour <= PER_HOUR),
        ("share of time in a flood", f"{score.flooded:.4f}", f"< {FLOODED}", score.flooded < FLOODED),
        ("rules under the line", str(sum(not rule.holds for rule in score.rules)), "= 0", all(r.holds for r in score.rules)),
        ("rules without an incident", ", ".join(score.unscored) or "none", "none", not score.unscored),
        ("rules that the catalogue has not", ", ".join(score.unknown) or "none", "none", not score.unknown),
    )
    lines.append("")
    for name, figure, limit, ok in promises:
        lines.append(f"{name:<34}{figure:>12}  {limit:<8}{'holds' if ok else 'DOES NOT HOLD'}")
    return "\n".join([*lines, _facts(score)])


def _facts(score: Score) -> str:
    rows = f"{score.events} events and {score.heartbeats} heartbeats in {score.seconds:.0f} s"
    told = (
        f"{score.alerts} alerts told, {score.worst_hour} in the worst hour, {score.children} children, {score.excused} beside"
    )
    return f"{score.days} days, seed {score.seed}: {rows}; {told}."


def _line(rule: RuleScore) -> str:
    def cell(value: float | None, width: int, digits: int = 2) -> str:
        return f"{'-' if value is None else format(value, f'.{digits}f'):>{width}}"

    counts = f"{rule.rule:<30}{rule.incidents:>10}{rule.found:>7}{rule.false:>7}"
    shares = f"{cell(rule.recall, 8)}{cell(rule.precision, 8)}"
    delays = f"{cell(rule.delay_p50_s, 11, 1)}{cell(rule.delay_max_s, 9, 1)}"
    hearing = f"{cell(rule.told_p50_s, 10, 1)}{cell(rule.told_max_s, 9, 1)}"
    return f"{counts}{shares}{delays}{hearing}{'' if rule.holds else '  under the line'}"

"""Alerts against the truth: which incident each alert answers, which alerts answer none, which incidents nobody told.

An alert answers a truth of its own rule about the same device or subject, raised between the truth's begin and its latest
moment; one alert a truth. An alert of a rule that a truth names beside its own is excused, once a truth. Every other alert
that the operator is told is false, a second one about the same incident too. A child (stored, not told) may answer, and is
never false.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from streams.simulator.week_ledger import Truth

CLOCKS_S = 4.0
"""Two trusted clocks may each be 2 s off."""

AFTERMATH_S = 3600.0
"""How long after an incident a rule named beside its own may still answer it."""


@dataclass(frozen=True, slots=True)
class Said:
    """An alert as the score sees it; times are seconds since the week began. `told` is when the operator heard of it."""

    id: UUID
    rule: str
    device: str
    subject: str | None
    raised: float
    told: float
    parent: UUID | None = None


@dataclass(slots=True)
class Findings:
    """Pairs of truth and answer, truths without one, alerts without a truth, alerts that are excused."""

    answered: list[tuple[Truth, Said]] = field(default_factory=list)
    missed: list[Truth] = field(default_factory=list)
    false: list[Said] = field(default_factory=list)
    excused: list[tuple[Truth, Said]] = field(default_factory=list)


def about(truth: Truth, said: Said) -> bool:
    """Whether the alert is about the truth's device or subject."""
    return said.device in truth.devices or (said.subject is not None and said.subject in truth.subjects)


def match(truths: Iterable[Truth], alerts: Iterable[Said]) -> Findings:
    """Every alert to at most one truth; what must be told is served before what may be."""
    findings, waiting = Findings(), sorted(alerts, key=lambda said: (said.raised, str(said.id)))
    by_rule: dict[str, list[Said]] = {}
    for said in waiting:
        by_rule.setdefault(said.rule, []).append(said)
    used: set[UUID] = set()
    ordered = sorted(truths, key=lambda truth: (not truth.must, truth.begin, truth.rule))
    for truth in ordered:
        answer = _answer(truth, by_rule.get(truth.rule, ()), used)
        if answer is not None:
            used.add(answer.id)
            findings.answered.append((truth, answer))
        elif truth.must:
            findings.missed.append(truth)
    for truth in ordered:
        for rule in sorted(truth.also):
            beside = _beside(truth, by_rule.get(rule, ()), used)
            if beside is not None:
                used.add(beside.id)
                findings.excused.append((truth, beside))
    findings.false = [said for said in waiting if said.id not in used and said.parent is None]
    return findings


def _answer(truth: Truth, alerts: Sequence[Said], used: set[UUID]) -> Said | None:
    """The first alert in the truth's time; one that is told before a child."""
    fitting = [
        said
        for said in alerts
        if said.id not in used and truth.begin - CLOCKS_S <= said.raised <= truth.by + CLOCKS_S and about(truth, said)
    ]
    return min(fitting, key=lambda said: (said.parent is not None, said.raised), default=None)


def _beside(truth: Truth, alerts: Sequence[Said], used: set[UUID]) -> Said | None:
    latest = truth.by + AFTERMATH_S
    fitting = (said for said in alerts if said.id not in used and said.parent is None and about(truth, said))
    return next((said for said in fitting if truth.begin - CLOCKS_S <= said.raised <= latest), None)

"""`gatehouse score`: a simulated week of the whole site before the catalogue: recall, precision, delay, alerts, floods.

The rules see the log alone: batches in order of arrival, repeats dropped by id as a worker does, ticks as a gateway writes
them. The engine is handed an hour at a time; its alerts do not depend on how the log is cut. When the operator hears of an
alert follows from when it can be raised: a rule of one event when it is read, all others when the log's time has passed the
event by the allowance, children of an outage when the cause is decided.

Exit 0 only when every promise of score_report.py holds.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
import typer

from schemas.alerts import Alert
from schemas.kernels import Kernel
from schemas.rules import Rule, load_catalogue
from schemas.settings import load
from schemas.site import load_site
from streams.rules.engine import Engine
from streams.simulator.week import LATENESS_S, TICK_S, Block, Week
from trials import score_report
from trials.score_match import Findings, Said, match
from trials.week_intake import Intake

HOUR_S = 3600.0


def run(days: int, seed: int, *, as_json: bool) -> int:
    """Simulate, judge, compare, print; 0 when all promises hold, else 1."""
    score, findings = measure(days, seed)
    typer.echo(score_report.as_json(score) if as_json else score_report.as_text(score))
    if not as_json:
        for line in _wrong(findings):
            typer.echo(line)
    return 0 if score.holds else 1


def measure(days: int, seed: int) -> tuple[score_report.Score, Findings]:
    """The whole score of one week."""
    began = time.monotonic()
    site, rules = load_site(load().site), load_catalogue()
    week = Week(site, seed, days)
    engine, intake = Engine(site, list(rules.values()), week.lists), Intake()
    alerts = [
        alert
        for block in _watched(week)
        for alert in engine.step([intake.admit(batch) for batch in block.batches], block.watermark_us).alerts
    ]
    heard = hearing(alerts, rules, week.micros(0.0))
    inside = [said for said in heard if 0 <= said.raised < week.end]
    findings = match(week.truths, inside)
    told = [said.told for said in inside if said.parent is None]
    recall, precision = score_report.totals(findings)
    wanted = {truth.rule for truth in week.truths}
    score = score_report.Score(
        days=days,
        seed=seed,
        events=intake.events,
        heartbeats=intake.heartbeats,
        seconds=round(time.monotonic() - began, 1),
        recall=recall,
        precision=precision,
        alerts=len(told),
        per_hour=round(len(told) / (week.end / HOUR_S), 3),
        worst_hour=score_report.worst_hour(told),
        flooded=round(score_report.flooded(told, week.end), 5),
        excused=len(findings.excused),
        children=len(inside) - len(told),
        unscored=sorted(set(rules) - wanted),
        unknown=sorted(wanted - set(rules)),
        rules=score_report.by_rule(findings),
    )
    return score, findings


def _watched(week: Week) -> Iterator[Block]:
    """The blocks, with a line of progress on a terminal."""
    total = 24 * week.days
    for number, block in enumerate(week.blocks()):
        yield block
        if sys.stderr.isatty():
            done = min(1.0, (number + 1) / total)
            bar = "█" * round(30 * done)
            typer.echo(f"\r{bar:<30} {done:4.0%}", err=True, nl=done >= 1)


def hearing(alerts: Sequence[Alert], rules: Mapping[str, Rule], begin_us: int) -> list[Said]:
    """The alerts in seconds of the week, each with when the operator hears of it: itself, or its parent."""
    settle = {child: 0.0 for rule in rules.values() for child in rule.children}
    for rule in rules.values():
        for child in rule.children:
            settle[child] = max(settle[child], rule.limit("window", 0.0))
    found = {alert.id: _said(alert, rules, settle, begin_us) for alert in alerts}
    return [_through_parent(said, found) for said in found.values()]


def _said(alert: Alert, rules: Mapping[str, Rule], settle: Mapping[str, float], begin_us: int) -> Said:
    raised = alert.raised_at.timestamp() - begin_us / 1e6
    rule = rules.get(alert.rule)
    if rule is not None and rule.kernel is Kernel.EACH and alert.received_at is not None:
        known = alert.received_at.timestamp() - begin_us / 1e6
    else:
        waits = settle.get(alert.rule, 0.0) if rule is None or rule.kernel is not Kernel.OUTAGE else max(settle.values())
        known = float(np.ceil((raised + LATENESS_S + waits) / TICK_S) * TICK_S)
    return Said(alert.id, alert.rule, alert.device, alert.subject, raised, known, alert.parent)


def _through_parent(said: Said, found: Mapping[UUID, Said]) -> Said:
    parent = None if said.parent is None else found.get(said.parent)
    return said if parent is None else replace(said, told=max(said.told, parent.told))


def _wrong(findings: Findings) -> Iterator[str]:
    """What to look into, for people."""
    for truth in findings.missed:
        yield f"missed {truth.rule} at {_clock(truth.begin)}: {', '.join(sorted(truth.devices | truth.subjects))} {truth.note}"
    for said in findings.false:
        yield f"false {said.rule} at {_clock(said.raised)}: {said.device} {said.subject or ''}"


def _clock(second: float) -> str:
    day, rest = divmod(second, 24 * HOUR_S)
    return f"day {day + 1:.0f} {rest // 3600:02.0f}:{rest % 3600 // 60:02.0f}:{rest % 60:04.1f}"

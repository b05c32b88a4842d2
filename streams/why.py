"""`gatehouse why ALERT`: what raised an alert, and whether the same events raise the same alert again.

0 where it comes out with the same id, 1 where it does not (a sentence says why), 2 where there is no such alert.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pyarrow as pa
import typer

from schemas.database import connect
from schemas.errors import Unavailable
from schemas.kernels import Kernel
from schemas.rules import Rule
from schemas.settings import Settings, load
from schemas.site import load_site
from streams.backtest.database import of_database
from streams.backtest.form import Assumed
from streams.backtest.live import live
from streams.backtest.replay import SECOND, Pace
from streams.why_evidence import StoredAlert, alert_of, alerts_of, as_batch, children_of, events_of, heartbeats_of, marks_of
from streams.why_replay import Basis, Verdict, again, rule_of

HISTORY = timedelta(days=90)
"""What is usual is learned anew from so much: as long as camera events are kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is known of one alert."""

    alert: StoredAlert
    events: Sequence[Mapping[str, Any]]
    children: Sequence[StoredAlert]
    verdict: Verdict
    detail: str


def run(alert: str, *, as_json: bool) -> int:
    """Print it; see the module for the exit status."""
    settings = load()
    with connect(settings, autocommit=True) as connection:
        found = _alert(connection, alert)
        if found is None:
            typer.echo(f"{alert!r} is no alert's id: `gatehouse tail --kind alerts --json` shows ids.", err=True)
            return 2
        answer = explain(connection, settings, found)
    for line in [orjson.dumps(as_json_value(answer)).decode()] if as_json else as_lines(answer):
        typer.echo(line)
    return 0 if answer.verdict is Verdict.SAME else 1


def _alert(connection: psycopg.Connection, text: str) -> StoredAlert | None:
    try:
        return alert_of(connection, UUID(text))
    except ValueError:
        return None


def explain(
    connection: psycopg.Connection, settings: Settings, alert: StoredAlert, catalogue: Mapping[str, Rule] | None = None
) -> Answer:
    """Gather the evidence, and judge it again, by default by the catalogue of this version."""
    site = load_site(settings.site)
    now = live(site, revision=alert.why.get("revision"), as_of=alert.raised_at, catalogue=catalogue)
    pace = Pace(round(settings.tick_s * SECOND), round(settings.lateness_s * SECOND))
    basis = Basis(site, now.rules, now.lists, pace)
    events, children = events_of(connection, alert), children_of(connection, alert)
    verdict, detail = _judged(connection, settings, alert, basis)
    return Answer(alert, events, children, verdict, detail)


def _judged(connection: psycopg.Connection, settings: Settings, alert: StoredAlert, basis: Basis) -> tuple[Verdict, str]:
    rule = rule_of(alert, basis.rules)
    if isinstance(rule, Verdict):
        return rule, f"the alert names version {alert.rule_version}" + _known(alert, basis)
    try:
        return _again(connection, settings, alert, rule, basis)
    except Unavailable as err:
        return Verdict.NO_LOG, str(err)


def _known(alert: StoredAlert, basis: Basis) -> str:
    rule = basis.rules.get(alert.rule)
    return "" if rule is None else f", known is {rule.version}"


def _again(
    connection: psycopg.Connection, settings: Settings, alert: StoredAlert, rule: Rule, basis: Basis
) -> tuple[Verdict, str]:
    if rule.kernel is Kernel.OUTAGE:
        return _outage(connection, settings, alert, rule, basis)
    assumed = _assumed(settings, basis)
    if rule.kernel is Kernel.DEVIATION:
        kinds = set(rule.kinds)
        history = of_database(alert.raised_at - HISTORY, alert.raised_at + timedelta(minutes=1), assumed, kinds)
        return again(alert, [rule], list(history), basis), f"with {HISTORY.days} days of history"
    evidence, missing = _evidence(connection, settings, alert, assumed)
    if missing:
        return Verdict.NO_EVENTS, f"{missing} of {len(marks_of(alert))} are gone"
    return again(alert, [rule], evidence, basis), ""


def _outage(
    connection: psycopg.Connection, settings: Settings, alert: StoredAlert, rule: Rule, basis: Basis
) -> tuple[Verdict, str]:
    """From the events of its children, under their own rules."""
    named = [UUID(child) for child in alert.why.get("children", ())]
    children = alerts_of(connection, named)
    if len(children) < len(named) or not named:
        return Verdict.NO_CHILDREN, f"{len(named) - len(children)} of {len(named)} are gone"
    evidence: list[pa.RecordBatch] = []
    for child in children:
        found, missing = _evidence(connection, settings, child, _assumed(settings, basis))
        if missing:
            return Verdict.NO_EVENTS, f"an event of child {child.id} is gone"
        evidence += found
    rules = {child.rule: judged for child in children if isinstance(judged := rule_of(child, basis.rules), Rule)}
    if missing_rules := {child.rule for child in children} - set(rules):
        return Verdict.NO_VERSION, f"the version of {', '.join(sorted(missing_rules))} that its children name"
    return again(alert, [rule, *rules.values()], evidence, basis), f"from {len(children)} children"


def _evidence(
    connection: psycopg.Connection, settings: Settings, alert: StoredAlert, assumed: Assumed
) -> tuple[list[pa.RecordBatch], int]:
    """Its events and heartbeats, and how many events are gone."""
    rows = events_of(connection, alert)
    batch = as_batch(rows, assumed)
    beats = heartbeats_of(settings, alert)
    wanted = {mark.id for mark in marks_of(alert) if mark.id}
    return [*([batch] if batch is not None else []), *beats], len(wanted) - len(rows)


def _assumed(settings: Settings, basis: Basis) -> Assumed:
    return Assumed(basis.site.id, basis.site.timezone, skew_limit_s=settings.skew_limit_s)


def as_json_value(answer: Answer) -> Mapping[str, Any]:
    """For programs."""
    events = {str(row["id"]): row for row in answer.events}
    marks = [mark._asdict() | {"event": events.get(mark.id)} for mark in marks_of(answer.alert)]
    return {
        "alert": asdict(answer.alert),
        "events": marks,
        "children": [{"id": child.id, "rule": child.rule, "device": child.device} for child in answer.children],
        "replay": {"verdict": answer.verdict.name.lower(), "says": answer.verdict.value, "detail": answer.detail},
    }


def as_lines(answer: Answer) -> Iterator[str]:
    """For people."""
    alert, why = answer.alert, answer.alert.why
    about = f"{alert.device}  {alert.subject or ''}".rstrip()
    yield f"{alert.raised_at:%Y-%m-%d %H:%M:%S} UTC  severity {alert.severity}  {alert.rule}  {about}"
    yield f"cleared {alert.cleared_at:%Y-%m-%d %H:%M:%S}" if alert.cleared_at else "still open"
    yield f"rule {alert.rule} version {alert.rule_version}, revision {why.get('revision', '?')}"
    yield from (f"  {name} = {value}" for name, value in why.get("thresholds", {}).items())
    yield from (f"  {name}: {_short(value)}" for name, value in why.get("values", {}).items())
    if alert.parent:
        yield f"a consequence of {alert.parent}"
    yield from _events(answer)
    yield from (f"child {child.id}  {child.rule}  {child.device}" for child in answer.children)
    if "unwatched" in why:
        yield f"unwatched: {_short(why['unwatched'])}"
    yield answer.verdict.value + (f" ({answer.detail})" if answer.detail else "")


def _events(answer: Answer) -> Iterator[str]:
    rows = {str(row["id"]): row for row in answer.events}
    for mark in marks_of(answer.alert):
        place = f"{mark.kind or '?'}/{mark.partition}/{mark.offset}"
        row = rows.get(mark.id)
        said = "no longer kept" if row is None else f"{row['event_time']:%H:%M:%S.%f} {row['type']}  {row['device']}"
        yield f"event {place}  {mark.id}  {said}" if mark.id else f"event {place}  heartbeat"


def _short(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()

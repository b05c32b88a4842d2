"""`gatehouse rules backtest`: puts the parts together. 0 where the alarm budget holds, 1 where it breaks, 2 for wrong use."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import typer

from schemas.rules import Rule
from schemas.rules_file import read_rules, rules_files
from schemas.settings import Settings, load
from schemas.site import Site, load_site
from streams.backtest.difference import Version, difference
from streams.backtest.errors import EventsError
from streams.backtest.figures import figures
from streams.backtest.form import Assumed
from streams.backtest.job import Done, Job, judge
from streams.backtest.listed import read_lists
from streams.backtest.live import Live, live, with_needed
from streams.backtest.progress import watching
from streams.backtest.replay import SECOND, Pace
from streams.backtest.report import Report, as_json, as_text
from streams.backtest.source import Source, database_source, file_source

LIVE = "live"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. `lists` are LIST=FILE; kind, type and device are those of a bare series."""

    rules: Path
    against: str = ""
    events: Path | None = None
    since: str = ""
    until: str = ""
    site: Path | None = None
    lists: Sequence[str] = ()
    budget: float = 6.0
    kind: str = ""
    type: str = ""
    device: str = ""
    as_json: bool = False


def run(order: Order) -> int:
    """Judge, compare, print."""
    if (order.events is None) == (not order.since) or bool(order.since) != bool(order.until):
        typer.echo("Say once where the events are: --events FILE, or --from TIME --to TIME for the database.", err=True)
        return 2
    settings = load()
    site = load_site(order.site or settings.site)
    now = live(site)
    rules = read_rules(rules_files([order.rules]))
    lists = read_lists(order.lists, now.lists, site)
    job = Job(_source(order, site, settings), site, with_needed(rules, now.rules), lists, _pace(settings))
    others = _others(order, rules, now)
    report = _report(order, job, set(rules), others)
    _print(order, report)
    return 1 if report.broken else 0


def _source(order: Order, site: Site, settings: Settings) -> Source:
    assumed = Assumed(site.id, site.timezone, order.kind, order.type, order.device or "series", settings.skew_limit_s)
    if order.events is not None:
        return file_source(order.events, assumed)
    since, until = (_moment(text, site) for text in (order.since, order.until))
    if since >= until:
        raise EventsError("--from lies at or after --to.")
    return database_source(since, until, assumed)


def _moment(text: str, site: Site) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as err:
        raise EventsError(f"{text!r} is no time: write it as 2030-05-01T08:00, in the site's own time.") from err
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(site.timezone))).astimezone(UTC)


def _pace(settings: Settings) -> Pace:
    return Pace(round(settings.tick_s * SECOND), round(settings.lateness_s * SECOND))


def _others(order: Order, rules: Mapping[str, Rule], now: Live) -> Mapping[str, Rule] | None:
    """The version to hold it against; a single file is held against the rules of the same ids, a folder against all."""
    if not order.against:
        return None
    if order.against == LIVE:
        typer.echo(f"Held against {now.said}.", err=True)
        whole = now.rules
    else:
        whole = read_rules(rules_files([Path(order.against)]))
    return whole if order.rules.is_dir() else {name: rule for name, rule in whole.items() if name in rules}


def _report(order: Order, job: Job, mine: set[str], others: Mapping[str, Rule] | None) -> Report:
    started = time.monotonic()
    with ExitStack() as stack:
        theirs: Future[Done] | None = None
        if others is not None:
            pool = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
            needed = {rule.id: rule for rule in job.rules}
            theirs = pool.submit(judge, replace(job, rules=with_needed(others, needed)))
        done = _only(judge(job, stack.enter_context(watching(job.source))), mine)
        seconds = time.monotonic() - started
        other = None if theirs is None or others is None else _only(theirs.result(), set(others))
    span = _span(job.source, done)
    report = Report(job.site, done, figures(done.outcome.alerts, job.site, *span), order.budget, seconds)
    if other is None:
        return report
    told = figures(other.outcome.alerts, job.site, *span)
    return replace(report, other=told, difference=difference(_version(done), _version(other)))


def _only(done: Done, rules: set[str]) -> Done:
    """Without what the rules said that were judged for the others' sake."""
    outcome = done.outcome
    outcome.alerts = [alert for alert in outcome.alerts if alert.rule in rules]
    ids = {alert.id for alert in outcome.alerts}
    outcome.clearings = [clearing for clearing in outcome.clearings if clearing.id in ids]
    done.left_out = [name for name in done.left_out if name in rules]
    return done


def _version(done: Done) -> Version:
    return Version(done.outcome.alerts, done.outcome.clearings)


def _span(source: Source, done: Done) -> tuple[datetime, datetime]:
    """From when to when was judged; EventsError where nothing was."""
    if done.outcome.first_us is None:
        unread = [f"{done.unreadable.count} lines could not be read:", *done.unreadable.first] if done.unreadable.count else []
        raise EventsError("\n".join(["There are no events to judge.", *unread]))
    first, last = (datetime.fromtimestamp(us / SECOND, UTC) for us in (done.outcome.first_us, done.outcome.last_us))
    return source.since or first, source.until or last


def _print(order: Order, report: Report) -> None:
    if order.as_json:
        typer.echo(orjson.dumps(as_json(report), option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY))
        return
    for line in as_text(report):
        typer.echo(line)

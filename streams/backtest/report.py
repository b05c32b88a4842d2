"""What a back-test found, as JSON and as text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from schemas.alerts import Alert
from schemas.site import Site
from streams.backtest.difference import Difference
from streams.backtest.figures import Figures, place_of
from streams.backtest.job import Done

LISTED = 20
"""Alerts of each sort in the text; JSON lists all."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found, with the version that it was held against where there was one."""

    site: Site
    done: Done
    figures: Figures
    budget: float
    seconds: float
    other: Figures | None = None
    difference: Difference | None = None

    @property
    def broken(self) -> list[str]:
        """Why the alarm budget does not hold."""
        return self.figures.broken(self.budget)


def as_json(report: Report) -> Mapping[str, Any]:
    """The whole as JSON-able values."""
    ends = {clearing.id: clearing.cleared_at for clearing in report.done.outcome.clearings}
    alerts = report.done.outcome.alerts
    found: dict[str, Any] = {
        "holds": not report.broken,
        "broken": report.broken,
        "budget_per_hour": report.budget,
        "figures": _figures(report.figures),
        "events": _events(report),
        "left_out": report.done.left_out,
        "seconds": round(report.seconds, 3),
        "alerts": [alert_json(alert, report.site, ends.get(alert.id)) for alert in alerts],
    }
    if report.difference is not None and report.other is not None:
        found["against"] = {"figures": _figures(report.other), **_difference(report.difference, report.site)}
    return found


def _figures(figures: Figures) -> Mapping[str, Any]:
    return asdict(figures)


def _events(report: Report) -> Mapping[str, Any]:
    outcome, unreadable = report.done.outcome, report.done.unreadable
    names = ("events", "heartbeats", "late", "repeated", "strangers")
    counts = {name: getattr(outcome, name) for name in names}
    return counts | {"unreadable": unreadable.count, "unreadable_first": unreadable.first}


def alert_json(alert: Alert, site: Site, cleared_at: datetime | None = None) -> Mapping[str, Any]:
    """One alert."""
    return {
        "id": alert.id,
        "rule": alert.rule,
        "version": alert.rule_version,
        "severity": int(alert.severity),
        "device": alert.device,
        "place": place_of(alert, site),
        "subject": alert.subject,
        "raised_at": alert.raised_at,
        "cleared_at": cleared_at,
        "parent": alert.parent,
        "values": alert.why.get("values", {}),
    }


def _difference(difference: Difference, site: Site) -> Mapping[str, Any]:
    return {
        "same": difference.same,
        "added": [alert_json(alert, site) for alert in difference.added],
        "removed": [alert_json(alert, site) for alert in difference.removed],
        "moved": [{"before": alert_json(one, site), "after": alert_json(two, site)} for one, two in difference.moved],
    }


def as_text(report: Report) -> Iterator[str]:
    """Lines for people."""
    zone = ZoneInfo(report.site.timezone)
    yield from _first_lines(report, zone)
    yield from _table("rule", report.figures.by_rule)
    yield from _table("place", report.figures.by_place)
    yield from _table("building", report.figures.by_building)
    yield from _list("The last alerts", [a for a in report.done.outcome.alerts if a.parent is None], zone)
    if report.difference is not None:
        yield from _changes(report.difference, zone)
    yield ""
    yield from report.broken or [f"The alarm budget of {report.budget:g} an hour holds."]


def _first_lines(report: Report, zone: ZoneInfo) -> Iterator[str]:
    figures, outcome = report.figures, report.done.outcome
    span = f"{_local(figures.since, zone)} to {_local(figures.until, zone)}"
    rate = outcome.events / max(report.seconds, 1e-9)
    yield f"{outcome.events:,} events, {span}, in {report.seconds:.1f} s ({rate:,.0f} a second)"
    yield f"{figures.told} alerts told, {figures.children} more are children of another"
    worst = f", at most {figures.hour.worst} ({_local(figures.hour.worst_at, zone)})" if figures.hour.worst_at else ""
    yield f"an hour  {figures.hour.mean:.2f} on average{worst}"
    for name, shift in figures.shifts.items():
        worst = f", at most {shift.worst} ({shift.worst_at:%Y-%m-%d})" if shift.worst_at else ""
        yield f"{name}    {shift.mean:.1f} a shift on average{worst}"
    yield f"in flood {figures.flood_share:.2%} of the time"
    yield from _notes(report)


def _notes(report: Report) -> Iterator[str]:
    outcome, unreadable = report.done.outcome, report.done.unreadable
    for count, words in ((outcome.late, "came late"), (outcome.repeated, "were repetitions")):
        if count:
            yield f"{count:,} events {words}"
    if outcome.strangers:
        yield f"{outcome.strangers:,} events are another site's and were not judged"
    if unreadable.count:
        yield f"{unreadable.count:,} lines could not be read:"
        yield from (f"  {sentence}" for sentence in unreadable.first)
    if report.done.left_out:
        yield f"No heartbeats are among these events: left out {', '.join(report.done.left_out)}"


def _table(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if not counts:
        return
    yield ""
    yield f"alerts  {title}"
    yield from (f"{count:>6}  {name}" for name, count in islice(counts.items(), LISTED))
    if len(counts) > LISTED:
        yield f"{sum(list(counts.values())[LISTED:]):>6}  at {len(counts) - LISTED} others"


def _list(title: str, alerts: Sequence[Alert], zone: ZoneInfo) -> Iterator[str]:
    if not alerts:
        return
    yield ""
    yield f"{title}:" if len(alerts) <= LISTED else f"{title} ({LISTED} of {len(alerts)}; --json lists all):"
    yield from (f"  {_line(alert, zone)}" for alert in alerts[-LISTED:])


def _changes(difference: Difference, zone: ZoneInfo) -> Iterator[str]:
    yield ""
    added, removed = len(difference.added), len(difference.removed)
    yield f"Against the other version: {difference.same} the same, {len(difference.moved)} otherwise, +{added}, -{removed}"
    yield from _list("Added", difference.added, zone)
    yield from _list("Removed", difference.removed, zone)
    if difference.moved:
        yield ""
        yield "Told otherwise:"
    for before, after in difference.moved[:LISTED]:
        shift = (after.raised_at - before.raised_at) / timedelta(seconds=1)
        yield f"  {_line(before, zone)}  raised {abs(shift):g} s {'later' if shift >= 0 else 'earlier'}"


def _line(alert: Alert, zone: ZoneInfo) -> str:
    about = f"{alert.rule}  {alert.device}  {alert.subject or ''}".rstrip() + ("  (child)" if alert.parent else "")
    return f"{_local(alert.raised_at, zone)}  {int(alert.severity)}  {about}"


def _local(time: datetime | None, zone: ZoneInfo) -> str:
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M:%S}" if time else ""

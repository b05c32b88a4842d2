"""What people write of an override on the command line, as values; every mistake at once."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from schemas.overrides import Span, What, nearest
from schemas.rules import Rule


def parsed(rule: Rule, changes: Sequence[str]) -> tuple[What | None, list[str]]:
    """What THRESHOLD=VALUE words change, or a sentence for each that is wrong."""
    thresholds: dict[str, float] = {}
    hours: Span | None = None
    wrong: list[str] = []
    for word in changes:
        name, _, text = word.partition("=")
        if name == "hours":
            hours = _span(text, wrong)
        elif name not in rule.thresholds:
            wrong.append(
                f"{rule.id} has no threshold {name}: it has {', '.join(rule.thresholds)}{nearest(name, rule.thresholds)}."
            )
        else:
            thresholds[name] = _number(name, text, wrong)
    return (None if wrong else What(thresholds=thresholds, hours=hours)), wrong


def moment(text: str, zone: str, *, end: bool) -> datetime:
    """A day as its beginning or end in the site's time, or an RFC 3339 moment; ValueError with what to write instead."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text) + timedelta(days=end)
            return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError(f"{text!r} is no day or moment: write 2026-08-31, or 2026-08-31T18:00:00+08:00.")
    return found.astimezone(UTC)


def _number(name: str, text: str, wrong: list[str]) -> float:
    try:
        return float(text)
    except ValueError:
        wrong.append(f"{name}={text} is no number: write one in the unit of its name.")
        return 0.0


def _span(text: str, wrong: list[str]) -> Span | None:
    since, _, till = text.partition("-")
    try:
        if since != till:
            return Span(since=since, till=till)
    except ValidationError:
        pass
    wrong.append(f"hours={text} is no span of the day: write hours=22:00-06:00.")
    return None

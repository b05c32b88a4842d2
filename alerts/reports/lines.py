"""One alert of a report: the stages that it passed, and what its rule held against its thresholds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.reports.model import AlertLine, Naming, Passed, Row, Stage, Value
from alerts.reports.words import VALUES

SHOWN_WITHIN = timedelta(seconds=2)
"""From judged to a screen: residential standards ask for at most 2 s from the alarm to the operator. How long a rule waits
before it judges is its own and no delay."""

MOST_VALUES = 20
"""Of one list: a rule that counts to a hundred would fill a page with times."""


def alert_line(row: Row, log: Sequence[Row], naming: Naming) -> AlertLine:
    """The alert of a row; `log` says when it was acknowledged."""
    why = row["why"] or {}
    return AlertLine(
        what=naming.rule(row["rule"]),
        version=row["rule_version"],
        where=naming.where(row["device"], ""),
        device=naming.device(row["device"]),
        subject=naming.masked(row["subject"]),
        severity=naming.severity(row["severity"]),
        child=row["child"],
        raised_at=row["raised_at"],
        cleared_at=row["cleared_at"],
        thresholds=why.get("thresholds", {}),
        values={name: tuple(_leaves(value, naming))[:MOST_VALUES] for name, value in why.get("values", {}).items()},
        stages=tuple(_stages(row, acknowledged(log).get(str(row["id"])))),
        shown_late_s=0.0 if row["child"] else _shown_late_s(row),
    )


def acknowledged(log: Sequence[Row]) -> Mapping[str, datetime]:
    """When somebody took what each alert had brought; one that came while the incident was in hand has no such time."""
    found: dict[str, datetime] = {}
    waiting: list[str] = []
    in_hand = False
    for entry in log:
        action = entry["action"]
        in_hand = in_hand and action != "incident.again"
        if action in {"incident.open", "incident.alert", "incident.again"} and not in_hand:
            waiting.append(str(entry["what"].get("alert")))
        if action in {"incident.take", "incident.hand_on"} and not in_hand:
            found |= dict.fromkeys(waiting, datetime.fromisoformat(entry["at"]))
            waiting, in_hand = [], True
    return found


def _stages(row: Row, acknowledged_at: datetime | None) -> Iterator[Passed]:
    began: datetime | None = row["occurred_at"]
    for stage in Stage:
        at = acknowledged_at if stage is Stage.ACKNOWLEDGED else row[f"{stage}_at"]
        yield Passed(stage, at, round((at - began) / timedelta(milliseconds=1)) if at and began else None)


def _shown_late_s(row: Row) -> float:
    """By how much it was shown later than it should; 0 where nobody knows that it was shown."""
    judged, shown = row["judged_at"], row["shown_at"]
    if judged is None or shown is None or shown - judged <= SHOWN_WITHIN:
        return 0.0
    return float((shown - judged).total_seconds())


def _leaves(value: Any, naming: Naming) -> Iterator[Value]:
    """The single things in a value, each as a name, a time, a number or nothing; every text that names no thing is masked."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _leaves(one, naming)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, naming)
    elif isinstance(value, str):
        yield _time(value) or VALUES.get(value) or naming.shown(value)
    else:
        yield None if value is None else float(value)


def _time(text: str) -> datetime | None:
    """A whole moment with its zone; a plate or a card's number that could be read as a day is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None

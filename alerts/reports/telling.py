"""A report in one language, as plain values that a page and a paper lay out alike; every word is put in here, none there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from alerts.attachments.model import SIDES
from alerts.plans.run import Is
from alerts.reports.lines import SHOWN_WITHIN
from alerts.reports.model import AlertLine, Attached, Entry, Late, MuteLine, Report, StepLine, Value
from alerts.reports.words import ACTORS, KINDS, LABELS, LATE, LEFT, STAGES, STATES, UNITS
from schemas.site import Name, Site

Language = Literal["zh", "en"]
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language says times, spans and names, on the clocks of one place."""

    language: Language
    zone: ZoneInfo

    def of(self, name: Name) -> str:
        """A name."""
        return name.in_language(self.language)

    def say(self, key: str, *values: object) -> str:
        """A label with its values put in."""
        return self.of(LABELS[key]).format(*values)

    def day(self, at: datetime) -> str:
        """With the year: 2026-05-06 11:00:05."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def time(self, at: datetime | None) -> str:
        """Within a report, whose head names the year; nothing where there is no time."""
        return f"{at.astimezone(self.zone):%m-%d %H:%M:%S}" if at else ""

    def fine(self, at: datetime) -> str:
        """To the millisecond."""
        local = at.astimezone(self.zone)
        return f"{local:%H:%M:%S}.{local.microsecond // 1000:03}"

    def span(self, seconds: float) -> str:
        """How long, in the two largest units that say something."""
        if seconds < 10:
            return f"{seconds:.2g}{'秒' if self.language == 'zh' else ' s'}"
        left, parts = round(seconds), list[str]()
        for size, zh, en in ((86_400, "天", "d"), (3600, "小时", "h"), (60, "分", "min"), (1, "秒", "s")):
            count, left = divmod(left, size)
            if count or (size == 1 and not parts):
                parts.append(f"{count}{zh}" if self.language == "zh" else f"{count} {en}")
        return ("" if self.language == "zh" else " ").join(parts[:2])

    def actor(self, name: str) -> str:
        """An account is called what it is called; what acts by itself has a word."""
        return self.of(ACTORS[name]) if name in ACTORS else name

    def joined(self, parts: Iterable[str]) -> str:
        """A list in a line."""
        return ("、" if self.language == "zh" else ", ").join(part for part in parts if part)


def told(report: Report, language: Language, site: Site) -> Told:
    """The whole report in words."""
    speech = Speech(language, ZoneInfo(site.timezone))
    return {
        "language": language,
        "labels": {key: speech.of(label) for key, label in LABELS.items()},
        "site": speech.of(site.name),
        "number": speech.say("number", report.head.number),
        "drill": report.head.drill,
        "head": [[speech.say(key), value] for key, value in _head(report, speech) if value],
        "closing": _closing(report, speech),
        "remarks": [[speech.time(one.at), one.who, one.text] for one in report.closing.remarks],
        "late": [_late(one, speech) for one in report.late],
        "score": _score(report, speech),
        "steps": [_step(one, speech) for one in report.steps],
        "timeline": [_entry(one, speech) for one in report.timeline],
        "cut": _cut(report, speech),
        "alerts": [_alert(one, speech) for one in report.alerts],
        "attachments": [_attached(one, speech) for one in report.attachments],
        "messages": [[speech.time(one.at), speech.of(one.to), one.by, speech.of(one.says)] for one in report.messages],
        "mutes": [_mute(one, speech) for one in report.mutes],
        "as_of": speech.say("as_of", speech.day(report.as_of)),
        "proof": speech.say("proof", report.covers.seq),
        "hash": report.covers.hash,
    }


def _head(report: Report, speech: Speech) -> Iterator[tuple[str, str]]:
    head = report.head
    severity = speech.of(head.severity)
    yield "what", speech.of(head.what)
    yield "where", speech.of(head.where)
    yield "device", speech.of(head.device)
    yield "subject", head.subject
    yield "severity", speech.say("severity_by", severity, head.severity_by) if head.severity_by else severity
    yield "kind", speech.say("is_drill" if head.drill else "no_drill")
    yield "owner", head.owner or speech.say("nobody")
    yield "plan", speech.say("plan_version", speech.of(head.plan), head.plan_version) if head.plan else speech.say("no_plan")
    yield "count", speech.say("counted", head.occurrences, head.children) if head.children else str(head.occurrences)
    yield "opened", speech.day(head.opened_at)
    for key, at in (("acknowledged", head.acknowledged_at), ("resolved", head.resolved_at), ("closed", head.closed_at)):
        yield key, _since(head.opened_at, at, speech)


def _since(opened_at: datetime, at: datetime | None, speech: Speech) -> str:
    if at is None:
        return speech.say("not_yet")
    return speech.say("after", speech.day(at), speech.span(max(0.0, (at - opened_at).total_seconds())))


def _closing(report: Report, speech: Speech) -> list[str]:
    one, at = report.closing, report.head.closed_at
    if one.reason is None or at is None:
        return [speech.say("still_open")]
    into = [speech.say("closed_into", one.into)] if one.into else []
    return [
        speech.say("closed_as", speech.of(one.reason), speech.actor(one.by), speech.day(at)),
        *into,
        *filter(None, [one.text]),
    ]


def _late(one: Late, speech: Speech) -> str:
    limit = speech.span(SHOWN_WITHIN.total_seconds())
    return speech.of(LATE[one.how]).format(one.number, speech.of(one.what), speech.span(one.by_s), speech.of(one.where), limit)


def _score(report: Report, speech: Speech) -> list[list[str]]:
    if (score := report.score) is None:
        return []
    counted = {"on_time": score.on_time, "late_n": score.late, "skipped": score.skipped, "untimed": score.untimed}
    return [[speech.say(key), str(count)] for key, count in counted.items()]


def _step(one: StepLine, speech: Speech) -> Told:
    left = one.state is Is.NOT_NEEDED and one.opened_at is not None
    return {
        "number": one.number,
        "text": speech.of(one.text),
        "who": speech.of(one.who),
        "state": speech.of(LEFT if left else STATES[one.state]),
        "over": not left and one.state in {Is.NOT_NEEDED, Is.WAITING},
        "due": speech.time(one.due_at),
        "done": speech.time(one.done_at) if one.state in {Is.DONE, Is.SKIPPED} else "",
        "by": one.by,
        "late": speech.say("overdue_by" if one.state is Is.OPEN else "late_by", speech.span(one.late_s)) if one.late_s else "",
        "notes": list(_notes(one, speech)),
        "rows": [[speech.of(row.text), _ticked(row.by, row.at, speech), row.remark] for row in one.rows],
    }


def _notes(one: StepLine, speech: Speech) -> Iterator[str]:
    if one.answer is not None:
        yield speech.say("answered", speech.of(one.answer))
    if one.answer is not None and one.why:
        yield speech.say("answered_for", one.why)
    if one.note:
        yield speech.say("noted", one.note)
    for entry in one.entries:
        yield speech.say("entry", speech.time(entry.at), entry.by, " · ".join(filter(None, (speech.of(entry.of), entry.text))))
    if one.first_by:
        yield speech.say("first", one.first_by, speech.time(one.first_at))
    if one.state is Is.SKIPPED:
        yield speech.say("skipped_for", one.why)


def _ticked(by: str, at: datetime | None, speech: Speech) -> str:
    return f"{speech.time(at)} {by}" if at else speech.say("row_open")


def _entry(one: Entry, speech: Speech) -> Told:
    return {
        "at": speech.time(one.at),
        "who": speech.actor(one.actor),
        "role": speech.of(one.role),
        "says": speech.of(one.says),
        "detail": speech.of(one.detail),
        "later": speech.say("sent_later", speech.time(one.done_at)) if one.done_at else "",
    }


def _attached(one: Attached, speech: Speech) -> Told:
    side = speech.of(SIDES[one.side])
    return {
        "id": one.id,
        "picture": one.is_picture and not one.withdrawn_by,
        "kept": not one.withdrawn_by,
        "head": " · ".join(filter(None, [speech.of(one.of), side, one.text])),
        "facts": [speech.time(one.at), one.by, one.name],
        "gone": speech.say("withdrawn_by", one.withdrawn_by) if one.withdrawn_by else "",
        "sha256": one.sha256,
    }


# Alerts.


def _cut(report: Report, speech: Speech) -> str:
    """Says so where there are more alerts than are listed."""
    whole, listed = report.head.occurrences + report.head.children, len(report.alerts)
    return speech.say("newest_alone", listed, whole) if whole > listed else ""


def _alert(one: AlertLine, speech: Speech) -> Told:
    return {
        "what": speech.of(one.what),
        "where": speech.joined([*dict.fromkeys((speech.of(one.where), speech.of(one.device))), one.subject]),
        "facts": list(_facts(one, speech)),
        "stages": [
            [
                speech.of(STAGES[passed.stage]),
                speech.fine(passed.at),
                f"{passed.after_ms:,}" if passed.after_ms is not None else "",
            ]
            for passed in one.stages
            if passed.at
        ],
        "thresholds": [_measure(name, (value,), speech) for name, value in one.thresholds.items()],
        "values": [_measure(name, value, speech) for name, value in one.values.items()],
    }


def _facts(one: AlertLine, speech: Speech) -> Iterator[str]:
    yield speech.of(one.severity)
    if one.version is not None:
        yield speech.say("version", one.version)
    if one.child:
        yield speech.say("child")
    yield speech.say("raised", speech.time(one.raised_at))
    yield speech.say("cleared", speech.time(one.cleared_at)) if one.cleared_at else speech.say("not_cleared")


def _measure(name: str, values: tuple[Value, ...], speech: Speech) -> list[str]:
    """What was measured and how much, with its unit."""
    ending = next((end for end in UNITS if name.endswith(end)), "")
    unit, kind = speech.of(UNITS[ending]) if ending else "", name.removesuffix(ending)
    gap = " " if unit and speech.language == "en" else ""
    label = speech.of(KINDS[kind]) if kind in KINDS else name
    return [label, f"{speech.joined([_value(value, speech) for value in values]) or '—'}{gap}{unit}"]


def _value(value: Value, speech: Speech) -> str:
    if isinstance(value, Name):
        return speech.of(value)
    if isinstance(value, datetime):
        return speech.time(value)
    return "—" if value is None else f"{value:g}"


def _mute(one: MuteLine, speech: Speech) -> str:
    what = speech.joined([speech.of(name) for name in one.what])
    return speech.say("mute", what, one.owner, one.reason, speech.time(one.until), one.held)

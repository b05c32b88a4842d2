"""The rules' slow, obvious twins: every kernel written from its definition over a complete list of events.

Nothing here knows of blocks, state, watermarks that move, or arrays; it shares no code with streams/rules. Tests hold the
engine against it, and `gatehouse chaos` learns from it which alerts the accepted events must give. Times are whole
microseconds since the epoch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist, inf
from uuid import UUID

from schemas.alerts import alert_id
from schemas.events import HEARTBEAT
from schemas.rules import FORMS, Condition, Kernel, Key, Rule
from schemas.site import Site

SECOND = 1_000_000
ENDING = ("life", "clears", "unless", "ends")


@dataclass(frozen=True, slots=True)
class Row:
    """One accepted event or heartbeat (id None). `at` is its event time; `offset` its place in its topic."""

    kind: str
    type: str
    device: str
    at: int
    received: int
    id: UUID | None = None
    subject: str | None = None
    value: float | None = None
    score: float | None = None
    late: bool = False
    very_late: bool = False
    initial: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that must be there. `cleared` is when it must have ended, None where it must still be open."""

    id: UUID
    rule: str
    key: str
    at: int
    cleared: int | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row as a rule sees it: when, as what, with what to be told apart by."""

    at: int
    roles: tuple[str, ...]
    row: Row
    value: object = None


Found = tuple[int, str, float | None]
"""When an alert is raised, its cause, and when its kernel ends it (None: not by the kernel)."""


def judge(rows: Iterable[Row], rules: Iterable[Rule], site: Site, final_watermark: int) -> list[Raised]:
    """Every alert that these events give by this watermark, in the order of (time, rule, id)."""
    rows = list(rows)
    alerts = [alert for rule in rules for alert in _of_rule(rule, rows, site, final_watermark)]
    return sorted(alerts, key=lambda alert: (alert.at, alert.rule, alert.id))


def _of_rule(rule: Rule, rows: Sequence[Row], site: Site, watermark: int) -> Iterator[Raised]:
    by_key: dict[str, list[_Seen]] = {}
    for row in rows:
        seen, key = _seen(rule, row, site), _key(rule.key, row, site)
        if seen is not None and key is not None and (rule.kernel is Kernel.EACH or seen.at <= watermark):
            by_key.setdefault(key, []).append(seen)
    for key, events in by_key.items():
        clears = [seen.at for seen in events if "clears" in seen.roles and seen.at <= watermark]
        playing = [seen for seen in events if seen.roles != ("clears",)]
        playing.sort(key=lambda seen: _order(rule, seen))
        for at, cause, end in TWINS[rule.kernel](rule, playing, watermark):
            cleared = _end(rule, at, end, clears, watermark)
            yield Raised(alert_id(site.id, rule.id, key, cause), rule.id, key, at, cleared)


def _end(rule: Rule, at: int, end: float | None, clears: Sequence[int], watermark: int) -> int | None:
    ends = [end if end is not None else inf, *(time for time in clears if time > at)]
    if rule.clear_after_s is not None:
        ends.append(at + round(rule.clear_after_s * SECOND))
    return int(min(ends)) if min(ends) <= watermark else None


def _order(rule: Rule, seen: _Seen) -> tuple[object, ...]:
    if rule.kernel is Kernel.EACH:
        return (seen.row.offset,)
    form = FORMS[rule.kernel]
    first = min((form.roles + form.optional_roles).index(role) for role in seen.roles)
    return seen.at, first, seen.row.id.bytes if seen.row.id else bytes(16), seen.row.offset


def _key(key: Key, row: Row, site: Site) -> str | None:
    if key is Key.DEVICE:
        return row.device
    if key is Key.SUBJECT:
        return row.subject
    device = site.devices.get(row.device)
    return device.building or None if device else None


def _seen(rule: Rule, row: Row, site: Site) -> _Seen | None:
    """The row in the rule's eyes; None where it plays no role."""
    roles = [role for role, condition in rule.match.items() if row.kind == rule.kind and _fits(rule, condition, row, site)]
    if row.initial:
        roles = [role for role in roles if role == "life"]
    once = rule.kernel is Kernel.EACH and "event" in roles and not row.very_late
    if row.late:
        roles = ["event"] if once else [role for role in roles if role in ENDING]
    elif rule.kernel is Kernel.EACH and not once:
        roles = [role for role in roles if role == "clears"]
    value = _value(rule, row, site)
    if not roles or (rule.kernel in {Kernel.DISTINCT, Kernel.LEVEL, Kernel.TRAVEL} and value is None):
        return None
    return _Seen(row.received if row.late and not once else row.at, tuple(roles), row, value)


def _fits(rule: Rule, condition: Condition, row: Row, site: Site) -> bool:
    if row.type == HEARTBEAT:
        return condition.heartbeats
    columns: Mapping[str, float | None] = {"score": row.score, "value": row.value}
    least = [(columns[name], rule.thresholds[limit].value) for name, limit in condition.at_least.items()]
    most = [(columns[name], rule.thresholds[limit].value) for name, limit in condition.at_most.items()]
    return (
        (not condition.types or row.type in condition.types)
        and (condition.subject_in is None or row.subject in site.watch_plates)
        and all(value is not None and value >= limit for value, limit in least)
        and all(value is not None and value <= limit for value, limit in most)
    )


def _value(rule: Rule, row: Row, site: Site) -> object:
    if rule.of is not None:
        return _key(rule.of, row, site)
    if rule.kernel is Kernel.TRAVEL:
        device = site.devices.get(row.device)
        return (device.x, device.y) if device else None
    return row.value if row.value == row.value else None


def _window(rule: Rule) -> int:
    return round(rule.limit("window", 0) * SECOND)


def _hold(rule: Rule) -> int:
    return round(rule.hold_s * SECOND)


def _held(rule: Rule, candidates: Iterable[_Seen]) -> Iterator[Found]:
    """Those that are not within the hold of the one raised before."""
    last = -inf
    for seen in candidates:
        if abs(seen.at - last) >= _hold(rule):
            last = seen.at
            yield seen.at, str(seen.row.id), None


def _each(rule: Rule, events: Sequence[_Seen], watermark: int) -> Iterator[Found]:
    return _held(rule, events)


def _within(rule: Rule, events: Sequence[_Seen], last: int) -> list[_Seen]:
    """The events up to the last one that lie in its window."""
    return [seen for seen in events[: last + 1] if seen.at > events[last].at - _window(rule)]


def _count(rule: Rule, events: Sequence[_Seen], watermark: int) -> Iterator[Found]:
    return _held(rule, (seen for i, seen in enumerate(events) if len(_within(rule, events, i)) >= rule.limit("events", 1)))


def _distinct(rule: Rule, events: Sequence[_Seen], watermark: int) -> Iterator[Found]:
    values = [{seen.value for seen in _within(rule, events, i)} for i in range(len(events))]
    return _held(rule, (seen for i, seen in enumerate(events) if len(values[i]) >= rule.limit("values", 1)))


def _sequence(rule: Rule, events: Sequence[_Seen], watermark: int) -> Iterator[Found]:
    steps = [role for role in ("first", "then", "last") if role in rule.match]
    return _held(rule, _completions(rule, events, steps))


def _completions(rule: Rule, events: Sequence[_Seen], steps: Sequence[str]) -> Iterator[_Seen]:
    fresh = 0
    for i, seen in enumerate(events):
        before = [other for other in events[fresh:i] if other.at > seen.at - _window(rule)]
        if steps[-1] in seen.roles and _leads_up(before, steps[:-1]):
            fresh = i + 1
            yield seen


def _leads_up(events: Sequence[_Seen], steps: Sequence[str]) -> bool:
    if not steps:
        return True
    places = [i for i, seen in enumerate(events) if steps[-1] in seen.roles]
    return any(_leads_up(events[:place], steps[:-1]) for place in places)


def _lapse(rule: Rule, events: Sequence[_Seen], watermark: int) -> Iterator[Found]:
    """Between one end and the next: the first start that the end before does not answer, if nothing follows in time."""
    start, end = FORMS[rule.kernel].roles
    ends = [-inf, *(seen.at for seen in events if end in seen.roles), inf]
    raised = -inf
    for before, after in pairwise(ends):
        answered = before + rule.limit("before", 0) * SECOND
        starts = [seen for seen in events if start in seen.roles and answered < seen.at <= after and seen.at > before]
        if not starts:
            continue
        due = max(starts[0].at + _window(rule), raised + _hold(rule))
        if due < after and due <= watermark:
            raised = due
            yield int(due), str(starts[0].row.id), after


def _absence(rule: Rule, events: Sequence[_Seen], watermark: int) -> Iterator[Found]:
    raised = -inf
    nexts: list[float] = [*(seen.at for seen in events[1:]), inf]
    for seen, after in zip(events, nexts, strict=True):
        due = max(seen.at + _window(rule), raised + _hold(rule))
        if due < after and due <= watermark:
            raised = due
            yield int(due), str(seen.row.id) if seen.row.id else f"since {seen.at}", after


def _level(rule: Rule, events: Sequence[_Seen], watermark: int) -> Iterator[Found]:
    """Walk through raise, clear, raise, …; each is counted over the readings since the one before."""
    line, low = rule.limit("line", inf), rule.limit("low_line", -inf)
    raised, fresh, alarm = -inf, 0, None
    for i, seen in enumerate(events):
        readings = [_number(other.value) for other in events[fresh : i + 1] if other.at > seen.at - _window(rule)]
        readings = readings[-int(rule.limit("readings", 1)) :]
        over = [value >= line for value in readings]
        under = [value <= low and value < line for value in readings]
        if alarm is None and over[-1] and sum(over) >= rule.limit("over", 1) and seen.at - raised >= _hold(rule):
            raised, fresh, alarm = seen.at, i + 1, seen
        elif alarm is not None and under[-1] and sum(under) >= rule.limit("over", 1):
            yield alarm.at, str(alarm.row.id), seen.at
            fresh, alarm = i + 1, None
    if alarm is not None:
        yield alarm.at, str(alarm.row.id), None


def _number(value: object) -> float:
    assert isinstance(value, float)
    return value


def _travel(rule: Rule, events: Sequence[_Seen], watermark: int) -> Iterator[Found]:
    return _held(rule, (here for before, here in pairwise(events) if _too_soon(rule, before, here)))


def _too_soon(rule: Rule, before: _Seen, here: _Seen) -> bool:
    passed = here.at - before.at
    assert isinstance(before.value, tuple) and isinstance(here.value, tuple)
    needed = dist(before.value, here.value) / rule.limit("speed", 1) - rule.limit("clock_allowance", 0)
    return passed < _window(rule) and passed < needed * SECOND


Twin = Callable[[Rule, Sequence[_Seen], int], Iterator[Found]]

TWINS: Mapping[Kernel, Twin] = {
    Kernel.EACH: _each,
    Kernel.COUNT: _count,
    Kernel.DISTINCT: _distinct,
    Kernel.SEQUENCE: _sequence,
    Kernel.WITHOUT: _lapse,
    Kernel.ABSENCE: _absence,
    Kernel.DWELL: _lapse,
    Kernel.LEVEL: _level,
    Kernel.TRAVEL: _travel,
}

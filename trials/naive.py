"""The rules' slow, obvious twins: every kernel written from its definition over a complete list of events.

Nothing here knows of blocks, state, watermarks that move, or arrays; it shares no code with streams/rules. Tests hold the
engine against it, and `gatehouse chaos` learns from it which alerts the accepted events must give. docs/rules.md is the
definition; naive_conditions.py reads its conditions, naive_kernels.py its kernels, naive_causes.py what alerts have in common.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from schemas.alerts import Severity, alert_id
from schemas.kernels import FORMS, Kernel
from schemas.lists import Lists
from schemas.rules import Rule
from schemas.site import Site
from trials.naive_causes import with_muting, with_outages
from trials.naive_conditions import World, alike, fits, in_hours, keyed, named
from trials.naive_kernels import TWINS
from trials.naive_rows import SECOND, Found, Raised, Row, Seen, micros

__all__ = ["SECOND", "Raised", "Row", "judge"]

RAISING = {"event", "first", "then", "last", "begins", "over"}
"""What hours bound."""
ENDING = {"life", "clears", "unless", "ends", "under", "allow", "own", "falls", "doubt"}
"""What a late row may still do."""
TOLD_APART = {Kernel.DISTINCT: {"event"}, Kernel.SURPLUS: {"event"}, Kernel.MISMATCH: {"event", "witness", "own"}}
"""Who counts for nothing without an `of`."""

MOST_DOUBTS = 4096

ByKey = Mapping[str, Sequence[Seen]]


def judge(
    rows: Iterable[Row], rules: Iterable[Rule], site: Site, final_watermark: int, lists: Lists | None = None
) -> list[Raised]:
    """Every alert that these events give by this watermark, in the order of (time, rule, id)."""
    rows, rules, world = list(rows), list(rules), World(site, lists or Lists(), final_watermark)
    seen = {rule.id: _by_key(rule, rows, world) for rule in rules}
    alerts = [alert for rule in rules for alert in _of_rule(rule, seen[rule.id], _unnamed(rule, rows, world), world)]
    alerts = [*with_outages(with_muting(alerts, rules), rules, rows, world)]
    alerts = with_muting(alerts, [rule for rule in rules if rule.kernel is Kernel.OUTAGE])
    by_id = {rule.id: rule for rule in rules}
    final = [replace(alert, severity=_severity(by_id[alert.rule], alert, seen[alert.rule], world)) for alert in alerts]
    return sorted(final, key=lambda alert: (alert.at, alert.rule, alert.id))


def _by_key(rule: Rule, rows: Sequence[Row], world: World) -> dict[str, list[Seen]]:
    """What each key's events are to the rule, in the order in which they are folded."""
    kinds = {role: {kind for kind, _ in rule.branches(role)} for role in rule.match}
    heard = rule.kinds
    found: dict[str, list[Seen]] = {}
    for row in (row for row in rows if row.kind in heard):
        playing = {role: _when(rule, role, row) for role, heard_by in kinds.items() if row.kind in heard_by}
        roles = {role for role, at in playing.items() if fits(rule, role, row, at, world)}
        key = keyed(rule.key, row, world) if roles else None
        if key is not None:
            found.setdefault(key, []).extend(_seen(rule, row, roles, world))
    for events in found.values():
        events.sort(key=lambda seen: _order(rule, seen))
    return found


def _when(rule: Rule, role: str, row: Row) -> int:
    """When the row counts: a late one at its arrival, if it does not answer at once."""
    return row.received if row.late and not (rule.kernel is Kernel.EACH and role == "event") else row.at


def _seen(rule: Rule, row: Row, roles: set[str], world: World) -> Iterator[Seen]:
    """The row in the rule's eyes, where it plays any role after all."""
    value = named(rule.of, row, world) if rule.of else None
    if row.initial:
        roles &= {"life"}
    if rule.hours and not in_hours(rule.hours, row.at, world):
        roles -= RAISING
    if value is None:
        roles -= TOLD_APART.get(rule.kernel, set())
    if (rule.kernel is Kernel.LEVEL and not _reads(row)) or (rule.kernel is Kernel.TRAVEL and world.device(row) is None):
        roles -= {"event"}
    if rule.kernel is Kernel.EACH and "event" in roles:
        roles -= {"event"}
        if not row.very_late:
            yield Seen(row.at, ("event",), row)
    if row.late:
        roles &= ENDING
    at = row.received if row.late else row.at
    if roles and at <= world.watermark:
        yield Seen(at, tuple(sorted(roles)), row, value)


def _reads(row: Row) -> bool:
    return row.value is not None and row.value == row.value


def _order(rule: Rule, seen: Seen) -> tuple[object, ...]:
    if rule.kernel is Kernel.EACH and seen.roles == ("event",):
        return 0, seen.row.offset
    first = min(FORMS[rule.kernel].all_roles.index(role) for role in seen.roles)
    return 1, seen.at, first, seen.row.id.bytes if seen.row.id else bytes(16), seen.row.offset


def _unnamed(rule: Rule, rows: Sequence[Row], world: World) -> list[Seen]:
    """Rows that name nobody, and may have been who an alert of the rule is about."""
    if "doubt" not in rule.match:
        return []
    nameless = [row for row in rows if row.subject is None and row.kind == rule.kind and not row.initial]
    seen = [Seen(_when(rule, "doubt", row), ("doubt",), row) for row in nameless]
    some = [one for one in seen if one.at <= world.watermark and fits(rule, "doubt", one.row, one.at, world)]
    return sorted(some, key=lambda one: (one.at, one.row.id.bytes if one.row.id else bytes(16), one.row.offset))


def _doubted(rule: Rule, found: Found, unnamed: Sequence[Seen]) -> bool:
    """Whether one of them came between and looks like the first."""
    began = found.began
    if began is None:
        return False
    until = min(found.at, began.at + rule.limit("doubt", inf) * SECOND)
    known = [one for one in unnamed if one.at <= found.at][-MOST_DOUBTS:]
    return any(began.at < one.at <= until and alike(rule, began.row, one.row) for one in known)


def _of_rule(rule: Rule, seen: ByKey, unnamed: Sequence[Seen], world: World) -> Iterator[Raised]:
    """What the rule raises, as if no other rule were there."""
    form = FORMS[rule.kernel]
    own = {*form.roles, *form.optional_roles}
    for key, events in seen.items():
        if rule.kernel not in TWINS:
            continue
        clears = [one.at for one in events if "clears" in one.roles]
        for found in TWINS[rule.kernel](rule, [one for one in events if own & {*one.roles}], world):
            if _doubted(rule, found, unnamed):
                continue
            identity = alert_id(world.site.id, rule.id, key, found.cause)
            cleared = _end(rule, found.at, found.end, clears, world)
            parent = None if found.goes_with is None else alert_id(world.site.id, rule.id, key, found.goes_with)
            yield Raised(identity, rule.id, key, found.at, cleared, found.device, rule.severity, parent)


def _end(rule: Rule, at: int, end: float | None, clears: Iterable[int], world: World) -> int | None:
    ends = [inf if end is None else end, *(time for time in clears if time > at)]
    if rule.clear_after_s is not None:
        ends.append(at + micros(rule, "clear_after"))
    return int(min(ends)) if min(ends) <= world.watermark else None


def _severity(rule: Rule, alert: Raised, seen: ByKey, world: World) -> Severity:
    """What the alert has come to by its end, or by now."""
    end = world.watermark if alert.cleared is None else alert.cleared
    moves = {"rises": -1, "falls": 1}
    steps = [(one.at, step) for one in seen.get(alert.key, []) for role, step in moves.items() if role in one.roles]
    if rule.rise_after_s is not None and alert.at + micros(rule, "rise_after") != alert.cleared:
        steps.append((alert.at + micros(rule, "rise_after"), -1))
    severity = int(rule.severity)
    for at, step in sorted(steps, key=lambda one: one[0]):
        if alert.at < at <= end:
            severity = min(max(severity + step, int(rule.worst or rule.severity)), int(rule.severity))
    return Severity(severity)

"""What of a rule's row must fit together, beyond each field's own form: every mistake as `place: sentence`."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemas.conditions import Condition
from schemas.events import HEARTBEAT, TYPES, Kind
from schemas.incidents import Reason
from schemas.kernels import ANY_UNIT, FORMS, MOST, Kernel
from schemas.written_sentences import near

if TYPE_CHECKING:
    from schemas.rules import Rule

ROWS_COLUMNS = ("score", "value")
ATTRIBUTE = "attributes."
SHORTEST_HOLD_S = 10.0
DAY_S = 86_400.0

LEAST = {"window": 0.001, "interval": 60.0, "speed": 0.01, "grain": 0.001, "memory": 3.0, "least": 3.0, "share": 0.0}
MOST_OF = {"s": 3650 * DAY_S, "d": 3650.0, "of_1": 1.0, "m_per_s": 1000.0, "spreads": 1000.0}
"""What a threshold may be, by parameter and unit, so that no kernel divides by nothing."""


def mistakes(rule: "Rule") -> Iterator[str]:
    """Every mistake of the row."""
    yield from _roles(rule)
    yield from _conditions(rule)
    yield from _thresholds(rule)
    yield from _numbers(rule)
    yield from _kernel(rule)
    yield from _severity(rule)
    yield from _closes(rule)


def _roles(rule: "Rule") -> Iterator[str]:
    form = FORMS[rule.kernel]
    for role in form.roles:
        if role not in rule.match:
            yield f"match: {rule.kernel} needs {role}"
    for role in rule.match:
        if role not in form.all_roles:
            yield f"match.{role}: {rule.kernel} takes {', '.join(form.all_roles)}{near(role, form.all_roles)}"


def _conditions(rule: "Rule") -> Iterator[str]:
    for role, whole in rule.match.items():
        for kind, branch in rule.branches(role):
            for condition in branch.parts():
                yield from _types(rule, role, kind, condition)
                yield from _compared(rule, role, condition)
            listened = branch.listens()
            if listened is not None and not listened and not branch.heartbeats:
                yield f"match.{role}: no type fits all of its conditions, so that it never matches"
        if len(rule.branches(role)) > 1 and whole.model_fields_set - {"any_of", "any"}:
            yield f"match.{role}: where `any` joins several kinds, everything stands in its conditions and nothing beside it"


def _types(rule: "Rule", role: str, kind: Kind, condition: Condition) -> Iterator[str]:
    known = TYPES[kind]
    for name in sorted(condition.types - set(known)):
        yield f"match.{role}.types: {kind} has no {name}{near(name, known)}; it has {', '.join(known)}"
    if condition.kind not in {None, kind}:
        yield f"match.{role}.kind: say the kind once, at the role itself"
    if condition.heartbeats and rule.kernel not in {Kernel.ABSENCE, Kernel.DEVIATION}:
        yield f"match.{role}.heartbeats: a {HEARTBEAT} is life for absence and nothing else"


def _compared(rule: "Rule", role: str, condition: Condition) -> Iterator[str]:
    for column, name in condition.columns:
        if column not in ROWS_COLUMNS and not column.startswith(ATTRIBUTE):
            yield f"match.{role}: {column} is no column: compare score, value, or attributes.NAME"
        if name not in rule.thresholds:
            yield f"match.{role}: threshold {name} is not given{near(name, rule.thresholds)}"


def _thresholds(rule: "Rule") -> Iterator[str]:
    form = FORMS[rule.kernel]
    for parameter, unit in form.needs.items():
        if rule.named(parameter, unit) is None:
            yield f"thresholds: {rule.kernel} needs {parameter}_{unit or 'UNIT'}"
    used = {name for parameter, unit in form.units.items() if (name := rule.named(parameter, unit))}
    compared = {name for whole in rule.match.values() for part in whole.parts() for _, name in part.columns}
    taken = [f"{parameter}_{unit or 'UNIT'}" for parameter, unit in form.units.items()]
    for name in sorted(set(rule.thresholds) - used - compared):
        yield f"thresholds.{name}: {rule.kernel} takes {', '.join(taken)}{near(name, taken)}"


def _numbers(rule: "Rule") -> Iterator[str]:
    for parameter in FORMS[rule.kernel].whole:
        number = rule.limit(parameter, 1)
        if number != int(number) or not 1 <= number <= MOST:
            yield f"thresholds.{parameter}_n: a whole number from 1 to {MOST}"
    for parameter, unit in FORMS[rule.kernel].units.items():
        name = rule.named(parameter, unit)
        least, most = LEAST.get(parameter, 0.0), MOST_OF.get(unit, math.inf)
        if name is not None and not least <= rule.thresholds[name].value <= most:
            yield f"thresholds.{name}: from {least:g} to {most:g}"


def _kernel(rule: "Rule") -> Iterator[str]:
    if (rule.of is None) == (rule.kernel in {Kernel.DISTINCT, Kernel.SURPLUS, Kernel.MISMATCH}):
        yield "of: distinct, surplus and mismatch say what is to differ; no other kernel does"
    if FORMS[rule.kernel].momentary and "clears" not in rule.match and rule.clear_after_s is None:
        yield "thresholds: an alert has to end: give match.clears or clear_after_s"
    if rule.kernel is Kernel.LEVEL:
        yield from _level(rule)
    if rule.kernel is Kernel.EACH and 0 < rule.hold_s < SHORTEST_HOLD_S:
        yield f"thresholds.hold_s: 0, or at least {SHORTEST_HOLD_S:g} s: each remembers 62 such windows back"
    if rule.kernel is Kernel.DEVIATION and DAY_S % max(1.0, rule.limit("interval", 1)):
        yield "thresholds.interval_s: a whole number of intervals must make a day"
    if rule.kernel is Kernel.OUTAGE and rule.limit("left", 0) < rule.limit("window", 0):
        yield "thresholds.left_s: at least window_s, because what comes back is looked at so much later"
    if rule.kernel is Kernel.OUTAGE and (rule.hold_s or rule.rise_after_s is not None or set(rule.match) & {"rises", "falls"}):
        yield "thresholds: an outage is there or not: it takes no hold_s, no rise_after_s, no match.rises and no match.falls"
    if (rule.kernel is Kernel.OUTAGE) != (rule.box is not None) or (rule.kernel is Kernel.OUTAGE) != bool(rule.children):
        yield "box: an outage names its box and the rules whose alerts are its children; no other kernel does"
    if rule.kernel is Kernel.EACH and "event" in rule.match and len({kind for kind, _ in rule.branches("event")}) > 1:
        yield "match.event: each answers in the order of one kind's log: join kinds in a rule of count with events_n 1"
    yield from _doubt(rule)
    if rule.kernel is Kernel.EACH and rule.muted_by:
        yield "muted_by: each answers at once and cannot wait for another rule: use count with events_n 1"


def _doubt(rule: "Rule") -> Iterator[str]:
    if bool(rule.alike) != ("doubt" in rule.match):
        yield "alike: says by which attributes a row of match.doubt is like the first; neither goes without the other"
    if not rule.alike:
        return
    if "last" in rule.match:
        yield "match.last: a rule with doubt has two steps"
    least = rule.limit("alike", 1)
    if least != int(least) or not 1 <= least <= len(rule.alike):
        yield f"thresholds.alike_n: a whole number from 1 to {len(rule.alike)}, as many as stand under alike"
    if {kind for role in (FORMS[rule.kernel].roles[0], "doubt") if role in rule.match for kind, _ in rule.branches(role)} - {
        rule.kind
    }:
        yield f"match.doubt: its rows and the first ones are of the rule's own kind, {rule.kind}"


def _level(rule: "Rule") -> Iterator[str]:
    if rule.limit("over", 1) > rule.limit("readings", 1):
        yield "thresholds.over_n: at most readings_n"
    if ("event" in rule.match) == ("over" in rule.match or "under" in rule.match):
        yield "match: level takes either event, with line and low_line, or over and under"
    if ("over" in rule.match) != ("under" in rule.match):
        yield "match: level needs under where it has over"
    lines = [rule.named(name, ANY_UNIT) for name in ("line", "low_line")]
    if "event" in rule.match and None in lines:
        yield "thresholds: level of event needs line_UNIT and low_line_UNIT"
    if None not in lines and rule.limit("low_line", 0) > rule.limit("line", 0):
        yield "thresholds.low_line: at most the line"


def _closes(rule: "Rule") -> Iterator[str]:
    if rule.closes_as in (Reason.DRILL, Reason.DUPLICATE):
        yield f"closes_as: an incident is not {rule.closes_as} by itself; allowed: real, nuisance, equipment"
    if rule.closes_as is not None and rule.plan is not None:
        yield "closes_as: what opens a plan is closed by a person"


def _severity(rule: "Rule") -> Iterator[str]:
    rises = "rises" in rule.match or rule.rise_after_s is not None
    if rises != (rule.worst is not None):
        yield "worst: say how far the severity may rise where match.rises or rise_after_s is given, and only there"
    if rule.worst is not None and rule.worst >= rule.severity:
        yield "worst: must be more severe (a smaller number) than severity"
    if "falls" in rule.match and not rises:
        yield "match.falls: nothing rises that could fall"

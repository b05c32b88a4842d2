"""A rule in words, for people who did not write it."""

from collections.abc import Iterator
from itertools import chain

from schemas.conditions import Condition, Hours
from schemas.rules import Rule

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def lines_of(rule: Rule) -> Iterator[str]:
    """The whole rule, a line each."""
    yield f"{rule.id}, version {rule.version}: {rule.name.en} / {rule.name.zh}"
    of = f" of different {rule.of}" if rule.of else ""
    yield f"kernel {rule.kernel}{of}, over {rule.kind} events of one {rule.key}"
    yield f"severity {rule.severity.value}" + (f", may rise to {rule.worst.value}" if rule.worst else "")
    if rule.plan:
        yield f"opens the plan {rule.plan}"
    for role, condition in rule.match.items():
        yield f"{role}: {says(condition)}"
    if rule.hours:
        yield f"armed {hours(rule.hours)}: {rule.hours.reason}"
    for name, threshold in rule.thresholds.items():
        yield f"{name} = {threshold.value:g}: {threshold.reason}"
    if rule.muted_by:
        yield f"a child of open alerts of {', '.join(rule.muted_by)} on the same device"
    if rule.alike:
        yield f"not raised where between the two somebody unnamed came who looks alike ({', '.join(rule.alike)})"
    if rule.box:
        yield f"joins the alerts of {', '.join(rule.children)} on one {rule.box}"
    yield f"{len(rule.examples)} examples"


def says(condition: Condition) -> str:
    """The condition as one phrase."""
    parts = chain(_plain(condition), _joined(condition))
    return ", ".join(parts) or "anything"


def _plain(condition: Condition) -> Iterator[str]:
    if condition.kind:
        yield f"{condition.kind}"
    if condition.types:
        yield " or ".join(sorted(condition.types))
    if condition.heartbeats:
        yield "heartbeats too"
    for word, names in (("at", condition.places), ("in building", condition.buildings), ("in zone", condition.zones)):
        if names:
            yield f"{word} {' or '.join(sorted(names))}"
    if condition.direction:
        yield f"going {condition.direction}"
    yield from (f"subject in {' or '.join(condition.in_list)}" for _ in condition.in_list[:1])
    yield from (f"subject not in {' nor '.join(condition.not_in_list)}" for _ in condition.not_in_list[:1])
    if condition.permit:
        yield f"permit {condition.permit.replace('_', ' ')}"
    yield from (f"{name} differs from {column}" for name, column in condition.differs.items())
    if condition.not_bay_owner:
        yield "not the bay's owner"
    yield from (f"{name} {' or '.join(map(str, values))}" for name, values in condition.attributes.items())
    yield from (f"{column} ≥ {name}" for column, name in condition.at_least.items())
    yield from (f"{column} ≤ {name}" for column, name in condition.at_most.items())
    if condition.hours:
        yield f"{hours(condition.hours)}"


def _joined(condition: Condition) -> Iterator[str]:
    if condition.any_of:
        yield f"one of [{'; '.join(map(says, condition.any_of))}]"
    if condition.all_of:
        yield f"all of [{'; '.join(map(says, condition.all_of))}]"
    if condition.none_of:
        yield f"none of [{'; '.join(map(says, condition.none_of))}]"


def hours(when: Hours) -> str:
    """The part of the week."""
    words = [] if (when.since, when.till) == ("00:00", "24:00") else [f"{when.since} to {when.till}"]
    if when.weekdays:
        words.append(" ".join(DAYS[day - 1] for day in sorted(when.weekdays)))
    if when.holidays != "count":
        words.append(f"holidays {when.holidays.replace('_', ' ')}")
    if when.first or when.last:
        words.append(f"{when.first or '01-01'} to {when.last or '12-31'}")
    if when.calendar:
        words.append(f"while {when.calendar} is open")
    text = ", ".join(words) or "always"
    return f"outside of ({text})" if when.outside else text

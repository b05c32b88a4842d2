"""What a site changes of the catalogue's rules: other numbers, other hours, or off; with owner, reason and end.

Pure: `overridden` gives the rule as it is at one revision and one time. An override that no longer fits the catalogue (a
rule or threshold that is gone, numbers that contradict each other) is left aside and named by `unfit`; it never stops a start.

Version. A rule's effective version is the catalogue's plus one for every override that has begun and one for every
override that has ended (restored, or past its end). So it only ever grows, and no two different states of a rule share one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from pydantic import Field, ValidationError, model_validator

from schemas.conditions import Clock, Hours, Strict
from schemas.rules import Rule


class Span(Strict):
    """Other hours of the day; weekdays, holidays and calendar stay the rule's own."""

    since: Clock = Field(alias="from")
    till: Clock = Field(alias="to")


class What(Strict):
    """What is changed: off, or thresholds by name and perhaps the hours."""

    off: bool = False
    thresholds: Mapping[str, float] = {}
    hours: Span | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "What":
        if self.off == bool(self.thresholds or self.hours):
            raise ValueError("an override either switches the rule off, or changes thresholds or hours")
        return self

    def __str__(self) -> str:
        if self.off:
            return "off"
        words = [f"{name}={value:g}" for name, value in self.thresholds.items()]
        return " ".join([*words, *([f"hours={self.hours.since}-{self.hours.till}"] if self.hours else [])])


@dataclass(frozen=True, slots=True)
class Override:
    """One override, as of one revision: `removed` is the revision that restored the rule, if that had happened by then.

    It acts from `starts_at` (None: from its revision on) until before `ends_at` (None: until restored).
    """

    id: int
    rule: str
    what: What
    owner: str
    reason: str
    starts_at: datetime | None
    ends_at: datetime | None
    added: int
    removed: int | None = None

    def begun(self, as_of: datetime) -> bool:
        """Whether its time has come, ended or not."""
        return self.starts_at is None or self.starts_at <= as_of

    def ended(self, as_of: datetime) -> bool:
        """Whether it counts no more."""
        return self.removed is not None or (self.ends_at is not None and self.ends_at <= as_of)

    def acts(self, as_of: datetime) -> bool:
        """Whether it counts now."""
        return self.begun(as_of) and not self.ended(as_of)


def overridden(rule: Rule, overrides: Sequence[Override], as_of: datetime) -> Rule | None:
    """The rule with all that acts on it, or None: switched off. `overrides` are all that there ever were, in the order made;
    of two that change the same threshold the later one counts."""
    mine = [override for override in overrides if override.rule == rule.id]
    acting = [override for override in mine if override.acts(as_of)]
    if any(override.what.off for override in acting):
        return None
    version = rule.version + sum(override.begun(as_of) + override.ended(as_of) for override in mine)
    changed = _applied(rule, acting)[0]
    return changed if version == rule.version else changed.model_copy(update={"version": version})


def unfit(catalogue: Mapping[str, Rule], overrides: Sequence[Override], as_of: datetime) -> Iterator[str]:
    """A sentence for each override that acts now and that the catalogue has no place for."""
    acting = [override for override in overrides if override.acts(as_of)]
    for name in dict.fromkeys(override.rule for override in acting):
        if name in catalogue:
            yield from (
                f"Override {number} of {name} is left aside: {why}." for number, why in misfits(catalogue[name], acting)
            )
        else:
            numbers = [override.id for override in acting if override.rule == name]
            said = nearest(name, catalogue)
            yield from (f"Override {number} is left aside: the catalogue has no rule {name}{said}." for number in numbers)


def misfits(rule: Rule, acting: Sequence[Override]) -> list[tuple[int, str]]:
    """Of the overrides that act on a rule, what does not fit it: the override's number and why."""
    return _applied(rule, [override for override in acting if override.rule == rule.id])[1]


def nearest(word: str, known: Iterable[str]) -> str:
    """The nearest known name, for the end of a sentence; nothing where none is near."""
    found = get_close_matches(word, list(known), n=1)
    return f"; the nearest is {found[0]}" if found else ""


def _applied(rule: Rule, acting: Sequence[Override]) -> tuple[Rule, list[tuple[int, str]]]:
    """The rule after each override as far as it fits, and what does not."""
    left: list[tuple[int, str]] = []
    for override in acting:
        strange = sorted(override.what.thresholds.keys() - rule.thresholds.keys())
        left.extend((override.id, f"there is no threshold {name}{nearest(name, rule.thresholds)}") for name in strange)
        try:
            rule = _with(rule, override)
        except ValidationError as err:
            left.append((override.id, _told(err)))
    return rule, left


def _with(rule: Rule, override: Override) -> Rule:
    """The rule with one override; pydantic's ValidationError where the numbers do not fit its kernel."""
    reason = f"{override.reason} ({override.owner})".ljust(10)
    new = {name: value for name, value in override.what.thresholds.items() if name in rule.thresholds}
    thresholds = {**rule.thresholds, **{name: {"value": value, "reason": reason} for name, value in new.items()}}
    fields = {name: getattr(rule, name) for name in Rule.model_fields}
    return Rule(**{**fields, "thresholds": thresholds, "hours": _hours(rule, override, reason)})


def _hours(rule: Rule, override: Override, reason: str) -> Hours | None:
    if (span := override.what.hours) is None:
        return rule.hours
    own = rule.hours or Hours(reason=reason)
    return own.model_copy(update={"since": span.since, "till": span.till, "reason": reason})


def _told(error: ValidationError) -> str:
    """Each mistake in one line; the row's own check names its place itself."""
    sentences = []
    for mistake in error.errors(include_url=False):
        place = ".".join(str(part) for part in mistake["loc"])
        sentences.append(f"{place}: {mistake['msg']}" if place else str(mistake["msg"]).removeprefix("Value error, "))
    return "; ".join(sentence.replace("\n", "; ") for sentence in sentences)

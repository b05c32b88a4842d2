"""Whether what a rule names is there: other rules, plans, and of the site its zones, buildings, kinds of places and calendars.

A row does not say this of itself: it depends on the other files and on the site.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from schemas.conditions import Condition, Hours
from schemas.events import HEARTBEAT, TYPES
from schemas.kernels import Kernel
from schemas.rules import Rule
from schemas.rules_file import Gathered, Row
from schemas.site import Site
from schemas.written import Location
from schemas.written_sentences import near

ALIKE = 0.8
"""Devices name zones as they like, so that no list of them is whole: one that differs by a letter from a place is a slip."""


@dataclass(frozen=True)
class Known:
    """What may be named: every rule's id, every plan's, and the site."""

    rules: Collection[str]
    site: Site
    plans: Collection[str]

    @cached_property
    def places(self) -> frozenset[str]:
        """Kinds of places, those of lanes and paths among them."""
        return frozenset({place.kind for place in self.site.places.values()} | {line.kind for line in self.site.lines})

    @cached_property
    def buildings(self) -> frozenset[str]:
        """Ids of houses and villas."""
        return frozenset(place.id for place in self.site.buildings)

    @cached_property
    def zones(self) -> frozenset[str]:
        """What an area on the site may be called: its place's id or kind."""
        return self.places | frozenset(self.site.places)


def unknown_names(gathered: Gathered, catalogue: Mapping[str, Rule], site: Site, plans: Collection[str]) -> list[str]:
    """Every name that is nothing's, as a mistake with file, line, rule and field."""
    known = Known({*catalogue, *(row.id for row in gathered.rows)}, site, plans)
    rules = {rule.id: rule for rule in (*catalogue.values(), *(row.rule for row in gathered.rows if row.rule))}
    muting = {name: rule.muted_by for name, rule in rules.items()}
    found = ((*_of_row(row, known), *_muted_by_itself(row, muting), *_too_soon(row, rules)) for row in gathered.rows)
    return [mistake for mistakes in found for mistake in mistakes]


def _too_soon(row: Row, rules: Mapping[str, Rule]) -> Iterator[str]:
    """Who answers at once cannot be waited for, and a box is no child of a box."""
    for name in ("muted_by", "children"):
        for place, other in enumerate(getattr(row.rule, name, ())):
            kernel = rules[other].kernel if other in rules else None
            if name == "children" and other in rules and rules[other].rise_after_s is not None:
                yield row.mistake((name, str(place)), f"{other} rises by itself: a box's child that is left behind begins anew")
            if kernel is Kernel.EACH:
                yield row.mistake(
                    (name, str(place)), f"{other} answers at once, before this rule is judged: write it as count of 1"
                )
            if kernel is Kernel.OUTAGE:
                yield row.mistake((name, str(place)), f"{other} is an outage, which is decided after all others")


def _muted_by_itself(row: Row, muting: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Of rules that mute one another in a ring nobody is told anything."""
    reached: set[str] = set()
    further = {row.id}
    while further:
        further = {name for one in further for name in muting.get(one, ())} - reached
        reached |= further
    if row.id in reached:
        yield row.mistake(("muted_by",), "these rules mute one another in a ring, so that none would be told")


def _of_row(row: Row, known: Known) -> Iterator[str]:
    if row.rule is None:
        return
    for location, word, choices, what in _named(row.rule, known):
        if word not in choices:
            listed = f"; there are {', '.join(sorted(choices))}" if len(choices) <= 20 else ""
            yield row.mistake(location, f"{word} is no {what}{near(word, choices)}{listed}")


Naming = tuple[Location, str, Collection[str], str]


def _named(rule: Rule, known: Known) -> Iterator[Naming]:
    if rule.plan is not None:
        yield ("plan",), rule.plan, known.plans, "plan of the house or of this site (GATEHOUSE_OWN_PLANS)"
    for name in ("muted_by", "children"):
        for place, word in enumerate(getattr(rule, name)):
            yield (name, str(place)), word, known.rules, "rule of these files or the catalogue"
    for number, example in enumerate(rule.examples):
        for place, event in enumerate(example.events):
            kind = event.kind or rule.kind
            yield (
                ("examples", str(number), "events", str(place), "type"),
                event.type,
                (*TYPES[kind], HEARTBEAT),
                f"type of {kind}",
            )
        for place, word in enumerate(example.with_rules):
            yield ("examples", str(number), "with_rules", str(place)), word, known.rules, "rule of these files or the catalogue"
    if rule.hours is not None:
        yield from _calendar(rule.hours, ("hours",), known)
    for role, condition in rule.match.items():
        yield from _condition(condition, ("match", role), known)


def _condition(condition: Condition, at: Location, known: Known) -> Iterator[Naming]:
    for word in sorted(condition.places):
        yield (*at, "places"), word, known.places, "kind of place of this site"
    for word in sorted(condition.buildings):
        yield (*at, "buildings"), word, known.buildings, "building of this site"
    for word in sorted(condition.zones):
        if get_close_matches(word, known.zones, n=1, cutoff=ALIKE):
            yield (*at, "zones"), word, known.zones, "place or kind of place of this site"
    if condition.hours is not None:
        yield from _calendar(condition.hours, (*at, "hours"), known)
    for name, parts in (("any", condition.any_of), ("all", condition.all_of), ("not", condition.none_of)):
        for place, part in enumerate(parts):
            yield from _condition(part, (*at, name, str(place)), known)


def _calendar(hours: Hours, at: Location, known: Known) -> Iterator[Naming]:
    """A calendar is named by the beginning of its id."""
    if hours.calendar is not None and not any(name.startswith(hours.calendar) for name in known.site.calendars):
        yield (*at, "calendar"), hours.calendar, tuple(known.site.calendars), "calendar of this site"

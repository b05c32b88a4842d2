"""A site's configuration: the rules and lists as of one revision and one time.

The same revision and time give the same configuration, however much has changed since: entries and overrides are never
overwritten. Changes are made by schemas/lists_store.py and schemas/overrides_store.py; each says so on CHANNEL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from schemas.lists import Entry, ListName, Lists
from schemas.lists_store import read_entries
from schemas.overrides import Override, overridden, unfit
from schemas.overrides_store import read_overrides
from schemas.revisions import CHANNEL, newest_revision
from schemas.rules import Rule
from schemas.site import Site

__all__ = [
    "CHANNEL",
    "Configuration",
    "Override",
    "change_after",
    "configured",
    "merged",
    "newest_revision",
    "next_change",
    "overridden",
    "read_configuration",
]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the rules judge by. Rules that are switched off are not among `rules`; `warnings` are sentences about what was
    left aside because this version has no place for it."""

    revision: int
    as_of: datetime
    rules: tuple[Rule, ...]
    lists: Lists
    warnings: tuple[str, ...] = ()


def read_configuration(
    connection: psycopg.Connection, site: Site, catalogue: Mapping[str, Rule], revision: int | None, as_of: datetime
) -> Configuration:
    """The configuration as of a revision (None: the newest) and a time: an override whose end has passed counts no more."""
    if revision is None:
        revision = newest_revision(connection, site.id)
    lists, left = read_entries(connection, site.id, revision)
    overrides, unread = read_overrides(connection, site.id, revision)
    return Configuration(
        revision=revision,
        as_of=as_of,
        rules=configured(catalogue, overrides, as_of),
        lists=merged(site, lists),
        warnings=(*left, *unread, *unfit(catalogue, overrides, as_of)),
    )


def configured(catalogue: Mapping[str, Rule], overrides: Sequence[Override], as_of: datetime) -> tuple[Rule, ...]:
    """The catalogue's rules with their overrides, without those that are off, in the catalogue's order."""
    found = (overridden(rule, overrides, as_of) for rule in catalogue.values())
    return tuple(rule for rule in found if rule is not None)


def merged(site: Site, lists: Lists) -> Lists:
    """The lists with the plates and persons that the site's own file watches."""
    entries = dict(lists.entries)
    for name, subjects in ((ListName.WATCH_PLATES, site.watch_plates), (ListName.WATCH_PERSONS, site.watch_persons)):
        own = [Entry(subject=subject) for subject in sorted(subjects)]
        entries[name] = (*lists.of(name), *(entry for entry in own if entry not in lists.of(name)))
    return Lists(entries)


def next_change(connection: psycopg.Connection, site: str, revision: int, as_of: datetime) -> datetime | None:
    """When the configuration of this revision changes by itself next: an override begins or ends. None: never."""
    return change_after(read_overrides(connection, site, revision)[0], as_of)


def change_after(overrides: Sequence[Override], as_of: datetime) -> datetime | None:
    """The first beginning or end after a time, of those that still stand."""
    standing = [override for override in overrides if not override.ended(as_of)]
    moments = [moment for one in standing for moment in (one.starts_at, one.ends_at) if moment is not None]
    return min((moment for moment in moments if moment > as_of), default=None)

"""The rules and lists that are at work: as the database has them, or the catalogue's where there is no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from schemas.configuration import merged, read_configuration
from schemas.database import connect
from schemas.errors import SettingsError, Unavailable
from schemas.lists import Lists
from schemas.rules import Rule, load_catalogue
from schemas.settings import load
from schemas.site import Site


@dataclass(frozen=True, slots=True)
class Live:
    """What judges. `revision` is the configuration's, None for the bare catalogue; `said` tells where it comes from."""

    rules: Mapping[str, Rule]
    lists: Lists
    revision: int | None
    said: str


def live(
    site: Site,
    *,
    revision: int | None = None,
    as_of: datetime | None = None,
    catalogue: Mapping[str, Rule] | None = None,
) -> Live:
    """The configuration of a revision and a time; of now without them."""
    catalogue = load_catalogue() if catalogue is None else catalogue
    try:
        with connect(load()) as connection:
            found = read_configuration(connection, site, catalogue, revision, as_of or datetime.now(UTC))
    except SettingsError:
        return _catalogue(site, catalogue, "no database is known")
    except Unavailable:
        return _catalogue(site, catalogue, "the database does not answer")
    except psycopg.errors.UndefinedTable:
        return _catalogue(site, catalogue, "the database has no rules yet: `gatehouse migrate`")
    said = f"the database's rules, revision {found.revision}"
    return Live({rule.id: rule for rule in found.rules}, found.lists, found.revision, said)


def _catalogue(site: Site, catalogue: Mapping[str, Rule], why: str) -> Live:
    return Live(catalogue, merged(site, Lists()), None, f"the catalogue's rules, because {why}")


def with_needed(rules: Mapping[str, Rule], others: Mapping[str, Rule]) -> list[Rule]:
    """The rules and those that they name (muted_by, children), which are taken from the others where these have none."""
    found = dict(rules)
    named = _named(rules.values())
    while named:
        more = {name: others[name] for name in named if name not in found and name in others}
        found |= more
        named = _named(more.values())
    return list(found.values())


def _named(rules: Iterable[Rule]) -> list[str]:
    return [name for rule in rules for name in (*rule.muted_by, *rule.children)]

"""What `gatehouse rules override`, `off`, `restore` and `overrides` do. 0 done, 1 the answer is no, 2 wrong use."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import orjson
import psycopg
import typer

from alerts.audit import COMMAND_LINE, Fact, append
from schemas.configuration import change_after
from schemas.database import connect
from schemas.lists_told import local
from schemas.overrides import Override, What, misfits, nearest, overridden
from schemas.overrides_store import Draft, Told, add_override, read_overrides, restore, told
from schemas.overrides_words import moment, parsed
from schemas.revisions import newest_revision
from schemas.rules import Rule, load_catalogue
from schemas.settings import load
from schemas.site import Site, load_site

SHORTEST = 10
"""Characters of a reason: a word is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of an override beside what it changes; days and moments as written."""

    rule: str
    owner: str
    reason: str
    since: str
    until: str


def run_override(asked: Asked, changes: Sequence[str]) -> int:
    """Change thresholds or hours, where the rule that comes of it is a right one."""
    catalogue = load_catalogue()
    if asked.rule not in catalogue:
        return _refused([f"There is no rule {asked.rule}{nearest(asked.rule, catalogue)}."])
    what, wrong = parsed(catalogue[asked.rule], changes)
    return _made(asked, what, wrong, catalogue)


def run_off(asked: Asked) -> int:
    """Switch a rule off."""
    catalogue = load_catalogue()
    if asked.rule not in catalogue:
        return _refused([f"There is no rule {asked.rule}{nearest(asked.rule, catalogue)}."])
    return _made(asked, What(off=True), [], catalogue)


def run_restore(rule: str, owner: str, reason: str) -> int:
    """End what stands; also of a rule that the catalogue no longer has."""
    with _opened() as (connection, site):
        if wrong := list(_named(owner, reason)):
            return _refused(wrong)
        now = datetime.now(UTC)
        with connection.transaction():
            revision = restore(connection, site.id, rule, owner, reason, now)
            if revision is not None:
                _tell(connection, owner, "rule.restore", rule, now, reason=reason, revision=revision)
    if revision is None:
        catalogue = load_catalogue()
        typer.echo(f"Nothing is overridden of {rule}{'' if rule in catalogue else nearest(rule, catalogue)}.", err=True)
        return 1
    typer.echo(f"{rule}: as the catalogue says, revision {revision}.")
    return 0


def run_overrides(*, as_json: bool) -> int:
    """Print every override, the newest first."""
    now = datetime.now(UTC)
    with _opened() as (connection, site):
        found = told(connection, site.id)
    for one in found:
        typer.echo(orjson.dumps(_plain(one, now)) if as_json else _line(one, now, site))
    if not found:
        typer.echo("Nothing was ever overridden.", err=True)
    return 0


def _made(asked: Asked, what: What | None, wrong: list[str], catalogue: Mapping[str, Rule]) -> int:
    now = datetime.now(UTC)
    with _opened() as (connection, site):
        draft = _draft(asked, what, site, now, wrong)
        if draft is None:
            return _refused(wrong)
        rule = catalogue[asked.rule]
        before = read_overrides(connection, site.id, newest_revision(connection, site.id))[0]
        if wrong := list(dict.fromkeys(_contradictions(rule, before, draft, now))):
            return _refused(wrong)
        with connection.transaction():
            made = add_override(connection, site.id, draft, now)
            said = {"what": str(made.what), "reason": made.reason, "revision": made.added}
            _tell(connection, made.owner, "rule.override", rule.id, now, **said)
        after = read_overrides(connection, site.id, made.added)[0]
    changed = overridden(rule, after, now)
    version = "off" if changed is None else f"version {changed.version}"
    typer.echo(f"{rule.id}: {made.what}{_when(made, site)}; override {made.id}, revision {made.added}, {version}.")
    return 0


def _draft(asked: Asked, what: What | None, site: Site, now: datetime, wrong: list[str]) -> Draft | None:
    """The override that is asked for; None where something is wrong, which is noted."""
    wrong.extend(_named(asked.owner, asked.reason))
    starts = _moment(asked.since, site, False, wrong)
    ends = _moment(asked.until, site, True, wrong)
    if ends is not None and ends <= (starts or now):
        wrong.append(f"--until {asked.until} is over before it begins: write a later day.")
    return None if wrong or what is None else Draft(asked.rule, what, asked.owner, asked.reason, starts, ends)


def _contradictions(rule: Rule, before: Sequence[Override], draft: Draft, now: datetime) -> Iterator[str]:
    """Why the rule would not be a right one, at any time while the override acts and others begin and end beside it."""
    new = draft.numbered(max((override.id for override in before), default=0) + 1, 0)
    every = [*before, new]
    at: datetime | None = now
    while at is not None:
        acting = [override for override in every if override.acts(at)]
        yield from (f"{rule.id} cannot be so: {why}." for number, why in misfits(rule, acting) if number == new.id)
        at = change_after(every, at)


def _named(owner: str, reason: str) -> Iterator[str]:
    if not owner.strip():
        yield "--owner names nobody: write who answers for it."
    if len(reason.strip()) < SHORTEST:
        yield f"--reason says too little: write at least {SHORTEST} characters."


def _moment(text: str, site: Site, end: bool, wrong: list[str]) -> datetime | None:
    try:
        return moment(text, site.timezone, end=end) if text else None
    except ValueError as err:
        wrong.append(str(err))
        return None


def _tell(connection: psycopg.Connection, owner: str, action: str, rule: str, now: datetime, **what: object) -> None:
    """The row of the audit log, in the transaction of the revision."""
    append(connection, Fact(f"{COMMAND_LINE}: {owner}", "", action, rule, what), now)


@contextmanager
def _opened() -> Iterator[tuple[psycopg.Connection, Site]]:
    settings = load()
    site = load_site(settings.site)
    with connect(settings, autocommit=True) as connection:
        yield connection, site


def _refused(wrong: Sequence[str]) -> int:
    for sentence in wrong:
        typer.echo(sentence, err=True)
    return 2


def _when(one: Override | Told, site: Site) -> str:
    words = [f"from {local(one.starts_at, site)}"] if one.starts_at else []
    return "".join(f" {word}" for word in [*words, *([f"until {local(one.ends_at, site)}"] if one.ends_at else [])])


def _state(one: Told, now: datetime) -> str:
    if one.restored_in is not None:
        return "restored"
    if one.ends_at is not None and one.ends_at <= now:
        return "ended"
    return "begins later" if one.starts_at is not None and one.starts_at > now else "acts"


def _plain(one: Told, now: datetime) -> dict[str, object]:
    what = one.what.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {**asdict(one), "what": what, "state": _state(one, now)}


def _line(one: Told, now: datetime, site: Site) -> str:
    ended = f"; {one.restored} ({one.restored_by}, {local(one.restored_at, site)})" if one.restored_at else ""
    made = f"{local(one.made_at, site)}  {one.owner}"
    return f"{one.id:>4}  {_state(one, now):<8}  {one.rule}  {one.what}{_when(one, site)}  {made}: {one.reason}{ended}"

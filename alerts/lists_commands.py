"""What `gatehouse lists` does. 0 done, 1 the answer is no or a file has mistakes, 2 wrong use."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

import orjson
import psycopg
import typer

from alerts.audit import COMMAND_LINE
from alerts.incidents.incident import Who
from alerts.registers import lists
from schemas.configuration import merged, newest_revision
from schemas.database import connect
from schemas.lists import ListName, Lists
from schemas.lists_cells import plate
from schemas.lists_columns import ATTRIBUTES, SEVERAL, Field
from schemas.lists_file import read_list
from schemas.lists_row import PLATES, Cells, read_row
from schemas.lists_store import Change, How, by_subject, read_entries
from schemas.lists_told import absent, as_object, aside, line, local, outcome, plain, told
from schemas.revisions import history
from schemas.settings import load
from schemas.site import Site, load_site
from schemas.site_file_mistakes import instead


def run_check(word: str, file: Path, *, as_json: bool) -> int:
    """Print every mistake, or in a line what the file holds."""
    if (name := _named(word)) is None:
        return 2
    found = read_list(file, name, load_site(load().site))
    if not found.mistakes and not as_json:
        typer.echo(f"ok: {len(found.entries)} entries of {len(by_subject(found.entries))} subjects.{aside(found)}")
    return told(found, as_json)


def run_import(word: str, file: Path, *, replace: bool, who: str, dry: bool, as_json: bool) -> int:
    """Make the list what the file says, in one revision."""
    if (name := _named(word)) is None:
        return 2
    with _opened() as (connection, site):
        found = read_list(file, name, site)
        if found.mistakes:
            return told(found, as_json)
        change = Change(_who(who), _now(), f"import {name} from {file.name}{' --replace' if replace else ''}")
        entries = by_subject(found.entries)
        how = How.WHOLE if replace else How.NAMED
        made, revision = lists.read_in(connection, site.id, name, entries, change, _by(change.who), how, dry=dry)
    if as_json:
        as_object({"list": name, "revision": revision, "dry_run": dry, **asdict(made), "left_out": found.left_out})
    else:
        typer.echo(f"{name}: {made}{outcome(made, revision, dry)}{aside(found)}")
    return 0


def run_show(word: str, subject: str, revision: int | None, *, as_json: bool) -> int:
    """Print entries; 1 where the subject has none."""
    if (name := _named(word)) is None:
        return 2
    with _opened() as (connection, site):
        entries = _standing(connection, site, revision).of(name)
    wanted = _subject(name, subject)
    shown = [entry for entry in entries if not subject or entry.subject == wanted]
    for entry in shown:
        typer.echo(orjson.dumps(plain(entry)) if as_json else line(entry))
    if subject and not shown:
        return absent(name, subject, entries, 1)
    return 0


def run_add(word: str, subject: str, cells: Mapping[str, str], attributes: Sequence[str], *, who: str) -> int:
    """Put a subject on a list."""
    if (name := _named(word)) is None:
        return 2
    with _opened() as (connection, site):
        row = read_row(_cells(name, subject, cells, attributes), name, site)
        for _, sentence in row.mistakes:
            typer.echo(f"{subject} {sentence}" if sentence[0].islower() else sentence, err=True)
        if row.mistakes:
            return 2
        new = by_subject(row.entries)
        change = Change(_who(who), _now(), f"add {', '.join(new)} to {name}")
        how = How.BESIDE if name in SEVERAL else How.NAMED
        made, revision = lists.put(connection, site.id, name, new, change, _by(change.who), how)
    typer.echo(f"{name}: {made}{outcome(made, revision, False)}")
    return 0


def run_remove(word: str, subject: str, reason: str, *, who: str) -> int:
    """Take a subject off a list."""
    if (name := _named(word)) is None:
        return 2
    with _opened() as (connection, site):
        wanted = _subject(name, subject)
        change = Change(_who(who), _now(), f"remove {wanted} from {name}. {reason}")
        revision = lists.take_off(connection, site.id, name, wanted, reason, change, _by(change.who))
        entries = _standing(connection, site, None).of(name)
    if revision is None and any(entry.subject == wanted for entry in entries):
        typer.echo(f"{wanted} is watched by the site's own file: remove it there.", err=True)
        return 1
    if revision is None:
        return absent(name, subject, entries, 1)
    typer.echo(f"{name}: {wanted} removed, revision {revision}.")
    return 0


def run_history(*, as_json: bool) -> int:
    """Print every change, the newest first."""
    with _opened() as (connection, site):
        changes = history(connection, site.id)
    for one in changes:
        told = orjson.dumps(asdict(one)) if as_json else f"{one.revision:>6}  {local(one.made_at, site)}  {one.who}  {one.what}"
        typer.echo(told)
    if not changes:
        typer.echo("Nothing was ever changed.", err=True)
    return 0


def run_undo(revision: int | None, *, who: str) -> int:
    """Turn a change round."""
    with _opened() as (connection, site):
        named = _who(who)
        made = lists.turn_round(connection, site.id, revision, named, _by(named), _now())
    typer.echo(made if isinstance(made, str) else f"Undone, as revision {made}.", err=isinstance(made, str))
    return 1 if isinstance(made, str) else 0


def _named(word: str) -> ListName | None:
    if word in tuple(ListName):
        return ListName(word)
    typer.echo(f"There is no list {word!r}: {instead(word, ListName)}", err=True)
    return None


@contextmanager
def _opened() -> Iterator[tuple[psycopg.Connection, Site]]:
    settings = load()
    site = load_site(settings.site)
    with connect(settings, autocommit=True) as connection:
        yield connection, site


def _standing(connection: psycopg.Connection, site: Site, revision: int | None) -> Lists:
    wanted = newest_revision(connection, site.id) if revision is None else revision
    return merged(site, read_entries(connection, site.id, wanted)[0])


def _cells(name: ListName, subject: str, cells: Mapping[str, str], attributes: Sequence[str]) -> Cells:
    found: dict[Field | str, str] = {Field.SUBJECT: subject, **{Field(key): text for key, text in cells.items() if text}}
    for pair in attributes:
        key, _, text = pair.partition("=")
        known = (*ATTRIBUTES, *((Field.PLATE,) if name is ListName.BAYS else ()))
        found[Field(key) if key in known else key] = text
    return found


def _subject(name: ListName, word: str) -> str:
    """The word as the list has it: a plate may be written with its dot."""
    try:
        return plate(word) if name in PLATES else word.strip()
    except ValueError:
        return word.strip()


def _who(given: str) -> str:
    """Who was named, else the machine's user; a container's may have no name."""
    try:
        return given or getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _by(name: str) -> Who:
    """Who stands in the audit log: no account, but whom the command line names."""
    return Who(f"{COMMAND_LINE}: {name}", "")


def _now() -> datetime:
    return datetime.now(UTC)

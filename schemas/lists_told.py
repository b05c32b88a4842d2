"""What `gatehouse lists` and `gatehouse rules override` say of what they have done."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import typer

from schemas.lists import Entry, ListName
from schemas.lists_file import ListFile
from schemas.lists_store import Difference
from schemas.site import Site
from schemas.site_file_mistakes import instead


def absent(name: ListName, subject: str, entries: Sequence[Entry], status: int) -> int:
    """Say that the list has no such subject, and the nearest that it has; the status."""
    near = instead(subject, dict.fromkeys(entry.subject for entry in entries))
    typer.echo(f"{name} has no {subject!r}{': ' + near if near.startswith('did') else '.'}", err=True)
    return status


def told(found: ListFile, as_json: bool) -> int:
    """Print the mistakes; 1 where there are some."""
    if as_json:
        mistakes = [{**asdict(one), "file": str(one.file)} for one in found.mistakes]
        as_object({"entries": len(found.entries), "left_out": found.left_out, "empty": found.empty, "mistakes": mistakes})
    else:
        for mistake in found.mistakes:
            typer.echo(str(mistake))
        if count := len(found.mistakes):
            typer.echo(f"{count} {'mistake' if count == 1 else 'mistakes'}")
    return 1 if found.mistakes else 0


def aside(found: ListFile) -> str:
    """What of the file was not taken."""
    rows = f" {found.empty} rows have none of the list's numbers and were left out." if found.empty else ""
    return rows + (f" Never taken: the columns {', '.join(found.left_out)}." if found.left_out else "")


def outcome(made: Difference, revision: int | None, dry: bool) -> str:
    """What came of a change, for people."""
    if dry:
        return "; nothing was written."
    return f"; revision {revision}." if made else "; nothing to do."


def plain(entry: Entry) -> dict[str, Any]:
    """An entry without what it does not say."""
    return {"subject": entry.subject, **entry.model_dump(mode="json", exclude_defaults=True, exclude={"subject"})}


def line(entry: Entry) -> str:
    """An entry for people."""
    return "  ".join(f"{key}={text}" if key != "subject" else str(text) for key, text in plain(entry).items())


def local(moment: datetime, site: Site) -> str:
    """A moment in the site's own time."""
    return f"{moment.astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M:%S}"


def as_object(value: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    typer.echo(orjson.dumps(value))

"""`gatehouse lists`: the command line of the site's lists. Imports what it runs when it runs."""

from pathlib import Path
from typing import Annotated

import typer

lists_app = typer.Typer(help="Who and what is watched, permitted and known.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="LIST", help="cards, faces, vehicles, permits, watch_plates, …")]
Subject = Annotated[str, typer.Argument(help="A plate, a card's, face's or person's number; of `bays` the bay.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Who = Annotated[str, typer.Option("--who", help="Who decides this; the machine's user without it.")]
File = Annotated[Path, typer.Argument(help="A CSV file, ours or a vendor's export.")]


@lists_app.command("import")
def lists_import(
    name: Name,
    file: File,
    replace: Annotated[bool, typer.Option("--replace", help="Remove what the file does not name.")] = False,
    who: Who = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Read a file into a list, in one revision; nothing where the file has a mistake."""
    from alerts.lists_commands import run_import

    raise typer.Exit(run_import(name, file, replace=replace, who=who, dry=dry_run, as_json=as_json))


@lists_app.command("check")
def lists_check(name: Name, file: File, as_json: Json = False) -> None:
    """Name every mistake in a list's file at once; needs no database."""
    from alerts.lists_commands import run_check

    raise typer.Exit(run_check(name, file, as_json=as_json))


@lists_app.command("show")
def lists_show(
    name: Name,
    subject: Annotated[str, typer.Argument(help="One subject; all without it.")] = "",
    revision: Annotated[int | None, typer.Option(min=0, help="As it was at this revision; the newest without it.")] = None,
    as_json: Json = False,
) -> None:
    """Show a list as the rules see it, with what the site's own file watches."""
    from alerts.lists_commands import run_show

    raise typer.Exit(run_show(name, subject, revision, as_json=as_json))


@lists_app.command("add")
def lists_add(
    name: Name,
    subject: Subject,
    person: Annotated[str, typer.Option(help="Whose it is: the person's number.")] = "",
    household: Annotated[str, typer.Option(help="The household's number.")] = "",
    buildings: Annotated[str, typer.Option(help="Where a permit holds: ids or names, such as b01;b02.")] = "",
    weekdays: Annotated[str, typer.Option(help="When a permit holds: 1-5.")] = "",
    hours: Annotated[str, typer.Option(help="When a permit holds: 08:00-18:00.")] = "",
    valid_from: Annotated[str, typer.Option(help="The first day, YYYY-MM-DD.")] = "",
    valid_until: Annotated[str, typer.Option(help="The last day, YYYY-MM-DD.")] = "",
    attribute: Annotated[list[str] | None, typer.Option(help="NAME=VALUE: colour, vehicle_type, trade, note, plate.")] = None,
    who: Who = "",
) -> None:
    """Put one subject on a list; what was there of it is replaced, in permits and bays it stands beside."""
    from alerts.lists_commands import run_add

    cells = {"person": person, "household": household, "buildings": buildings, "weekdays": weekdays}
    cells |= {"hours": hours, "valid_from": valid_from, "valid_until": valid_until}
    raise typer.Exit(run_add(name, subject, cells, attribute or [], who=who))


@lists_app.command("remove")
def lists_remove(
    name: Name, subject: Subject, reason: Annotated[str, typer.Option(help="Why; it is kept.")], who: Who = ""
) -> None:
    """Take one subject off a list."""
    from alerts.lists_commands import run_remove

    raise typer.Exit(run_remove(name, subject, reason, who=who))


@lists_app.command("history")
def lists_history(as_json: Json = False) -> None:
    """Show every change of lists and rules: revision, when, who, what."""
    from alerts.lists_commands import run_history

    raise typer.Exit(run_history(as_json=as_json))


@lists_app.command("undo")
def lists_undo(
    revision: Annotated[int | None, typer.Argument(min=1, help="The change to turn round; the newest without it.")] = None,
    who: Who = "",
) -> None:
    """Turn a change round by a new one."""
    from alerts.lists_commands import run_undo

    raise typer.Exit(run_undo(revision, who=who))

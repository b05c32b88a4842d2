"""`gatehouse plans …`: the emergency plans. Imports what it runs when it runs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

plans_app = typer.Typer(help="The emergency plans: checked, shown, printed.", no_args_is_help=True)


class Language(StrEnum):
    """The languages that every plan is written in."""

    ZH = "zh"
    EN = "en"


Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Plans' YAML files, or folders of them.")]
Own = Annotated[Path | None, typer.Option("--own", help="A folder of the site's own plans, beside the six of the house.")]
Identity = Annotated[str, typer.Argument(metavar="ID", help="The plan's id.")]
Lang = Annotated[Language, typer.Option("--lang", help="In which language.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@plans_app.command("check")
def plans_check(files: Files) -> None:
    """Name every mistake at once: file, line, field, what is allowed, the nearest known name."""
    from alerts.plans_commands import run_check

    raise typer.Exit(run_check(files))


@plans_app.command("list")
def plans_list(own: Own = None, as_json: Json = False) -> None:
    """List the plans."""
    from alerts.plans_commands import run_list

    raise typer.Exit(run_list(own, as_json=as_json))


@plans_app.command("show")
def plans_show(plan: Identity, lang: Lang = Language.ZH, own: Own = None) -> None:
    """Show one plan, step by step: who, by when, where each answer leads."""
    from alerts.plans_commands import run_show

    raise typer.Exit(run_show(plan, lang.value, own))


@plans_app.command("print")
def plans_print(
    plan: Identity,
    out: Annotated[Path, typer.Option(help="The PDF to write.")],
    lang: Lang = Language.ZH,
    own: Own = None,
    site: Annotated[Path | None, typer.Option(help="The site's file, whose telephone numbers stand on the page.")] = None,
) -> None:
    """Print one plan on one page of A4, for when the screens are dark."""
    from alerts.plans_commands import run_print

    raise typer.Exit(run_print(plan, lang.value, out, own, site))

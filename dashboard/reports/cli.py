"""`gatehouse report …`: the paper of an incident, and whether a paper is one. Imports what it runs when it runs."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from alerts.plans_cli import Lang, Language


class _OrMake(TyperGroup):
    """`gatehouse report 7` is `gatehouse report make 7`: what names no command is an incident."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the word in where it was left out."""
        named = not args or args[0] in {*self.commands, "--help"}
        return super().parse_args(ctx, args if named else ["make", *args])


report_app = typer.Typer(help="The report of an incident as PDF, and its proof.", no_args_is_help=True, cls=_OrMake)


@report_app.command("make")
def report_make(
    incident: Annotated[str, typer.Argument(metavar="ID|NUMBER", help="The incident.")],
    out: Annotated[Path, typer.Option(help="The PDF to write.")],
    lang: Lang = Language.ZH,
) -> None:
    """Write an incident's report as PDF and note its hash in the audit log; `make` may be left out."""
    from dashboard.reports.commands import run_make

    raise typer.Exit(run_make(incident, lang.value, out))


@report_app.command("verify")
def report_verify(file: Annotated[Path, typer.Argument(metavar="FILE", help="The PDF to look at.")]) -> None:
    """Say which incident a paper tells of; 1 where the audit log knows no such paper, or is not as it was written."""
    from dashboard.reports.commands import run_verify

    raise typer.Exit(run_verify(file))

"""`gatehouse incidents`: what there is, and how far rules and devices can be believed."""

from pathlib import Path
from typing import Annotated

import typer

incidents_app = typer.Typer(help="Incidents, and what their closing reasons say of rules.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Days = Annotated[int, typer.Option(min=1, max=366, help="Of how many days.")]


@incidents_app.command("list")
def list_(as_json: Json = False) -> None:
    """What is not closed, the most severe first."""
    from alerts.incidents_commands import run_list

    raise typer.Exit(run_list(as_json=as_json))


@incidents_app.command()
def precision(days: Days = 30, as_json: Json = False) -> None:
    """How many incidents of each rule and device were right, by their closing reasons."""
    from alerts.incidents_commands import run_precision

    raise typer.Exit(run_precision(days, as_json=as_json))


@incidents_app.command()
def worst(
    out: Annotated[Path, typer.Option(help="A folder for the changed rules.")],
    days: Days = 30,
    as_json: Json = False,
) -> None:
    """Write the five least believable rules with one threshold stricter, and the back-test that tries each."""
    from alerts.incidents_commands import run_worst

    raise typer.Exit(run_worst(out, days, as_json=as_json))

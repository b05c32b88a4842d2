"""`gatehouse rules`: the command line of the rules. Imports what it runs when it runs."""

from pathlib import Path
from typing import Annotated

import typer

rules_app = typer.Typer(help="The rules: checked, shown, tested, tried on what happened.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Rules' YAML files, or folders of them.")]
Site = Annotated[Path | None, typer.Option("--site", help="The site's YAML; that of the settings without it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@rules_app.command("check")
def rules_check(files: Files, site: Site = None) -> None:
    """Name every mistake at once: file, line, rule, field, what is allowed, the nearest known name."""
    from streams.rules_commands import run_check

    raise typer.Exit(run_check(files, site))


@rules_app.command("list")
def rules_list(as_json: Json = False) -> None:
    """List the rules that are at work."""
    from streams.rules_commands import run_list

    raise typer.Exit(run_list(as_json=as_json))


@rules_app.command("show")
def rules_show(rule: Annotated[str, typer.Argument(metavar="ID", help="The rule's id.")], as_json: Json = False) -> None:
    """Show one rule as it is at work: what it looks at, its numbers with their reasons, its hours."""
    from streams.rules_commands import run_show

    raise typer.Exit(run_show(rule, as_json=as_json))


@rules_app.command("test")
def rules_test(files: Files, site: Site = None, as_json: Json = False) -> None:
    """Run the examples that stand beside the rules: events in, alerts expected."""
    from streams.rules_commands import run_test

    raise typer.Exit(run_test(files, site, as_json=as_json))


@rules_app.command("backtest")
def rules_backtest(
    rules: Annotated[Path, typer.Option("--rules", help="A rules' file, or a folder of them.")],
    against: Annotated[str, typer.Option(metavar="live|FILE", help="Another version to hold it against.")] = "",
    events: Annotated[Path | None, typer.Option(help="Events as .jsonl, .csv or .parquet.")] = None,
    since: Annotated[str, typer.Option("--from", help="Events of the database that arrived from then on.")] = "",
    until: Annotated[str, typer.Option("--to", help="… and before then.")] = "",
    site: Site = None,
    lists: Annotated[list[str] | None, typer.Option(metavar="LIST=FILE", help="A list from a file; may be repeated.")] = None,
    budget: Annotated[float, typer.Option(min=0, help="Alerts an hour that an operator can deal with, on average.")] = 6.0,
    kind: Annotated[str, typer.Option(help="The kind of rows that say none: a bare series.")] = "",
    type_: Annotated[str, typer.Option("--type", help="Their type.")] = "",
    device: Annotated[str, typer.Option(help="Their device.")] = "",
    as_json: Json = False,
) -> None:
    """Try rules on events that are already there, without Kafka; 1 where they break the alarm budget."""
    from streams.backtest.command import Order, run

    order = Order(
        rules=rules,
        against=against,
        events=events,
        since=since,
        until=until,
        site=site,
        lists=lists or (),
        budget=budget,
        kind=kind,
        type=type_,
        device=device,
        as_json=as_json,
    )
    raise typer.Exit(run(order))

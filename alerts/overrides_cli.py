"""`gatehouse rules override`, `off`, `restore`, `overrides`. Imports what it runs when it runs."""

from typing import Annotated

import typer

RuleId = Annotated[str, typer.Argument(metavar="RULE", help="The rule's id.")]
Owner = Annotated[str, typer.Option("--owner", help="Who answers for it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in every alert's thresholds and in the history.")]
UNTIL = "The last day, as 2026-08-31, in the site's own time; or a moment, as 2026-08-31T18:00:00+08:00."
SINCE = "The first day or moment; at once without it."


def register(app: typer.Typer) -> None:
    """Add the commands to `gatehouse rules`."""
    app.command("override")(override)
    app.command("off")(off)
    app.command("restore")(restore)
    app.command("overrides")(overrides)


def override(
    rule: RuleId,
    changes: Annotated[list[str], typer.Argument(metavar="THRESHOLD=VALUE…", help="window_s=90, or hours=22:00-06:00.")],
    owner: Owner,
    reason: Reason,
    until: Annotated[str, typer.Option("--until", help=UNTIL + " Until restored without it.")] = "",
    since: Annotated[str, typer.Option("--from", help=SINCE)] = "",
) -> None:
    """Give a rule other thresholds or hours on this site."""
    from alerts.overrides_commands import Asked, run_override

    raise typer.Exit(run_override(Asked(rule, owner, reason, since, until), changes))


def off(
    rule: RuleId,
    owner: Owner,
    reason: Reason,
    until: Annotated[str, typer.Option("--until", help=UNTIL)],
    since: Annotated[str, typer.Option("--from", help=SINCE)] = "",
) -> None:
    """Switch a rule off on this site, until a day."""
    from alerts.overrides_commands import Asked, run_off

    raise typer.Exit(run_off(Asked(rule, owner, reason, since, until)))


def restore(rule: RuleId, owner: Owner, reason: Reason) -> None:
    """Give a rule back what the catalogue says."""
    from alerts.overrides_commands import run_restore

    raise typer.Exit(run_restore(rule, owner, reason))


def overrides(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show every override ever made: what, who, when, until when, and who ended it."""
    from alerts.overrides_commands import run_overrides

    raise typer.Exit(run_overrides(as_json=as_json))

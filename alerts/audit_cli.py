"""`gatehouse audit …`: the log of who changed what."""

from pathlib import Path
from typing import Annotated

import typer

audit_app = typer.Typer(help="Who changed what, as a chain that shows what was tampered with.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Kept = Annotated[Path | None, typer.Option("--checkpoint", help="What `gatehouse audit checkpoint` printed, kept elsewhere.")]
Most = Annotated[int, typer.Option("-n", min=1, max=10_000, help="So many of the newest rows.")]


@audit_app.command()
def verify(checkpoint: Kept = None, as_json: Json = False) -> None:
    """Walk the whole log; exit 1 and the first wrong row where it is not as it was written."""
    from alerts.audit_commands import run_verify

    raise typer.Exit(run_verify(checkpoint, as_json=as_json))


@audit_app.command()
def checkpoint() -> None:
    """Print the end of the log, to be kept outside this building; it is verified before."""
    from alerts.audit_commands import run_checkpoint

    raise typer.Exit(run_checkpoint())


@audit_app.command("list")
def list_(most: Most = 50, as_json: Json = False) -> None:
    """Show the newest rows, the newest first."""
    from alerts.audit_commands import run_list

    raise typer.Exit(run_list(most, as_json=as_json))

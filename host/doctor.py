"""`gatehouse doctor`: what is missing on this machine, in sentences, each with the command that mends it."""

from collections.abc import Iterator

import typer

from host.checks import Finding, machine, services, site, whole
from host.settings_table import table
from schemas.errors import GatehouseError
from schemas.settings import Settings, load


def run() -> int:
    """Print every finding and the table of settings; 0 when nothing is missing."""
    missing = 0
    for finding in _findings():
        mark = typer.style("ok     ", fg="green") if finding.ok else typer.style("missing", fg="red", bold=True)
        typer.echo(f"{mark}  {finding.sentence}")
        if not finding.ok:
            missing += 1
            typer.echo(f"         → {finding.mend}")
    typer.echo("\nSettings (environment variable, or the name in gatehouse.toml):")
    for line in table():
        typer.echo(f"  {line}")
    typer.echo(f"\n{missing} missing." if missing else "\nNothing is missing.")
    return 1 if missing else 0


def _findings() -> Iterator[Finding]:
    try:
        settings = load()
    except GatehouseError as err:
        yield Finding(False, str(err), "correct the setting; the known ones are listed below.")
        return
    yield Finding(True, "The settings are known and right.")
    yield from _all(settings)


def _all(settings: Settings) -> Iterator[Finding]:
    yield from site(settings)
    yield from machine(settings)
    yield from services(settings)
    yield from whole(settings)

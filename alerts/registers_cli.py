"""`gatehouse registers …`: extinguishers and patrol points. Imports what it runs when it runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

registers_app = typer.Typer(help="What the house keeps: extinguishers, patrol points.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A CSV file.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write; without it the text is printed.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _group(register: str, what: str) -> typer.Typer:
    app = typer.Typer(help=what, no_args_is_help=True)

    def read(file: File, dry_run: Dry = False, as_json: Json = False) -> None:
        """Add what is new and correct what is there; nothing where the file has a mistake."""
        from alerts.registers_commands import run_import

        raise typer.Exit(run_import(register, file, dry=dry_run, as_json=as_json))

    def write(out: Out = None) -> None:
        """Write the register as CSV, which `import` reads back."""
        from alerts.registers_commands import run_export

        raise typer.Exit(run_export(register, out))

    def due(as_json: Json = False) -> None:
        """Say what is overdue or missed; 1 where something is."""
        from alerts.registers_commands import run_due

        raise typer.Exit(run_due(register, as_json=as_json))

    commands: dict[str, Callable[..., None]] = {"import": read, "export": write, "due": due}
    for name, command in commands.items():
        app.command(name)(command)
    return app


registers_app.add_typer(_group("extinguishers", "Extinguishers: place, kind, charge, inspections."), name="extinguishers")
registers_app.add_typer(_group("checkpoints", "Patrol points: place, days, windows."), name="checkpoints")

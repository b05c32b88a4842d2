"""`gatehouse audit …`: the log of who changed what."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from alerts.audit import Checkpoint, newest, walk
from schemas.database import connect
from schemas.errors import SettingsError
from schemas.settings import load

audit_app = typer.Typer(help="Who changed what, as a chain that shows what was tampered with.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@audit_app.command()
def verify(
    checkpoint: Annotated[Path | None, typer.Option(help="What `gatehouse audit checkpoint` printed, kept elsewhere.")] = None,
    as_json: Json = False,
) -> None:
    """Walk the whole log; exit 1 and the first wrong row where it is not as it was written."""
    known = _read(checkpoint) if checkpoint else None
    with connect(load()) as conn:
        found = walk(conn, known)
    if as_json:
        typer.echo(orjson.dumps({"ok": found.wrong is None, **_fields(found)}).decode())
    else:
        typer.echo(found.reason or f"{found.rows} rows, each as it was written; the last has the hash {found.head.hash}.")
    raise typer.Exit(0 if found.wrong is None else 1)


@audit_app.command("checkpoint")
def take_checkpoint() -> None:
    """Print the end of the log, to be kept outside this building; it is verified before."""
    with connect(load()) as conn:
        found = walk(conn)
    if found.wrong is not None:
        typer.echo(found.reason, err=True)
        raise typer.Exit(1)
    typer.echo(orjson.dumps(found.head).decode())


@audit_app.command("list")
def list_(
    most: Annotated[int, typer.Option("-n", min=1, max=10_000, help="So many of the newest rows.")] = 50, as_json: Json = False
) -> None:
    """Show the newest rows, the newest first."""
    with connect(load()) as conn:
        rows = newest(conn, most)
    for row in rows:
        line = f"{row['seq']}  {row['at'][:19]}  {row['actor']} ({row['role']})  {row['action']}  {row['about']}"
        typer.echo(orjson.dumps(row).decode() if as_json else line)
    if not rows and not as_json:
        typer.echo("Nothing was changed yet.")


def _fields(found: object) -> dict[str, object]:
    fields: dict[str, object] = orjson.loads(orjson.dumps(found))
    return fields


def _read(path: Path) -> Checkpoint:
    try:
        said = orjson.loads(path.read_bytes())
        return Checkpoint(int(said["seq"]), str(said["hash"]))
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as err:
        raise SettingsError(f"{path}: this is no checkpoint; it is what `gatehouse audit checkpoint` prints.") from err

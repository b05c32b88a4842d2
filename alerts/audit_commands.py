"""What `gatehouse audit` does."""

from dataclasses import asdict
from pathlib import Path

import orjson
import typer

from alerts.audit import Checkpoint, newest, walk
from schemas.database import connect
from schemas.errors import SettingsError
from schemas.settings import load


def run_verify(checkpoint: Path | None, *, as_json: bool) -> int:
    """Walk the whole log; 1 where a row is not as it was written."""
    known = _read(checkpoint) if checkpoint else None
    with connect(load()) as conn:
        found = walk(conn, known)
    if as_json:
        typer.echo(orjson.dumps({"ok": found.wrong is None, **asdict(found)}).decode())
    else:
        typer.echo(found.reason or f"{found.rows} rows, each as it was written; the last has the hash {found.head.hash}.")
    return 0 if found.wrong is None else 1


def run_checkpoint() -> int:
    """Print the end of the log, if all of it is right."""
    with connect(load()) as conn:
        found = walk(conn)
    if found.wrong is not None:
        typer.echo(found.reason, err=True)
        return 1
    typer.echo(orjson.dumps(found.head).decode())
    return 0


def run_list(most: int, *, as_json: bool) -> int:
    """Print the newest rows, the newest first."""
    with connect(load()) as conn:
        rows = newest(conn, most)
    for row in rows:
        line = f"{row['seq']}  {row['at'][:19]}  {row['actor']} ({row['role']})  {row['action']}  {row['about']}"
        typer.echo(orjson.dumps(row).decode() if as_json else line)
    if not rows and not as_json:
        typer.echo("Nothing was changed yet.")
    return 0


def _read(path: Path) -> Checkpoint:
    try:
        said = orjson.loads(path.read_bytes())
        return Checkpoint(int(said["seq"]), str(said["hash"]))
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as err:
        raise SettingsError(f"{path}: this is no checkpoint; it is what `gatehouse audit checkpoint` prints.") from err

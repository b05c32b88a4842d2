"""What `gatehouse registers` does. 0 done, 1 the answer is no or the file has mistakes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import psycopg
import typer

from alerts.audit import COMMAND_LINE
from alerts.incidents.incident import Who
from alerts.registers import news, store
from alerts.registers.columns import CHECKPOINTS, EXTINGUISHERS
from alerts.registers.extinguishers import overdue
from alerts.registers.rounds import Passed, passed
from alerts.registers.sheets import Sheet, read, written
from alerts.registers.store import Act, Made
from schemas.database import connect
from schemas.lists_table import read_bytes
from schemas.settings import load
from schemas.site import Site, load_site
from schemas.site_file_mistakes import Findings, Mistake

Conn = psycopg.Connection[Any]
SHEETS: Mapping[str, Sheet[Any]] = {"extinguishers": EXTINGUISHERS, "checkpoints": CHECKPOINTS}
ROWS: Mapping[str, Callable[[Conn, str], Iterable[Any]]] = {
    "extinguishers": store.extinguishers,
    "checkpoints": store.checkpoints,
}
PUT: Mapping[str, Callable[..., Made]] = {"extinguishers": store.put_extinguishers, "checkpoints": store.put_checkpoints}


@dataclass(frozen=True, slots=True)
class Here:
    """A connection, the site, and now."""

    conn: Conn
    site: Site
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The site's own time."""
        return ZoneInfo(self.site.timezone)


def run_import(register: str, file: Path, *, dry: bool, as_json: bool) -> int:
    """Read a file into the register, in one transaction."""
    findings = Findings(file)
    data = read_bytes(file, findings)
    found = None if data is None else read(SHEETS[register], data, file)
    if found is None or found.mistakes:
        return _mistakes(found.mistakes if found else tuple(findings.mistakes), as_json=as_json)
    with _opened() as here:
        act = Act(Who(COMMAND_LINE, ""), here.now, here.now.astimezone(here.zone).date())
        made = PUT[register](here.conn, here.site.id, found.rows, act, dry=dry)
    if as_json:
        typer.echo(orjson.dumps({"register": register, "dry_run": dry, **asdict(made)}).decode())
    else:
        tail = "; nothing was written." if dry else "." if made else "; nothing to do."
        typer.echo(f"{register}: {len(made.added)} added, {len(made.changed)} changed, {made.unchanged} unchanged{tail}")
    return 0


def run_export(register: str, out: Path | None) -> int:
    """Write the register."""
    with _opened() as here:
        text = written(SHEETS[register], ROWS[register](here.conn, here.site.id))
    if out is None:
        typer.echo(text, nl=False)
        return 0
    try:
        out.write_text(text, "utf-8", newline="")
    except OSError as err:
        typer.echo(f"{out} cannot be written: {err.strerror}.", err=True)
        return 1
    return 0


def run_due(register: str, *, as_json: bool) -> int:
    """Print what is overdue or missed, a line each."""
    with _opened() as here:
        rows = list(_overdue(here) if register == "extinguishers" else _missed(here))
    for row in rows:
        typer.echo(orjson.dumps(row).decode() if as_json else "  ".join(row.values()))
    if not rows and not as_json:
        typer.echo("Nothing is overdue." if register == "extinguishers" else "Nothing was missed.")
    return 1 if rows else 0


def _overdue(here: Here) -> Iterator[Mapping[str, str]]:
    today = here.now.astimezone(here.zone).date()
    for one in store.extinguishers(here.conn, here.site.id):
        for due in overdue(one, today):
            yield {"id": one.id, "due": str(due.day), "why": str(due.why), "place": one.place}


def _missed(here: Here) -> Iterator[Mapping[str, str]]:
    known = news.read(here.conn, here.site.id, here.now)
    for point in known.checkpoints:
        for slot in news.ended_lately(point, here.zone, here.now):
            if passed(slot, known.visits.get(point.id, ()), here.now) is Passed.MISSED:
                day = f"{slot.begins.astimezone(here.zone):%Y-%m-%d}"
                yield {"id": point.id, "day": day, "window": str(slot.window), "place": point.place}


def _mistakes(mistakes: tuple[Mistake, ...], *, as_json: bool) -> int:
    if as_json:
        rows = [{"file": str(one.file), "line": one.line, "sentence": one.sentence} for one in mistakes]
        typer.echo(orjson.dumps({"mistakes": rows}).decode())
    else:
        for one in mistakes:
            typer.echo(str(one))
        typer.echo(f"{len(mistakes)} {'mistake' if len(mistakes) == 1 else 'mistakes'}")
    return 1


@contextmanager
def _opened() -> Iterator[Here]:
    settings = load()
    with connect(settings) as conn:
        yield Here(conn, load_site(settings.site), datetime.now(UTC))

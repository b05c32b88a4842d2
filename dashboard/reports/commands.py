"""What `gatehouse report` does."""

from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import typer

from alerts.audit import by_command, walk
from alerts.incidents.incident import Refused, Who
from alerts.reports import store
from alerts.reports.telling import Language
from dashboard.door.accounts import Conn
from dashboard.reports.making import Maker, make, names_of
from dashboard.words import say
from schemas.database import connect
from schemas.settings import load
from schemas.site import load_site


def run_make(incident: str, language: Language, out: Path) -> int:
    """Write the report; 1 where there is no such incident or the file cannot be written."""
    settings = load()
    site = load_site(settings.site)
    maker = Maker(names_of(site), partial(connect, settings), lambda: datetime.now(UTC))
    try:
        with maker.connect() as conn:
            identity = _identity(conn, site.id, incident)
        made = make(maker, identity, language, Who(by_command("", "").actor, ""))
        out.write_bytes(made.pdf)
    except Refused as err:
        typer.echo(f"{incident}: {say(err.key, 'en', *err.values)}", err=True)
        return 1
    except OSError as err:
        typer.echo(f"{out} cannot be written: {err.strerror}.", err=True)
        return 1
    typer.echo(f"{out}: incident {made.number}, {made.pages} page{'' if made.pages == 1 else 's'}.")
    return 0


def _identity(conn: Conn, site: str, incident: str) -> UUID:
    """An incident by its number or its id."""
    if incident.isascii() and incident.isdecimal() and len(incident) <= 18:
        return store.numbered(conn, site, int(incident))
    try:
        return UUID(incident)
    except ValueError as err:
        raise Refused("incident_unknown") from err


def run_verify(file: Path) -> int:
    """Say whether the audit log knows these very bytes; 1 where it does not or cannot be trusted so far."""
    try:
        digest = sha256(file.read_bytes()).hexdigest()
    except OSError as err:
        typer.echo(f"{file} cannot be read: {err.strerror}.", err=True)
        return 1
    settings = load()
    site = load_site(settings.site)
    with connect(settings) as conn:
        found, chain = store.proof(conn, site.id, digest), walk(conn)
    if found is None:
        typer.echo(f"{file}: the audit log knows no report with these bytes; it was changed, or made elsewhere.", err=True)
        return 1
    if found.seq > chain.rows:
        typer.echo(f"{file}: row {found.seq} of the audit log says so, but cannot be trusted. {chain.reason}", err=True)
        return 1
    typer.echo(
        f"{file}: the report of incident {found.number} ({found.incident}) in {found.paper.lang}, made by {found.actor} at"
        f" {found.at:%Y-%m-%d %H:%M:%S} (UTC): row {found.seq} of the audit log. It covers the rows up to {found.paper.rows}."
    )
    return 0

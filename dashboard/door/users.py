"""Accounts from the command line: `gatehouse users list|create|role|disable|enable|password|sign-out|no-code`."""

from dataclasses import asdict
from datetime import UTC, datetime

import orjson
import typer

from alerts.audit import append, by_command
from dashboard.door import accounts as book
from schemas.database import connect
from schemas.settings import load


def run_list(*, as_json: bool) -> int:
    """`gatehouse users list`."""
    with connect(load()) as conn:
        rows = book.accounts(conn, datetime.now(UTC))
    if as_json:
        typer.echo(orjson.dumps([asdict(row) for row in rows], option=orjson.OPT_UTC_Z).decode())
        return 0
    for one in rows:
        state = "disabled" if one.disabled_at else "must choose a password" if one.must_change else "may log in"
        code = ", with one-time code" if one.code else ""
        typer.echo(
            f"{one.name}: {one.role}, {state}{code}, {one.sessions} sessions, made {one.created_at:%Y-%m-%d %H:%M} (UTC)"
        )
    if not rows:
        typer.echo("No accounts yet: the dashboard makes `admin` when it starts.")
    return 0


def run_create(name: str, role: str) -> int:
    """`gatehouse users create`: print a password to hand over, once."""
    with connect(load()) as conn, conn.transaction():
        password = book.create(conn, name, role, datetime.now(UTC))
        _note(conn, "create", name, role=role)
    return _hand_over(name, password)


def run_role(name: str, role: str) -> int:
    """`gatehouse users role`."""
    with connect(load()) as conn, conn.transaction():
        book.set_role(conn, name, role)
        _note(conn, "role", name, role=role)
    typer.echo(f"{name} is now {role}.")
    return 0


def run_change(name: str, what: str, done: str) -> int:
    """`gatehouse users disable|enable|password|sign-out|no-code`."""
    with connect(load()) as conn, conn.transaction():
        password = book.CHANGES[what](conn, name, datetime.now(UTC))
        _note(conn, what, name)
    if password:
        return _hand_over(name, password)
    typer.echo(f"{name} {done}.")
    return 0


def _hand_over(name: str, password: str) -> int:
    typer.echo(password)
    typer.echo(f"It is not shown again; {name} has to choose another at the first login.", err=True)
    return 0


def _note(conn: book.Conn, what: str, name: str, **more: str) -> None:
    append(conn, by_command(f"account.{what}", name, **more), datetime.now(UTC))

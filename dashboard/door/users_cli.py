"""`gatehouse users …`: accounts from the command line."""

from typing import Annotated

import typer

users_app = typer.Typer(help="Accounts of people: who may log in, as what.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]
What = Annotated[str, typer.Argument(metavar="ROLE", help="guard, steward, supervisor, manager, auditor or admin.")]


@users_app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the accounts, without their secrets."""
    from dashboard.door.users import run_list

    raise typer.Exit(run_list(as_json=as_json))


@users_app.command()
def create(name: Who, role: What) -> None:
    """Make an account; prints a password to hand over, once, that its person must change at the first login."""
    from dashboard.door.users import run_create

    raise typer.Exit(run_create(name, role))


@users_app.command()
def role(name: Who, role: What) -> None:
    """Give an account another role; it counts within a second."""
    from dashboard.door.users import run_role

    raise typer.Exit(run_role(name, role))


@users_app.command()
def disable(name: Who) -> None:
    """Let nobody in as this any more, and end what is open."""
    from dashboard.door.users import run_change

    raise typer.Exit(run_change(name, "disable", "is disabled; its sessions have ended"))


@users_app.command()
def enable(name: Who) -> None:
    """Let them in again."""
    from dashboard.door.users import run_change

    raise typer.Exit(run_change(name, "enable", "may log in again"))


@users_app.command()
def password(name: Who) -> None:
    """Give a new password to hand over, once; every session of the account ends."""
    from dashboard.door.users import run_change

    raise typer.Exit(run_change(name, "password", ""))


@users_app.command("sign-out")
def sign_out(name: Who) -> None:
    """End every session of an account."""
    from dashboard.door.users import run_change

    raise typer.Exit(run_change(name, "sign-out", "is signed out everywhere"))


@users_app.command("no-code")
def no_code(name: Who) -> None:
    """Turn one-time codes off for an account whose phone is lost."""
    from dashboard.door.users import run_change

    raise typer.Exit(run_change(name, "no-code", "is asked for no one-time code any more"))

"""The accounts, as rows: made, changed, closed. A sentence for people where something cannot be; nothing is half done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from argon2 import PasswordHasher
from psycopg.rows import class_row

from dashboard.door.passwords import bad_name, one_time
from dashboard.door.roles import PEOPLE, Role
from dashboard.words import say
from schemas.errors import GatehouseError

Conn = psycopg.Connection[Any]
LOCK = "lock table accounts in share row exclusive mode"


class AccountError(GatehouseError):
    """An account cannot be so; `key` names the sentence in words.py, `values` fill it."""

    def __init__(self, key: str, *values: object) -> None:
        super().__init__(say(key, "en", *values))
        self.key, self.values = key, values


@dataclass(frozen=True, slots=True)
class Account:
    """An account without its secrets. `sessions` are open now; `code`: a one-time code is asked too."""

    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None
    must_change: bool
    code: bool
    sessions: int


def accounts(conn: Conn, now: datetime) -> Sequence[Account]:
    """All, by name."""
    query = """
        select name, role, created_at, disabled_at, must_change, totp_key is not null as code,
            (select count(*) from sessions s where s.account = a.name and s.expires_at > %s)::int as sessions
        from accounts a order by name"""
    with conn.cursor(row_factory=class_row(Account)) as cursor:
        return cursor.execute(query, (now,)).fetchall()


def create(conn: Conn, name: str, role: str, now: datetime) -> str:
    """Make an account; its one-time password, which its person must change at once."""
    if key := bad_name(name):
        raise AccountError(key, name)
    password = one_time()
    made = conn.execute(
        """insert into accounts (name, password_hash, created_at, role, must_change) values (%s, %s, %s, %s, true)
           on conflict do nothing""",
        (name, PasswordHasher().hash(password), now, _person(role)),
    )
    if made.rowcount == 0:
        raise AccountError("account_exists", name)
    return password


def set_role(conn: Conn, name: str, role: str) -> None:
    """Give another role; open sessions have it within a second."""
    _changed(conn, "update accounts set role = %(role)s where name = %(name)s", name, role=_person(role))


def disable(conn: Conn, name: str, now: datetime) -> None:
    """Let nobody in as this any more, and end what is open."""
    with conn.transaction():
        _changed(conn, "update accounts set disabled_at = coalesce(disabled_at, %(now)s) where name = %(name)s", name, now=now)
        sign_out(conn, name, now)


def enable(conn: Conn, name: str, now: datetime) -> None:
    """Let them in again."""
    _changed(conn, "update accounts set disabled_at = null where name = %(name)s", name)


def reset(conn: Conn, name: str, now: datetime) -> str:
    """A new one-time password; every session of the account ends."""
    password = one_time()
    query = "update accounts set password_hash = %(hash)s, must_change = true where name = %(name)s"
    hashed = PasswordHasher().hash(password)
    with conn.transaction():
        _changed(conn, query, name, hash=hashed)
        sign_out(conn, name, now)
    return password


def sign_out(conn: Conn, name: str, now: datetime) -> None:
    """End every session of the account."""
    if not conn.execute("select 1 from accounts where name = %s", (name,)).fetchone():
        raise AccountError("no_account", name)
    conn.execute("delete from sessions where account = %s", (name,))


def forget_code(conn: Conn, name: str, now: datetime) -> None:
    """Ask for no one-time code any more: the phone is lost."""
    _changed(conn, "update accounts set totp_key = null, totp_pending = null where name = %(name)s", name)


def role_now(conn: Conn, name: str) -> Role:
    """The role of an account that may log in; AccountError where there is none such. No account changes until the transaction
    ends: of two who change one another the second is told that it may not any more."""
    conn.execute(LOCK)
    row = conn.execute("select role from accounts where name = %s and disabled_at is null", (name,)).fetchone()
    if row is None:
        raise AccountError("no_longer")
    return Role(row[0])


def role_held(conn: Conn, name: str) -> Role | None:
    """The role of an account that may log in, and keeps it until the transaction ends; others work on meanwhile."""
    query = "select role from accounts where name = %s and disabled_at is null for share"
    row = conn.execute(query, (name,)).fetchone()
    return Role(row[0]) if row else None


CHANGES: Mapping[str, Callable[[Conn, str, datetime], str | None]] = {
    "disable": disable,
    "enable": enable,
    "password": reset,
    "sign-out": sign_out,
    "no-code": forget_code,
}
"""What may be done to an account by name alone."""


def _person(role: str) -> str:
    if role not in PEOPLE:
        raise AccountError("bad_role", role, ", ".join(sorted(PEOPLE)))
    return role


def _changed(conn: Conn, query: str, name: str, **more: object) -> None:
    """Change one account; the last admin who may log in stays one."""
    with conn.transaction():
        conn.execute(LOCK)
        if conn.execute(query, {"name": name, **more}).rowcount == 0:
            raise AccountError("no_account", name)
        if not conn.execute("select 1 from accounts where role = %s and disabled_at is null", (Role.ADMIN,)).fetchone():
            raise AccountError("last_admin", name)

"""Who may look: accounts, sessions and kiosk links, as rows of the database.

A session ends with its logout or its time; a kiosk link when it is revoked. Both are read again while a socket is open.
If the database is away, whoever was let in stays in until the session's time: a wall must not go dark because of it.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from dashboard.passwords import step_of
from dashboard.roles import Role
from dashboard.tokens import new_token, stored
from schemas.errors import Unavailable

SESSION_LASTS = timedelta(hours=12)  # one shift
MOST_REMEMBERED = 1000  # visitors kept in memory for when the database is away
HASHES_AT_ONCE = 2  # argon2 takes 64 MiB and a core for 50 ms each

Pool = AsyncConnectionPool[Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in. `must_change`: only to choose a password of their own."""

    role: Role
    name: str
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody brings to log in: the password, and a one-time code where the account asks for one."""

    password: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What the book has of an account that may log in."""

    password_hash: str
    totp_key: str | None
    totp_step: int


@dataclass(slots=True)
class Access:
    """The door's book. Raises Unavailable where the database is needed and away."""

    pool: Pool
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _known: OrderedDict[bytes, tuple[Visitor, datetime | None]] = field(default_factory=OrderedDict)
    _hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HASHES_AT_ONCE))
    _decoy: str = ""

    async def log_in(self, account: str, proof: Proof, now: datetime) -> str | None:
        """A new session's token, or None. A name that is nobody's takes as long as a wrong password."""
        return await self._open(account, now) if await self.proven(account, proof, now) else None

    async def proven(self, account: str, proof: Proof, now: datetime) -> bool:
        """Whether this is the account's person; a code counts once."""
        known = "\0" not in account  # which no text in PostgreSQL may hold
        query = "select password_hash, totp_key, totp_step from accounts where name = %s and disabled_at is null"
        found = await self._row(query, (account,)) if known else None
        row = Row(*found) if found else None
        if not self._decoy:
            self._decoy = await asyncio.to_thread(self.hasher.hash, new_token())
        async with self._hashing:
            right = await asyncio.to_thread(self._verify, row.password_hash if row else self._decoy, proof.password)
        return right and row is not None and await self._code_right(account, row, proof.code, now)

    async def _code_right(self, account: str, row: Row, code: str, now: datetime) -> bool:
        if row.totp_key is None:
            return True
        step = step_of(row.totp_key, code, now, row.totp_step)
        if step is None:
            return False
        query = "update accounts set totp_step = %(step)s where name = %(name)s and totp_step < %(step)s"
        async with self._connection() as conn:
            return (await conn.execute(query, {"step": step, "name": account})).rowcount == 1

    async def choose_password(self, account: str, password: str, token: str) -> None:
        """A password of their own; every other session of the account ends."""
        password_hash = await asyncio.to_thread(self.hasher.hash, password)
        async with self._connection() as conn:
            await conn.execute(
                "update accounts set password_hash = %s, must_change = false where name = %s", (password_hash, account)
            )
            await conn.execute("delete from sessions where account = %s and token_hash <> %s", (account, stored(token)))

    async def sign_out_everywhere(self, account: str) -> None:
        """End every session of the account, this one too."""
        async with self._connection() as conn:
            await conn.execute("delete from sessions where account = %s", (account,))

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self.hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _open(self, account: str, now: datetime) -> str:
        token = new_token()
        async with self._connection() as conn:
            await conn.execute("delete from sessions where expires_at < %s", (now,))
            await conn.execute(
                "insert into sessions (token_hash, account, created_at, expires_at) values (%s, %s, %s, %s)",
                (stored(token), account, now, now + SESSION_LASTS),
            )
        return token

    async def codes(self, account: str) -> tuple[bool, str]:
        """Whether the account is asked for one-time codes, and a key that waits for its first."""
        row = await self._row("select totp_key, totp_pending from accounts where name = %s", (account,))
        return (row is not None and row[0] is not None), (row and row[1]) or ""

    async def keep_code(self, account: str, *, key: str | None, pending: str | None) -> None:
        """Keep a key for codes, or one that waits; None for neither."""
        query = "update accounts set totp_key = %s, totp_pending = %s where name = %s"
        async with self._connection() as conn:
            await conn.execute(query, (key, pending, account))

    async def cancel_code(self, account: str) -> None:
        """Forget a key that waits; one that is asked for stays."""
        async with self._connection() as conn:
            await conn.execute("update accounts set totp_pending = null where name = %s", (account,))

    async def log_out(self, token: str) -> None:
        """End a session."""
        self._known.pop(stored(token), None)
        async with self._connection() as conn:
            await conn.execute("delete from sessions where token_hash = %s", (stored(token),))

    async def visitor(self, token: str, now: datetime) -> Visitor | None:
        """Who holds this token, or None; from memory where the database is away."""
        key = stored(token)
        query = """
            select role, account, must_change, expires_at from sessions join accounts on account = name
                where token_hash = %(key)s and expires_at > %(now)s and disabled_at is null
            union all select 'wall', name, false, null from kiosk_links where token_hash = %(key)s and revoked_at is null"""
        try:
            row = await self._row(query, {"key": key, "now": now})
        except Unavailable:
            visitor, until = self._known.get(key, (None, None))
            return visitor if until is None or until > now else None
        self._known.pop(key, None)
        if row is None:
            return None
        visitor = Visitor(Role(row[0]), row[1], row[2])
        self._known[key] = visitor, row[3]
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return visitor

    async def seen(self, token: str, now: datetime) -> None:
        """Note that a kiosk link is in use."""
        async with self._connection() as conn:
            await conn.execute("update kiosk_links set last_seen_at = %s where token_hash = %s", (now, stored(token)))

    async def ensure_admin(self, password: str, now: datetime) -> bool:
        """Make the account `admin` where there is no account at all; whether it was made."""
        if await self._row("select 1 from accounts limit 1", ()):
            return False
        password_hash = await asyncio.to_thread(self.hasher.hash, password)
        async with self._connection() as conn:
            await conn.execute(
                """insert into accounts (name, password_hash, created_at, role, must_change)
                   values ('admin', %s, %s, 'admin', true) on conflict do nothing""",
                (password_hash, now),
            )
        return True

    async def _row(self, query: str, given: Any) -> Any:
        async with self._connection() as conn:
            return await (await conn.execute(query, given)).fetchone()

    def _connection(self) -> "_Borrowed":
        return _Borrowed(self.pool)


class _Borrowed:
    """A pooled connection whose failures are ours: Unavailable."""

    def __init__(self, pool: Pool) -> None:
        self._context = pool.connection()

    async def __aenter__(self) -> psycopg.AsyncConnection[Any]:
        try:
            conn: psycopg.AsyncConnection[Any] = await self._context.__aenter__()
        except (PoolTimeout, PoolClosed, psycopg.OperationalError) as err:
            raise Unavailable("The database does not answer.") from err
        return conn

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> None:
        await self._context.__aexit__(kind, error, trace)
        if isinstance(error, psycopg.OperationalError):
            raise Unavailable("The database went away.") from error

"""Who may look: accounts, sessions and kiosk links, as rows of the database.

A session ends with its logout or its time; a kiosk link when it is revoked. Both are read again while a socket is open.
If the database is away, whoever was let in stays in until the session's time: a wall must not go dark because of it.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from dashboard.tokens import new_token, stored
from schemas.errors import Unavailable

SESSION_LASTS = timedelta(hours=12)  # one shift
MOST_REMEMBERED = 1000  # visitors kept in memory for when the database is away
HASHES_AT_ONCE = 2  # argon2 takes 64 MiB and a core for 50 ms each

Pool = AsyncConnectionPool[Any]


class Role(StrEnum):
    """What a visitor is: a person with an account, or a wall with a link, which only reads."""

    ACCOUNT = "account"
    KIOSK = "kiosk"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in."""

    role: Role
    name: str


@dataclass(slots=True)
class Access:
    """The door's book. Raises Unavailable where the database is needed and away."""

    pool: Pool
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _known: OrderedDict[bytes, tuple[Visitor, datetime | None]] = field(default_factory=OrderedDict)
    _hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HASHES_AT_ONCE))
    _decoy: str = ""

    async def log_in(self, account: str, password: str, now: datetime) -> str | None:
        """A new session's token, or None. A name that is nobody's takes as long as a wrong password."""
        known = "\0" not in account  # which no text in PostgreSQL may hold
        row = await self._row("select password_hash from accounts where name = %s", (account,)) if known else None
        if not self._decoy:
            self._decoy = await asyncio.to_thread(self.hasher.hash, new_token())
        async with self._hashing:
            right = await asyncio.to_thread(self._verify, row[0] if row else self._decoy, password)
        return await self._open(account, now) if right and row else None

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

    async def log_out(self, token: str) -> None:
        """End a session."""
        self._known.pop(stored(token), None)
        async with self._connection() as conn:
            await conn.execute("delete from sessions where token_hash = %s", (stored(token),))

    async def visitor(self, token: str, now: datetime) -> Visitor | None:
        """Who holds this token, or None; from memory where the database is away."""
        key = stored(token)
        query = """
            select 'account', account, expires_at from sessions where token_hash = %(key)s and expires_at > %(now)s
            union all select 'kiosk', name, null from kiosk_links where token_hash = %(key)s and revoked_at is null"""
        try:
            row = await self._row(query, {"key": key, "now": now})
        except Unavailable:
            visitor, until = self._known.get(key, (None, None))
            return visitor if until is None or until > now else None
        self._known.pop(key, None)
        if row is None:
            return None
        visitor = Visitor(Role(row[0]), row[1])
        self._known[key] = visitor, row[2]
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
                "insert into accounts (name, password_hash, created_at) values ('admin', %s, %s) on conflict do nothing",
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

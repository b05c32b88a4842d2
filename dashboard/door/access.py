"""Who may look: accounts, sessions and kiosk links, as rows of the database.

A session ends with its logout or its time; a kiosk link when it is revoked or released. Both are read again while a
socket is open.
If the database is away, whoever was let in goes on looking at the wall until the session's time: it must not go dark because of
it. Everything else waits for the book.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from alerts.audit import Fact, append_async
from alerts.incidents.incident import SYSTEM
from dashboard.door.passwords import step_of
from dashboard.door.roles import Role
from dashboard.door.tokens import new_token, stored
from dashboard.door.tries import Tries
from schemas.errors import Unavailable

SESSION_LASTS = timedelta(hours=12)  # one shift
MOST_REMEMBERED = 1000  # visitors kept in memory for when the database is away
HASHES_AT_ONCE = 2  # argon2 takes 64 MiB and a core for 50 ms each
OF_STRANGERS = 10  # of those who wait; the other places are for browsers that have logged in before
HASHES_WAITING = 20  # more than these would wait for over a second: who comes then is told to try again

Pool = AsyncConnectionPool[Any]
T = TypeVar("T")


class Busy(Unavailable):
    """Too many ask for what costs much; a moment later it may go."""


SEEN_EACH = timedelta(minutes=1)
DARK_FOR = timedelta(minutes=3)
"""A screen that shows the wall is seen each minute."""


class Barred(StrEnum):
    """Why a kiosk link lets a browser not in."""

    REVOKED = "revoked"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in.

    `must_change`: only to choose a password of their own. `remembered`: by memory, because the book was out of reach.
    """

    role: Role
    name: str
    must_change: bool = False
    remembered: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody brings to log in: the password, and a one-time code where the account asks for one."""

    password: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What the book has of an account that may log in."""

    name: str
    role: str
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
    _waiting: int = 0
    _codes: Tries = field(default_factory=Tries)

    async def log_in(self, account: str, proof: Proof, now: datetime, *, stranger: bool = True) -> str | None:
        """A new session's token, or None. A name that is nobody's takes as long as a wrong password."""
        row = await self.proven(account, proof, now, stranger=stranger)
        return await self._open(row, now) if row else None

    async def proven(self, account: str, proof: Proof, now: datetime, *, stranger: bool = False) -> Row | None:
        """What the book has of the account, where this is its person; a code counts once. Busy where too many ask at once."""
        known = "\0" not in account  # which no text in PostgreSQL may hold
        query = "select name, role, password_hash, totp_key, totp_step from accounts where name = %s and disabled_at is null"
        found = await self._row(query, (account,)) if known else None
        row = Row(*found) if found else None
        most = OF_STRANGERS if stranger else HASHES_WAITING
        if not self._decoy:
            self._decoy = await self._hashed(lambda: self._decoy or self.hasher.hash(new_token()), most)
        right = await self._hashed(lambda: self._verify(row.password_hash if row else self._decoy, proof.password), most)
        return row if right and row is not None and await self._code_right(row, proof.code, now) else None

    async def _hashed(self, work: Callable[[], T], most: int = HASHES_WAITING) -> T:
        """Do it when it is its turn, and few at a time: everybody may ask for this, and it costs."""
        if self._waiting >= most:
            raise Busy("Too many log in at once: try again in a moment.")
        self._waiting += 1
        try:
            async with self._hashing:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1

    async def _code_right(self, row: Row, code: str, now: datetime) -> bool:
        """Who gets here knows the password: wrong codes count for the account, from wherever they come."""
        if row.totp_key is None:
            return True
        if self._codes.wait_s(row.name, "code", now.timestamp()):
            return False
        self._codes.tried(row.name, "code", now.timestamp())
        step = step_of(row.totp_key, code, now, row.totp_step)
        if step is None:
            return False
        self._codes.succeeded(row.name, "code")
        query = "update accounts set totp_step = %(step)s where name = %(name)s and totp_step < %(step)s"
        async with self._connection() as conn:
            return (await conn.execute(query, {"step": step, "name": row.name})).rowcount == 1

    async def choose_password(self, row: Row, password: str, token: str, now: datetime) -> bool:
        """A password of their own; every other session of the account ends. False where another was given in the meantime."""
        new_hash = await self._hashed(lambda: self.hasher.hash(password))
        query = "update accounts set password_hash = %s, must_change = false where name = %s and password_hash = %s"
        async with self._connection() as conn:
            if (await conn.execute(query, (new_hash, row.name, row.password_hash))).rowcount == 0:
                return False
            await conn.execute("delete from sessions where account = %s and token_hash <> %s", (row.name, stored(token)))
            await append_async(conn, Fact(row.name, row.role, "account.choose_password"), now)
        return True

    async def sign_out_everywhere(self, visitor: Visitor, now: datetime) -> None:
        """End every session of the account, this one too."""
        async with self._connection() as conn:
            await conn.execute("delete from sessions where account = %s", (visitor.name,))
            await append_async(conn, Fact(visitor.name, visitor.role, "account.sign_out_everywhere"), now)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self.hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _open(self, row: Row, now: datetime) -> str | None:
        """A session, if the account is still what was proven: it may have been closed, or given another password, meanwhile."""
        token = new_token()
        query = """
            insert into sessions (token_hash, account, created_at, expires_at)
            select %s, name, %s, %s from accounts where name = %s and password_hash = %s and disabled_at is null for share"""
        async with self._connection() as conn:
            await conn.execute("delete from sessions where expires_at < %s", (now,))
            made = await conn.execute(query, (stored(token), now, now + SESSION_LASTS, row.name, row.password_hash))
            if made.rowcount:
                await append_async(conn, Fact(row.name, row.role, "log_in"), now)
        return token if made.rowcount else None

    async def codes(self, account: str) -> tuple[bool, str]:
        """Whether the account is asked for one-time codes, and a key that waits for its first."""
        row = await self._row("select totp_key, totp_pending from accounts where name = %s", (account,))
        return (row is not None and row[0] is not None), (row and row[1]) or ""

    async def start_code(self, account: str, pending: str) -> None:
        """Keep a key that waits; what is asked today stays."""
        async with self._connection() as conn:
            await conn.execute("update accounts set totp_pending = %s where name = %s", (pending, account))

    async def confirm_code(self, visitor: Visitor, key: str, step: int, now: datetime) -> bool:
        """Ask for this key's codes from now on, later ones than that step's. False where another key waits by now."""
        query = "update accounts set totp_key = %s, totp_pending = null, totp_step = %s where name = %s and totp_pending = %s"
        async with self._connection() as conn:
            if (await conn.execute(query, (key, step, visitor.name, key))).rowcount == 0:
                return False
            await append_async(conn, Fact(visitor.name, visitor.role, "account.code_on"), now)
        return True

    async def stop_code(self, visitor: Visitor, now: datetime) -> None:
        """Ask for no code any more."""
        async with self._connection() as conn:
            await conn.execute("update accounts set totp_key = null, totp_pending = null where name = %s", (visitor.name,))
            await append_async(conn, Fact(visitor.name, visitor.role, "account.code_off"), now)

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
        """Who holds this token, or None; from memory where the database is away. Unavailable where nobody can tell."""
        key = stored(token)
        query = """
            select role, account, must_change, expires_at, null from sessions join accounts on account = name
                where token_hash = %(key)s and expires_at > %(now)s and disabled_at is null
            union all select 'wall', name, false, null, last_seen_at from kiosk_links
                where bound_hash = %(key)s and revoked_at is null"""
        try:
            row = await self._row(query, {"key": key, "now": now})
        except Unavailable:
            if key not in self._known:
                raise
            visitor, until = self._known[key]
            return replace(visitor, remembered=True) if until is None or until > now else None
        self._known.pop(key, None)
        if row is None:
            return None
        visitor = Visitor(Role(row[0]), row[1], row[2])
        if visitor.role is Role.WALL and (row[4] is None or now - row[4] > SEEN_EACH):
            await self._seen(key, now)
        self._known[key] = visitor, row[3]
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return visitor

    async def _seen(self, key: bytes, now: datetime) -> None:
        with suppress(Unavailable):
            async with self._connection() as conn:
                await conn.execute("update kiosk_links set last_seen_at = %s where bound_hash = %s", (now, key))

    async def bind(self, link: str, held: str, where: str, now: datetime) -> tuple[str, Barred | None]:
        """The screen's own token for a kiosk link, or why it gets none. The first browser that opens it binds it, and may open
        it again, by the token that it holds; so may any other once the screen has been dark for DARK_FOR, for a browser that
        keeps no cookies has no other way back."""
        fresh = new_token()
        given: dict[str, object] = {"link": stored(link), "held": stored(held), "fresh": stored(fresh), "where": where}
        given |= {"now": now, "dark": now - DARK_FOR}
        dark = "select name, bound_where from kiosk_links where token_hash = %(link)s and bound_hash <> %(held)s for update"
        first = """
            update kiosk_links set bound_hash = %(fresh)s, bound_at = %(now)s, bound_where = %(where)s, last_seen_at = %(now)s
            where token_hash = %(link)s and revoked_at is null
              and (bound_hash is null or bound_hash <> %(held)s and (last_seen_at is null or last_seen_at < %(dark)s))"""
        again = """
            update kiosk_links set last_seen_at = %(now)s
            where token_hash = %(link)s and revoked_at is null and bound_hash = %(held)s"""
        async with self._connection() as conn:
            before = await (await conn.execute(dark, given)).fetchone()
            if (await conn.execute(first, given)).rowcount:
                if before:
                    await append_async(
                        conn, Fact(SYSTEM, "", "link.take_over", before[0], {"was": before[1], "is": where}), now
                    )
                return fresh, None
            if (await conn.execute(again, given)).rowcount:
                return held, None
            works = await conn.execute("select from kiosk_links where token_hash = %(link)s and revoked_at is null", given)
            return "", Barred.TAKEN if works.rowcount else Barred.REVOKED

    async def ensure_admin(self, password: str, now: datetime) -> bool:
        """Make the account `admin` where there is no account at all; whether it was made."""
        if await self._row("select 1 from accounts limit 1", ()):
            return False
        password_hash = await self._hashed(lambda: self.hasher.hash(password))
        async with self._connection() as conn:
            made = await conn.execute(
                """insert into accounts (name, password_hash, created_at, role, must_change)
                   values ('admin', %s, %s, 'admin', true) on conflict do nothing""",
                (password_hash, now),
            )
            if made.rowcount:
                await append_async(conn, Fact(SYSTEM, "", "account.create", "admin", {"role": Role.ADMIN}), now)
        return bool(made.rowcount)

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
        try:
            await self._context.__aexit__(kind, error, trace)
        except psycopg.OperationalError as err:  # at the commit
            raise Unavailable("The database went away.") from err
        if isinstance(error, psycopg.OperationalError):
            raise Unavailable("The database went away.") from error

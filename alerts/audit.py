"""The audit log: who did what when, as a chain of hashes that shows the first row that is not as it was written.

A row's entry is its JSON text with its own number; its hash is SHA-256 over the hash before it and that text, and the hash
before the first is GENESIS. Who can write to the database can write the whole chain anew; so a checkpoint (a row's number and
hash) is taken out of the building, and a chain that does not pass through it is not the one that was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
import psycopg

GENESIS = sha256(b"gatehouse audit 1").digest()
LAST = "select seq, entry, hash from audit order by seq desc limit 1"
ADD = "insert into audit (seq, entry, hash) values (%s, %s, %s)"
LOCK = "lock table audit in exclusive mode"
"""One writer at a time: a chain has one end. Readers are not kept waiting."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that somebody did: `action` as `account.disable`, `about` whom or what, `what` the details, without secrets."""

    actor: str
    role: str
    action: str
    about: str = ""
    what: Mapping[str, Any] = field(default_factory=dict)


COMMAND_LINE = "command line"
"""Who acts where nobody logs in."""


def by_command(action: str, about: str, **what: str) -> Fact:
    """What was done from the command line, where nobody logs in."""
    return Fact(COMMAND_LINE, "", action, about, what)


class Link(NamedTuple):
    """A row."""

    seq: int
    entry: str
    hash: bytes


START = Link(0, "", GENESIS)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A row's number and hash, to be kept elsewhere; number 0: nothing had been written."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found: how many rows are right, its end, and the first row that is not as it was."""

    rows: int
    head: Checkpoint
    wrong: int | None = None
    reason: str = ""


def linked(last: Link, fact: Fact, now: datetime) -> Link:
    """The row that follows on `last`."""
    said = {"seq": last.seq + 1, "at": now.isoformat(), **asdict(fact)}
    entry = orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()
    return Link(last.seq + 1, entry, hashed(last.hash, entry))


def hashed(before: bytes, entry: str) -> bytes:
    """The hash of a row."""
    return sha256(before + entry.encode("utf-8", "surrogatepass")).digest()


def verify(links: Iterable[Link], checkpoint: Checkpoint | None = None) -> Verdict:
    """Walk the rows in the order of their numbers; stop at the first that is wrong."""
    last = START
    for link in links:
        if link.seq != last.seq + 1:
            return _wrong(last, last.seq + 1, "it is missing")
        if link.hash != hashed(last.hash, link.entry) or _read(link.entry).get("seq") != link.seq:
            return _wrong(last, link.seq, "it was changed, put in, or stood elsewhere")
        last = link
        if checkpoint and checkpoint.seq == link.seq and checkpoint.hash != link.hash.hex():
            return _wrong(last, link.seq, "the checkpoint has another hash: the chain was written anew up to here")
    if checkpoint and checkpoint.seq > last.seq:
        return _wrong(last, last.seq + 1, f"the checkpoint knows {checkpoint.seq} rows: the end was cut off")
    return Verdict(last.seq, head(last))


def head(last: Link) -> Checkpoint:
    """The chain's end."""
    return Checkpoint(last.seq, last.hash.hex())


def _wrong(last: Link, seq: int, reason: str) -> Verdict:
    return Verdict(last.seq, head(last), seq, f"Row {seq}: {reason}.")


def _read(entry: str) -> Mapping[str, Any]:
    """What an entry says; nothing where it cannot be read."""
    try:
        said = orjson.loads(entry)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def append(conn: psycopg.Connection[Any], fact: Fact, now: datetime) -> int:
    """Add a row in the caller's transaction: what it tells of and the row are there together, or neither is. Its number."""
    conn.execute(LOCK)
    link = linked(_link(conn.execute(LAST).fetchone()), fact, now)
    conn.execute(ADD, link)
    return link.seq


async def append_async(conn: psycopg.AsyncConnection[Any], fact: Fact, now: datetime) -> None:
    """As `append`, for an event loop."""
    await conn.execute(LOCK)
    row = await (await conn.execute(LAST)).fetchone()
    await conn.execute(ADD, linked(_link(row), fact, now))


def _link(row: Any) -> Link:
    return START if row is None else Link(row[0], row[1], bytes(row[2]))


def walk(conn: psycopg.Connection[Any], checkpoint: Checkpoint | None = None) -> Verdict:
    """Verify the whole log, a few thousand rows in memory at a time."""
    with conn.cursor("audit") as cursor:
        cursor.itersize = 5000
        cursor.execute("select seq, entry, hash from audit order by seq")
        verdict = verify((_link(row) for row in cursor), checkpoint)
    return verdict if verdict.wrong else _with_histories(conn, verdict)


def _with_histories(conn: psycopg.Connection[Any], verdict: Verdict) -> Verdict:
    """A chain that was cut off at its end is whole in itself; but incidents may know rows that are no more."""
    row = conn.execute("select min(seq) from incident_log where seq > %s", (verdict.head.seq,)).fetchone()
    if row is None or row[0] is None:
        return verdict
    return replace(verdict, wrong=row[0], reason=f"Row {row[0]}: an incident's history knows it, and it is missing.")


def newest(conn: psycopg.Connection[Any], most: int) -> list[Mapping[str, Any]]:
    """The newest rows' entries, the newest first; one that cannot be read says only its number."""
    rows = conn.execute("select seq, entry from audit order by seq desc limit %s", (most,)).fetchall()
    return [said_by(seq, entry) for seq, entry in rows]


def said_by(seq: int, entry: str) -> Mapping[str, Any]:
    """What a row says; empty fields where it cannot be read."""
    empty = {"at": "", "actor": "?", "role": "", "action": "?", "about": "", "what": {}}
    return {**empty, **_read(entry), "seq": seq}

"""What people do on their rounds: look at an extinguisher, pass a checkpoint, note what is wrong, rectify it.

Each in the caller's transaction with its row of the audit log. Of two who look at one extinguisher at once the second is told
who was first; a visit of two at once is two visits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from alerts.audit import Fact, append
from alerts.incidents.incident import Refused
from alerts.photos import Photo
from alerts.registers import store
from alerts.registers.extinguishers import Point
from alerts.registers.store import Act

Conn = psycopg.Connection[Any]
Register = Literal["extinguisher", "checkpoint"]

LONGEST_TEXT, LONGEST_OWNER = 500, 60
FARTHEST = timedelta(days=366)
"""What is due later than in a year is no task."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One look at an extinguisher; `wrong` are the points that were not in order."""

    id: UUID
    at: datetime
    who: str
    wrong: list[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong at a thing of a register."""

    id: UUID
    register: str
    thing: str
    place: str
    what: str
    photo: UUID | None
    found_at: datetime
    found_by: str
    owner: str
    due_on: date
    rectified_at: datetime | None = None
    rectified_on: date | None = None
    rectified_by: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """What somebody says of a finding: what is wrong, who sees to it, by when, a photo."""

    what: str
    owner: str
    due_on: date
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody saw at an extinguisher. `seen` is the newest inspection that they knew of (empty: none)."""

    seen: str = ""
    wrong: Sequence[Point] = ()
    noted: Noted | None = None


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids for what is made: drawn by the caller."""

    made: UUID
    finding: UUID
    photo: UUID


def last_look(conn: Conn, site: str, extinguisher: str) -> Inspection | None:
    """The newest inspection."""
    return next(iter(looks(conn, site, extinguisher, 1)), None)


def looks(conn: Conn, site: str, extinguisher: str, most: int) -> list[Inspection]:
    """The newest inspections, the newest first."""
    query = "select id, at, who, wrong from inspections where site = %s and extinguisher = %s order by at desc, id limit %s"
    with conn.cursor(row_factory=class_row(Inspection)) as cursor:
        return cursor.execute(query, (site, extinguisher, most)).fetchall()


def look(conn: Conn, site: str, identity: str, looked: Looked, ids: Ids, act: Act) -> None:
    """Note a look; Refused where somebody else was first, or where nothing says what is wrong."""
    one = store.extinguisher(conn, site, identity, hold=True)
    before = last_look(conn, site, identity)
    if before is not None and str(before.id) != looked.seen:
        raise Refused("look_taken", before.who, before.at)
    if looked.wrong and looked.noted is None:
        raise Refused("defect_missing")
    conn.execute(
        "insert into inspections (id, site, extinguisher, at, who, wrong) values (%s, %s, %s, %s, %s, %s)",
        (ids.made, site, identity, act.now, act.who.name, [str(point) for point in looked.wrong]),
    )
    conn.execute("update extinguishers set looked_on = %s where site = %s and id = %s", (act.today, site, identity))
    if looked.noted is not None:
        _find(conn, site, "extinguisher", (one.id, one.place), looked.noted, ids, act)
    said = {"wrong": [str(point) for point in looked.wrong]} if looked.wrong else {}
    append(conn, Fact(act.who.name, act.who.role, "extinguisher.look", identity, said), act.now)


def visit(conn: Conn, site: str, identity: str, noted: Noted | None, ids: Ids, act: Act) -> None:
    """Note that a checkpoint was passed, and what was found there."""
    query = "select place from checkpoints where site = %s and id = %s and removed_at is null for share"
    row = conn.execute(query, (site, identity)).fetchone()
    if row is None:
        raise Refused("thing_unknown", identity[:40])
    conn.execute(
        "insert into visits (id, site, checkpoint, at, who) values (%s, %s, %s, %s, %s)",
        (ids.made, site, identity, act.now, act.who.name),
    )
    if noted is not None:
        _find(conn, site, "checkpoint", (identity, row[0]), noted, ids, act)
    append(conn, Fact(act.who.name, act.who.role, "checkpoint.pass", identity), act.now)


def rectify(conn: Conn, site: str, finding: UUID, remark: str, act: Act) -> None:
    """Say that what was found is in order again; Refused where somebody said so before."""
    if len(remark) > LONGEST_TEXT:
        raise Refused("text_long", LONGEST_TEXT)
    query = """
        update findings set rectified_at = %s, rectified_on = %s, rectified_by = %s, remark = %s
        where site = %s and id = %s and rectified_at is null returning thing, what"""
    row = conn.execute(query, (act.now, act.today, act.who.name, remark.strip(), site, finding)).fetchone()
    if row is None:
        raise Refused("finding_done")
    append(
        conn,
        Fact(
            act.who.name,
            act.who.role,
            "finding.rectify",
            row[0],
            {"finding": str(finding), "what": row[1], "remark": remark.strip()},
        ),
        act.now,
    )


def findings(conn: Conn, site: str, since: datetime) -> list[Finding]:
    """What was found since then or is still open: the open ones first, by when they are due."""
    query = """
        select id, register, thing, place, what, photo, found_at, found_by, owner, due_on, rectified_at, rectified_on,
               rectified_by, remark from findings
        where site = %s and (found_at >= %s or rectified_at is null)
        order by rectified_at is not null, due_on, found_at, id"""
    with conn.cursor(row_factory=class_row(Finding)) as cursor:
        return cursor.execute(query, (site, since)).fetchall()


def photo_of(conn: Conn, site: str, identity: UUID) -> bytes | None:
    """A photo's bytes."""
    row = conn.execute("select jpeg from photos where site = %s and id = %s", (site, identity)).fetchone()
    return bytes(row[0]) if row else None


def _find(conn: Conn, site: str, register: Register, thing: tuple[str, str], noted: Noted, ids: Ids, act: Act) -> None:
    _check(noted, act.today)
    photo = None if noted.photo is None else ids.photo
    if noted.photo is not None:
        conn.execute(
            "insert into photos (id, site, sha256, jpeg, at) values (%s, %s, %s, %s, %s)",
            (ids.photo, site, noted.photo.sha256, noted.photo.jpeg, act.now),
        )
    conn.execute(
        "insert into findings (id, site, register, thing, place, what, photo, found_at, found_by, owner, due_on)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (ids.finding, site, register, *thing, noted.what, photo, act.now, act.who.name, noted.owner, noted.due_on),
    )
    said = {
        "what": noted.what,
        "due_on": str(noted.due_on),
        "owner": noted.owner,
        "photo": noted.photo.sha256.hex() if noted.photo else "",
    }
    append(conn, Fact(act.who.name, act.who.role, "finding.note", thing[0], said), act.now)


def _check(noted: Noted, today: date) -> None:
    if not noted.what.strip():
        raise Refused("defect_missing")
    if not noted.owner.strip():
        raise Refused("owner_missing")
    for text, longest in ((noted.what, LONGEST_TEXT), (noted.owner, LONGEST_OWNER)):
        if len(text) > longest:
            raise Refused("text_long", longest)
        if not text.replace("\n", " ").replace("\r", " ").isprintable():
            raise Refused("text_broken")
    if not today <= noted.due_on <= today + FARTHEST:
        raise Refused("due_unfit", str(noted.due_on))

"""Where the registers of things are kept: extinguishers and checkpoints, in the caller's transaction, each change with its row
of the audit log. Whoever changes a thing holds its row; the audit log's lock comes last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row

from alerts.audit import Fact, append
from alerts.incidents.incident import Refused, Who
from alerts.registers.extinguishers import Extinguisher, Kind, Look
from alerts.registers.rounds import Checkpoint, Window

Conn = psycopg.Connection[Any]
NAMED = 20
"""How many rows of a change the audit log names; counts and hash are whole."""

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Made:
    """What an import does to a register."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes something, and when: the moment and the site's own day."""

    who: Who
    now: datetime
    today: date


_EXTINGUISHERS = "select * from extinguishers where site = %s and removed_at is null order by id"
_EXTINGUISHER = "select * from extinguishers where site = %s and id = %s and removed_at is null"
_PUT_EXTINGUISHER = """
    insert into extinguishers (site, id, place, kind, look, made_on, charged_on, looked_on, added_on)
    values (%(site)s, %(id)s, %(place)s, %(kind)s, %(look)s, %(made_on)s, %(charged_on)s, %(looked_on)s, %(added_on)s)
    on conflict (site, id) do update set
        (place, kind, look, made_on, charged_on, looked_on, added_on, removed_at, reason) =
        (excluded.place, excluded.kind, excluded.look, excluded.made_on, excluded.charged_on,
         greatest(extinguishers.looked_on, excluded.looked_on), excluded.added_on, null, '')"""
_CHECKPOINTS = "select * from checkpoints where site = %s and removed_at is null order by id"
_PUT_CHECKPOINT = """
    insert into checkpoints (site, id, place, weekdays, windows, since)
    values (%(site)s, %(id)s, %(place)s, %(weekdays)s, %(windows)s, %(since)s)
    on conflict (site, id) do update set (place, weekdays, windows, since, removed_at, reason) =
        (excluded.place, excluded.weekdays, excluded.windows, excluded.since, null, '')"""


def extinguishers(conn: Conn, site: str) -> list[Extinguisher]:
    """All of the register, by id."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return [_extinguisher(row) for row in cursor.execute(_EXTINGUISHERS, (site,)).fetchall()]


def extinguisher(conn: Conn, site: str, identity: str, *, hold: bool = False) -> Extinguisher:
    """One of them, held until the transaction ends where the caller means to change it; Refused where there is none."""
    with conn.cursor(row_factory=dict_row) as cursor:
        query = f"{_EXTINGUISHER} for update" if hold else _EXTINGUISHER
        row = cursor.execute(query, (site, identity)).fetchone()
    if row is None:
        raise Refused("thing_unknown", identity[:40])
    return _extinguisher(row)


def put_extinguishers(conn: Conn, site: str, rows: Sequence[Extinguisher], act: Act, *, dry: bool = False) -> Made:
    """Add those that are new, correct those that are there. A file never takes back a look."""
    conn.execute("select pg_advisory_xact_lock(hashtextextended('extinguishers ' || %s, 0))", (site,))
    known = {one.id: one for one in extinguishers(conn, site)}
    wanted = [_kept(row, known.get(row.id), act.today) for row in rows]
    made = _made({row.id: row for row in wanted}, known)
    if made and not dry:
        for row in wanted:
            conn.execute(_PUT_EXTINGUISHER, {"site": site, **{field.name: getattr(row, field.name) for field in fields(row)}})
        _tell(conn, act, "extinguishers.put", made, {row.id: row for row in wanted}, known)
    return made


def checkpoints(conn: Conn, site: str) -> list[Checkpoint]:
    """All of the register, by id."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return [_checkpoint(row) for row in cursor.execute(_CHECKPOINTS, (site,)).fetchall()]


def put_checkpoints(conn: Conn, site: str, rows: Sequence[Checkpoint], act: Act, *, dry: bool = False) -> Made:
    """Add those that are new, correct those that are there: changed windows count from now on."""
    conn.execute("select pg_advisory_xact_lock(hashtextextended('checkpoints ' || %s, 0))", (site,))
    known = {one.id: one for one in checkpoints(conn, site)}
    wanted = [_since(row, known.get(row.id), act.now) for row in rows]
    made = _made({row.id: row for row in wanted}, known)
    if made and not dry:
        for row in wanted:
            windows = [str(window) for window in row.windows]
            given = {"id": row.id, "place": row.place, "weekdays": list(row.weekdays), "since": row.since}
            conn.execute(_PUT_CHECKPOINT, {"site": site, "windows": windows, **given})
        _tell(conn, act, "checkpoints.put", made, {row.id: row for row in wanted}, known)
    return made


def remove(conn: Conn, site: str, register: str, identity: str, reason: str, act: Act) -> None:
    """Take one out, with the reason; Refused without one, or where it is not there."""
    if not reason.strip():
        raise Refused("text_missing")
    if len(reason) > LONGEST_REASON:
        raise Refused("text_long", LONGEST_REASON)
    queries = {
        "extinguisher": "update extinguishers set removed_at = %s, reason = %s"
        " where site = %s and id = %s and removed_at is null",
        "checkpoint": "update checkpoints set removed_at = %s, reason = %s where site = %s and id = %s and removed_at is null",
    }
    if not conn.execute(queries[register], (act.now, reason.strip(), site, identity)).rowcount:
        raise Refused("thing_unknown", identity[:40])
    append(conn, Fact(act.who.name, act.who.role, f"{register}.remove", identity, {"reason": reason.strip()}), act.now)


def _kept(row: Extinguisher, known: Extinguisher | None, today: date) -> Extinguisher:
    looks = [day for day in (row.looked_on, known.looked_on if known else None) if day is not None]
    return replace(row, looked_on=max(looks, default=None), added_on=known.added_on if known else today)


def _since(row: Checkpoint, known: Checkpoint | None, now: datetime) -> Checkpoint:
    same = known is not None and (known.weekdays, known.windows) == (row.weekdays, row.windows)
    return replace(row, since=known.since if known is not None and same else now)


def _made(wanted: Mapping[str, Any], known: Mapping[str, Any]) -> Made:
    added = tuple(name for name in wanted if name not in known)
    changed = tuple(name for name, row in wanted.items() if name in known and row != known[name])
    return Made(added, changed, len(wanted) - len(added) - len(changed))


def _tell(conn: Conn, act: Act, action: str, made: Made, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """What became of which rows: the first NAMED by their fields as they were and are, all by one hash."""
    names = [*made.added, *made.changed]
    rows = {name: _differs(wanted[name], known.get(name)) for name in names}
    whole = sha256(orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)).hexdigest()
    named = {name: rows[name] for name in names[:NAMED]}
    what = {"added": len(made.added), "changed": len(made.changed), "rows": named, "sha256": whole}
    append(conn, Fact(act.who.name, act.who.role, action, names[0] if len(names) == 1 else "", what), act.now)


def _differs(row: Any, before: Any) -> Mapping[str, tuple[str, str]]:
    """Each field that is another one now: how it was and is; of a new row every field."""
    pairs = {one.name: (getattr(before, one.name, ""), getattr(row, one.name)) for one in fields(row)}
    return {name: (_text(was), _text(now)) for name, (was, now) in pairs.items() if before is None or was != now}


def _text(value: Any) -> str:
    return "" if value is None else ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _extinguisher(row: Mapping[str, Any]) -> Extinguisher:
    given = {field.name: row[field.name] for field in fields(Extinguisher)}
    return Extinguisher(**{**given, "kind": Kind(row["kind"]), "look": Look(row["look"])})


def _checkpoint(row: Mapping[str, Any]) -> Checkpoint:
    windows = tuple(Window(*text.split("-")) for text in row["windows"])
    return Checkpoint(row["id"], row["place"], tuple(row["weekdays"]), windows, row["since"])

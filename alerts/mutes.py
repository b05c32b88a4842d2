"""Mutes and maintenance windows: what they match, what they hold back. Never without an end; a plan ends them early.

A mute holds back the alert before it becomes an incident: it is counted and can be read. What is still open when it ends, early
or in its time, is told after all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row, dict_row

from alerts import audit
from alerts.incidents.incident import SYSTEM, Refused, Told, Who
from schemas.incidents import CHANNEL

Conn = psycopg.Connection[Any]

LONGEST = timedelta(days=30)
"""A window that lasts longer is a device to be taken out, or a rule to be changed."""
SETTLED = timedelta(seconds=30)
"""So long after its end a mute still holds back what was raised within it and is stored only now."""
REMIND_BEFORE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Mute:
    """What matches rule, device and building (empty: any) is held back from `starts_at` until before `ends_at`."""

    id: UUID
    site: str
    rule: str
    device: str
    building: str
    owner: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    reminded_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class Matcher:
    """What may be muted: the names that exist."""

    rules: frozenset[str]
    devices: frozenset[str]
    buildings: frozenset[str]


def holds(mute: Mute, alert: Told) -> bool:
    """Whether it holds this alert back. What asks for a plan is held back only by a mute that names its rule or device."""
    if alert.plan and not (mute.rule or mute.device):
        return False
    return (
        mute.ended_at is None
        and mute.starts_at <= alert.raised_at < mute.ends_at
        and mute.rule in ("", alert.rule)
        and mute.device in ("", alert.device)
        and mute.building in ("", alert.building)
    )


def held_by(alert: Told, mutes: Iterable[Mute]) -> Mute | None:
    """The mute that holds an alert back, of several the one that ends last."""
    return max((mute for mute in mutes if holds(mute, alert)), key=lambda mute: (mute.ends_at, mute.id), default=None)


def checked(mute: Mute, known: Matcher, now: datetime) -> Mute:
    """The mute, or Refused with what is wrong with it."""
    if not (mute.rule or mute.device or mute.building):
        raise Refused("mute_all")
    for key, given, names in (
        ("mute_rule", mute.rule, known.rules),
        ("mute_device", mute.device, known.devices),
        ("mute_building", mute.building, known.buildings),
    ):
        if given and given not in names:
            raise Refused(key, given)
    if not mute.reason.strip():
        raise Refused("text_missing")
    return replace(_lasting(mute, now), starts_at=max(mute.starts_at, now))


def _lasting(mute: Mute, now: datetime) -> Mute:
    """One whose times can be."""
    if mute.ends_at <= mute.starts_at:
        raise Refused("mute_over")
    if mute.ends_at <= now:
        raise Refused("mute_past")
    if mute.ends_at - mute.starts_at > LONGEST:
        raise Refused("mute_long", LONGEST.days)
    return mute


def extended(mute: Mute, ends_at: datetime, reason: str, now: datetime) -> Mute:
    """The mute with a later end, whose owner is reminded anew; Refused where it has ended, or without a reason."""
    if mute.ended_at is not None or mute.ends_at <= now:
        raise Refused("mute_ended")
    if not reason.strip():
        raise Refused("text_missing")
    if ends_at <= mute.ends_at:
        raise Refused("mute_shorter")
    return _lasting(replace(mute, ends_at=ends_at, reminded_at=None), now)


_COLUMNS = sql.SQL(", ").join(sql.Identifier(field.name) for field in fields(Mute))
_SELECT = sql.SQL("select {} from mutes where site = %s").format(_COLUMNS)


def unended(conn: Conn, site: str, since: datetime, *, hold: bool = False) -> list[Mute]:
    """Those that hold back something raised since then, or will, the one that ends first first; held where the caller means to
    end them."""
    query = sql.SQL("{} and ended_at is null and ends_at > %s order by ends_at, id {}").format(
        _SELECT, sql.SQL("for update" if hold else "")
    )
    with conn.cursor(row_factory=class_row(Mute)) as cursor:
        return list(cursor.execute(query, (site, since)).fetchall())


def add(conn: Conn, mute: Mute, who: Who, now: datetime) -> None:
    """Keep a mute that was checked."""
    row = asdict(mute)
    conn.execute(
        sql.SQL("insert into mutes ({}) values ({})").format(_COLUMNS, sql.SQL(", ").join(map(sql.Placeholder, row))), row
    )
    what = {name: row[name] for name in ("rule", "device", "building", "reason")}
    _say(conn, mute, who, ("mute.create", {**what, "until": mute.ends_at.isoformat()}), now)


def extend(conn: Conn, site: str, identity: UUID, to: tuple[datetime, str], who: Who, now: datetime) -> Mute:
    """Give a mute a later end, `to` with a reason; Refused where that cannot be."""
    ends_at, reason = to
    query = sql.SQL("{} and id = %s for update").format(_SELECT)
    with conn.cursor(row_factory=class_row(Mute)) as cursor:
        mute = cursor.execute(query, (site, identity)).fetchone()
    if mute is None:
        raise Refused("mute_ended")
    longer = extended(mute, ends_at, reason, now)
    conn.execute("update mutes set ends_at = %s, reminded_at = null where id = %s", (longer.ends_at, identity))
    what = {"from": mute.ends_at.isoformat(), "until": longer.ends_at.isoformat(), "reason": reason.strip()}
    _say(conn, mute, who, ("mute.extend", what), now)
    return longer


def end_for_plan(conn: Conn, site: str, who: Who, now: datetime) -> None:
    """The site is in a plan: whatever is at work ends, and what it held back is told."""
    for mute in unended(conn, site, now, hold=True):
        if mute.starts_at <= now:
            end(conn, site, mute.id, who, now, "plan")


def end(conn: Conn, site: str, identity: UUID, who: Who, now: datetime, why: str = "") -> list[UUID]:
    """End a mute before its time; Refused where it has ended. The alerts that it held back and that are still open."""
    query = sql.SQL(
        "update mutes set ended_at = %s, ended_by = %s"
        " where id = %s and site = %s and ended_at is null and ends_at > %s returning {}"
    ).format(_COLUMNS)
    with conn.cursor(row_factory=class_row(Mute)) as cursor:
        mute = cursor.execute(query, (now, who.name, identity, site, now)).fetchone()
    if mute is None:
        raise Refused("mute_ended")
    return _ended(conn, mute, who, why, now)


def end_over(conn: Conn, site: str, until: datetime, now: datetime) -> None:
    """End the mutes whose time is over: what they held back and is still open would ring no second time by itself. `until` is
    how far all that is stored has come; what was raised later may still have to be held back."""
    query = sql.SQL("{} and ended_at is null and ends_at <= %s order by ends_at, id for update").format(_SELECT)
    with conn.cursor(row_factory=class_row(Mute)) as cursor:
        over = cursor.execute(query, (site, until - SETTLED)).fetchall()
    for mute in over:
        conn.execute("update mutes set ended_at = ends_at, ended_by = %s where id = %s", (SYSTEM, mute.id))
        _ended(conn, mute, Who(SYSTEM, ""), "time", now)


def _ended(conn: Conn, mute: Mute, who: Who, why: str, now: datetime) -> list[UUID]:
    """Say that it ended, and let go what is still open."""
    _say(conn, mute, who, ("mute.end", {"why": why} if why else {}), now)
    release = """
        update muted_alerts m set released_at = %s from alerts a
        where m.mute = %s and m.released_at is null and a.id = m.alert and a.raised_at = m.raised_at and a.cleared_at is null
        returning m.alert"""
    return [row[0] for row in conn.execute(release, (now, mute.id)).fetchall()]


def hold_back(conn: Conn, mute: Mute, alert: Told) -> None:
    """Count an alert as held back."""
    query = """
        insert into muted_alerts (alert, mute, raised_at, rule, device, subject, severity) values (%s, %s, %s, %s, %s, %s, %s)
        on conflict (alert) do update set mute = excluded.mute, released_at = null"""
    row = (alert.id, mute.id, alert.raised_at, alert.rule, alert.device, alert.subject, alert.severity)
    conn.execute(query, row)
    conn.execute("select pg_notify(%s, %s)", (CHANNEL, mute.site))


def which_holds(conn: Conn, alert: UUID) -> Mute | None:
    """The mute that held an alert back and has not let it go."""
    query = sql.SQL("select {} from mutes where id = (select mute from muted_alerts where alert = %s and released_at is null)")
    with conn.cursor(row_factory=class_row(Mute)) as cursor:
        return cursor.execute(query.format(_COLUMNS), (alert,)).fetchone()


def due_reminders(mutes: Sequence[Mute], now: datetime) -> list[Mute]:
    """Those that end soon and whose owner has not been told so."""
    untold = (mute for mute in mutes if mute.reminded_at is None and mute.starts_at <= now)
    return [mute for mute in untold if mute.ends_at - now <= REMIND_BEFORE]


def remind(conn: Conn, mute: Mute, now: datetime) -> None:
    """Say that a mute ends soon; once."""
    done = conn.execute("update mutes set reminded_at = %s where id = %s and reminded_at is null", (now, mute.id))
    if done.rowcount:
        _say(conn, mute, Who(SYSTEM, ""), ("mute.ends_soon", {"until": mute.ends_at.isoformat(), "owner": mute.owner}), now)


def held_back(conn: Conn, site: str, since: datetime, most: int) -> list[Mapping[str, Any]]:
    """What was held back since, the newest first, of each mute at most so many."""
    query = """
        select * from (
            select h.*, row_number() over (partition by h.mute order by h.raised_at desc, h.alert) as nth
            from muted_alerts h join mutes m on m.id = h.mute where m.site = %s and h.raised_at > %s) held
        where nth <= %s order by raised_at desc, alert limit 1000"""
    with conn.cursor(row_factory=dict_row) as cursor:
        return list(cursor.execute(query, (site, since, most)).fetchall())


def counts(conn: Conn, site: str, now: datetime) -> Mapping[UUID, int]:
    """How many alerts each mute that has not ended held back."""
    query = """
        select m.id, count(h.alert) from mutes m left join muted_alerts h on h.mute = m.id
        where m.site = %s and m.ended_at is null and m.ends_at > %s group by m.id"""
    return dict(conn.execute(query, (site, now)).fetchall())


def those(conn: Conn, ids: Sequence[UUID]) -> list[tuple[Mute, int]]:
    """The mutes of these ids, each with how many alerts it held back, released ones too."""
    query = sql.SQL("select {} from mutes where id = any(%s)").format(_COLUMNS)
    counted = "select mute, count(*) from muted_alerts where mute = any(%s) group by mute"
    held = dict(conn.execute(counted, (list(ids),)).fetchall())
    with conn.cursor(row_factory=class_row(Mute)) as cursor:
        return [(mute, held.get(mute.id, 0)) for mute in cursor.execute(query, (list(ids),)).fetchall()]


def _say(conn: Conn, mute: Mute, who: Who, said: tuple[str, Mapping[str, Any]], now: datetime) -> None:
    action, what = said
    audit.append(conn, audit.Fact(who.name, who.role, action, str(mute.id), what), now)
    conn.execute("select pg_notify(%s, %s)", (CHANNEL, mute.site))

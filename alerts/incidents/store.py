"""Where incidents are kept. Every change is in the caller's transaction: the incident, its row of the audit log, the bell.

Whoever changes an incident holds its row until the end of the transaction, so that of two who take it at once one wins and
the other is told. Several are locked in the order of their ids, and the audit log's lock comes last: nobody waits in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from alerts import audit
from alerts.incidents.incident import Change, Incident, Refused, Told, Who
from alerts.incidents.lifecycle import Left, step
from schemas.alerts import Severity
from schemas.incidents import CHANNEL, Reason, State

Conn = psycopg.Connection[Any]

_COLUMNS = [field.name for field in fields(Incident)]
_SELECT = sql.SQL("select {} from incidents").format(sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)))
_WRITE = sql.SQL(
    "insert into incidents ({columns}) values ({values}) on conflict (id) do update set {updates}",
).format(
    columns=sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)),
    values=sql.SQL(", ").join(map(sql.Placeholder, _COLUMNS)),
    updates=sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in _COLUMNS if name not in {"id", "site", "number"}
    ),
)
_BELONGS = """
    insert into incident_alerts (alert, incident, raised_at, rule, device, subject, severity, child)
    values (%s, %s, %s, %s, %s, %s, %s, %s)"""


def locked(conn: Conn, site: str, *ids: UUID) -> Mapping[UUID, Incident]:
    """The incidents, held until the transaction ends; Refused where one is not there."""
    query = sql.SQL("{} where site = %s and id = any(%s) order by id for update").format(_SELECT)
    found = {incident.id: incident for incident in _read(conn, query, (site, list(ids)))}
    for identity in ids:
        if identity not in found:
            raise Refused("incident_unknown")
    return found


def held(conn: Conn, site: str, identity: UUID) -> Incident:
    """One incident, held until the transaction ends; Refused where there is none."""
    return locked(conn, site, identity)[identity]


def unclosed(conn: Conn, site: str, *, hold: bool = False) -> list[Incident]:
    """All that are not closed, by id; held where the caller means to change them."""
    query = sql.SQL("{} where site = %s and state <> 'closed' order by id {}").format(
        _SELECT, sql.SQL("for update" if hold else "")
    )
    return _read(conn, query, (site,))


def one(conn: Conn, site: str, identity: UUID) -> Incident:
    """An incident; Refused where there is none."""
    found = _read(conn, sql.SQL("{} where site = %s and id = %s").format(_SELECT), (site, identity))
    if not found:
        raise Refused("incident_unknown")
    return found[0]


def newest(conn: Conn, site: str, most: int) -> list[Incident]:
    """Those that closed last, the last one first."""
    query = sql.SQL("{} where site = %s and state = 'closed' order by closed_at desc limit %s").format(_SELECT)
    return _read(conn, query, (site, most))


def hold_numbers(conn: Conn, site: str) -> None:
    """Keep others from giving out incident numbers until the transaction ends: before any lock of the audit log."""
    conn.execute("select pg_advisory_xact_lock(hashtextextended('incident number ' || %s, 0))", (site,))


def next_number(conn: Conn, site: str) -> int:
    """A number that no incident of the site has, and nobody else gets until the transaction ends."""
    hold_numbers(conn, site)
    row = conn.execute("select coalesce(max(number), 0) + 1 from incidents where site = %s", (site,)).fetchone()
    return int(row[0]) if row else 1


def write(conn: Conn, change: Change, who: Who, now: datetime) -> Incident:
    """Keep a change and say so."""
    incident = change.incident
    conn.execute(_WRITE, {**asdict(incident), "keys": list(incident.keys)})
    seq = audit.append(conn, audit.Fact(who.name, who.role, change.action, str(incident.id), change.what), now)
    conn.execute("insert into incident_log (incident, seq) values (%s, %s)", (incident.id, seq))
    conn.execute("select pg_notify(%s, %s)", (CHANNEL, incident.site))
    return incident


def act(conn: Conn, incident: Incident, what: Any, who: Who, now: datetime) -> Incident:
    """Do it and keep it."""
    return write(conn, step(incident, what, who, now), who, now)


def belong(conn: Conn, incident: UUID, alert: Told, *, child: bool = False) -> None:
    """Note that an alert belongs to an incident; that it has ended is noted afterwards, like any ending."""
    what = (alert.rule, alert.device, alert.subject, alert.severity)
    conn.execute(_BELONGS, (alert.id, incident, alert.raised_at, *what, child))


def alerts_of(conn: Conn, incident: UUID) -> list[Mapping[str, Any]]:
    """Its alerts, the newest first, each with its why where that is still kept."""
    query = """
        select b.alert as id, b.rule, b.device, b.subject, b.severity, b.raised_at, b.cleared_at, b.child,
               a.why, a.rule_version, a.occurred_at, a.received_at, a.judged_at, a.stored_at, s.shown_at
        from incident_alerts b
        left join alerts a on a.id = b.alert and a.raised_at = b.raised_at left join alert_shown s on s.alert = b.alert
        where b.incident = %s order by b.raised_at desc, b.alert limit 500"""
    with conn.cursor(row_factory=dict_row) as cursor:
        return list(cursor.execute(query, (incident,)).fetchall())


def told_of(conn: Conn, incident: UUID, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
    """Those of its told alerts that have these ids, the oldest first."""
    query = """
        select alert as id, rule, device, subject, severity, raised_at from incident_alerts
        where incident = %s and alert = any(%s) and not child order by raised_at, alert"""
    with conn.cursor(row_factory=dict_row) as cursor:
        return list(cursor.execute(query, (incident, list(ids))).fetchall())


def left_of(conn: Conn, incident: UUID, without: Sequence[UUID]) -> Left:
    """What stays of it without these alerts."""
    query = """
        select count(*) filter (where not child), count(*) filter (where child), min(severity) filter (where not child),
               max(raised_at) filter (where not child)
        from incident_alerts where incident = %s and alert <> all(%s)"""
    told, children, worst, last_at = conn.execute(query, (incident, list(without))).fetchone() or (0, 0, None, None)
    return Left(told, children, Severity(worst) if worst else None, last_at)


def log_of(conn: Conn, incident: UUID) -> list[Mapping[str, Any]]:
    """What the audit log says of it, the oldest first."""
    query = "select a.seq, a.entry from incident_log l join audit a using (seq) where l.incident = %s order by a.seq"
    return [{**orjson.loads(entry), "seq": seq} for seq, entry in conn.execute(query, (incident,)).fetchall()]


def move(conn: Conn, alerts: Iterable[UUID], to: UUID) -> None:
    """Alerts that belong to another incident from now on."""
    conn.execute("update incident_alerts set incident = %s where alert = any(%s)", (to, list(alerts)))


def ids_of(conn: Conn, incident: UUID) -> list[UUID]:
    """The ids of its alerts."""
    return [row[0] for row in conn.execute("select alert from incident_alerts where incident = %s", (incident,)).fetchall()]


def _read(conn: Conn, query: sql.Composed, given: Sequence[Any]) -> list[Incident]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return [_incident(row) for row in cursor.execute(query, given).fetchall()]


def _incident(row: Mapping[str, Any]) -> Incident:
    state, severity, reason = State(row["state"]), Severity(row["severity"]), Reason(row["reason"]) if row["reason"] else None
    return Incident(**{**row, "state": state, "severity": severity, "reason": reason, "keys": tuple(row["keys"])})

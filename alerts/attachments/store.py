"""Where attachments are kept: the bytes, their row and the log's row in one transaction, under the incident's lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from alerts.attachments import attach as deciding
from alerts.attachments.content import JPEG, File
from alerts.attachments.model import Attachment, Side, Spot
from alerts.incidents import store
from alerts.incidents.incident import Incident, Refused, Who
from alerts.plans import store as runs
from alerts.plans.acts import Picture
from alerts.plans.run import Fill

Conn = psycopg.Connection[Any]
MOST = 100
"""Of one incident. A snowy morning's before and after are some seventy."""

TOO_LATE = frozenset({"row_done", "step_over", "plan_over", "incident_closed"})

_COLUMNS = "id, incident, step, line, side, name, kind, sha256, size, at, by, withdrawn_at, withdrawn_by"


@dataclass(frozen=True, slots=True)
class Given:
    """A file, where it belongs, and what is said with it."""

    id: UUID
    file: File
    spot: Spot
    text: str = ""


def attach(conn: Conn, incident: Incident, given: Given, who: Who, times: tuple[datetime, datetime], fill: Fill) -> None:
    """Keep it; `times` are when it was handed in and now. The incident's row must be held; Refused keeps nothing."""
    if len(of_incident(conn, incident.id)) >= MOST:
        raise Refused("files_many", MOST)
    at, now = runs.believed(*times), times[1]
    file, spot = given.file, given.spot
    one = Attachment(given.id, incident.id, spot, file.name, file.kind, file.sha256, len(file.body), at, who.name)
    if not spot.side or not _taken_by_line(conn, incident, one, who, times, fill):
        one = replace(one, spot=replace(spot, side=Side.NONE))
        change = deciding.attach(incident, runs.run_of(conn, incident.id), one, given.text)
        store.write(conn, replace(change, what={**change.what, **runs.sent_later(at, now)}), who, now)
    _add(conn, one, file.body)


def _taken_by_line(
    conn: Conn, incident: Incident, one: Attachment, who: Who, times: tuple[datetime, datetime], fill: Fill
) -> bool:
    """Whether it is a line's picture now; not where it came too late: then it is evidence still, and kept beside the line."""
    if one.kind != JPEG:
        raise Refused("side_picture", one.name)
    try:
        act = Picture(one.spot.step, one.spot.line, one.spot.side, deciding.told(one))
        runs.press_in(conn, incident, act, who, times, fill)
    except Refused as err:
        if err.key not in TOO_LATE:
            raise
        return False
    return True


def _add(conn: Conn, one: Attachment, body: bytes) -> None:
    query = """
        insert into attachments (id, incident, step, line, side, name, kind, sha256, size, body, at, by)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
    spot = (one.spot.step, one.spot.line, str(one.spot.side))
    conn.execute(query, (one.id, one.incident, *spot, one.name, one.kind, one.sha256, one.size, body, one.at, one.by))


def withdraw(conn: Conn, incident: Incident, identity: UUID, why: str, who: Who, now: datetime) -> None:
    """Its bytes go, its row and hash stay; a line not ticked yet asks for another picture. The incident's row must be held."""
    one = next((one for one in of_incident(conn, incident.id) if one.id == identity), None)
    if one is None:
        raise Refused("file_unknown")
    change = deciding.withdraw(incident, one, who, why)
    if run := runs.run_of(conn, incident.id):
        runs.keep(conn, incident.id, deciding.without(run, one))
    query = "update attachments set body = null, withdrawn_at = %s, withdrawn_by = %s where id = %s"
    conn.execute(query, (now, who.name, identity))
    store.write(conn, change, who, now)


def of_incident(conn: Conn, incident: UUID) -> list[Attachment]:
    """Its attachments, the oldest first, withdrawn ones too."""
    with conn.cursor(row_factory=dict_row) as cursor:
        query = f"select {_COLUMNS} from attachments where incident = %s order by at, id"
        return [_attachment(row) for row in cursor.execute(query, (incident,)).fetchall()]


def body_of(conn: Conn, site: str, identity: UUID) -> File | None:
    """The file; None where there is none, or it was withdrawn."""
    query = """
        select a.name, a.kind, a.body from attachments a join incidents i on i.id = a.incident
        where i.site = %s and a.id = %s and a.body is not null"""
    row = conn.execute(query, (site, identity)).fetchone()
    return File(row[0], row[1], bytes(row[2])) if row else None


def bodies(conn: Conn, ids: Sequence[UUID]) -> Mapping[UUID, bytes]:
    """The bytes of these, those that are there."""
    query = "select id, body from attachments where id = any(%s) and body is not null"
    return {row[0]: bytes(row[1]) for row in conn.execute(query, (list(ids),)).fetchall()}


def _attachment(row: Mapping[str, Any]) -> Attachment:
    spot = Spot(row["step"], row["line"], Side(row["side"]))
    return Attachment(spot=spot, **{name: value for name, value in row.items() if name not in {"step", "line", "side"}})

"""What a report is made of, read as of one moment; and the proof that a paper was made: its hash in the audit log."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg

from alerts import mutes
from alerts.attachments import store as attachments
from alerts.audit import START, Checkpoint
from alerts.incidents import store
from alerts.incidents.incident import Change, Refused, Who
from alerts.plans.store import run_of
from alerts.reports.model import EndedMute, Row, Rows
from alerts.reports.report import MADE

Conn = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as the audit log knows it: the hash of its bytes, its language, the newest row that it covers."""

    sha256: str
    lang: str
    rows: int


@dataclass(frozen=True, slots=True)
class Proof:
    """The row that says a paper was made: of which incident, when, by whom."""

    seq: int
    incident: UUID
    number: int
    at: datetime
    actor: str
    paper: Paper


def gathered(conn: Conn, site: str, identity: UUID) -> Rows:
    """Everything about an incident; Refused where there is none. A transaction of repeatable reads sees it at one moment."""
    incident = store.one(conn, site, identity)
    log = [entry for entry in store.log_of(conn, identity) if entry["action"] != MADE]
    endings = [ending for entry in log if entry["action"] == "plan.open" for ending in _endings(conn, entry["seq"])]
    last = max((*log, *endings), key=lambda entry: entry["seq"], default=None)
    covers = Checkpoint(last["seq"], _hash(conn, last["seq"])) if last else Checkpoint(0, START.hash.hex())
    return Rows(
        incident=incident,
        run=run_of(conn, identity),
        log=log,
        alerts=store.alerts_of(conn, identity),
        mutes=_ended(conn, endings),
        attachments=attachments.of_incident(conn, identity),
        covers=covers,
        as_of=datetime.fromisoformat(last["at"]) if last else incident.last_at,
    )


def _endings(conn: Conn, opened: int) -> Iterator[Row]:
    """The mutes that a plan ended: their rows follow the plan's own at once, for all is written in one transaction."""
    query = "select seq, entry from audit where seq > %s order by seq limit 200"
    for seq, text in conn.execute(query, (opened,)).fetchall():
        entry = {**orjson.loads(text), "seq": seq}
        if entry["action"] != "mute.end" or entry["what"].get("why") != "plan":
            return
        yield entry


def _ended(conn: Conn, endings: Sequence[Row]) -> tuple[EndedMute, ...]:
    found = {mute.id: EndedMute(mute, held) for mute, held in mutes.those(conn, [UUID(entry["about"]) for entry in endings])}
    return tuple(found[UUID(entry["about"])] for entry in endings if UUID(entry["about"]) in found)


def _hash(conn: Conn, seq: int) -> str:
    row = conn.execute("select hash from audit where seq = %s", (seq,)).fetchone()
    assert row is not None
    return bytes(row[0]).hex()


def numbered(conn: Conn, site: str, number: int) -> UUID:
    """The incident of that number; Refused where there is none."""
    row = conn.execute("select id from incidents where site = %s and number = %s", (site, number)).fetchone()
    if row is None:
        raise Refused("incident_unknown")
    found: UUID = row[0]
    return found


def prove(conn: Conn, site: str, identity: UUID, paper: Paper, who: Who, now: datetime) -> None:
    """Write down that the paper was made; the same paper made again needs no second row. The caller's transaction keeps it."""
    incident = store.held(conn, site, identity)
    what = asdict(paper)
    if not any(entry["action"] == MADE and entry["what"] == what for entry in store.log_of(conn, identity)):
        store.write(conn, Change(incident, MADE, what), who, now)


def proof(conn: Conn, site: str, sha256: str) -> Proof | None:
    """The first row that says a paper with this hash was made; None where none does."""
    rows = conn.execute("select seq, entry from audit where strpos(entry, %s) > 0 order by seq", (sha256,)).fetchall()
    for seq, text in rows:
        entry = orjson.loads(text)
        if entry["action"] == MADE and entry["what"]["sha256"] == sha256:
            identity = UUID(entry["about"])
            number, at = store.one(conn, site, identity).number, datetime.fromisoformat(entry["at"])
            return Proof(seq, identity, number, at, entry["actor"], Paper(**entry["what"]))
    return None

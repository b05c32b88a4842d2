"""What a report is read from, and its proof, on a real database."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from alerts import mutes
from alerts.audit import walk
from alerts.desk.gather import Desk, turn
from alerts.incidents import store as incidents
from alerts.incidents.incident import Refused, Who
from alerts.incidents.lifecycle import Remark, Take
from alerts.plans.scene import Surroundings
from alerts.reports import store
from alerts.reports.report import MADE, report
from alerts.reports.store import Paper
from schemas.plans.file import load_plans
from tests.alerts.made import NOW, raise_alert
from tests.alerts.reports.made import CHIEF, NAMING, PANEL, SITE

Conn = psycopg.Connection[Any]
WANG = Who("wang", "auditor")
PAPER = Paper("ab" * 32, "zh", 3)


@pytest.fixture
def burning(conn: Conn) -> UUID:
    """A fire whose plan ended a mute that had held a door back."""
    desk = Desk(Surroundings(SITE, ""), load_plans(), {}, lambda: NOW)
    hour = NOW + timedelta(hours=1)
    with conn.transaction():
        mutes.add(conn, mutes.Mute(uuid4(), SITE.id, "door-forced", "", "", "chief", "locks", NOW, hour), CHIEF, NOW)
    raise_alert(conn, SITE.id, NOW)
    turn(desk, conn)
    alert = raise_alert(conn, SITE.id, NOW, rule="fire-panel-alarm", device=PANEL.id, plan="fire", severity=1)
    conn.execute("insert into alert_shown (alert, shown_at) values (%s, %s)", (alert, NOW + timedelta(seconds=1)))
    turn(desk, conn)
    return next(one.id for one in incidents.unclosed(conn, SITE.id) if one.rule == "fire-panel-alarm")


def prove(conn: Conn, identity: UUID, paper: Paper = PAPER) -> None:
    with conn.transaction():
        store.prove(conn, SITE.id, identity, paper, WANG, NOW)


def makings(conn: Conn) -> int:
    """How many rows say that a report was made."""
    row = conn.execute("select count(*) from audit where entry like %s", (f'%"{MADE}"%',)).fetchone()
    assert row is not None
    return int(row[0])


def test_the_rows_hold_the_mute_that_the_plan_ended_and_cover_its_row(conn: Conn, burning: UUID) -> None:
    rows = store.gathered(conn, SITE.id, burning)
    assert [(one.mute.owner, one.held) for one in rows.mutes] == [("chief", 1)]
    hashes = dict(conn.execute("select seq, encode(hash, 'hex') from audit").fetchall())
    opened = next(entry["seq"] for entry in rows.log if entry["action"] == "plan.open")
    assert (rows.covers.seq, rows.covers.hash) == (opened + 1, hashes[opened + 1])
    found = report(rows, NAMING)
    assert (found.head.plan is not None, len(found.mutes), found.alerts[0].stages[4].after_ms) == (True, 1, 1000)


def test_another_plan_s_incident_ended_no_mute(conn: Conn, burning: UUID) -> None:
    raise_alert(conn, SITE.id, NOW, rule="person-trapped", device="EL-0001", plan="elevator", severity=1)
    turn(Desk(Surroundings(SITE, ""), load_plans(), {}, lambda: NOW), conn)
    other = next(one.id for one in incidents.unclosed(conn, SITE.id) if one.rule == "person-trapped")
    assert store.gathered(conn, SITE.id, other).mutes == ()


def test_making_a_paper_is_one_row_and_changes_nothing_of_the_report(conn: Conn, burning: UUID) -> None:
    before = report(store.gathered(conn, SITE.id, burning), NAMING)
    prove(conn, burning)
    prove(conn, burning)
    assert makings(conn) == 1
    assert report(store.gathered(conn, SITE.id, burning), NAMING) == before
    prove(conn, burning, Paper("cd" * 32, "en", 3))
    assert makings(conn) == 2
    with conn.transaction():
        assert walk(conn).wrong is None


def test_a_changed_incident_covers_a_later_row(conn: Conn, burning: UUID) -> None:
    before = store.gathered(conn, SITE.id, burning).covers.seq
    with conn.transaction():
        incidents.act(conn, incidents.locked(conn, SITE.id, burning)[burning], Take(), CHIEF, NOW)
    assert store.gathered(conn, SITE.id, burning).covers.seq > before


def test_a_paper_is_found_by_its_hash_and_a_remark_that_holds_it_is_no_proof(conn: Conn, burning: UUID) -> None:
    with conn.transaction():
        held = incidents.locked(conn, SITE.id, burning)[burning]
        incidents.act(conn, held, Remark(f'"{MADE}" {PAPER.sha256}'), CHIEF, NOW)
    assert store.proof(conn, SITE.id, PAPER.sha256) is None
    prove(conn, burning)
    found = store.proof(conn, SITE.id, PAPER.sha256)
    assert found is not None
    assert (found.incident, found.paper, found.actor, found.at) == (burning, PAPER, "wang", NOW)
    assert store.proof(conn, SITE.id, "ef" * 32) is None


def test_an_incident_is_found_by_its_number(conn: Conn, burning: UUID) -> None:
    assert store.numbered(conn, SITE.id, incidents.one(conn, SITE.id, burning).number) == burning
    with pytest.raises(Refused, match="incident_unknown"):
        store.numbered(conn, SITE.id, 999)

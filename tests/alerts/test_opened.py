"""What is open, against a real TimescaleDB: alerts are raised by the test, the desk's own turn makes incidents of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from alerts.desk.gather import Desk, turn
from alerts.incidents import store
from alerts.incidents.incident import Who
from alerts.incidents.lifecycle import Close, Resolve, Take
from alerts.opened import MOST_UNPLACED, NEWEST_UNPLACED, Opened, opened
from alerts.plans.scene import Surroundings
from alerts.rows import Mark
from schemas.incidents import Reason
from tests.dashboard.small_site import small_site

SITE = small_site()
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
CHIEF = Who("li", "supervisor", directs=True)


class Database:
    """The worker's and the desk's part, played by the test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.conn = psycopg.connect(url, autocommit=True)

    def raised(self, rule: str = "door-held-open", severity: int = 3, device: str = "D-0001", at: datetime = NOW) -> UUID:
        """One alert."""
        alert = uuid4()
        columns = "id, site, rule, rule_version, severity, device, raised_at, occurred_at, judged_at, stored_at, why"
        query = f"insert into alerts ({columns}) values (%s, %s, %s, 1, %s, %s, %s, %s, %s, %s, '{{}}')"
        self.conn.execute(query, (alert, SITE.id, rule, severity, device, at, at, at, at))
        return alert

    def cleared(self, alert: UUID) -> None:
        """The alert ends."""
        self.conn.execute("update alerts set cleared_at = %s where id = %s", (NOW, alert))

    def muted(self, **matcher: str) -> None:
        """A mute at work for an hour."""
        row = {"rule": "", "device": "", "building": "", **matcher}
        columns = "id, site, rule, device, building, owner, reason, starts_at, ends_at"
        query = f"insert into mutes ({columns}) values (%s, %s, %s, %s, %s, 'chief', 'works', %s, %s)"
        given = (
            uuid4(),
            SITE.id,
            row["rule"],
            row["device"],
            row["building"],
            NOW - timedelta(hours=1),
            NOW + timedelta(hours=1),
        )
        self.conn.execute(query, given)

    def gathered(self) -> None:
        """The desk comes to all that there is."""
        desk = Desk(Surroundings(SITE, ""), {}, {}, lambda: NOW)
        while turn(desk, self.conn):
            pass

    def act(self, what: Any) -> None:
        """Do it to the one incident that is open."""
        with self.conn.transaction():
            (incident,) = store.unclosed(self.conn, SITE.id)
            store.act(self.conn, incident, what, CHIEF, NOW)

    async def opened(self) -> Opened:
        """What is open."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as conn:
            return await opened(conn, SITE, NOW)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with nothing open."""
    found = Database(database_url)
    yield found
    found.conn.close()


async def test_an_alert_is_open_at_once_and_as_the_incident_that_it_will_be(database: Database) -> None:
    alert = database.raised()
    before = await database.opened()
    assert [one.id for one in before.alerts] == [alert]
    assert before.marks == {"D-0001": Mark(3, silent=False)}
    database.gathered()
    after = await database.opened()
    assert (after.alerts, after.marks) == ([], before.marks)
    assert [one.id for one in after.incidents] == [one.id for one in before.standing(SITE)]
    assert after.told == {after.incidents[0].id: [alert]}


async def test_many_alerts_of_one_cause_are_one_incident_that_counts_them(database: Database) -> None:
    for n in range(40):
        database.raised(at=NOW - timedelta(seconds=n))
    database.gathered()
    found = await database.opened()
    (incident,) = found.standing(SITE)
    assert incident.occurrences == 40
    assert len(found.told[incident.id]) == 40


async def test_a_new_low_alert_is_among_those_read_however_many_worse_are_open(database: Database) -> None:
    query = """
        insert into alerts (id, site, rule, rule_version, severity, device, raised_at, occurred_at, judged_at, stored_at, why)
        select gen_random_uuid(), %s, 'intrusion', 1, 1, 'C-0001', t, t, t, t, '{}'
        from generate_series(1, %s) n, lateral (select %s - n * interval '1 minute' as t) at"""
    database.conn.execute(query, (SITE.id, MOST_UNPLACED + NEWEST_UNPLACED, NOW))
    newest = database.raised(severity=4)
    assert newest in {alert.id for alert in (await database.opened()).alerts}


async def test_a_closed_incident_no_longer_marks_its_device_though_the_alert_is_open(database: Database) -> None:
    database.raised()
    database.gathered()
    database.act(Close(Reason.NUISANCE))
    found = await database.opened()
    assert (found.standing(SITE), found.marks) == ([], {"D-0001": Mark(None, silent=False)})


async def test_a_resolved_incident_stays_and_its_device_is_calm(database: Database) -> None:
    database.raised()
    database.gathered()
    database.act(Take())
    database.act(Resolve())
    found = await database.opened()
    assert [one.state for one in found.incidents] == ["resolved"]
    assert found.marks["D-0001"].severity is None


async def test_a_device_that_does_not_speak_is_silent_whoever_closed_or_muted_that(database: Database) -> None:
    database.raised("camera-silent", 4, "C-0001")
    database.gathered()
    database.act(Close(Reason.EQUIPMENT))
    assert (await database.opened()).marks == {"C-0001": Mark(None, silent=True)}


@pytest.mark.parametrize("matcher", [{"rule": "door-held-open"}, {"device": "D-0001"}, {"building": "b01"}])
async def test_what_a_mute_holds_back_is_not_open_before_nor_after_the_desk_came_to_it(
    database: Database, matcher: dict[str, str]
) -> None:
    database.muted(**matcher)
    database.raised()
    other = database.raised(device="D-0002", rule="door-tamper")
    assert [alert.id for alert in (await database.opened()).alerts] == [other]
    database.gathered()
    found = await database.opened()
    assert [one.device for one in found.standing(SITE)] == ["D-0002"]
    assert found.marks.get("D-0001", Mark(None, silent=False)).severity is None


async def test_what_a_mute_that_ended_held_back_is_open_at_once(database: Database) -> None:
    database.muted(rule="door-held-open")
    alert = database.raised()
    database.gathered()
    database.conn.execute("update mutes set ended_at = %s, ended_by = 'chief'", (NOW,))
    database.conn.execute("update muted_alerts set released_at = %s", (NOW,))
    assert [one.id for one in (await database.opened()).alerts] == [alert]


async def test_nobody_has_taken_it_until_somebody_does_or_its_alerts_end(database: Database) -> None:
    alert = database.raised(severity=1)
    database.gathered()
    assert [one.live for one in (await database.opened()).incidents] == [True]
    database.cleared(alert)
    database.gathered()
    assert [one.live for one in (await database.opened()).incidents] == [False]
    database.raised(severity=1)
    database.gathered()
    assert [one.live for one in (await database.opened()).incidents] == [True]
    database.act(Take())
    assert [one.live for one in (await database.opened()).incidents] == [False]

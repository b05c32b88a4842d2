"""The registers on a real database: two at once, twice the same, what there is to tell and when it ended."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts.audit import walk
from alerts.incidents.incident import Refused, Who
from alerts.registers import looking, news, outbox, store
from alerts.registers.extinguishers import Extinguisher, Kind, Look, Point
from alerts.registers.looking import Ids, Looked, Noted
from alerts.registers.rounds import Checkpoint, Window
from alerts.registers.store import Act

Conn = psycopg.Connection[Any]
SITE, ZONE = "aozheng", ZoneInfo("Asia/Shanghai")
WANG, LI = Who("wang", "guard"), Who("li", "steward")
NOON = datetime(2026, 5, 6, 12, 0, tzinfo=ZONE)


def act(who: Who = WANG, at: datetime = NOON) -> Act:
    return Act(who, at, at.astimezone(ZONE).date())


def ids() -> Ids:
    return Ids(uuid4(), uuid4(), uuid4())


@pytest.fixture
def extinguisher(conn: Conn) -> Extinguisher:
    one = Extinguisher("EX-1", "Gate", Kind.POWDER, Look.MONTH, None, date(2026, 1, 1), date(2026, 4, 1))
    with conn.transaction():
        store.put_extinguishers(conn, SITE, [one], act())
    return one


@pytest.fixture
def point(conn: Conn) -> Checkpoint:
    one = Checkpoint("PT-1", "Roof", (), (Window("08:00", "10:00"), Window("20:00", "22:00")))
    with conn.transaction():
        store.put_checkpoints(conn, SITE, [one], act(at=NOON - timedelta(days=1)))
    return one


def tell(conn: Conn, at: datetime) -> list[tuple[str, str]]:
    """What is written to be told now."""
    before = {one.id for one in outbox.waiting(conn, SITE)}
    with conn.transaction():
        news.turn(conn, SITE, ZONE, at)
    return [(one.device, one.type) for one in outbox.waiting(conn, SITE) if one.id not in before]


def look(conn: Conn, seen: str = "", who: Who = WANG, at: datetime = NOON, **more: Any) -> UUID:
    made = ids()
    with conn.transaction():
        looking.look(conn, SITE, "EX-1", Looked(seen, **more), made, act(who, at))
    return made.made


def test_a_second_import_changes_nothing_and_a_file_takes_no_look_back(conn: Conn, extinguisher: Extinguisher) -> None:
    look(conn)
    with conn.transaction():
        made = store.put_extinguishers(conn, SITE, [extinguisher], act())
    assert (made.added, made.changed, made.unchanged) == ((), (), 1)
    assert store.extinguisher(conn, SITE, "EX-1").looked_on == NOON.date()


def test_the_log_says_what_a_date_was_and_is(conn: Conn, extinguisher: Extinguisher) -> None:
    served = replace(extinguisher, charged_on=NOON.date() - timedelta(days=3))
    with conn.transaction():
        store.put_extinguishers(conn, SITE, [served], act())
    (entry,) = conn.execute("select entry from audit order by seq desc limit 1").fetchone() or ("",)
    was = "" if extinguisher.charged_on is None else str(extinguisher.charged_on)
    assert json.loads(entry)["what"]["rows"] == {"EX-1": {"charged_on": [was, str(served.charged_on)]}}


def test_of_two_phones_that_look_at_once_the_second_is_told_who_was_first(
    conn: Conn, extinguisher: Extinguisher, database_url: str
) -> None:
    with psycopg.connect(database_url) as one, psycopg.connect(database_url, autocommit=True) as other:
        looking.look(one, SITE, "EX-1", Looked(), ids(), act())
        other.execute("set lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable), other.transaction():
            looking.look(other, SITE, "EX-1", Looked(), ids(), act(LI))
        one.commit()
        with pytest.raises(Refused) as caught, other.transaction():
            looking.look(other, SITE, "EX-1", Looked(), ids(), act(LI))
    assert caught.value.key == "look_taken"
    assert caught.value.values[0] == "wang"
    assert len(looking.looks(conn, SITE, "EX-1", 9)) == 1


def test_a_point_that_is_not_in_order_needs_words_and_becomes_a_finding(conn: Conn, extinguisher: Extinguisher) -> None:
    with pytest.raises(Refused) as caught:
        look(conn, wrong=(Point.HOSE,))
    assert caught.value.key == "defect_missing"
    look(conn, wrong=(Point.HOSE,), noted=Noted("torn", "li", NOON.date()))
    (found,) = looking.findings(conn, SITE, NOON - timedelta(days=1))
    assert (found.register, found.thing, found.what, found.owner) == ("extinguisher", "EX-1", "torn", "li")
    with conn.transaction():
        looking.rectify(conn, SITE, found.id, "new hose", act(LI, NOON + timedelta(days=1)))
    with pytest.raises(Refused), conn.transaction():
        looking.rectify(conn, SITE, found.id, "again", act())
    (found,) = looking.findings(conn, SITE, NOON - timedelta(days=1))
    assert (found.rectified_by, found.rectified_on, found.remark) == ("li", NOON.date() + timedelta(days=1), "new hose")
    with conn.transaction():
        assert walk(conn).wrong is None


@pytest.mark.parametrize("changes", [{"what": " "}, {"owner": ""}, {"due_on": date(2026, 5, 5)}, {"what": "x" * 501}])
def test_a_finding_that_cannot_be_is_refused(conn: Conn, point: Checkpoint, changes: dict[str, Any]) -> None:
    noted = Noted(**{"what": "x", "owner": "li", "due_on": NOON.date(), **changes})
    with pytest.raises(Refused), conn.transaction():
        looking.visit(conn, SITE, "PT-1", noted, ids(), act())
    assert conn.execute("select count(*) from visits").fetchone() == (0,)


def test_an_overdue_extinguisher_is_told_once_and_once_that_it_is_in_order(conn: Conn, extinguisher: Extinguisher) -> None:
    due = datetime(2026, 5, 1, 23, 59, tzinfo=ZONE)
    assert tell(conn, due) == []
    assert tell(conn, due + timedelta(minutes=1)) == [("EX-1", "extinguisher_overdue")]
    assert tell(conn, NOON) == []
    first = look(conn)
    assert tell(conn, NOON) == [("EX-1", "extinguisher_overdue_ended")]
    assert tell(conn, NOON) == []
    later = NOON + timedelta(days=40)
    assert tell(conn, later) == [("EX-1", "extinguisher_overdue")]
    look(conn, str(first), at=later)
    assert tell(conn, later) == [("EX-1", "extinguisher_overdue_ended")]


def test_what_leaves_the_register_is_overdue_no_more(conn: Conn, extinguisher: Extinguisher) -> None:
    tell(conn, NOON)
    with pytest.raises(Refused), conn.transaction():
        store.remove(conn, SITE, "extinguisher", "EX-1", " ", act())
    with conn.transaction():
        store.remove(conn, SITE, "extinguisher", "EX-1", "scrapped", act())
    assert tell(conn, NOON) == [("EX-1", "extinguisher_overdue_ended")]
    assert store.extinguishers(conn, SITE) == []
    with conn.transaction():
        store.put_extinguishers(conn, SITE, [extinguisher], act())
    assert tell(conn, NOON) == [("EX-1", "extinguisher_overdue")]


def test_a_missed_window_is_told_once_and_made_good_by_a_later_visit(conn: Conn, point: Checkpoint) -> None:
    assert tell(conn, datetime(2026, 5, 5, 22, 1, tzinfo=ZONE)) == [("PT-1", "patrol_missed")]
    assert tell(conn, NOON) == [("PT-1", "patrol_missed")]
    assert tell(conn, NOON) == []
    with conn.transaction():
        looking.visit(conn, SITE, "PT-1", None, ids(), act())
    assert tell(conn, NOON) == [("PT-1", "patrol_missed_ended")]
    assert tell(conn, NOON) == []
    assert tell(conn, datetime(2026, 5, 6, 22, 1, tzinfo=ZONE)) == [("PT-1", "patrol_missed")]


def test_a_finding_past_its_day_is_told_once_and_once_that_nothing_of_its_place_is_overdue(
    conn: Conn, point: Checkpoint
) -> None:
    days = [NOON.date() + timedelta(days=days) for days in (1, 3)]
    for due in days:
        with conn.transaction():
            looking.visit(conn, SITE, "PT-1", Noted("a box in the way", "li", due), ids(), act())
    after = [word for word in tell(conn, NOON + timedelta(days=1)) if word[1].startswith("finding")]
    assert after == []  # the day itself is in time
    told = [tell(conn, NOON + timedelta(days=number)) for number in (2, 2, 4)]
    late = ("PT-1", "finding_overdue")
    assert [words.count(late) for words in told] == [1, 0, 1]
    first, second = looking.findings(conn, SITE, NOON)
    for finding, ended in ((first, 0), (second, 1)):
        with conn.transaction():
            looking.rectify(conn, SITE, finding.id, "cleared", act(at=NOON + timedelta(days=4)))
        assert tell(conn, NOON + timedelta(days=4)).count(("PT-1", "finding_overdue_ended")) == ended


def test_a_visit_in_the_window_leaves_nothing_to_tell(conn: Conn, point: Checkpoint) -> None:
    for at in (datetime(2026, 5, 5, 21, tzinfo=ZONE), datetime(2026, 5, 6, 8, tzinfo=ZONE)):
        with conn.transaction():
            looking.visit(conn, SITE, "PT-1", None, ids(), act(at=at))
    assert tell(conn, NOON) == []


def test_what_was_missed_long_ago_is_not_told_any_more(conn: Conn, point: Checkpoint) -> None:
    assert len(tell(conn, NOON + timedelta(days=30))) == 4  # the windows of two days

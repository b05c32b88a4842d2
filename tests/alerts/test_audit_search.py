"""Seeking in the audit log: compared with reading every row, over pages, with texts that look like JSON or patterns."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from alerts.audit import Fact, append, newest
from alerts.audit_search import Place, Sought, part

Conn = psycopg.Connection[Any]
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WHO = ("wang", "li.*", 'a","actor":"wang', "王")
ACTIONS = ("incident.take", "incident.close", "list.export", "log_in")
ABOUT = ("", "7", 'x","action":"log_in","actor":"wang",')


@pytest.fixture
def log(conn: Conn) -> Conn:
    """Forty rows, a minute apart, of everybody doing everything."""
    for number in range(40):
        what = {"actor": "wang", "role": "guard"} if number % 7 == 0 else {}
        fact = Fact(WHO[number % 4], "guard", ACTIONS[number // 4 % 4], ABOUT[number % 3], what)
        with conn.transaction():
            append(conn, fact, NOW + timedelta(minutes=number))
    return conn


def fits(row: Any, sought: Sought) -> bool:
    """The obvious twin: the row's own words, compared."""
    at = datetime.fromisoformat(row["at"])
    begins = sought.action == "" or sought.action.endswith(".")
    return (
        sought.who in ("", row["actor"])
        and (row["action"].startswith(sought.action) if begins else row["action"] == sought.action)
        and (sought.since is None or at >= sought.since)
        and (sought.until is None or at < sought.until)
        and sought.about in (None, row["about"])
    )


@pytest.mark.parametrize(
    "sought",
    [
        Sought(),
        *(Sought(who=who) for who in (*WHO, "nobody", "wan", "\0")),
        *(Sought(action=action) for action in (*ACTIONS, "incident.", "incident", "list.", "....")),
        *(Sought(about=about) for about in (*ABOUT, "-")),
        Sought(since=NOW + timedelta(minutes=10)),
        Sought(until=NOW + timedelta(minutes=10)),
        Sought("wang", "incident.", NOW + timedelta(minutes=4), NOW + timedelta(minutes=36), ""),
    ],
    ids=str,
)
def test_what_is_found_is_what_reading_every_row_finds_page_by_page(log: Conn, sought: Sought) -> None:
    wanted = [row["seq"] for row in newest(log, 99) if fits(row, sought)]
    found, place = list[int](), Place()
    while True:
        some = part(log, sought, place, 3)
        found += [row.seq for row in some.rows]
        if not some.older:
            break
        place = Place(before=some.rows[-1].seq)
    assert found == wanted
    if len(wanted) > 6:
        back = part(log, sought, Place(after=wanted[6]), 3)
        assert ([row.seq for row in back.rows], back.newer, back.older) == (wanted[3:6], True, True)


def test_each_row_can_be_checked_by_itself(log: Conn) -> None:
    for row in part(log, Sought(), Place(), 99).rows:
        assert sha256(row.follows_on + row.entry.encode()).digest() == row.hash


def test_a_row_that_is_no_json_stands_among_the_others_and_breaks_no_search(log: Conn) -> None:
    log.execute("insert into audit values (41, 'no json', 'x')")
    assert part(log, Sought(), Place(), 1).rows[0].said["action"] == "?"
    assert all(row.seq <= 40 for row in part(log, Sought(who="wang", since=NOW), Place(), 99).rows)

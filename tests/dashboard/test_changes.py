"""Whatever changes, is lost, comes twice or begins anew: a browser's list is the server's, in Python and in the script."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from dashboard.incidents.changes import REMEMBERED, Heard, Listed, heard
from tests.conftest import ROOT

SCRIPT = ROOT / "dashboard" / "incidents" / "assets" / "desk-changes.js"
PLAY = """(moves) => moves.reduce(([had, asked], [told, whole]) => {
  const after = gatehouse.laidOver(had, told);
  return after ? [after, asked] : [whole && gatehouse.laidOver(had, whole), asked + 1];
}, [null, 0]).map((value) => (value && value.rows ? [value.run, value.seq, [...value.rows.values()]] : value))"""


class Move(NamedTuple):
    """A list of rows (version by id); how it comes to the browser; whether the server's process began anew before it."""

    rows: Mapping[str, int]
    comes: str
    anew: bool


class Told(NamedTuple):
    """What reaches a browser, and the whole that it gets if it asks then."""

    told: Mapping[str, Any]
    whole: Mapping[str, Any]


ROWS = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 3), max_size=5)
COMES = st.sampled_from(["in turn", "lost", "twice", "skipped", "anew"])
MOVES = st.lists(st.builds(Move, ROWS, COMES, st.integers(0, 9).map(lambda n: not n)), max_size=30)


def sent(moves: Sequence[Move]) -> Iterator[Told]:
    """What a server tells a browser: each push says what came since the last that was sent, whether that arrived or not."""
    run, listed, told_up_to = 0, Listed(), 0
    for move in [*moves, Move({}, "in turn", anew=False)]:
        if move.anew:
            run, listed, told_up_to = run + 1, Listed(), 0
        listed = listed.next({"id": one, "version": version} for one, version in move.rows.items())
        if move.comes == "skipped":  # the browser is slow: it is told with the next
            continue
        since = 0 if move.comes == "anew" else told_up_to
        told, whole = ({"run": f"{run}", **listed.since(seq)} for seq in (since, 0))
        told_up_to = listed.seq
        if move.comes != "lost":
            yield from [Told(told, whole)] * (2 if move.comes == "twice" else 1)


def played(all_told: Sequence[Told]) -> tuple[Heard | None, int]:
    """What the browser has in the end, and how often it had to ask."""
    has: Heard | None = None
    asked = 0
    for one in all_told:
        after = heard(has, one.told)
        asked += after is None
        has = after or heard(has, one.whole)
    return has, asked


@given(MOVES)
def test_a_browser_has_the_servers_list_after_whatever_came_before(moves: list[Move]) -> None:
    all_told = list(sent(moves))
    for end in range(1, len(all_told) + 1):
        has, _ = played(all_told[:end])
        assert has is not None
        whole = all_told[end - 1].whole
        assert (has.run, has.seq) == (whole["run"], whole["seq"])
        assert has.rows == {row["id"]: row for row in whole["rows"]}


@given(MOVES)
def test_nobody_who_lost_nothing_asks_for_the_whole(moves: list[Move]) -> None:
    kept = [move._replace(comes="in turn" if move.comes == "lost" else move.comes) for move in moves]
    assert played(list(sent(kept)))[1] == 0


def test_what_did_not_change_is_not_told_again() -> None:
    first = Listed().next([{"id": "a", "version": 1}, {"id": "b", "version": 1}])
    second = first.next([{"id": "a", "version": 2}, {"id": "b", "version": 1}])
    third = second.next([{"id": "a", "version": 2}])
    assert second.since(1) == {"seq": 2, "since": 1, "rows": [{"id": "a", "version": 2}], "gone": []}
    assert third.since(2) == {"seq": 3, "since": 2, "rows": [], "gone": ["b"]}
    assert third.since(3) == {"seq": 3, "since": 3, "rows": [], "gone": []}


def test_what_went_is_forgotten_after_a_while_and_who_is_so_far_behind_is_told_the_whole() -> None:
    listed = Listed().next([{"id": "a"}]).next([])
    for _ in range(REMEMBERED):
        listed = listed.next([])
    assert listed.changed == {}
    assert listed.since(1)["since"] == 0
    assert listed.since(2)["since"] == 0
    assert listed.since(3)["since"] == 3


@pytest.fixture(scope="module")
def scripted(chromium: Browser) -> Iterator[Page]:
    """An empty page with the one script."""
    page = chromium.new_page()
    page.add_script_tag(path=SCRIPT)
    yield page
    page.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_the_pages_script_does_the_same(scripted: Page, moves: list[Move]) -> None:
    all_told = list(sent(moves))
    has, asked = played(all_told)
    assert has is not None
    found, often = scripted.evaluate(PLAY, all_told)
    assert (found[0], found[1], often) == (has.run, has.seq, asked)
    assert {row["id"]: row for row in found[2]} == has.rows

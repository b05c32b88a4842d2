"""How many alerts a shift, an hour, a flood; and the budget."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import Alert, Clearing, Severity
from streams.backtest.difference import Version, difference
from streams.backtest.figures import FLOOD, FLOOD_N, began, figures, in_flood
from tests.streams.backtest.happened import DOORS, SITE

NOON = datetime(2031, 3, 5, 4, 0, tzinfo=UTC)  # local noon
ZONE = ZoneInfo(SITE.timezone)


def alert(
    second: float, *, rule: str = "r", parent: UUID | None = None, identity: UUID | None = None, device: str = DOORS[0]
) -> Alert:
    at = NOON + timedelta(seconds=second)
    return Alert(identity or uuid4(), SITE.id, rule, 1, Severity.HIGH, device, at, None, at, at, {}, parent)


def slow_flood(times: list[int]) -> int:
    """Second by second."""
    width = FLOOD // timedelta(seconds=1)
    return sum(sum(1 for time in times if now - width < time <= now) > FLOOD_N for now in range(max(times) + width + 1))


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=60))
def test_time_in_flood_is_what_counting_every_second_gives(seconds: list[int]) -> None:
    times = [NOON + timedelta(seconds=second) for second in sorted(seconds)]
    assert in_flood(times) == timedelta(seconds=slow_flood(seconds))


@pytest.mark.parametrize(
    ("local", "start"),
    [("05 06:59", "04 23"), ("05 07:00", "05 07"), ("05 15:00", "05 15"), ("05 23:00", "05 23"), ("06 00:30", "05 23")],
)
def test_a_shift_begins_at_seven_fifteen_and_twenty_three(local: str, start: str) -> None:
    time = datetime.strptime(f"2031-03-{local}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    assert began(time, ZONE).strftime("%d %H") == start


def test_a_quiet_day_holds_and_a_busy_one_breaks_the_budget() -> None:
    span = (NOON, NOON + timedelta(hours=24))
    quiet = figures([alert(600 * n) for n in range(144)], SITE, *span)
    assert (quiet.hour.mean, quiet.hour.worst, quiet.broken(6.0)) == (6.0, 6, [])
    assert quiet.shifts["15-23"].total == 48
    assert len(figures([alert(600 * n) for n in range(145)], SITE, *span).broken(6.0)) == 1
    flood = figures([alert(n) for n in range(60)], SITE, NOON, NOON + timedelta(hours=10))
    assert [sentence.split()[0] for sentence in flood.broken(6.0)] == ["1.77%"]


def test_children_are_stored_and_not_told() -> None:
    found = figures([alert(0), alert(1, parent=uuid4())], SITE, NOON, NOON + timedelta(hours=1))
    assert (found.told, found.children, dict(found.by_rule)) == (1, 1, {"r": 1})


def test_what_moved_is_neither_added_nor_removed() -> None:
    same, before, after, new, gone = alert(0), alert(100), alert(110), alert(900, rule="new"), alert(950, rule="old")
    later = alert(500)
    ended = [Clearing(before.id, before.raised_at, before.raised_at + timedelta(seconds=60))]
    found = difference(Version([same, after, later, new], []), Version([same, before, gone], ended))
    assert (found.same, list(found.moved)) == (1, [(before, after)])
    assert (found.added, found.removed) == ([later, new], [gone])

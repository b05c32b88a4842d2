"""Due dates, windows and the rate, over any days, zones and changes of clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.registers.extinguishers import INTERVALS, Due, Extinguisher, Kind, Look, Why, dues, months_after, overdue
from alerts.registers.rounds import Checkpoint, Passed, Window, passed, rate, slot_on, slots

ZONES = [
    ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
]
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
WINDOWS = st.builds(Window, CLOCKS, CLOCKS | st.just("24:00"))


def extinguisher(**changes: object) -> Extinguisher:
    given_ = {"made_on": date(2024, 1, 31), "charged_on": date(2024, 1, 31), "looked_on": date(2026, 1, 31), **changes}
    return Extinguisher("EX-001", "Gate", Kind.POWDER, Look.MONTH, **given_)  # type: ignore[arg-type]


def test_a_look_is_due_a_month_after_the_last_one_and_overdue_the_day_after() -> None:
    one = extinguisher()
    assert dues(one)[0] == Due(date(2026, 2, 28), Why.LOOK)
    assert overdue(one, date(2026, 2, 28)) == ()
    assert overdue(one, date(2026, 3, 1)) == (Due(date(2026, 2, 28), Why.LOOK),)


@pytest.mark.parametrize(
    ("kind", "first", "later", "life"),
    [("water", 3, 1, 6), ("foam", 3, 1, 6), ("powder", 5, 2, 10), ("gas", 5, 2, 10), ("co2", 5, 2, 12)],
)
def test_service_and_scrapping_follow_the_kind(kind: str, first: int, later: int, life: int) -> None:
    made, charged = date(2020, 5, 4), date(2023, 5, 4)
    new = Extinguisher("E", "x", Kind(kind), Look.MONTH, made, made)
    used = Extinguisher("E", "x", Kind(kind), Look.MONTH, made, charged)
    assert Due(made.replace(year=2020 + first), Why.SERVICE) in dues(new)
    assert Due(charged.replace(year=2023 + later), Why.SERVICE) in dues(used)
    assert Due(made.replace(year=2020 + life), Why.SCRAP) in dues(used)


def test_where_nobody_knows_when_it_was_made_the_shorter_interval_counts_and_the_day_of_entering() -> None:
    one = extinguisher(made_on=None, looked_on=None, added_on=date(2026, 3, 31))
    assert {due.why: due.day for due in dues(one)} == {Why.LOOK: date(2026, 4, 30), Why.SERVICE: date(2026, 1, 31)}


def test_a_basement_is_looked_at_each_half_month() -> None:
    one = Extinguisher("E", "x", Kind.POWDER, Look.HALF_MONTH, None, date(2026, 1, 1), date(2026, 2, 20))
    assert dues(one)[0] == Due(date(2026, 3, 7), Why.LOOK)


@given(DAYS, st.integers(0, 200))
def test_months_later_is_the_same_day_or_the_months_last_one(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.sampled_from(Kind), st.sampled_from(Look))
def test_a_later_look_never_falls_due_earlier_and_nothing_is_overdue_on_its_day(
    one: date, other: date, kind: Kind, look: Look
) -> None:
    first, second = (
        Extinguisher("E", "x", kind, look, None, date(2020, 1, 1), day) for day in (min(one, other), max(one, other))
    )
    day = {due.why: due.day for due in dues(first)}[Why.LOOK]
    assert day <= {due.why: due.day for due in dues(second)}[Why.LOOK]
    assert Why.LOOK not in {due.why for due in overdue(first, day)}
    assert Why.LOOK in {due.why for due in overdue(first, day + timedelta(days=1))}
    assert all(intervals.service <= intervals.first_service < intervals.life for intervals in INTERVALS.values())


@given(WINDOWS, DAYS, st.sampled_from(ZONES))
def test_a_window_has_a_length_whatever_the_clocks_do(window: Window, day: date, zone: ZoneInfo) -> None:
    slot = slot_on(window, day, zone)
    assert timedelta() < slot.ends - slot.begins <= timedelta(hours=25)
    assert slot.begins.tzinfo is UTC


@given(st.lists(WINDOWS, min_size=1, max_size=3), DAYS, st.integers(0, 5), st.sampled_from(ZONES), st.integers(0, 10_000))
def test_a_slot_is_missed_when_it_has_ended_without_a_visit_in_it(
    windows: list[Window], day: date, days: int, zone: ZoneInfo, minutes: int
) -> None:
    point = Checkpoint("P", "x", (), tuple(windows))
    now = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) + timedelta(minutes=minutes)
    found = list(slots(point, zone, day, day + timedelta(days=days)))
    assert len(found) == len(windows) * (days + 1)
    for slot in found:
        stands = passed(slot, [], now)
        assert (stands is Passed.MISSED) == (now >= slot.ends)
        assert (stands is Passed.COMING) == (now < slot.begins)
        assert passed(slot, [slot.begins], now) is Passed.DONE
        assert passed(slot, [slot.ends, slot.begins - timedelta(microseconds=1)], now) is stands


def test_a_round_over_midnight_ends_on_the_next_day_and_counts_on_the_day_it_begins() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    point = Checkpoint("P", "x", (5,), (Window("22:00", "02:00"),))
    (slot,) = slots(point, zone, date(2026, 5, 4), date(2026, 5, 10))
    assert slot.begins == datetime(2026, 5, 8, 22, tzinfo=zone)
    assert slot.ends == datetime(2026, 5, 9, 2, tzinfo=zone)


def test_windows_before_the_point_was_added_do_not_count() -> None:
    since = datetime(2026, 5, 4, 9, tzinfo=UTC)
    point = Checkpoint("P", "x", (), (Window("08:00", "09:30"), Window("17:30", "18:00")), since)
    found = list(slots(point, ZoneInfo("Asia/Shanghai"), date(2026, 5, 4), date(2026, 5, 4)))
    assert [slot.window.opens for slot in found] == ["17:30"]


def test_the_rate_is_what_was_rectified_in_time_of_all_that_was_found_and_is_decided() -> None:
    due = date(2026, 5, 4)
    found = rate([(due, due), (due, date(2026, 5, 5)), (due, None), (date(2026, 5, 9), None)], date(2026, 5, 6))
    assert (found.found, found.in_time, found.late, found.overdue, found.waiting, found.share) == (4, 1, 1, 1, 1, 1 / 3)
    assert rate([], due).share is None
    assert f"{rate([(due, due)] * 121 + [(due, None)], date(2026, 5, 6)).share:.2%}" == "99.18%"


@given(st.lists(st.tuples(DAYS, DAYS | st.none())), DAYS)
def test_every_finding_is_counted_once(findings: list[tuple[date, date | None]], today: date) -> None:
    found = rate(findings, today)
    assert found.found == len(findings) == found.in_time + found.late + found.overdue + found.waiting

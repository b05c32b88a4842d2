"""The kernel of deviation against its slow twin, and what it promises: robust, silent when cold, both ways, calendars, gaps."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.rules import deviation as kernel
from streams.rules import layout as at
from streams.rules.almanac import calendar_of
from trials.naive_deviation import SECOND, Almanac, Heard, Said, Usual, deviations

CHINA = timezone(timedelta(hours=8))
MONDAY = date(2026, 3, 2)
DAY_S, HOUR_S = 86_400, 3_600
WORKING, SATURDAY, SUNDAY = 0, 1, 2

HALF_HOURS = Usual(
    interval_s=1_800, origin=0, window_s=28 * DAY_S, hold_s=0, measured=False, lives=0, warm_s=14 * DAY_S, least=3, memory=20,
    calm=2, grain=1.0, drift=1.0, line=2.0, alone=5.0, quiet_line=2.0, quiet_alone=5.0,
)  # fmt: skip


def kind_of(day: date) -> int:
    """Working days, Saturdays, Sundays."""
    return max(day.weekday() - 4, WORKING)


def instant(day: date, hours: float = 0.0) -> int:
    """That time of that day in China."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return (midnight + timedelta(hours=hours) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def params_of(usual: Usual) -> Any:
    """The kernel's numbers for such thresholds."""
    params = np.zeros(kernel.PARAMS, np.int64)
    params[at.WINDOW], params[at.HOLD] = usual.window_s * SECOND, usual.hold_s * SECOND
    params[kernel.INTERVAL], params[kernel.ORIGIN] = usual.interval, usual.origin
    params[kernel.MEASURED], params[kernel.LIVES], params[kernel.WARM] = usual.measured, usual.lives, usual.warm_s * SECOND
    params[kernel.LEAST], params[kernel.MEMORY], params[kernel.CALM] = usual.least, usual.memory, usual.calm
    for place, value in [(kernel.GRAIN, usual.grain), (kernel.DRIFT, usual.drift), (kernel.LINE, usual.line)]:
        params[place] = round(value * 1000)
    params[kernel.ALONE] = round(usual.alone * 1000)
    params[kernel.QUIET_LINE], params[kernel.QUIET_ALONE] = round(usual.quiet_line * 1000), round(usual.quiet_alone * 1000)
    return params


def plain(function: Callable[..., Any], compiled: bool) -> Callable[..., Any]:
    """The kernel, or the Python function behind it."""
    return function if compiled else getattr(function, "py_func", function)


class Keys:
    """The kernel at work on a few keys, with so little room for signals that it has to stop and go on."""

    def __init__(self, usual: Usual, almanac: Almanac, keys: int = 1, *, room: int = 1, compiled: bool = True) -> None:
        self._params = params_of(usual)
        self._calendar = calendar_of(almanac.first, almanac.days, almanac.zone, almanac.kind_of)
        self._heads = np.full((at.HEADS, keys), at.LONG_AGO)
        self._heads[at.DUE] = at.NEVER
        self.words = np.full((keys, kernel.words_of(3, usual.interval_s)), at.LONG_AGO)
        self._signals, self._evidence = np.empty((room, at.SIGNAL), np.int64), np.empty((room, 1, kernel.SHOWN), np.int64)
        self._tally, self._close = plain(kernel.tally, compiled), plain(kernel.close, compiled)
        self.said: list[list[Said]] = [[] for _ in range(keys)]

    def hear(self, rows: Sequence[tuple[int, Heard]]) -> None:
        """Fold rows (key, row), in the order of their time."""
        facts = np.zeros((len(rows), at.MARK + 4), np.int64)
        facts[:, at.SLOT] = [key for key, _ in rows]
        facts[:, at.ROLES] = [2 if row.amount is None else 1 for _, row in rows]
        facts.view(np.float64)[:, at.EXTRA] = [row.amount or 0.0 for _, row in rows]
        facts[:, at.MARK] = [row.at for _, row in rows]
        self._all(len(rows), lambda start: self._tally(start, facts, *self._state()))

    def pass_(self, watermark: int) -> None:
        """Let the watermark reach a time."""
        used = len(self.said)
        self._all(used, lambda start: self._close(start, used, watermark, *self._state()))

    def _state(self) -> tuple[Any, ...]:
        return self._heads, self.words, self._params, self._signals, self._evidence, self._calendar

    def _all(self, end: int, step: Callable[[int], tuple[int, int]]) -> None:
        start = 0
        while start < end:
            start, found = step(start)
            for (what, slot, time, row), [shown] in zip(self._signals[:found], self._evidence[:found], strict=True):
                assert row == at.NO_ROW and time == shown[kernel.ENDED]
                self.said[slot].append(_said(int(what), int(time), shown))


def _said(what: int, time: int, shown: Any) -> Said:
    side = int(shown[kernel.DIRECTION])
    word = "raise" if what == at.RAISE else "clear"
    if shown[kernel.SINCE] == at.LONG_AGO:
        return Said(word, time, side)
    one, two, three, four = shown[kernel.OBSERVED : kernel.UPPER + 1].copy().view(np.float64).tolist()
    return Said(word, time, side, (one, two, three, four), int(shown[kernel.SINCE]))


# What the twin says.

ALMANACS = [
    Almanac(CHINA, date(2026, 3, 20), 20, kind_of),
    Almanac(ZoneInfo("Europe/Berlin"), date(2026, 3, 20), 20, kind_of),
    Almanac(ZoneInfo("Europe/Berlin"), date(2026, 10, 17), 12, kind_of),
    Almanac(ZoneInfo("America/St_Johns"), date(2026, 3, 1), 30, lambda day: SUNDAY if day.day == 11 else WORKING),
]

usuals = st.builds(
    Usual,
    interval_s=st.sampled_from([2 * HOUR_S, 6 * HOUR_S]), origin=st.sampled_from([0, 1_800 * SECOND]),
    window_s=st.sampled_from([2 * DAY_S, 28 * DAY_S]), hold_s=st.sampled_from([0, 0, 30 * HOUR_S]), measured=st.booleans(),
    lives=st.integers(0, 2), warm_s=st.sampled_from([0, 4 * DAY_S]), least=st.integers(3, 5), memory=st.sampled_from([4, 20]),
    calm=st.integers(1, 2), grain=st.sampled_from([0.5, 1.0, 10.0]), drift=st.sampled_from([0.25, 1.0]),
    line=st.sampled_from([0.5, 2.0]), alone=st.sampled_from([1.5, 5.0]),
    quiet_line=st.sampled_from([0.5, 2.0, 6.0]), quiet_alone=st.sampled_from([1.5, 5.0]),
)  # fmt: skip


@st.composite
def stories(draw: st.DrawFn, almanac: Almanac) -> list[tuple[int, Heard]]:
    """Rows of two keys over the almanac's days and some after: much of the same, with odd amounts, life, and silences."""
    midnight = datetime(almanac.first.year, almanac.first.month, almanac.first.day, tzinfo=almanac.zone)
    now = int(midnight.timestamp()) * SECOND - draw(st.integers(0, 2)) * DAY_S * SECOND
    end = now + (almanac.days + 3) * DAY_S * SECOND
    chance = Random(draw(st.integers(0, 2**32)))
    quiet, often = draw(st.sampled_from([0.0, 0.02])), draw(st.sampled_from([1, 3]))
    rows = []
    while now < end:
        now += chance.choice([0, 1, HOUR_S // 2, 2 * HOUR_S]) * SECOND // often
        now += 4 * DAY_S * SECOND if chance.random() < quiet else 0
        amount = chance.choice(
            [None, float("nan"), 1.0, 1.0, 1.0, 2.0, -0.5, chance.choice([0.25, 3.0, 40.0, 1e99, float("inf")])]
        )
        rows.append((int(chance.random() < 0.2), Heard(now, amount)))
    return rows


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("almanac", ALMANACS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_kernel_says_what_its_twin_says_however_it_is_cut(compiled: bool, almanac: Almanac, data: st.DataObject) -> None:
    usual, rows = data.draw(usuals), data.draw(stories(almanac))
    keys = Keys(usual, almanac, 2, room=data.draw(st.integers(1, 5)), compiled=compiled)
    cuts = sorted({0, len(rows), *data.draw(st.lists(st.integers(0, len(rows)), max_size=8))})
    for start, stop in pairwise(cuts):
        keys.hear(rows[start:stop])
        before_next = rows[stop][1].at - 1 if stop < len(rows) else rows[-1][1].at
        keys.pass_(data.draw(st.integers(min(rows[stop - 1][1].at, before_next), before_next)))
    watermark = rows[-1][1].at + data.draw(st.sampled_from([0, 1, DAY_S, 40 * DAY_S])) * SECOND
    keys.pass_(watermark)
    for key, said in enumerate(keys.said):
        assert said == deviations([row for whose, row in rows if whose == key], usual, almanac, watermark)


# A door, and what happens at it.


def counts(day: date, hour: float) -> int:
    """How many pass a door in half an hour: an office's day, nobody at night, few on rest days."""
    if not 7 <= hour < 20:
        return 0
    return [2, 3, 1][int(2 * hour + day.toordinal()) % 3] if kind_of(day) != WORKING else 12 + int(2 * hour * day.day) % 7


def passing(weeks: float, change: Callable[[date, float], int | None] = lambda day, hour: None) -> Iterable[Heard]:
    """Everybody who passes, with another count where `change` gives one; the source tells every half hour that it lives."""
    for n in range(int(weeks * 7)):
        day = MONDAY + timedelta(n)
        for hour in np.arange(0, 24, 0.5).tolist():
            changed = change(day, hour)
            yield Heard(instant(day, hour), None)
            for _ in range(counts(day, hour) if changed is None else changed):
                yield Heard(instant(day, hour) + 60 * SECOND)


def kind_with(holidays: Sequence[date]) -> Callable[[date], int]:
    """Kinds of days where holidays are like Sundays."""
    return lambda day: SUNDAY if day in holidays else kind_of(day)


def heard(rows: Iterable[Heard], usual: Usual = HALF_HOURS, kinds: Callable[[date], int] = kind_of) -> list[Said]:
    """What the kernel says of one key up to its last row."""
    story = [(0, row) for row in rows]
    keys = Keys(usual, Almanac(CHINA, MONDAY - timedelta(7), 200, kinds), room=8)
    keys.hear(story)
    keys.pass_(story[-1][1].at + usual.interval)
    return keys.said[0]


def on(day: date, start: float, end: float, count: int) -> Callable[[date, float], int | None]:
    """That count between two hours of a day."""
    return lambda today, hour: count if today == day and start <= hour < end else None


TUESDAY = MONDAY + timedelta(8 * 7 + 1)


def test_a_usual_door_is_never_spoken_of() -> None:
    assert heard(passing(10)) == []


def test_a_crowd_is_raised_at_the_end_of_its_first_half_hour_and_cleared_when_it_is_gone() -> None:
    raised, cleared = heard(passing(10, on(TUESDAY, 10, 12, 48)))
    assert (raised.what, raised.side, raised.at) == ("raise", 1, instant(TUESDAY, 10.5))
    assert (cleared.what, cleared.side, cleared.at) == ("clear", 1, instant(TUESDAY, 13))
    assert raised.seen is not None and raised.since == instant(TUESDAY, 10)
    observed, expected, lower, upper = raised.seen
    assert observed == 48 and 12 <= expected <= 18 and 5 < lower < expected < upper < 30


def test_a_door_that_nobody_passes_at_a_busy_hour_is_unusually_quiet() -> None:
    raised, _ = heard(passing(10, on(TUESDAY, 10, 12, 0)))
    assert (raised.what, raised.side) == ("raise", -1) and raised.at <= instant(TUESDAY, 11)
    assert raised.seen is not None and raised.seen[0] == 0 < raised.seen[2]


def test_a_weak_change_speaks_only_when_it_lasts() -> None:
    assert heard(passing(10, on(TUESDAY, 10, 10.5, 23))) == []
    raised, _ = heard(passing(10, on(TUESDAY, 10, 14, 23)))
    assert raised.side == 1 and instant(TUESDAY, 11) <= raised.at <= instant(TUESDAY, 12)
    assert raised.since == instant(TUESDAY, 10)


def test_a_few_people_in_a_dead_night_are_a_crowd() -> None:
    raised, _ = heard(passing(10, on(TUESDAY, 2, 4, 6)))
    assert raised.side == 1 and raised.at <= instant(TUESDAY, 3)


def test_past_incidents_hide_no_later_one() -> None:
    past = [MONDAY + timedelta(days) for days in (1, 4, 9, 16, 23, 30)]
    said = heard(passing(9, lambda day, hour: 60 if day in [*past, TUESDAY] and 10 <= hour < 12 else None))
    clean = heard(passing(9, on(TUESDAY, 10, 12, 60)))
    last, only = said[-2], clean[0]
    assert (last.what, last.at) == (only.what, only.at)
    assert last.seen is not None and only.seen is not None and last.seen[3] < 2 * only.seen[3] < 60


def test_a_new_level_becomes_usual() -> None:
    said = heard(passing(16, lambda day, hour: 2 * counts(day, hour) if day >= TUESDAY else None))
    raised = [one.at for one in said if one.what == "raise"]
    assert raised and raised[-1] < instant(TUESDAY + timedelta(21))


def test_a_cold_key_is_silent_whatever_happens() -> None:
    day = MONDAY + timedelta(9)
    assert heard(passing(2, on(day, 10, 14, 90))) == []


def test_the_first_crowd_after_the_warm_up_is_found() -> None:
    day = MONDAY + timedelta(15)
    raised, _ = heard(passing(3, on(day, 10, 12, 48)))
    assert raised.at == instant(day, 10.5)


def test_a_kind_of_day_speaks_after_three_of_it() -> None:
    third, fourth = MONDAY + timedelta(19), MONDAY + timedelta(26)
    assert third.weekday() == fourth.weekday() == 5
    assert heard(passing(5, on(third, 10, 12, 40))) == []
    assert heard(passing(5, on(fourth, 10, 12, 40)))[0].at == instant(fourth, 10.5)


def test_a_holiday_is_like_a_sunday_where_the_calendar_says_so() -> None:
    def closed(day: date, hour: float) -> int | None:
        return counts(day + timedelta(5), hour) if day == TUESDAY else None

    assert {one.side for one in heard(passing(10, closed))} == {-1}
    assert heard(passing(10, closed), kinds=kind_with([TUESDAY])) == []


def test_a_working_day_s_crowd_on_a_holiday_is_unusual() -> None:
    assert heard(passing(10), kinds=kind_with([TUESDAY]))[0].side == 1


def test_a_day_that_the_calendar_does_not_know_is_neither_judged_nor_learned() -> None:
    unknown = kind_of
    crowd = passing(10, on(TUESDAY, 10, 12, 90))
    assert heard(crowd, kinds=lambda day: -1 if day == TUESDAY else unknown(day)) == []


def without(rows: Iterable[Heard], start: int, end: int) -> list[Heard]:
    """The rows while the source does not speak for some time."""
    return [row for row in rows if not start <= row.at < end]


def test_silence_of_a_living_source_is_zero_and_silence_of_a_dead_one_is_nothing() -> None:
    gap = without(passing(10), instant(TUESDAY, 9), instant(TUESDAY, 15))
    assert heard(gap)[0].side == -1
    assert heard(gap, replace(HALF_HOURS, lives=1)) == []
    alive = passing(10, on(TUESDAY, 9, 15, 0))
    assert heard(alive, replace(HALF_HOURS, lives=1))[0].side == -1


def test_an_alert_does_not_stay_open_while_nothing_is_known() -> None:
    rows = without(passing(10, on(TUESDAY, 9, 15, 90)), instant(TUESDAY, 10), instant(TUESDAY, 15))
    raised, cleared, *_ = heard(rows, replace(HALF_HOURS, lives=1))
    assert (raised.at, cleared.at, cleared.seen) == (instant(TUESDAY, 9.5), instant(TUESDAY, 11), None)


def test_weeks_without_data_leave_what_is_usual() -> None:
    start = MONDAY + timedelta(35)
    rows = without(passing(10, on(TUESDAY, 10, 12, 48)), instant(start), instant(start + timedelta(14)))
    assert [one.at for one in heard(rows, replace(HALF_HOURS, lives=1))] == [instant(TUESDAY, 10.5), instant(TUESDAY, 13)]


def test_a_key_that_was_silent_for_the_window_is_cold_again() -> None:
    rows = without(passing(10), instant(MONDAY + timedelta(28)), instant(MONDAY + timedelta(62)))
    said = heard(rows, replace(HALF_HOURS, window_s=14 * DAY_S))
    assert [one.side for one in said if one.what == "raise"][:1] == [-1]
    assert said[-1].what == "clear" and said[-1].at <= instant(MONDAY + timedelta(43))


def test_a_silent_key_is_judged_by_the_watermark_alone() -> None:
    rows = [(0, row) for row in passing(8)]
    keys = Keys(HALF_HOURS, Almanac(CHINA, MONDAY, 200, kind_of))
    keys.hear(rows)
    monday = MONDAY + timedelta(56)
    keys.pass_(instant(monday, 7))
    assert keys.said == [[]]
    keys.pass_(instant(monday, 9))
    assert [one.side for one in keys.said[0]] == [-1]


def warmth(change: Callable[[date, float], float]) -> list[Heard]:
    """A temperature each ten minutes: warm by day, with a little noise that hangs together."""
    rows, drift, chance = [], 0.0, np.random.default_rng(3)
    for n in range(70 * 144):
        day, hour = MONDAY + timedelta(n // 144), n % 144 / 6
        drift = 0.9 * drift + 0.1 * float(chance.normal())
        rows.append(Heard(instant(day, hour), 18 + 4 * np.sin((hour - 8) / 24 * 2 * np.pi) + drift + change(day, hour)))
    return rows


def test_a_measured_series_is_judged_by_its_mean_both_ways() -> None:
    usual = replace(HALF_HOURS, measured=True, grain=0.1)

    def broken(day: date, hour: float) -> float:
        return (3.0 if hour < 12 else -3.0) if day == TUESDAY and (9 <= hour < 11 or 15 <= hour < 17) else 0.0

    said = [one for one in heard(warmth(broken), usual) if instant(TUESDAY) < one.at < instant(TUESDAY, 24)]
    assert [(one.what, one.side) for one in said] == [("raise", 1), ("clear", 1), ("raise", -1), ("clear", -1)]


def test_amounts_are_summed_and_their_unit_does_not_matter() -> None:
    one_each = heard(passing(10, on(TUESDAY, 10, 12, 48)))
    litres = [replace(row, amount=row.amount and 1000 * row.amount) for row in passing(10, on(TUESDAY, 10, 12, 48))]
    said = heard(litres, replace(HALF_HOURS, grain=1000.0))
    assert [(one.what, one.at) for one in said] == [(one.what, one.at) for one in one_each]
    assert said[0].seen is not None and said[0].seen[0] == 48_000


def test_a_hold_keeps_a_second_alert_back() -> None:
    def twice(day: date, hour: float) -> int | None:
        return 48 if day == TUESDAY and (8 <= hour < 9 or 15 <= hour < 16) else None

    held = replace(HALF_HOURS, hold_s=DAY_S)
    assert [one.what for one in heard(passing(10, twice))] == ["raise", "clear", "raise", "clear"]
    assert [one.what for one in heard(passing(10, twice), held)] == ["raise", "clear"]


def test_a_key_needs_less_than_four_kilobytes() -> None:
    assert 8 * (kernel.words_of(3, 1_800) + at.HEADS) < 4_000

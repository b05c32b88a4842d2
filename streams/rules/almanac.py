"""The days of a zone as the kernel of deviation takes them: from when each holds, its kind, and its midnight."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

import numpy as np
import numpy.typing as npt

QUARTER = timedelta(minutes=15)
"""Clocks are changed at a full quarter of an hour."""


def calendar_of(first: date, days: int, zone: tzinfo, kind_of: Callable[[date], int]) -> npt.NDArray[np.int64]:
    """The calendar of so many days in a zone: an entry a day, one more where the clock is changed, and an end."""
    entries = [entry for n in range(days) for entry in _day(first + timedelta(n), zone, kind_of)]
    return np.array([*entries, (_instant(_midnight(first + timedelta(days), zone)), -1, 0)], np.int64)


def _day(day: date, zone: tzinfo, kind_of: Callable[[date], int]) -> Iterator[tuple[int, int, int]]:
    start, end, before = _midnight(day, zone), _midnight(day + timedelta(1), zone), None
    for quarter in range((end - start) // QUARTER if end - start != timedelta(1) else 1):
        now = start + quarter * QUARTER
        offset = now.astimezone(zone).utcoffset()
        if offset != before and offset is not None:
            yield _instant(now), kind_of(day), _instant(datetime(day.year, day.month, day.day, tzinfo=UTC) - offset)
        before = offset


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _instant(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

"""The site's local time for whole columns: day, weekday, minute of the day, and whether an hour of a rule holds."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from schemas.conditions import Hours
from schemas.site import Calendar, Site
from streams.rules.almanac import calendar_of
from streams.rules.columns import Flags
from streams.rules.deviation import MIDNIGHT
from streams.rules.names import Ints

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
EPOCH = date(1970, 1, 1)
THURSDAY = 3  # 1970-01-01, counted from Monday 0
SATURDAY, SUNDAY = 6, 7
KINDS_OF_DAY = 3
FIRST_DAY, KNOWN_DAYS = date(2020, 1, 1), 30 * 366
"""The days whose kind is known: nothing that a site has is older, and rules do not outlive them."""


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


class LocalTime:
    """One site's clock on the wall and its calendars."""

    def __init__(self, site: Site) -> None:
        self._zone = ZoneInfo(site.timezone)
        self._offsets: dict[int, int] = {}
        self.holidays = np.array(sorted(day_number(date.fromisoformat(day)) for day in site.holidays), np.int64)
        self._holidays = set(self.holidays.tolist())
        self._almanac: Ints | None = None
        self._calendars: Mapping[str, Calendar] = site.calendars

    def local(self, times: Ints) -> Ints:
        """Microseconds of local time since the local epoch; a zone's rules are asked once an hour."""
        hours, place = np.unique(times // HOUR, return_inverse=True)
        offsets: Ints = np.array([self._offset(hour) for hour in hours.tolist()], np.int64)
        return times + offsets[place]

    def _offset(self, hour: int) -> int:
        if hour not in self._offsets:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
            self._offsets[hour] = round((moment.astimezone(self._zone).utcoffset() or timedelta()).total_seconds()) * SECOND
        return self._offsets[hour]

    def midnight(self) -> int:
        """An instant of local midnight."""
        return int(self.calendar()[0, MIDNIGHT])

    def calendar(self) -> Ints:
        """Local days as deviation.py takes them: working days, Saturdays, Sundays and holidays."""
        if self._almanac is None:
            self._almanac = calendar_of(FIRST_DAY, KNOWN_DAYS, self._zone, self._kind_of)
        return self._almanac

    def _kind_of(self, day: date) -> int:
        if day.isoweekday() == SUNDAY or day_number(day) in self._holidays:
            return 2
        return int(day.isoweekday() == SATURDAY)

    def days(self, times: Ints) -> Ints:
        """The local day of each time, as a number of days since 1970-01-01."""
        return self.local(times) // DAY

    def holds(self, hours: Hours, times: Ints) -> Flags:
        """Whether each time lies within the hours."""
        local = self.local(times)
        minutes, days = local % DAY // MINUTE, local // DAY
        since, till = minute(hours.since), minute(hours.till)
        if since <= till:
            fits = (minutes >= since) & (minutes < till)
        else:  # over midnight: the early part belongs to the evening before
            fits = (minutes >= since) | (minutes < till)
            days = np.where(minutes < till, days - 1, days)
        fits &= self._on_days(hours, days)
        if hours.calendar is not None:
            fits &= self._open(hours.calendar, minutes, days)
        return ~fits if hours.outside else fits

    def weekdays(self, days: Ints) -> Ints:
        """1 Monday … 7 Sunday."""
        return (days + THURSDAY) % 7 + 1

    def _on_days(self, hours: Hours, days: Ints) -> Flags:
        fits = np.ones(len(days), np.bool_)
        holiday = np.isin(days, self.holidays)
        weekdays = self.weekdays(days)
        if hours.holidays == "as_sunday":
            weekdays = np.where(holiday, SUNDAY, weekdays)
        if hours.weekdays:
            fits &= np.isin(weekdays, list(hours.weekdays))
        if hours.holidays in {"only", "never"}:
            fits &= holiday == (hours.holidays == "only")
        if hours.first is not None or hours.last is not None:
            fits &= _between(days, hours.first or "01-01", hours.last or "12-31")
        return fits

    def _open(self, prefix: str, minutes: Ints, days: Ints) -> Flags:
        found = np.zeros(len(days), np.bool_)
        for name, one in self._calendars.items():
            if name.startswith(prefix):
                hours = (minutes >= minute(one.opens)) & (minutes < minute(one.closes))
                found |= hours & np.isin(self.weekdays(days), one.weekdays) & _between(days, one.first, one.last)
        return found


def minute(clock: str) -> int:
    """The minute of the day of HH:MM."""
    return int(clock[:2]) * 60 + int(clock[3:])


def _between(days: Ints, first: str, last: str) -> Flags:
    """Whether the day of the year lies from `first` to `last` (MM-DD, both included), over New Year if last is before first."""
    unique, place = np.unique(days, return_inverse=True)
    texts = [(EPOCH + timedelta(days=day)).strftime("%m-%d") for day in unique.tolist()]
    inside = [first <= text <= last if first <= last else text >= first or text <= last for text in texts]
    return np.array(inside, np.bool_)[place]

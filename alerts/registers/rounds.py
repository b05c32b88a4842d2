"""Patrol rounds: when a checkpoint is to be passed, how each window stands, how much of what was found is rectified. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A span of the day, as `08:00-10:00`. One that ends before it begins, or at the same time, ends on the next day."""

    opens: str
    closes: str

    def __str__(self) -> str:
        return f"{self.opens}-{self.closes}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A point of the rounds. `weekdays` from Monday 1, empty: every day; windows count when they begin at `since` or later."""

    id: str
    place: str
    weekdays: tuple[int, ...]
    windows: tuple[Window, ...]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A window on a day: from `begins` until before `ends`, both in UTC."""

    window: Window
    begins: datetime
    ends: datetime


class Passed(StrEnum):
    """How a slot stands."""

    DONE = "done"
    MISSED = "missed"
    OPEN = "open"
    COMING = "coming"


def slots(point: Checkpoint, zone: ZoneInfo, first: date, last: date) -> Iterator[Slot]:
    """The windows that begin on these days, both included, in order."""
    for number in range((last - first).days + 1):
        day = first + number * DAY
        if point.weekdays and day.isoweekday() not in point.weekdays:
            continue
        made = sorted((slot_on(window, day, zone) for window in point.windows), key=lambda slot: slot.begins)
        yield from (slot for slot in made if point.since is None or slot.begins >= point.since)


def slot_on(window: Window, day: date, zone: ZoneInfo) -> Slot:
    """The window on a day. One that a change of the clocks would swallow keeps its length."""
    later = DAY if window.closes <= window.opens else timedelta()
    begins, ends = _instant(day, window.opens, zone), _instant(day + later, window.closes, zone)
    if ends <= begins:
        ends = begins + _of_day(window.closes) - _of_day(window.opens) + later
    return Slot(window, begins, ends)


def passed(slot: Slot, visits: Iterable[datetime], now: datetime) -> Passed:
    """How it stands now."""
    if any(slot.begins <= at < slot.ends for at in visits):
        return Passed.DONE
    if now < slot.begins:
        return Passed.COMING
    return Passed.OPEN if now < slot.ends else Passed.MISSED


def _of_day(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _instant(day: date, text: str, zone: ZoneInfo) -> datetime:
    """A local time of day as an instant; 24:00 is the next day's midnight."""
    hours, minutes = map(int, text.split(":"))
    days, hour = divmod(hours, 24)
    return datetime.combine(day + days * DAY, time(hour, minutes), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Rate:
    """What became of findings. `late`: rectified after it was due; `overdue`: due and open; `waiting`: open, in time."""

    found: int
    in_time: int
    late: int
    overdue: int
    waiting: int

    @property
    def share(self) -> float | None:
        """Rectified in time of all that was found and is not waiting any more; None where there is none such."""
        decided = self.found - self.waiting
        return self.in_time / decided if decided else None


def rate(findings: Sequence[tuple[date, date | None]], today: date) -> Rate:
    """The rate of these (due on, rectified on)."""
    in_time = sum(done is not None and done <= due for due, done in findings)
    rectified = sum(done is not None for _, done in findings)
    overdue = sum(done is None and due < today for due, done in findings)
    found = len(findings)
    return Rate(found, in_time, rectified - in_time, overdue, found - rectified - overdue)

"""Extinguishers: what falls due when, and why. Pure; days are the site's own."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What is in it."""

    POWDER = "powder"
    WATER = "water"
    FOAM = "foam"
    GAS = "gas"
    CO2 = "co2"


class Look(StrEnum):
    """How often somebody looks at it."""

    MONTH = "month"
    HALF_MONTH = "half_month"


class Point(StrEnum):
    """What is looked at."""

    PRESSURE = "pressure"
    SEAL = "seal"
    HOSE = "hose"
    PLACE = "place"


class Why(StrEnum):
    """Why something falls due."""

    LOOK = "look"
    SERVICE = "service"
    SCRAP = "scrap"


@dataclass(frozen=True, slots=True)
class Intervals:
    """Months from being made to the first service, between later ones, and to scrapping; and the reason."""

    first_service: int
    service: int
    life: int
    reason: str


INTERVALS: Mapping[Kind, Intervals] = {
    Kind.WATER: Intervals(36, 12, 72, "GB 50444: water eats cylinders; service after 3 years, then each year, 6 years at most"),
    Kind.FOAM: Intervals(36, 12, 72, "GB 50444: foam is water-based; as water"),
    Kind.POWDER: Intervals(60, 24, 120, "GB 50444, GA 95: service after 5 years, then every 2; 10 years at most"),
    Kind.GAS: Intervals(60, 24, 120, "GB 50444, GA 95: clean gas; service after 5 years, then every 2; 10 years at most"),
    Kind.CO2: Intervals(60, 24, 144, "GB 50444, GA 95: a high-pressure cylinder; service as powder, 12 years at most"),
}

HALF_MONTH_DAYS = 15
"""GB 50444 wants a look each half month in basements, boiler rooms and places where many people are; elsewhere each month."""

SOON_DAYS = 7
"""What falls due within a week is shown as soon: a round is planned by the week."""


@dataclass(frozen=True, slots=True)
class Extinguisher:
    """One of the register. `made_on` may be unknown; `charged_on` is the last charge or service; `looked_on` the last look."""

    id: str
    place: str
    kind: Kind
    look: Look
    made_on: date | None
    charged_on: date
    looked_on: date | None = None
    added_on: date | None = None


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """What falls due on a day, the day included."""

    day: date
    why: Why


def dues(one: Extinguisher) -> tuple[Due, ...]:
    """All that falls due, the first one first."""
    found = [Due(_next_look(one), Why.LOOK), Due(_next_service(one), Why.SERVICE)]
    if one.made_on is not None:
        found.append(Due(months_after(one.made_on, INTERVALS[one.kind].life), Why.SCRAP))
    return tuple(sorted(found))


def overdue(one: Extinguisher, today: date) -> tuple[Due, ...]:
    """What fell due before today."""
    return tuple(due for due in dues(one) if due.day < today)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last one where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_look(one: Extinguisher) -> date:
    """Whoever enters it stands before it: without a look the day of entering counts."""
    last = one.looked_on or one.added_on or one.charged_on
    return months_after(last, 1) if one.look is Look.MONTH else last + timedelta(days=HALF_MONTH_DAYS)


def _next_service(one: Extinguisher) -> date:
    """The first service counts from the making; where nobody knows when that was, the shorter interval from the last charge."""
    intervals = INTERVALS[one.kind]
    if one.made_on is not None and one.charged_on <= one.made_on:
        return months_after(one.made_on, intervals.first_service)
    return months_after(one.charged_on, intervals.service)

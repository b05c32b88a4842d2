"""What a rule asks of an event, by the words of docs/rules.md: conditions, hours, lists, and what an event is judged by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import orjson

from schemas.conditions import Condition, Hours
from schemas.drills import is_twin, real, twin
from schemas.events import HEARTBEAT
from schemas.lists import Entry, ListName, Lists
from schemas.rules import Key, Of, Rule
from schemas.site import Calendar, Device, Site
from schemas.ways import How, Ways
from trials.naive_rows import SECOND, Row

KNOWN_BY = (ListName.CARDS, ListName.FACES, ListName.VEHICLES, ListName.PARKING_PERMITS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SUNDAY = 7


@dataclass(frozen=True)
class World:
    """What does not change while events are judged: the site, its lists, and how far time has come."""

    site: Site
    lists: Lists
    watermark: int

    def device(self, row: Row) -> Device | None:
        """The row's device, where the site knows it; a drill's stands where the real one does."""
        return self.site.devices.get(real(row.device))

    def local(self, micros: int) -> datetime:
        """The site's wall clock."""
        return (EPOCH + timedelta(seconds=micros // SECOND, microseconds=micros % SECOND)).astimezone(self._zone)

    def metres(self, how: How, one: str, other: str) -> float:
        """The way from one device of the site to another."""
        one, other = real(one), real(other)
        return self._ways.walk_m(one, other) if how == "walk" else self._ways.drive_m(one, other)

    def entries(self, name: ListName, subject: str | None) -> list[Entry]:
        """A subject's entries, of whatever days."""
        return self._by_subject.get((name, subject), [])

    def valid(self, name: ListName, subject: str | None, at: int) -> list[Entry]:
        """A subject's entries that count on the day of this moment."""
        day = self.local(at).date()
        found = self.entries(name, subject)
        return [one for one in found if (one.valid_from or day) <= day <= (one.valid_until or day)]

    @cached_property
    def _ways(self) -> Ways:
        return Ways(self.site)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.site.timezone)

    @cached_property
    def _by_subject(self) -> Mapping[tuple[ListName, str | None], list[Entry]]:
        found: dict[tuple[ListName, str | None], list[Entry]] = {}
        for name in ListName:
            for entry in self.lists.of(name):
                found.setdefault((name, entry.subject), []).append(entry)
        return found


def keyed(key: Key, row: Row, world: World) -> str | None:
    """The key of an event; a drill's is one of its own."""
    found = named(key, row, world)
    return twin(found) if found is not None and is_twin(row.device) else found


def named(what: Key | Of, row: Row, world: World) -> str | None:
    """What events are judged together by, or told apart by; None where the event has no such thing."""
    device = world.device(row)
    match what.value:
        case "device":
            return row.device
        case "subject":
            return row.subject
        case "building":
            return device.building or None if device else None
        case "place":
            return device.place or None if device else None
        case "zone":
            return None if row.zone is None else f"{row.device}/{row.zone}"
        case "bay":
            return f"{row.device}/{bay}" if (bay := _text(row, "bay")) else None
        case "source":
            return f"{row.device}/{row.type}"
        case "person":
            return _of_subject("person", row, world) or row.subject
        case "household":
            return _of_subject("household", row, world)
        case "face_household":
            return _of_subject("household", row, world) or row.subject
        case _:
            return world.site.id


def fits(rule: Rule, role: str, row: Row, at: int, world: World) -> bool:
    """Whether the row, which counts at this moment, is all that the role's condition asks.

    Whether heartbeats are taken is asked here alone.
    """
    asked = rule.match[role]
    return (asked.heartbeats or row.type != HEARTBEAT) and holds(asked, rule, row, at, world)


def holds(asked: Condition, rule: Rule, row: Row, at: int, world: World) -> bool:
    """Whether all that a condition or a part of it asks is so."""
    return all(_answers(asked, rule, row, at, world))


def _answers(asked: Condition, rule: Rule, row: Row, at: int, world: World) -> Iterator[bool]:
    yield asked.kind is None or row.kind == asked.kind
    yield not asked.types or row.type in asked.types or (asked.heartbeats and row.type == HEARTBEAT)
    device = world.device(row)
    place = world.site.places.get(device.place) if device else None
    yield not asked.places or (place is not None and place.kind in asked.places)
    yield not asked.buildings or (device is not None and device.building in asked.buildings)
    yield not asked.zones or row.zone in asked.zones
    yield asked.direction is None or row.direction == asked.direction
    yield not asked.in_list or _listed(asked.in_list, row, at, world)
    yield not asked.not_in_list or _in_none(asked.not_in_list, row, at, world)
    yield not asked.expired_in or any(_expired(name, row, at, world) for name in asked.expired_in)
    yield asked.permit is None or _permit(asked.permit, row, at, world)
    yield not asked.differs or any(_differs(name, column, row, world) for name, column in asked.differs.items())
    yield not asked.not_bay_owner or _stranger_in_bay(row, world)
    for name, values in asked.attributes.items():
        yield _text(row, name) in [_written(value) for value in values]
    for column, limit in asked.at_least.items():
        yield (number := _number(column, row)) is not None and number >= rule.thresholds[limit].value
    for column, limit in asked.at_most.items():
        yield (number := _number(column, row)) is not None and number <= rule.thresholds[limit].value
    yield asked.hours is None or in_hours(asked.hours, at, world)
    yield not asked.any_of or any(holds(part, rule, row, at, world) for part in asked.any_of)
    yield all(holds(part, rule, row, at, world) for part in asked.all_of)
    yield not any(holds(part, rule, row, at, world) for part in asked.none_of)


def _expired(name: ListName, row: Row, at: int, world: World) -> bool:
    """In the list, and not on that day."""
    return bool(world.entries(name, row.subject)) and not _listed((name,), row, at, world)


def _number(column: str, row: Row) -> float | None:
    name = column.removeprefix("attributes.")
    found = getattr(row, column) if name == column else row.attributes.get(name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _text(row: Row, attribute: str) -> str | None:
    """What an attribute says; None where it says nothing."""
    value = row.attributes.get(attribute)
    return None if value is None else _written(value)


def alike(rule: Rule, row: Row, other: Row) -> bool:
    """Whether the two agree in alike_n of the rule's attributes at least, and differ in none that both are known by."""
    both = [(_look(row, name), _look(other, name)) for name in rule.alike]
    known = [pair for pair in both if None not in pair]
    return len(known) >= rule.limit("alike", 1) and all(one == two for one, two in known)


def _look(row: Row, attribute: str) -> str | None:
    return None if isinstance(row.attributes.get(attribute), dict | list) else _text(row, attribute)


def _written(value: object) -> str:
    """As JSON writes it, and text as it is."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _in_none(names: Sequence[ListName], row: Row, at: int, world: World) -> bool:
    """The subject stands in none of the lists, and the first of them has been filled."""
    return row.subject is not None and bool(world.lists.of(names[0])) and not _listed(names, row, at, world)


def _listed(names: Sequence[ListName], row: Row, at: int, world: World) -> bool:
    return any(world.valid(name, row.subject, at) or (name is ListName.CARE and _cared_for(row, at, world)) for name in names)


def _cared_for(row: Row, at: int, world: World) -> bool:
    """Whether somebody of the care list is the subject's person: a card's and a face's alike."""
    person = _of_subject("person", row, world) or row.subject
    for entry in world.lists.of(ListName.CARE):
        name = entry.person or entry.subject
        own = {name, _of_subject("person", replace(row, subject=name), world)}
        if person in own and world.valid(ListName.CARE, entry.subject, at):
            return True
    return False


def _of_subject(column: str, row: Row, world: World) -> str | None:
    """The person or household of the row's subject, from the first list that has it."""
    found = (getattr(entry, column) for name in KNOWN_BY for entry in world.entries(name, row.subject))
    return next((text for text in found if text), None)


def _differs(attribute: str, column: str, row: Row, world: World) -> bool:
    """Both known, and the event's is none of those that the subject's entries have."""
    name, _, wanted = column.partition(".")
    seen = _text(row, attribute)
    known = [text for entry in world.entries(ListName(name), row.subject) if (text := entry.attributes.get(wanted))]
    return bool(known) and bool(seen) and seen not in known


def _stranger_in_bay(row: Row, world: World) -> bool:
    entries = world.entries(ListName.BAYS, _text(row, "bay"))
    owners = [plate.strip() for entry in entries for plate in entry.attributes.get("plate", "").split(",") if plate.strip()]
    return row.subject is not None and bool(owners) and row.subject not in owners


def _permit(question: str, row: Row, at: int, world: World) -> bool:
    valid = world.valid(ListName.PERMITS, row.subject, at)
    if question == "expired":
        return bool(world.entries(ListName.PERMITS, row.subject)) and not valid
    if question == "outside_hours":
        return bool(valid) and not any(_allows_time(entry, world.local(at)) for entry in valid)
    device = world.device(row)
    if device is None or not device.building:
        return False
    return bool(valid) and not any(not entry.buildings or device.building in entry.buildings for entry in valid)


def _allows_time(entry: Entry, time: datetime) -> bool:
    day = _began(entry.opens or "00:00", entry.closes or "24:00", time)
    return day is not None and (not entry.weekdays or day.isoweekday() in entry.weekdays)


def in_hours(hours: Hours, micros: int, world: World) -> bool:
    """Whether this moment lies in that part of the week."""
    return _inside(hours, world.local(micros), world) != hours.outside


def _inside(hours: Hours, time: datetime, world: World) -> bool:
    day = _began(hours.since, hours.till, time)
    if day is None or not _in_year(hours.first or "01-01", hours.last or "12-31", day):
        return False
    holiday = day.isoformat() in world.site.holidays
    weekday = SUNDAY if holiday and hours.holidays == "as_sunday" else day.isoweekday()
    if (hours.holidays == "only" and not holiday) or (hours.holidays == "never" and holiday):
        return False
    if hours.weekdays and weekday not in hours.weekdays:
        return False
    named_so = [one for one in world.site.calendars.values() if hours.calendar and one.id.startswith(hours.calendar)]
    return hours.calendar is None or any(_open(calendar, time) for calendar in named_so)


def _open(calendar: Calendar, time: datetime) -> bool:
    inside = calendar.opens <= f"{time:%H:%M}" < calendar.closes
    return inside and time.isoweekday() in calendar.weekdays and _in_year(calendar.first, calendar.last, time.date())


def _began(since: str, till: str, time: datetime) -> date | None:
    """On which day the stretch from one hour to another began that this moment lies in; None where it lies in none."""
    clock = f"{time:%H:%M}"
    if since <= till:
        return time.date() if since <= clock < till else None
    if clock >= since:
        return time.date()
    return time.date() - timedelta(days=1) if clock < till else None


def _in_year(first: str, last: str, day: date) -> bool:
    """Both days included; over the turn of the year where the last stands before the first."""
    on = f"{day:%m-%d}"
    return first <= on <= last if first <= last else on >= first or on <= last

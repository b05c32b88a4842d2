"""The site's lists as tables of numbers, and what the rules ask of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from schemas.lists import Entry, ListName, Lists
from streams.rules.calendar import LocalTime, day_number, minute
from streams.rules.columns import Flags, number_of_value
from streams.rules.names import NOBODY, Ints, Names, number_of

ALWAYS = (-(2**31), 2**31)
OWNERS = (ListName.CARDS, ListName.FACES, ListName.VEHICLES, ListName.PARKING_PERMITS)
"""Where a subject's person and household are looked up, in this order."""


class Rolls:
    """All lists of one site."""

    def __init__(self, lists: Lists, time: LocalTime, names: Names) -> None:
        self._time = time
        self._persons = _owners(lists, lambda entry: entry.person, names)
        self._lists = {name: _Roll(lists.of(name), self._listed_as(name)) for name in ListName}
        self._households = _owners(lists, lambda entry: entry.household, names)

    def listed(self, name: ListName, subjects: Ints, times: Ints) -> Flags:
        """Whether each subject stands in the list on its day; in care, whether its person does."""
        roll = self._lists[name]
        if name is ListName.CARE:
            subjects = self.persons(subjects)
        found = roll.knows(subjects)
        if roll.bounded:
            for row in np.flatnonzero(found):
                day = int(self._time.days(times[row : row + 1])[0])
                found[row] = any(_valid(entry, day) for entry in roll.entries[int(subjects[row])])
        return found

    def filled(self, name: ListName) -> bool:
        """Whether the list has any entry: who is in none is nobody's stranger while it has not been brought yet."""
        return bool(self._lists[name].entries)

    def _listed_as(self, name: ListName) -> Callable[[Entry], int]:
        """By what number an entry is found: its subject; in care by the person, whose card and face may both be seen."""
        if name is not ListName.CARE:
            return lambda entry: number_of(entry.subject)
        return lambda entry: int(self.persons(np.array([number_of(entry.person or entry.subject)], np.int64))[0])

    def expired(self, name: ListName, subjects: Ints, times: Ints) -> Flags:
        """Whether each subject stands in the list, and on its day no more or not yet."""
        return self._lists[name].knows(subjects) & ~self.listed(name, subjects, times)

    def permitted(self, question: str, subjects: Ints, times: Ints, buildings: Ints) -> Flags:
        """Whether what the question says is so of the subject's permits; never of a subject without any."""
        roll = self._lists[ListName.PERMITS]
        found = roll.knows(subjects)
        for row in np.flatnonzero(found):
            entries = roll.entries[int(subjects[row])]
            local = int(self._time.local(times[row : row + 1])[0])
            found[row] = QUESTIONS[question](entries, local, int(buildings[row]))
        return found

    def differs(self, columns: Mapping[int, tuple[ListName, str]], subjects: Ints, rows: Ints) -> Flags:
        """Whether an attribute (by its column of `rows`) is another than the subject's entry says; both must be known."""
        found = np.zeros(len(subjects), np.bool_)
        for column, (name, field) in columns.items():
            roll = self._lists[name]
            for row in np.flatnonzero(roll.knows(subjects)):
                said = int(rows[row, column])
                known = [entry.attributes.get(field) for entry in roll.entries[int(subjects[row])]]
                wanted = {number_of_value(value) for value in known if value}
                found[row] |= bool(said and wanted and said not in wanted)
        return found

    def not_owner(self, bays: Ints, subjects: Ints) -> Flags:
        """Whether a bay's entries name plates, and not this one."""
        roll = self._lists[ListName.BAYS]
        found: Flags = roll.knows(bays) & (subjects != NOBODY)
        for row in np.flatnonzero(found):
            plates = {number_of(plate) for entry in roll.entries[int(bays[row])] for plate in _plates(entry)}
            found[row] = bool(plates) and int(subjects[row]) not in plates
        return found

    def persons(self, subjects: Ints) -> Ints:
        """Each subject's person; one that no list knows is its own."""
        found = _looked_up(self._persons, subjects)
        return np.where(found == NOBODY, subjects, found)

    def households(self, subjects: Ints) -> Ints:
        """Each subject's household, NOBODY where no list says one."""
        return _looked_up(self._households, subjects)

    def live(self) -> Ints:
        """The numbers whose texts these tables need."""
        return np.concatenate([self._persons[1], self._households[1]])


class _Roll:
    def __init__(self, entries: Sequence[Entry], number: Callable[[Entry], int]) -> None:
        self.entries: dict[int, list[Entry]] = {}
        for entry in entries:
            self.entries.setdefault(number(entry), []).append(entry)
        self._numbers = np.array(sorted(self.entries), np.int64)
        self.bounded = any(entry.valid_from or entry.valid_until for entry in entries)

    def knows(self, subjects: Ints) -> Flags:
        return _among(self._numbers, subjects)


def _among(numbers: Ints, wanted: Ints) -> Flags:
    if not len(numbers):
        return np.zeros(len(wanted), np.bool_)
    place = np.searchsorted(numbers, wanted).clip(max=len(numbers) - 1)
    found: Flags = numbers[place] == wanted
    return found


def _owners(lists: Lists, field: Callable[[Entry], str], names: Names) -> tuple[Ints, Ints]:
    found: dict[int, int] = {}
    for name in OWNERS:
        for entry in lists.of(name):
            if field(entry):
                found.setdefault(number_of(entry.subject), names.number(field(entry)))
    pairs = sorted(found.items())
    return np.array([subject for subject, _ in pairs], np.int64), np.array([owner for _, owner in pairs], np.int64)


def _looked_up(table: tuple[Ints, Ints], wanted: Ints) -> Ints:
    numbers, owners = table
    if not len(numbers):
        return np.zeros(len(wanted), np.int64)
    place = np.searchsorted(numbers, wanted).clip(max=len(numbers) - 1)
    found: Ints = np.where(numbers[place] == wanted, owners[place], NOBODY)
    return found


def _valid(entry: Entry, day: int) -> bool:
    first = day_number(entry.valid_from) if entry.valid_from else ALWAYS[0]
    last = day_number(entry.valid_until) if entry.valid_until else ALWAYS[1]
    return first <= day <= last


DAY_US = 86_400_000_000


def _on(entries: Iterable[Entry], local: int) -> list[Entry]:
    return [entry for entry in entries if _valid(entry, local // DAY_US)]


def _expired(entries: Sequence[Entry], local: int, building: int) -> bool:
    return not _on(entries, local)


def _outside_hours(entries: Sequence[Entry], local: int, building: int) -> bool:
    valid = _on(entries, local)
    return bool(valid) and not any(_in_hours(entry, local) for entry in valid)


def _in_hours(entry: Entry, local: int) -> bool:
    """Hours over midnight belong to the weekday of the evening."""
    day, at = local // DAY_US, local % DAY_US // 60_000_000
    opens, closes = minute(entry.opens or "00:00"), minute(entry.closes or "24:00")
    inside = opens <= at < closes if opens <= closes else at >= opens or at < closes
    weekday = (day - (opens > closes and at < closes) + 3) % 7 + 1
    return inside and (not entry.weekdays or weekday in entry.weekdays)


def _other_building(entries: Sequence[Entry], local: int, building: int) -> bool:
    valid = _on(entries, local)
    allowed = {number_of(name) for entry in valid for name in entry.buildings}
    return building != NOBODY and bool(valid) and all(entry.buildings for entry in valid) and building not in allowed


QUESTIONS: Mapping[str, Callable[[Sequence[Entry], int, int], bool]] = {
    "expired": _expired,
    "outside_hours": _outside_hours,
    "other_building": _other_building,
}


def _plates(entry: Entry) -> list[str]:
    return [plate for plate in entry.attributes.get("plate", "").replace(" ", "").split(",") if plate]

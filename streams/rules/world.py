"""What rows are judged against beside the rules: the site's places and clock, its lists, and the keys that follow from them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from schemas.drills import twin
from schemas.events import Kind
from schemas.lists import Lists
from schemas.rules import Key, Of
from schemas.site import Site
from streams.rules import columns as at
from streams.rules import places as where
from streams.rules.calendar import LocalTime
from streams.rules.names import NOBODY, Ints, Names
from streams.rules.places import Places
from streams.rules.rolls import Rolls


class World:
    """One site, its lists, and the texts behind the numbers."""

    def __init__(self, site: Site, lists: Lists, slots: Mapping[Kind, Sequence[str]]) -> None:
        self.site = site
        self.names = Names()
        self.time = LocalTime(site)
        self.places = Places(site, self.names)
        self.configure(lists, slots)

    def configure(self, lists: Lists, slots: Mapping[Kind, Sequence[str]]) -> None:
        """Take other lists, and other slots for attributes."""
        self.rolls = Rolls(lists, self.time, self.names)
        self.slots = slots

    def column(self, kind: Kind, slot: str) -> int:
        """The column of an attribute's slot in rows of this kind."""
        return at.ATTRIBUTES + list(self.slots[kind]).index(slot)

    def key(self, key: Key, rows: Ints) -> Ints:
        """The key of each row, NOBODY where it has none. A drill's rows have keys of their own: they touch nothing real."""
        found = KEYS[key](self, rows)
        drilled = np.flatnonzero((rows[:, at.FLAGS] & at.DRILL != 0) & (found != NOBODY))
        if len(drilled):
            found = found.copy()
            texts = [self.names.text(number) or str(number) for number in found[drilled].tolist()]
            found[drilled] = [self.names.number(twin(text)) for text in texts]
        return found

    def of(self, of: Of, rows: Ints) -> Ints:
        """What tells each row from others of its key, NOBODY where it has nothing such."""
        return OFS[of](self, rows)

    def live(self) -> list[Ints]:
        """The numbers whose texts are needed for as long as the site and its lists are these."""
        return [self.places.live(), self.rolls.live()]

    def pairs(self, rows: Ints, other: Ints) -> Ints:
        """A number for each pair of device and another text: `device/text`; NOBODY where there is no other."""
        found = np.zeros(len(rows), np.int64)
        known = np.flatnonzero(other != NOBODY)
        pairs, place = np.unique(np.stack([rows[known, at.DEVICE], other[known]], axis=1), axis=0, return_inverse=True)
        texts = [f"{self.names.text(device)}/{self.names.text(text)}" for device, text in pairs.tolist()]
        found[known] = np.array([self.names.number(text) for text in texts], np.int64)[place.ravel()]
        return found

    def bays(self, rows: Ints) -> Ints:
        """The number of each row's attribute `bay`, which every kind may have in a slot of its own."""
        found = np.zeros(len(rows), np.int64)
        for kind, slots in self.slots.items():
            if "bay" in slots:
                mine = np.array([other is kind for other, _ in at.CODES])[rows[:, at.CODE]]
                found[mine] = rows[mine, self.column(kind, "bay")]
        return found


def _column(column: int) -> Callable[[World, Ints], Ints]:
    return lambda world, rows: rows[:, column]


def _place(column: int) -> Callable[[World, Ints], Ints]:
    return lambda world, rows: world.places.of(rows[:, at.DEVICE], column)


def _face_household(world: World, rows: Ints) -> Ints:
    found = world.rolls.households(rows[:, at.SUBJECT])
    return np.where(found == NOBODY, rows[:, at.SUBJECT], found)


def _source(world: World, rows: Ints) -> Ints:
    """Device and code in one number that is never NOBODY; told by its device."""
    mixed: Ints = (rows[:, at.DEVICE] ^ (rows[:, at.CODE] + 1) * 0x9E3779B97F4A7C1) | 1
    return mixed


KEYS: Mapping[Key, Callable[[World, Ints], Ints]] = {
    Key.DEVICE: _column(at.DEVICE),
    Key.SUBJECT: _column(at.SUBJECT),
    Key.BUILDING: _place(where.BUILDING),
    Key.PLACE: _place(where.PLACE),
    Key.ZONE: lambda world, rows: world.pairs(rows, rows[:, at.ZONE]),
    Key.BAY: lambda world, rows: world.pairs(rows, world.bays(rows)),
    Key.PERSON: lambda world, rows: world.rolls.persons(rows[:, at.SUBJECT]),
    Key.HOUSEHOLD: lambda world, rows: world.rolls.households(rows[:, at.SUBJECT]),
    Key.SITE: lambda world, rows: np.full(len(rows), world.names.number(world.site.id)),
}

OFS: Mapping[Of, Callable[[World, Ints], Ints]] = {
    Of.DEVICE: _column(at.DEVICE),
    Of.SUBJECT: _column(at.SUBJECT),
    Of.BUILDING: _place(where.BUILDING),
    Of.PLACE: _place(where.PLACE),
    Of.SOURCE: _source,
    Of.PERSON: KEYS[Key.PERSON],
    Of.HOUSEHOLD: KEYS[Key.HOUSEHOLD],
    Of.FACE_HOUSEHOLD: _face_household,
}

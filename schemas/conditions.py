"""What an event may be asked by a rule: a condition, and the hours in which it counts."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.events import Kind
from schemas.lists import ListName


class Strict(BaseModel):
    """A part of a row: frozen, and an unknown field is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"
_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_ATTRIBUTE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_LISTED = rf"^({'|'.join(ListName)})\.[a-z_]+$"

PATTERNS: Mapping[str, str] = {
    _CLOCK: "a local time as 08:30, quoted",
    _DAY: "a day of the year as 05-01, quoted",
    _ATTRIBUTE: "an attribute's name: letters, digits and _, no digit first",
    _LISTED: f"a list and a column of its entries, as vehicles.colour; lists are {', '.join(ListName)}",
}
"""How a text of each form is written, in words."""

Clock = Annotated[str, Field(pattern=_CLOCK)]
Day = Annotated[str, Field(pattern=_DAY)]


class Hours(Strict):
    """A part of the week, in the site's local time. All that is given must hold; `outside` turns the whole round.

    `since` after `till` runs over midnight, and then weekdays, days and holidays are those of the evening it began in. `first`
    and `last` bound the days of the year, both included. `calendar` names calendars of the site by the beginning of their ids
    (`pool`): open in one of them.
    """

    since: Clock = Field("00:00", alias="from")
    till: Clock = Field("24:00", alias="to")
    weekdays: frozenset[Annotated[int, Field(ge=1, le=7)]] = frozenset()
    holidays: Literal["count", "only", "never", "as_sunday"] = "count"
    first: Day | None = None
    last: Day | None = None
    calendar: str | None = None
    outside: bool = False
    reason: Annotated[str, Field(min_length=10)]


Attribute = Annotated[str, Field(pattern=_ATTRIBUTE, max_length=60)]
Listed = Annotated[str, Field(pattern=_LISTED)]

Column = str
"""`score`, `value`, or `attributes.NAME`."""


class Condition(Strict):
    """Which events play a role. All that is given must hold; a row that reports an initial state never matches.

    `types` empty means every type. `heartbeats` takes those too. `places` are kinds of the device's place (gate, unit, ramp,
    lot, pool, …), `buildings` its building, `zones` what the event says. `in_list` and `not_in_list` ask whether the subject
    stands in one of these lists on that day (in care: its person), `expired_in` whether it does on other days alone; while the
    first list of `not_in_list` is empty, it holds of nobody. `permit` asks the permits of the subject. `differs` maps
    attributes of the event to columns of the subject's entry (vehicles.colour): both known, and different. `not_bay_owner` is a
    bay taken by a plate that its entry in the list of bays does not name. `attributes` must have one of the values given;
    `at_least` and `at_most` compare a column with the threshold named; an event without a number there does not match.
    `any_of`, `all_of` and `none_of` join conditions (written `any`, `all`, `not`).
    """

    kind: Kind | None = None
    types: frozenset[str] = frozenset()
    heartbeats: bool = False
    places: frozenset[str] = frozenset()
    buildings: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    direction: Literal["in", "out"] | None = None
    in_list: tuple[ListName, ...] = ()
    not_in_list: tuple[ListName, ...] = ()
    expired_in: tuple[ListName, ...] = ()
    permit: Literal["expired", "outside_hours", "other_building"] | None = None
    differs: Mapping[Attribute, Listed] = {}
    not_bay_owner: bool = False
    attributes: Mapping[Attribute, Annotated[tuple[str | bool | int, ...], Field(min_length=1)]] = {}
    at_least: Mapping[Column, str] = {}
    at_most: Mapping[Column, str] = {}
    hours: Hours | None = None
    any_of: tuple["Condition", ...] = Field((), alias="any")
    all_of: tuple["Condition", ...] = Field((), alias="all")
    none_of: tuple["Condition", ...] = Field((), alias="not")

    def parts(self) -> Iterator["Condition"]:
        """This condition and all that are joined in it."""
        yield self
        for part in (*self.any_of, *self.all_of, *self.none_of):
            yield from part.parts()

    def listens(self) -> frozenset[str] | None:
        """The types that may match; None: any."""
        found = self.types or None
        for part in self.all_of:
            found = _both(found, part.listens())
        if self.any_of:
            each = [part.listens() for part in self.any_of]
            found = _both(found, None if None in each else frozenset().union(*(one for one in each if one is not None)))
        return found

    @property
    def columns(self) -> Iterator[tuple[Column, str]]:
        """Every column that is compared, with the threshold's name, in this condition alone."""
        return iter((*self.at_least.items(), *self.at_most.items()))


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other

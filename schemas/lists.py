"""The site's lists: who and what is watched, permitted, known. Kept in the database, imported from files, used by rules.

An entry is about one subject as devices report it: a plate without a dot, a card's number, a face's id in the vendor's library.
No picture and no biometric template ever stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ListName(StrEnum):
    """The lists. Cards, faces and vehicles are the residents' own; care is of persons who are looked after."""

    WATCH_PLATES = "watch_plates"
    WATCH_PERSONS = "watch_persons"
    PERMITS = "permits"
    CARDS = "cards"
    FACES = "faces"
    VEHICLES = "vehicles"
    CARE = "care"
    PARKING_PERMITS = "parking_permits"
    BAYS = "bays"


Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class Entry(BaseModel):
    """One entry. Which fields matter depends on the list; `subject` is a plate, card, face or person, of `bays` the bay.

    `valid_from` and `valid_until` are local dates, both included. `buildings`, `weekdays`, `opens` and `closes` bound a permit;
    empty: no bound. `attributes` holds what vendors add: colour, vehicle_type, trade, note, plate (of a bay's owner).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=200)]
    person: str = ""
    household: str = ""
    buildings: tuple[str, ...] = ()
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    opens: Clock | None = None
    closes: Clock | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    attributes: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists of one site, as of one revision."""

    entries: Mapping[ListName, tuple[Entry, ...]] = field(default_factory=dict)

    def of(self, name: ListName) -> tuple[Entry, ...]:
        """One list's entries."""
        return self.entries.get(name, ())

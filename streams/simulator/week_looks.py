"""What cars look like, and what a lane's camera tells of it, whether or not it can read the plate: make, type, colour.

Real messages say them beside the plate: Hikvision's ANPR alert in `vehicleInfo`, iSecure's passing record in `vehicleColor`,
`vehicleType` and `mainLogo`.
"""

from random import Random
from typing import NamedTuple

from streams.simulator.rhythm import DAY_S, HOUR_S
from streams.simulator.week_rates import TOLD, TOLD_SPLASHED, WRONG_COLOUR, WRONG_TYPE

COLOURS = {"white": 45, "black": 22, "silver": 17, "blue": 9, "red": 7}
"""Rough shares in percent: every other car sold in China these years is white."""

TYPES = {"sedan": 50, "suv": 42, "van": 8}
BRANDS = {f"{1000 + n}": share for n, share in enumerate((13, 9, 8, 7, 6, 6, 6, 5, 5, 5, 4, 4, 4, 3, 3, *(1,) * 12))}
"""Makes as numbers, as cameras number them; rough shares: the first sells every eighth car, a dozen sell one in a hundred."""


class Looks(NamedTuple):
    """One car's, by the names of the attributes that tell them."""

    brand: str
    vehicle_type: str
    colour: str


def drawn(rng: Random) -> Looks:
    """Some car's."""
    return Looks(*(rng.choices(list(shares), list(shares.values()))[0] for shares in (BRANDS, TYPES, COLOURS)))


def told(rng: Random, looks: Looks, at: float, *, splashed: bool) -> dict[str, str]:
    """What the camera says at a second of the week, as attributes; it tells no colour at night."""
    shares = TOLD_SPLASHED if splashed else TOLD
    colour = rng.choice(list(COLOURS)) if rng.random() < WRONG_COLOUR else looks.colour
    type_ = rng.choice(list(TYPES)) if rng.random() < WRONG_TYPE else looks.vehicle_type
    said = looks._replace(vehicle_type=type_, colour=colour)._asdict()
    if not 7 <= at % DAY_S / HOUR_S < 18:
        del said["colour"]
    return {name: word for name, word in said.items() if rng.random() < shares[name]}

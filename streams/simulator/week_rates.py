"""How often real sites are troubled by what is no incident: one row a nuisance, a day, with its hours and reason.

Figures are for the whole community (739 cameras, 223 doors, 32 face and 17 plate points). `raining` ones are an hour of rain.
Where a vendor or a standard publishes a figure it is named; the rest are a guard's everyday, set before the rules were tuned
and not changed for any score.
"""

from dataclasses import dataclass
from enum import StrEnum


def hours_of(text: str) -> tuple[float, ...]:
    """24 digits 0..9, one an hour from midnight, as shares of the day."""
    digits = [int(c) for c in text if c != " "]
    if len(digits) != 24:
        raise ValueError(f"{text!r} has {len(digits)} hours, not 24")
    return tuple(digit / sum(digits) for digit in digits)


class Trouble(StrEnum):
    """What looks like an incident and is none, and what goes wrong on the way of a message."""

    LOST_BEATS = "lost beats"
    REBOOT = "reboot"
    LENS_BLINK = "lens blink"
    SCENE_FLICKER = "scene flicker"
    VIDEO_FLICKER = "video flicker"
    FALSE_INTRUSION = "false intrusion"
    RAIN_INTRUSION = "rain intrusion"
    RAIN_LINE = "rain line"
    CAT = "cat"
    CAT_ON_FENCE = "cat on a fence"
    STEAM = "steam"
    GLINT = "glint"
    STOOP = "stoop"
    BIRD = "bird"
    PRAM = "pram"
    REFLECTION = "reflection"
    PUDDLE = "puddle"
    WHITE_CAR = "white car"
    SCHOOL_BUS = "school bus"
    DANCE = "square dance"
    VAN = "van"
    SHORT_STOP = "short stop"
    CLEANER = "cleaner"
    DELIVERY = "delivery"
    MOVER = "mover"
    WRONG_CARD = "wrong card"
    FIRE_TEST = "fire test"
    LOOKALIKE = "lookalike"
    BACKLIGHT = "backlight"
    NIGHT_GUEST = "night guest"
    ROUND = "courier's round"
    TOGETHER = "two households together"
    TAXI = "taxi"
    CONVOY = "convoy"
    BARRIER_BLIP = "barrier blip"
    FIRE_FAULT = "fire fault"
    WAVE = "wave"
    DIP = "power dip"
    MILD_WARNING = "mild warning"
    FLAPPING_SWITCH = "flapping switch"


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_day` happenings, with weights of the 24 local hours; `raining`: so many an hour, in rain alone."""

    trouble: Trouble
    per_day: float
    hours: tuple[float, ...]
    reason: str
    raining: bool = False


_EVEN = hours_of("111111 111111 111111 111111")
_DAY = hours_of("000000 136876 578887 654310")
_NIGHT = hours_of("888888 300000 000000 002588")
_DUSK = hours_of("000000 990000 000000 994000")
_DANCE = hours_of("000000 000000 000000 090000")
_SCHOOL = hours_of("000000 090000 000009 400000")
_MORNING = hours_of("000000 699742 000000 000000")

RATES: tuple[Rate, ...] = (
    Rate(Trouble.LOST_BEATS, 150, _EVEN, "one heartbeat in 40,000 gets lost in a full switch, up to four in a row"),
    Rate(Trouble.REBOOT, 3, _NIGHT, "one camera in 250 a day starts anew by its watchdog; Hikvision's take 35 to 75 s"),
    Rate(Trouble.LENS_BLINK, 6, _DAY, "a bird, an insect or a cleaner's cloth before a lens for 3 to 25 s"),
    Rate(Trouble.SCENE_FLICKER, 8, _DUSK, "day and night switching: 1 camera in 90 a day tells of another scene for 2 to 20 s"),
    Rate(Trouble.VIDEO_FLICKER, 4, _EVEN, "a loose plug: no picture for 1 to 12 s"),
    Rate(Trouble.FALSE_INTRUSION, 12, _NIGHT, "leaves, light, insects: cameras name no target, but call 1 in 20 human"),
    Rate(Trouble.RAIN_INTRUSION, 20, _EVEN, "an hour of rain over 120 perimeter and lawn cameras", raining=True),
    Rate(Trouble.RAIN_LINE, 15, _EVEN, "an hour of rain: streaks over virtual lines", raining=True),
    Rate(Trouble.CAT, 15, _NIGHT, "cats cross the perimeter's lines: no target, but 1 in 20 is called human"),
    Rate(Trouble.CAT_ON_FENCE, 2, _NIGHT, "a cat on the wall is reported as climbing, without a human target"),
    Rate(Trouble.STEAM, 1, _DAY, "steam and exhaust: single smoke frames of low score, a camera in two years"),
    Rate(Trouble.GLINT, 1, _DUSK, "low sun on a window: single flame frames of low score"),
    Rate(Trouble.STOOP, 5, _DAY, "children play, people sit down or tie shoes: single fall frames"),
    Rate(Trouble.BIRD, 2, _DAY, "birds and leaves before 94 upward cameras, low score"),
    Rate(Trouble.PRAM, 1, _DAY, "a pram, bicycle or wheelchair in an elevator, taken for an e-bike with a low score"),
    Rate(Trouble.REFLECTION, 1, _NIGHT, "light on the water of the closed pool: one person frame of low score"),
    Rate(Trouble.PUDDLE, 3, _EVEN, "an hour of rain: wet cars leave a shine at a ramp, one frame", raining=True),
    Rate(Trouble.WHITE_CAR, 0.5, _NIGHT, "a white car under a lamp taken for snow, one frame"),
    Rate(Trouble.SCHOOL_BUS, 3, _SCHOOL, "6 to 12 people wait for a bus at a gate for 2 to 5 min"),
    Rate(Trouble.DANCE, 1, _DANCE, "the evening's square dance in the garden: 20 to 40 people for an hour and more"),
    Rate(Trouble.VAN, 30, _DAY, "couriers stop in a fire lane for 15 to 150 s"),
    Rate(Trouble.SHORT_STOP, 40, _DAY, "people stop where they may not park for half a minute to eight"),
    Rate(Trouble.CLEANER, 60, _MORNING, "a cleaner props one door in four a day for 35 to 80 s; held open is said after 30"),
    Rate(Trouble.DELIVERY, 25, _DAY, "a delivery keeps a door open for 60 to 120 s"),
    Rate(Trouble.MOVER, 0.4, _DAY, "somebody moves and props the door for 20 to 40 min: it is held open in truth"),
    Rate(Trouble.WRONG_CARD, 12, _DAY, "a worn card is tried 2 to 4 times within a minute"),
    Rate(Trouble.FIRE_TEST, 0.15, _DAY, "a monthly test releases a building's doors for 4 to 15 min"),
    Rate(Trouble.LOOKALIKE, 2, _DAY, "8,600 faces a day, 0.02 % resemble someone watched, between 0.55 and 0.70"),
    Rate(Trouble.BACKLIGHT, 12, _DAY, "low sun behind a face: liveness fails once or twice"),
    Rate(Trouble.NIGHT_GUEST, 3, _NIGHT, "a late guest is captured once or twice at a unit's door, then let in"),
    Rate(Trouble.ROUND, 20, _DAY, "a courier known again at two buildings, the second 3 to 10 min later"),
    Rate(Trouble.TOGETHER, 1, _DAY, "one entry in 1,000 with a face point: neighbour or guest goes in on one opening"),
    Rate(Trouble.TAXI, 5, _DAY, "the same taxi or courier's van comes two or three times a day"),
    Rate(Trouble.CONVOY, 3, _DAY, "a convoy keeps a barrier open for 30 to 100 s"),
    Rate(Trouble.BARRIER_BLIP, 2, _EVEN, "a barrier's own fault that is gone after 3 to 30 s"),
    Rate(Trouble.FIRE_FAULT, 2, _EVEN, "a detector's fault on 56 panels, mended after 5 min to 10 h"),
    Rate(Trouble.WAVE, 1, _EVEN, "an hour of rain: a passing car's wave over a ramp's line, one reading", raining=True),
    Rate(Trouble.DIP, 1, _EVEN, "the grid dips for 1 to 5 s"),
    Rate(Trouble.MILD_WARNING, 0.3, _DAY, "the weather service warns in blue or yellow"),
    Rate(Trouble.FLAPPING_SWITCH, 0.15, _EVEN, "once a week a switch's link comes and goes for 6 to 10 min, cameras with it"),
)  # fmt: skip

DRY_UNREADABLE = 0.01
"""Plates that are not read at the first try: vendors promise 99 of 100 by day."""

WET_UNREADABLE = 0.15
"""The same in an hour of rain."""

READ_AGAIN = 0.8
"""Of those, how many are read when the car creeps on; of the rest the guard types nine of ten into the passage's record."""

TYPED = 0.9
READ_TWICE = 0.08
"""Passages where a car waits at the barrier and is read again 2 to 15 s later."""

WRONG_COLOUR, WRONG_TYPE = 0.03, 0.01
"""Passages with another colour or vehicle type told than the car's; at night cameras name no colour."""

TOLD = {"brand": 0.9, "vehicle_type": 1.0, "colour": 1.0}
"""How often a camera tells what it may tell: one make in ten is none that it knows."""

TOLD_SPLASHED = {"brand": 0.7, "vehicle_type": 0.9, "colour": 0.9}
"""The same through a splashed lens: a plate's strokes are blurred first, a car's front is large. Estimates, no source."""

FACE_MISSED = 0.1
"""People whom a door's face point does not capture: hat, mask, phone."""

MISTAKEN = 1e-4
"""Passages of a resident that are taken for another resident."""

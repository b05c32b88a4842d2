"""Decisions about alerts, without any reading or writing: budget, flood, and the state of each device.

The figures are those of ISA-18.2, EEMUA 191 and IEC 62682 for one operator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.rows import DeviceWord, Mark

GOAL_PER_HOUR, LIMIT_PER_HOUR = 6, 12
"""What one person can answer for, by ISA-18.2 and EEMUA 191: 6 an hour is very likely acceptable, 12 the most manageable."""
FLOOD_WINDOW = timedelta(minutes=10)
FLOOD_STARTS_ABOVE = 10  # alerts in the window
FLOOD_ENDS_BELOW = 5

OFFLINE_TYPES = frozenset({"offline"})
HEARD_AGAIN_AFTER = timedelta(seconds=30)  # the word "offline" itself arrives some seconds after it was said
SILENCE_RULES = frozenset({"camera-silent"})
"""Rules whose open alert says that the device does not speak."""

UNHEARD, FINE, OFFLINE = "?", ".", "x"
"""Device states of one character. An open alert is `1` to `4`; with the device silent as well it is `a` to `d`."""


class Load(StrEnum):
    """How the hour's alerts stand against what one operator can manage."""

    WITHIN = "within"
    ABOVE_GOAL = "above_goal"
    OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True)
class Online:
    """Devices of one kind: how many there are, speak, and have never been heard."""

    total: int
    online: int
    unheard: int


def load_of(count: int) -> Load:
    """The verdict on so many alerts in one hour."""
    if count > LIMIT_PER_HOUR:
        return Load.OVER_LIMIT
    return Load.ABOVE_GOAL if count > GOAL_PER_HOUR else Load.WITHIN


def flooding(count: int, before: bool) -> bool:
    """Whether a flood is on, given the alerts of the last FLOOD_WINDOW and whether one was on before."""
    return count >= FLOOD_ENDS_BELOW if before else count > FLOOD_STARTS_ABOVE


def device_states(devices: Sequence[str], words: Mapping[str, DeviceWord], marks: Mapping[str, Mark]) -> str:
    """One character a device, in the order given."""
    return "".join(_state(words.get(device), marks.get(device)) for device in devices)


def _state(word: DeviceWord | None, mark: Mark | None) -> str:
    gone = (mark is not None and mark.silent) or (word is not None and _said_goodbye(word))
    if mark is not None and mark.severity is not None:
        return "abcd"[mark.severity - 1] if gone else str(mark.severity)
    if word is None:
        return UNHEARD
    return OFFLINE if gone else FINE


def _said_goodbye(word: DeviceWord) -> bool:
    """Its last event says that it is gone, and it has not been heard since."""
    if word.last_type not in OFFLINE_TYPES or word.last_event_time is None:
        return False
    return word.last_seen - word.last_event_time < HEARD_AGAIN_AFTER


def online(states: Iterable[str]) -> Online:
    """Counts over the states of one kind's devices. A device with an alert and no silence is online."""
    listed = list(states)
    unheard = listed.count(UNHEARD)
    gone = sum(1 for state in listed if state == OFFLINE or state in "abcd")
    return Online(len(listed), len(listed) - unheard - gone, unheard)


def by_hour(start: datetime, counts: Mapping[datetime, int], hours: int = 24) -> tuple[int, ...]:
    """Counts keyed by the beginning of their hour, as a row of `hours` values from `start`; an hour without any is 0."""
    return tuple(counts.get(start + timedelta(hours=n), 0) for n in range(hours))

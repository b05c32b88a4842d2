"""What an event is: six kinds, the types of each, identity and time.

Time. `occurred_at` is the device's clock, `received_at` the gateway's. `event_time` is what everything is ordered by: the
device's clock while it can be trusted, else the arrival. It is fixed once, when the event is received, and travels with it.

Identity. `event_id` follows from vendor, device and the vendor's own identity of the event, so the same message
delivered twice is one event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from schemas.identity import uuid_of


class Kind(StrEnum):
    """The six kinds; each has a topic, an agent and a table of its own."""

    CAMERA = "camera"
    FACE = "face"
    PLATE = "plate"
    DOOR = "door"
    PARKING = "parking"
    FACILITY = "facility"


# What may happen, by kind. A state that lasts has two types: `x` and `x_ended` (or a pair of plain words).
TYPES: Mapping[Kind, tuple[str, ...]] = {
    Kind.CAMERA: (
        *("motion", "motion_ended", "line_crossed", "fence_climbed", "intrusion", "intrusion_ended", "loitering"),
        *("crowd", "crowd_ended", "fall", "smoke", "flame", "ebike", "vehicle", "vehicle_ended", "person", "people_counted"),
        *("water_seen", "snow_seen", "thrown_object", "video_lost", "video_restored", "covered", "uncovered"),
        *("scene_changed", "scene_restored", "offline", "online", "alarm_input", "alarm_input_ended", "other"),
    ),
    Kind.FACE: ("known", "permit", "watch_listed", "stranger", "captured", "liveness_failed", "offline", "online"),
    Kind.PLATE: ("read", "unreadable", "offline", "online"),
    Kind.DOOR: (
        *("opened", "closed", "granted", "denied", "forced", "held_open", "tamper", "tamper_ended", "duress"),
        *("locked", "unlocked", "fire_released", "secured", "offline", "online", "other"),
    ),
    Kind.PARKING: (
        *("entered", "left", "bay_taken", "bay_freed", "occupancy"),
        *("barrier_opened", "barrier_closed", "barrier_fault", "barrier_restored", "offline", "online", "other"),
    ),
    Kind.FACILITY: (
        *("fire_alarm", "fire_restored", "fire_fault", "fire_fault_ended", "water_level", "water_leak", "water_leak_ended"),
        *("elevator_trapped", "elevator_released", "elevator_fault", "elevator_restored", "power_lost", "power_restored"),
        *("weather_warning", "weather_cleared", "temperature", "extinguisher_checked", "patrol_checked"),
        *("extinguisher_overdue", "extinguisher_overdue_ended", "patrol_missed", "patrol_missed_ended"),
        *("finding_overdue", "finding_overdue_ended"),
        *("offline", "online", "other"),
    ),
}

HEARTBEAT = "heartbeat"
"""The type of a row that says only that the device lives: never stored as an event, never an alarm by itself."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as the gateway understood it. Times are aware, in UTC.

    `attributes` is JSON-able and keeps what the columns have no room for. `initial` marks a device's report of a state
    that it was in already (a dump at subscription): stored, but no news.
    """

    id: UUID
    kind: Kind
    type: str
    device: str
    occurred_at: datetime
    subject: str | None = None
    score: float | None = None
    value: float | None = None
    zone: str | None = None
    direction: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    picture: str | None = None
    initial: bool = False


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A device lives. `at` is its own clock where it sent one; `picture` says that a camera told its picture with it."""

    kind: Kind
    device: str
    at: datetime | None = None
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """An event or a heartbeat with the gateway's part: site, arrival, and the time that it is ordered by."""

    site: str
    what: Event | Heartbeat
    received_at: datetime
    event_time: datetime


def event_id(vendor: str, device: str, identity: str) -> UUID:
    """The event's id, from vendor, device and the vendor's own identity of the event."""
    return uuid_of(vendor, device, identity)


def place(occurred_at: datetime, received_at: datetime, clock_error_s: float, limit_s: float) -> datetime:
    """The event time: the device's clock while its estimated error is within the limit, else the arrival.

    `clock_error_s` is the estimate of received minus device clock for this device (its smallest recent one), so that
    one late message does not make a right clock wrong. A clock that is ahead is always seen: nothing arrives early.
    """
    ahead = (occurred_at - received_at).total_seconds()
    return received_at if ahead > limit_s or clock_error_s > limit_s else occurred_at

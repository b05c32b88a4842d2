"""Callbacks of the iSecure Center platform: OnEventNotify with door events (event_acs) and parking events (event_pms)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import orjson

from schemas.identity import uuid_of
from schemas.site import DeviceKind
from streams.simulator.words import Say

JSON = "application/json"

DOOR_CODES: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("granted", "card"): 198914,
        ("granted", "face"): 196893,
        ("granted", "code"): 198915,
        ("denied", "card"): 197634,
        ("opened", ""): 198913,
        ("closed", ""): 199169,
        ("forced", ""): 198657,
        ("held_open", ""): 198400,
        ("tamper", ""): 199708,
        ("tamper_ended", ""): 199709,
        ("duress", ""): 199428,
    }
)
"""Our word and the means → the platform's code of a door event."""

PARKING_CODES: Mapping[str, int] = MappingProxyType(
    {
        "entered": 771760131,
        "left": 771760134,
    }
)
"""Our word → the platform's code of a parking event: a car let in or out."""


def knows(say: Say) -> bool:
    """Whether the platform has a published number for it; it has none for life signs, single bays and a barrier's arm."""
    return say.word in PARKING_CODES or (say.word, say.extra.get("method", "")) in DOOR_CODES


def door(say: Say, told: str, serial: int) -> tuple[str, bytes]:
    """A door event of one access point."""
    code = DOOR_CODES[say.word, say.extra.get("method", "")]
    data = {"ExtEventCardNo": say.subject} if say.subject else {}
    return JSON, _notify(say, told, serial, "event_acs", code, "door", data)


def parking(say: Say, told: str, serial: int) -> tuple[str, bytes]:
    """A parking event of one entrance or bay."""
    data = {"plateNo": say.subject} if say.subject else {}
    return JSON, _notify(say, told, serial, "event_pms", PARKING_CODES[say.word], "parkspace", data)


def _notify(say: Say, told: str, serial: int, ability: str, code: int, source_type: str, data: Mapping[str, object]) -> bytes:
    event = {
        "eventId": str(uuid_of("simulated", say.device.identity, str(serial))).upper(),
        "eventType": code,
        "happenTime": told,
        "srcIndex": say.device.identity,
        "srcName": say.device.name.zh,
        "srcParentIdex": "",
        "srcType": source_type,
        "status": 0,
        "eventLvl": 0,
        "timeout": 0,
        "data": dict(data),
    }
    params = {"sendTime": told, "ability": ability, "uids": "", "events": [event]}
    return orjson.dumps({"method": "OnEventNotify", "params": params})


SPEAKERS: Mapping[DeviceKind, Callable[[Say, str, int], tuple[str, bytes]]] = MappingProxyType(
    {DeviceKind.DOOR: door, DeviceKind.BARRIER: parking, DeviceKind.LOT: parking}
)

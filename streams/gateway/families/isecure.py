"""Hikvision iSecure Center: what the platform calls back with (OnEventNotify), and the records of its queries.

Decided here:
- One vendor event id comes several times: status 0 at once, 1 start, 2 stop, 3 pulse, 4 linkage result, 5 picture. Each is
  an event of its own, told apart by its status (a pulse by its time too); the same one delivered twice is one.
- A pulse says that what began still lasts: its type stays, and it is `initial`, so it is stored and is no news. A linkage
  result or a picture that comes later is `other`, so that nothing is counted twice.
- A time without a zone is the site's.
- A linked event (event_rule) is unfolded: what it links has the identity under which it also comes by itself.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import chain
from typing import Any

import orjson

from schemas.decoded import Decoded, Rejected, bounded, gather
from schemas.events import Event, Kind, event_id
from streams.gateway.context import Context
from streams.gateway.documents import Document, read_documents
from streams.gateway.families.hikvision_plate import plate_of
from streams.gateway.families.isecure_codes import (
    ABILITIES,
    CODES,
    DIRECTIONS,
    INSTANT,
    LINKAGE,
    OTHERWISE,
    PHASES,
    PICTURE,
    PULSE,
    STOP,
    WORDS,
    Meaning,
)
from streams.gateway.fields import Row, first, integer, percent, row, rows, said, share, text, url
from streams.gateway.times import parse_time

VENDOR = "isecure"
UNTOLD = (None, 0, 255)
MOST = 1000
"""Events in one message: the platform sends at most 50, a query's page at most 1,000."""

_TIMES = ("happenTime", "eventTime", "ExtEventTime", "time", "crossTime", "startTime", "sendTime")
_DEVICES = (
    "srcIndex",
    "doorIndexCode",
    "gateIndexCode",
    "gateIndex",
    "parkIndexCode",
    "parkIndex",
    "roadwayIndex",
    "devIndexCode",
)
_PICTURES = ("ExtEventPictureURL", "picUri", "picUrl", "vehiclePicUrl", "imageUrl", "bkgPicUrl", "facePicUrl", "platePicUrl")


def decode(body: bytes, content_type: str, context: Context) -> Decoded:
    """Events and what could not be read; never raises on what was sent."""
    documents = read_documents(body, content_type, context.depth)
    found = (result for document in documents.found for result in _of_document(document, context))
    return gather(bounded(chain(documents.rejected, found), MOST))


def _of_document(document: Document, context: Context) -> Iterator[Event | Rejected]:
    if document.root or not isinstance(document.value, Mapping | list):
        yield Rejected("The platform sends JSON objects, and this is none.", document.at)
        return
    ability, entries, path = _entries(document.value)
    if not entries:
        yield Rejected("There is no event in it: neither params.events nor a record.", document.at)
    for number, entry in enumerate(entries):
        yield from _of_entry(entry, ability, f"{path}[{number}]", context)


def _entries(value: Any) -> tuple[str, list[Any], str]:
    """(subsystem, events, where they stand) of a callback, a query's answer, a list of records, or one record."""
    if isinstance(value, list):
        return "", value, ""
    params = row(value.get("params"))
    if isinstance(params.get("events"), list):
        return text(params.get("ability")), params["events"], "params.events"
    data = row(value.get("data"))
    if isinstance(data.get("list"), list):
        return "event_acs", data["list"], "data.list"
    if isinstance(value.get("events"), list):
        return text(value.get("ability")), value["events"], "events"
    return "", [value] if "eventType" in value or "eventId" in value else [], ""


def _of_entry(entry: Any, ability: str, at: str, context: Context) -> Iterator[Event | Rejected]:
    if not isinstance(entry, Mapping) or not first(entry, "eventId", "eventType", "eventOriginalId"):
        yield Rejected("An event has an eventId and an eventType, and this has neither.", at)
        return
    linked = rows(entry.get("eventDetails"))
    if not linked:
        yield _event(entry, ability, context)
    for number, detail in enumerate(linked):
        yield _event(_unfolded(entry, detail, number), text(detail.get("ability")) or ability, context)


def _unfolded(entry: Row, detail: Row, number: int) -> Row:
    """A linked event, with what only the linking one says, and the identity under which it comes by itself."""
    times = {key: entry[key] for key in _TIMES if key in entry}
    own = first(detail, "eventOriginalId", "eventId") or f"{first(entry, 'eventId')}|{number}"
    return {**times, "status": INSTANT, **detail, "eventId": own, "linked_by": first(entry, "eventName", "ruleName", "eventId")}


def _meaning(entry: Row, data: Row, ability: str) -> Meaning:
    for code in (integer(entry.get("eventType")), integer(data.get("ExtEventCode"))):
        if code is not None and code in CODES:
            return CODES[code]
    word = text(entry.get("eventName")).lower().rpartition(".")[2]
    named = (
        next((meaning for part, meaning in WORDS if part in word), None) if ".acs." in text(entry.get("eventName")) else None
    )
    by_source = ABILITIES["event_acs"] if "doorIndexCode" in entry or text(entry.get("srcType")) == "door" else OTHERWISE
    return named or ABILITIES.get(ability, by_source)


def _event(entry: Row, ability: str, context: Context) -> Event:
    data = row(entry.get("data"))
    meaning = _meaning(entry, data, ability)
    status = integer(entry.get("status")) or INSTANT
    identity, device = _device(entry, data, context)
    stamp = next((word for holder in (entry, data) for key in _TIMES if (word := text(holder.get(key), 64))), "")
    time = parse_time(stamp, context.zone)
    subject, subject_is, raw_plate = _subject(meaning.kind, entry, data)
    type_ = _type(meaning, status, raw_plate)
    return Event(
        id=event_id(VENDOR, identity, _identity(entry, status, stamp)),
        kind=meaning.kind,
        type=type_,
        device=device,
        occurred_at=time or context.received_at,
        subject=subject,
        score=_score(meaning.kind, data, subject),
        zone=_zone(entry, data, identity, context),
        direction=meaning.direction or _direction(entry, data),
        picture=_picture(entry, data),
        initial=status == PULSE,
        attributes=_attributes(entry, data, meaning, status)
        | said(subject_is=subject_is, device_time="" if time else stamp, plate_unreadable=_unreadable(raw_plate, subject)),
    )


def _identity(entry: Row, status: int, stamp: str) -> str:
    """The vendor's id with the status; a pulse recurs, so its time belongs to it."""
    own = first(entry, "eventId") or f"{first(entry, 'eventType')}|{stamp}|{_content(entry)}"
    return f"{own}|{status}|{stamp}" if status == PULSE else f"{own}|{status}"


def _content(entry: Row) -> str:
    """An identity for an event without one: two cards at one door in one second are two."""
    return blake2b(orjson.dumps(entry, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def _type(meaning: Meaning, status: int, raw_plate: str | None) -> str:
    if status in (LINKAGE, PICTURE):
        return "unreadable" if meaning.kind is Kind.PLATE else "captured" if meaning.kind is Kind.FACE else "other"
    if meaning.kind is Kind.PLATE:
        return "read" if raw_plate is not None and plate_of(raw_plate) else "unreadable"
    return meaning.ended if status == STOP and meaning.kind is not Kind.FACE else meaning.type


def _device(entry: Row, data: Row, context: Context) -> tuple[str, str]:
    """(the vendor's identity, the site's device): the first of the names that the site knows, else the first there is."""
    names = [word for holder in (entry, data) for key in _DEVICES if (word := text(holder.get(key)))] or [context.sender]
    known = next((name for name in names if (VENDOR, name) in context.register), names[0])
    return names[0], context.device(VENDOR, known)


def _subject(kind: Kind, entry: Row, data: Row) -> tuple[str | None, str, str | None]:
    """(who or what, what kind of name that is, the plate's text where there is one)."""
    plate = next(
        (str(holder[key])[:64] for holder in (data, entry) for key in ("plateNo", "plateNumber") if holder.get(key)), None
    )
    if kind in (Kind.PLATE, Kind.PARKING):
        return (plate_of(plate) if plate else None), ("plate" if plate else ""), plate
    card = first(data, "ExtEventCardNo") or first(entry, "cardNo")
    if card and card != "0":
        return card, "card", None
    person = first(data, "ExtEventPersonNo", "personId", "human_id") or first(entry, "personId", "jobNo")
    return (person or None), ("person" if person and person != "0" else ""), None


def _unreadable(raw_plate: str | None, subject: str | None) -> bool | None:
    return True if raw_plate is not None and subject is None else None


def _score(kind: Kind, data: Row, subject: str | None) -> float | None:
    """A comparison's similarity, or the confidence of a plate that was read."""
    if kind is Kind.FACE:
        return share(data.get("similarity"))
    if kind in (Kind.PLATE, Kind.PARKING) and subject:
        return percent(data.get("plateBelieve", data.get("mainBelieve")))
    return None


def _direction(entry: Row, data: Row) -> str | None:
    sides = (entry.get("inAndOutType"), data.get("ExtEventInOut"), data.get("direct"), data.get("inoutType"))
    side = next((number for value in sides if (number := integer(value)) is not None), None)
    return None if side is None else DIRECTIONS.get(side)


def _zone(entry: Row, data: Row, identity: str, context: Context) -> str | None:
    """The lane or door's region that the platform names, else what the site says a camera looks at."""
    named = first(data, "roadwayIndex", "roadwayName") or first(entry, "doorRegionIndexCode")
    return named or context.zone_of(VENDOR, identity, "") or None


def _picture(entry: Row, data: Row) -> str | None:
    holders = (data, row(data.get("picUrl")), entry)
    return next((found for holder in holders for key in _PICTURES if (found := url(holder.get(key)))), None)


def _attributes(entry: Row, data: Row, meaning: Meaning, status: int) -> dict[str, Any]:
    return said(
        event_type=integer(entry.get("eventType")) or text(entry.get("eventType")),
        event_id=first(entry, "eventId"),
        event_name=text(entry.get("eventName"), 128),
        phase=PHASES.get(status),
        method=meaning.method,
        source_name=first(entry, "srcName", "doorName"),
        source_type=first(entry, "srcType"),
        park=first(data, "parkName", "parkIndex"),
        level=integer(entry.get("eventLvl")),
        brand=_told(data, "mainLogo"),
        vehicle_type=_told(data, "vehicleType"),
        colour=_told(data, "vehicleColor"),
        linked_by=first(entry, "linked_by"),
        list="watch" if integer(entry.get("eventType")) == 771756034 else "",
    )


def _told(data: Row, name: str) -> int | None:
    """The platform's number of what a passing car looked like; None where it says that it could not tell."""
    number = integer(data.get(name))
    return None if number in UNTOLD else number

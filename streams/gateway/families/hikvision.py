"""Hikvision ISAPI: what a device pushes to an alarm server, or says on its alert stream.

An alert comes as XML (any of its namespaces, or none) or JSON, alone or as a part of a multipart body, flat or wrapped
under keys, also as JSON in a string. Whatever its type, it becomes an event: a type that is not known is `other` with
the vendor's word in its attributes. Doors are identified by address/door, everything else by address/channel.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from schemas.decoded import Decoded, Rejected, bounded, gather
from schemas.errors import PayloadError
from schemas.events import Event, Heartbeat
from streams.gateway.context import Context
from streams.gateway.documents import Document, Documents, read_documents
from streams.gateway.families.hikvision_access import access
from streams.gateway.families.hikvision_alert import Alert
from streams.gateway.families.hikvision_camera import camera, contact, counted, heartbeat, link
from streams.gateway.families.hikvision_codes import HEARTBEATS, LINKS
from streams.gateway.families.hikvision_face import faces
from streams.gateway.families.hikvision_plate import plate, polled
from streams.gateway.fields import Row, rows, text
from streams.gateway.json_value import parse_json

Reader = Callable[[Alert], Iterator[Event | Heartbeat]]

READERS: Mapping[str, Reader] = {
    **dict.fromkeys(HEARTBEATS, heartbeat),
    **dict.fromkeys(LINKS, link),
    "peoplecounting": counted,
    "accesscontrollerevent": access,
    "anpr": plate,
    "vehiclerecognition": plate,
    "plates": polled,
    "cidevent": contact,
    "facecapture": faces,
    "facesnap": faces,
    "facedetection": faces,
    "alarmresult": faces,
    "facesnapmatch": faces,
    "facematch": faces,
    "facecontrast": faces,
    "facecomparison": faces,
    "stranger": faces,
    "strangeralarm": faces,
}
"""Who reads which type (lower case); all others are cameras'."""

MOST = 1000
"""Events in one message: a captured stream has some hundreds."""

LEVELS = 6
"""How deep an alert may be wrapped: the deepest seen has two."""


def decode(body: bytes, content_type: str, context: Context) -> Decoded:
    """Events, heartbeats and what could not be read; never raises on what a device sent."""
    documents = read_documents(body, content_type, context.depth)
    return gather(bounded(_results(documents, context), MOST))


def _results(documents: Documents, context: Context) -> Iterator[Event | Heartbeat | Rejected]:
    yield from documents.rejected
    for document in documents.found:
        try:
            yield from _of_document(document, documents.pictures, context)
        except PayloadError as err:
            yield Rejected(err.reason, f"{document.at} {err.at}".strip())


def _of_document(document: Document, pictures: Mapping[str, str], context: Context) -> Iterator[Event | Heartbeat | Rejected]:
    value = {document.root: document.value} if document.root == "Plates" else document.value
    found = list(islice(_unwrap(value, context.depth, LEVELS), MOST + 1))
    if not found:
        yield Rejected("There is no alert in it: neither an eventType nor an access event.", document.at)
    for word, row_ in found:
        state = text(row_.get("eventState")).lower() or "active"
        yield from READERS.get(word.lower(), camera)(Alert(row_, word, state, document.at, pictures, context))


def _unwrap(value: Any, depth: int, levels: int) -> Iterator[tuple[str, Row]]:
    """Every alert in the value, with the vendor's word for its type."""
    if levels == 0:
        return
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        value = parse_json(value.encode("utf-8", "replace"), depth)
    if isinstance(value, list):
        for item in value:
            yield from _unwrap(item, depth, levels - 1)
    elif isinstance(value, Mapping):
        if word := _word(value):
            yield word, _opened(value, depth)
            return
        for item in value.values():
            if isinstance(item, Mapping | list | str):
                yield from _unwrap(item, depth, levels - 1)


def _word(value: Row) -> str:
    """What kind of alert an object is; empty where it is only a wrapping."""
    if word := text(value.get("eventType"), 64):
        return word
    if {"majorEventType", "subEventType"} <= value.keys() or {"major", "minor"} <= value.keys():
        return "AccessControllerEvent"
    inner = value.get("AccessControllerEvent")
    if isinstance(inner, Mapping) and "majorEventType" in inner:
        return "AccessControllerEvent"
    return "Plates" if "Plates" in value and rows(value["Plates"], "Plate") else ""


def _opened(value: Row, depth: int) -> Row:
    """The alert with its own objects opened where they came as JSON in a string."""
    if isinstance(plates := value.get("Plates"), Mapping):
        return plates
    return {
        key: _inner(item, depth) if isinstance(item, str) and item[:1] in ("{", "[") else item for key, item in value.items()
    }


def _inner(item: str, depth: int) -> Any:
    """The object, or the text itself: a person may have named a channel `[East] gate`."""
    try:
        return parse_json(item.encode("utf-8", "replace"), depth)
    except PayloadError:
        return item

"""Messages in the shapes that devices send, with invented names, plates and numbers."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from schemas.decoded import Decoded
from schemas.events import Event, Kind
from streams.gateway.context import Context, Known
from streams.gateway.read import read_body

ARRIVED = datetime(2031, 3, 5, 1, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = Context(
    received_at=ARRIVED,
    zone=SHANGHAI,
    register={
        ("hikvision", "10.1.2.3/1"): Known("camera-7", Kind.CAMERA),
        ("hikvision", "10.1.2.4/1"): Known("camera-8", Kind.CAMERA, {"1": "fire_lane", "*": "no_parking"}),
        ("hikvision", "10.1.2.9/2"): Known("door-9", Kind.DOOR),
        ("isecure", "door-index-1"): Known("door-1", Kind.DOOR),
    },
    sender="hikvision",
)


def alert(inner: str = "", *, namespace: str = ' xmlns="http://www.hikvision.com/ver20/XMLSchema"', **fields: str) -> bytes:
    """An ISAPI alert as XML."""
    words = {"ipAddress": "10.1.2.3", "channelID": "1", "dateTime": "2031-03-05T08:59:58+08:00", "activePostCount": "1"}
    words |= {"eventType": "VMD", "eventState": "active"} | fields
    body = "".join(f"<{name}>{value}</{name}>" for name, value in words.items() if value)
    return f'<EventNotificationAlert version="2.0"{namespace}>{body}{inner}</EventNotificationAlert>'.encode()


def access(major: int = 5, minor: int = 75, **inner: Any) -> dict[str, Any]:
    """An access controller's alert as a JSON value."""
    event = {"deviceName": "Door", "majorEventType": major, "subEventType": minor, "doorNo": 2, "serialNo": 41} | inner
    head = {"ipAddress": "10.1.2.9", "dateTime": "2031-03-05T08:59:58+08:00", "eventType": "AccessControllerEvent"}
    return head | {"activePostCount": 1, "eventState": "active", "AccessControllerEvent": event}


ANPR = (
    "<ANPR><licensePlate>{plate}</licensePlate><line>1</line><direction>forward</direction>"
    "<confidenceLevel>{confidence}</confidenceLevel><pictureInfoList><pictureInfo><fileName>plate.jpg</fileName></pictureInfo>"
    "<pictureInfo><fileName>scene.jpg</fileName></pictureInfo></pictureInfoList></ANPR><UUID>{uuid}</UUID>"
)


def anpr(plate: str = "鲁Q12345", confidence: str = "97", uuid: str = "u-1") -> bytes:
    """A plate camera's alert."""
    return alert(ANPR.format(plate=plate, confidence=confidence, uuid=uuid), eventType="ANPR")


def multipart(*parts: tuple[str, str, bytes], end: bytes = b"\r\n", last: bool = True, boundary: bytes = b"boundary") -> bytes:
    """A multipart body of (name, content type, content)."""
    lines: list[bytes] = []
    for name, content_type, content in parts:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"'.encode()
        lines += [b"--" + boundary, head, f"Content-Type: {content_type}".encode(), b"", content]
    return end.join(lines) + (end + b"--" + boundary + b"--" + end if last else b"")


def notify(*events: dict[str, Any], ability: str = "event_acs") -> bytes:
    """A callback of the platform."""
    params = {"ability": ability, "sendTime": "2031-03-05 09:00:00", "events": list(events)}
    return orjson.dumps({"method": "OnEventNotify", "params": params})


def pushed(code: int = 198914, status: int = 0, **more: Any) -> dict[str, Any]:
    """One event of a callback."""
    row = {
        "eventId": "E-1",
        "eventType": code,
        "happenTime": "2031-03-05 08:59:58",
        "srcIndex": "door-index-1",
        "status": status,
    }
    return row | {"srcType": "door", "data": {"ExtEventCardNo": "1234567", "ExtEventInOut": 1}} | more


def read(body: bytes | dict[str, Any] | list[Any], content_type: str = "", family: str = "hikvision") -> Decoded:
    """What the gateway makes of it."""
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    return read_body(family, data, content_type, CONTEXT)


def only(decoded: Decoded) -> Event:
    """The one event of a message that was read whole."""
    assert not decoded.rejected, decoded.rejected
    assert len(decoded.events) == 1
    return decoded.events[0]

"""ISAPI alarm push as Hikvision's devices write it: XML of cameras and plate points, JSON of access controllers and faces.

Text is filled into prepared templates: at a hundred messages a second building trees would cost more than posting them.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape

import orjson

from schemas.site import Device, DeviceKind
from streams.simulator.picture import picture
from streams.simulator.words import Say

XML = 'application/xml; charset="UTF-8"'
JSON = "application/json"
BOUNDARY = "MIME_boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

CAMERA_EVENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "heartbeat": ("videoloss", "inactive"),
        "motion": ("VMD", "active"),
        "motion_ended": ("VMD", "inactive"),
        "line_crossed": ("linedetection", "active"),
        "intrusion": ("fielddetection", "active"),
        "intrusion_ended": ("fielddetection", "inactive"),
        "loitering": ("loitering", "active"),
        "fence_climbed": ("advReachHeight", "active"),
        "crowd": ("group", "active"),
        "crowd_ended": ("group", "inactive"),
        "fall": ("fallDown", "active"),
        "smoke": ("smokeDetection", "active"),
        "vehicle": ("parking", "active"),
        "vehicle_ended": ("parking", "inactive"),
        "video_lost": ("videoloss", "active"),
        "covered": ("shelteralarm", "active"),
        "uncovered": ("shelteralarm", "inactive"),
        "scene_changed": ("scenechangedetection", "active"),
        "scene_restored": ("scenechangedetection", "inactive"),
    }
)
"""Our word → (eventType, eventState)."""

DOOR_EVENTS: Mapping[tuple[str, str], tuple[int, int]] = MappingProxyType(
    {
        ("granted", "card"): (5, 1),
        ("granted", "face"): (5, 75),
        ("granted", "code"): (5, 34),
        ("denied", "card"): (5, 9),
        ("opened", ""): (5, 25),
        ("closed", ""): (5, 26),
        ("forced", ""): (5, 27),
        ("held_open", ""): (5, 28),
        ("tamper", ""): (1, 1028),
        ("tamper_ended", ""): (1, 1029),
        ("duress", ""): (1, 1034),
        ("fire_released", ""): (5, 52),
        ("secured", ""): (5, 53),
    }
)
"""Our word and the means → (majorEventType, subEventType) of an access controller."""

FACE_LIBRARIES: Mapping[str, str] = MappingProxyType({"known": "住户", "permit": "装修施工人员", "watch_listed": "布控"})
"""Our word → the library that a face was found in; a stranger is in none."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<ipAddress>{ip}</ipAddress>
<portNo>80</portNo>
<protocol>HTTP</protocol>
<macAddress>{mac}</macAddress>
<channelID>{channel}</channelID>
"""
_TAIL = """<dateTime>{told}</dateTime>
<activePostCount>{posts}</activePostCount>
<eventType>{type}</eventType>
<eventState>{state}</eventState>
<eventDescription>{type} alarm</eventDescription>
<channelName>{name}</channelName>
{more}<isDataRetransmission>{again}</isDataRetransmission>
</EventNotificationAlert>
"""
_REGION = """<DetectionRegionList>
<DetectionRegionEntry>
<regionID>1</regionID>
<sensitivityLevel>50</sensitivityLevel>
<RegionCoordinatesList/>
<detectionTarget>{target}</detectionTarget>
</DetectionRegionEntry>
</DetectionRegionList>
"""
_ANPR = """<ANPR>
<country>10</country>
<licensePlate>{plate}</licensePlate>
<line>1</line>
<direction>{direction}</direction>
<confidenceLevel>{confidence}</confidenceLevel>
<plateType>{plate_type}</plateType>
<plateColor>{color}</plateColor>
<vehicleType>vehicle</vehicleType>
<pictureInfoList>
<pictureInfo><fileName>licensePlatePicture.jpg</fileName><type>licensePlatePicture</type><dataType>0</dataType></pictureInfo>
</pictureInfoList>
<originalLicensePlate>{plate}</originalLicensePlate>
<vehicleListName>{listed}</vehicleListName>
</ANPR>
<UUID>{uuid}</UUID>
<picNum>1</picNum>
"""


def split(device: Device) -> tuple[str, str]:
    """The IP address and the channel (or door) number of a device's identity."""
    ip, _, channel = device.identity.partition("/")
    return ip, channel or "1"


def mac(device: Device) -> str:
    """A locally administered MAC address that follows from the IP address."""
    ip, _ = split(device)
    return "02:5a:" + ":".join(f"{int(part):02x}" for part in ip.split("."))


def camera(say: Say, told: str, serial: int) -> tuple[str, bytes]:
    """A camera's event or heartbeat; an event with somebody in it names the target."""
    target = say.extra.get("target", "")
    more = _REGION.format(target=target) if target else ""
    if say.word == "line_crossed":
        document = _notification(say, told, more + "<detectionPicturesNumber>1</detectionPicturesNumber>\n")
        return MULTIPART, _parts(("linedetection", XML, document), ("lineCrossImage", "image/jpeg", picture(say.device.id)))
    return XML, _notification(say, told, more)


def plate(say: Say, told: str, serial: int) -> tuple[str, bytes]:
    """A plate read with its picture, as multipart; a heartbeat as a camera's."""
    if say.is_heartbeat:
        return XML, _notification(say, told, "")
    green = (say.subject or "")[2:3] == "D"
    more = _ANPR.format(
        plate=escape(say.subject or ""),
        direction={"in": "forward", "out": "reverse"}.get(say.extra.get("direction", ""), "unknown"),
        confidence=round((say.score or 0.95) * 100),
        plate_type="newEnergy" if green else "92TypeCivil",
        color="newEnergyGreen" if green else "blue",
        listed=say.extra.get("listed", "otherList"),
        uuid=f"{split(say.device)[0].replace('.', '')}{serial:012d}",
    )
    document = _notification(say, told, more, ("ANPR", "active"))
    return MULTIPART, _parts(
        ("anpr.xml", "text/xml", document), ("licensePlatePicture.jpg", "image/jpeg", picture(say.device.id))
    )


def door(say: Say, told: str, serial: int) -> tuple[str, bytes]:
    """An access controller's event as JSON; the serial number counts on per controller."""
    number = split(say.device)[1]
    body: dict[str, object] = _envelope(say, told, "heartBeat" if say.is_heartbeat else "AccessControllerEvent")
    if not say.is_heartbeat:
        major, minor = DOOR_EVENTS[say.word, say.extra.get("method", "")]
        event: dict[str, object] = {
            "deviceName": say.device.name.zh,
            "majorEventType": major,
            "subEventType": minor,
            "cardReaderKind": 1,
            "doorNo": int(number),
            "serialNo": serial,
            "currentVerifyMode": "cardOrFace",
            "currentEvent": say.due - say.happened < 1,
            "frontSerialNo": serial - 1,
            "mask": "unknown",
        }
        if say.subject:
            event |= {"cardNo": say.subject, "cardType": 1, "cardReaderNo": 1}
        body["AccessControllerEvent"] = event
    return JSON, orjson.dumps(body)


def face(say: Say, told: str, serial: int) -> tuple[str, bytes]:
    """A comparison's result with its picture, as multipart JSON; a heartbeat as a camera's. A stranger has a number alone."""
    if say.is_heartbeat:
        return XML, _notification(say, told, "")
    name = f"{split(say.device)[0].replace('.', '')}{serial:012d}"
    face_: dict[str, object] = {"faceId": serial % 1000, "pId": f"{name}F", "contentID": "faceImage", "faceScore": 80}
    if library := FACE_LIBRARIES.get(say.word):
        candidate = {"human_id": say.subject, "similarity": say.score}
        face_["identify"] = [{"maxsimilarity": say.score, "FDname": library, "candidate": [candidate]}]
    else:
        face_["strangerId"] = say.subject
    attrs = {"deviceName": say.device.name.zh, "deviceChannel": 1, "deviceId": name, "faceTime": told}
    alert = {"channelName": say.device.name.zh, "alarmResult": [{"targetAttrs": attrs, "faces": [face_]}]}
    document = orjson.dumps(_envelope(say, told, "alarmResult") | alert)
    return MULTIPART, _parts(("alarmResult", JSON, document), ("faceImage", "image/jpeg", picture(say.device.id)))


def _notification(say: Say, told: str, more: str, what: tuple[str, str] | None = None) -> bytes:
    kind, state = what or CAMERA_EVENTS[say.word]
    ip, channel = split(say.device)
    head = _HEAD.format(ip=ip, mac=mac(say.device), channel=channel)
    tail = _TAIL.format(
        told=told,
        posts=0 if say.is_heartbeat else 1,
        type=kind,
        state=state,
        name=escape(say.device.name.zh),
        more=more,
        again="true" if say.due - say.happened > 1 else "false",
    )
    return (head + tail).encode()


def _envelope(say: Say, told: str, kind: str) -> dict[str, object]:
    ip, channel = split(say.device)
    return {
        "ipAddress": ip,
        "portNo": 80,
        "protocol": "HTTP",
        "macAddress": mac(say.device),
        "channelID": int(channel),
        "dateTime": told,
        "activePostCount": 1,
        "eventType": kind,
        "eventState": "active",
        "eventDescription": kind,
    }


def _parts(*parts: tuple[str, str, bytes]) -> bytes:
    """Parts (name, type, bytes) as multipart/form-data; a picture's name is its file's name."""
    out = []
    for name, content_type, body in parts:
        file = f'; filename="{name}"' if content_type.startswith("image/") or "." in name else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\nContent-Type: {content_type}\r\n'
        out.append(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n")
    return b"".join(out) + f"--{BOUNDARY}--\r\n".encode()


SPEAKERS: Mapping[DeviceKind, Callable[[Say, str, int], tuple[str, bytes]]] = MappingProxyType(
    {DeviceKind.CAMERA: camera, DeviceKind.PLATE: plate, DeviceKind.FACE: face, DeviceKind.DOOR: door}
)

"""Hikvision's words and numbers as data: event types of cameras, access event codes, plates that are none.

The access codes are the published ones of the device's SDK (major type, minor type). What is not here becomes `other`
with the vendor's code in its attributes, never an error.
"""

from collections.abc import Mapping

# Camera event type (lower case) → (type while active, type when it ends; empty: an end says nothing of its own).
CAMERA: Mapping[str, tuple[str, str]] = {
    "vmd": ("motion", "motion_ended"),
    "motion": ("motion", "motion_ended"),
    "motiondetection": ("motion", "motion_ended"),
    "pir": ("motion", "motion_ended"),
    "linedetection": ("line_crossed", ""),
    "fielddetection": ("intrusion", "intrusion_ended"),
    "regionentrance": ("intrusion", "intrusion_ended"),
    "loitering": ("loitering", ""),
    "advreachheight": ("fence_climbed", ""),
    "group": ("crowd", "crowd_ended"),
    "peoplegathering": ("crowd", "crowd_ended"),
    "crowddetection": ("crowd", "crowd_ended"),
    "fall": ("fall", ""),
    "falldown": ("fall", ""),
    "faildown": ("fall", ""),
    "personfall": ("fall", ""),
    "smokedetection": ("smoke", ""),
    "smokedetect": ("smoke", ""),
    "smoke": ("smoke", ""),
    "firedetection": ("flame", ""),
    "firedetect": ("flame", ""),
    "fire": ("flame", ""),
    "flamedetection": ("flame", ""),
    "fireescapedetection": ("other", ""),
    "ebikedetection": ("ebike", ""),
    "electricbicycledetection": ("ebike", ""),
    "electromobiledetection": ("ebike", ""),
    "elevatorelectromobiledetection": ("ebike", ""),
    "parking": ("vehicle", "vehicle_ended"),
    "vehicledetection": ("vehicle", "vehicle_ended"),
    "vehicleparking": ("vehicle", "vehicle_ended"),
    "illegalparking": ("vehicle", "vehicle_ended"),
    "ponding": ("water_seen", ""),
    "pondingdetection": ("water_seen", ""),
    "waterlogging": ("water_seen", ""),
    "waterloggingdetection": ("water_seen", ""),
    "snowdetection": ("snow_seen", ""),
    "highaltitudethrowing": ("thrown_object", ""),
    "thrownobjectdetection": ("thrown_object", ""),
    "objectsthrowndetection": ("thrown_object", ""),
    "highthrow": ("thrown_object", ""),
    "videoloss": ("video_lost", ""),
    "shelteralarm": ("covered", "uncovered"),
    "videomasking": ("covered", "uncovered"),
    "tamperdetection": ("covered", "uncovered"),
    "scenechangedetection": ("scene_changed", "scene_restored"),
    "io": ("alarm_input", "alarm_input_ended"),
    "ioalarm": ("alarm_input", "alarm_input_ended"),
}

# A device's coming and going, whatever its kind.
LINKS: Mapping[str, str] = {"deviceoffline": "offline", "deviceonline": "online"}

HEARTBEATS = frozenset({"heartbeat", "keepalive"})

# Alarm panels report by contact codes (SIA DC-05): 1xxx begins, 3xxx ends. What is not here is `other`.
CONTACT: Mapping[int, str] = {
    **dict.fromkeys((1110, 1111, 1112, 1113, 1114, 1115, 1117), "fire_alarm"),
    **dict.fromkeys((3110, 3111, 3112, 3113, 3114, 3115, 3117), "fire_restored"),
    1373: "fire_fault",
    3373: "fire_fault_ended",
    1301: "power_lost",
    3301: "power_restored",
}

# (major, minor) → (type, how it was done). 5: events of the door, 1: alarms, 3: what an operator did.
ACCESS: Mapping[tuple[int, int], tuple[str, str]] = {
    (5, 1): ("granted", "card"),
    (5, 2): ("granted", "card+code"),
    **{(5, minor): ("denied", "card") for minor in range(3, 16)},
    (5, 16): ("granted", "several"),
    (5, 21): ("unlocked", ""),
    (5, 22): ("locked", ""),
    (5, 23): ("granted", "button"),
    (5, 25): ("opened", ""),
    (5, 26): ("closed", ""),
    (5, 27): ("forced", ""),
    (5, 28): ("held_open", ""),
    (5, 34): ("granted", "code"),
    (5, 35): ("denied", "several"),
    (5, 36): ("denied", "several"),
    (5, 38): ("granted", "fingerprint"),
    (5, 39): ("denied", "fingerprint"),
    (5, 40): ("granted", "card+fingerprint"),
    (5, 41): ("denied", "card+fingerprint"),
    (5, 42): ("denied", "card+fingerprint"),
    (5, 43): ("granted", "card+fingerprint+code"),
    (5, 44): ("denied", "card+fingerprint+code"),
    (5, 45): ("denied", "card+fingerprint+code"),
    (5, 46): ("granted", "fingerprint+code"),
    (5, 47): ("denied", "fingerprint+code"),
    (5, 48): ("denied", "fingerprint+code"),
    (5, 49): ("denied", "fingerprint"),
    (5, 52): ("fire_released", ""),
    (5, 53): ("secured", ""),
    (5, 54): ("granted", "face+fingerprint"),
    (5, 55): ("denied", "face+fingerprint"),
    (5, 56): ("denied", "face+fingerprint"),
    (5, 57): ("granted", "face+code"),
    (5, 58): ("denied", "face+code"),
    (5, 59): ("denied", "face+code"),
    (5, 60): ("granted", "face+card"),
    (5, 61): ("denied", "face+card"),
    (5, 62): ("denied", "face+card"),
    (5, 63): ("granted", "face+code+fingerprint"),
    (5, 64): ("denied", "face+code+fingerprint"),
    (5, 65): ("denied", "face+code+fingerprint"),
    (5, 66): ("granted", "face+card+fingerprint"),
    (5, 67): ("denied", "face+card+fingerprint"),
    (5, 68): ("denied", "face+card+fingerprint"),
    (5, 69): ("granted", "number+fingerprint"),
    (5, 70): ("denied", "number+fingerprint"),
    (5, 71): ("denied", "number+fingerprint"),
    (5, 72): ("granted", "number+fingerprint+code"),
    (5, 73): ("denied", "number+fingerprint+code"),
    (5, 74): ("denied", "number+fingerprint+code"),
    (5, 75): ("granted", "face"),
    (5, 76): ("denied", "face"),
    (5, 77): ("granted", "number+face"),
    (5, 78): ("denied", "number+face"),
    (5, 79): ("denied", "number+face"),
    (5, 80): ("denied", "face"),
    (5, 101): ("granted", "number+code"),
    (5, 102): ("denied", "number+code"),
    (5, 103): ("denied", "number+code"),
    (5, 104): ("denied", "face"),
    (5, 105): ("granted", "identity card"),
    (5, 106): ("denied", "identity card"),
    (5, 151): ("denied", "code"),
    (5, 152): ("denied", "number"),
    (5, 153): ("granted", "several"),
    (5, 154): ("denied", "several"),
    (5, 155): ("denied", ""),
    (1, 1028): ("tamper", "device"),
    (1, 1029): ("tamper_ended", "device"),
    (1, 1030): ("tamper", "reader"),
    (1, 1031): ("tamper_ended", "reader"),
    (1, 1032): ("tamper", "case"),
    (1, 1033): ("tamper_ended", "case"),
    (1, 1034): ("duress", ""),
    (1, 1039): ("tamper", "security module"),
    (1, 1040): ("tamper_ended", "security module"),
    (3, 1024): ("granted", "remote"),
    (3, 1025): ("locked", "remote"),
    (3, 1026): ("unlocked", "remote"),
    (3, 1027): ("locked", "remote"),
}

UNREADABLE = frozenset(
    {"", "无车牌", "无牌车", "无牌", "未识别", "unknown", "_无_", "无", "none", "noplate", "no plate", "unlicensed", "车牌"}
)
"""What stands in the plate's place where none was read, in lower case."""

COLOURS = "蓝黄白黑绿"
"""A colour may stand before the province's character; the plate is what follows."""

DIRECTIONS: Mapping[str, str] = {
    "forward": "in",
    "approach": "in",
    "in": "in",
    "entrance": "in",
    "enter": "in",
    "reverse": "out",
    "backward": "out",
    "leave": "out",
    "out": "out",
    "exit": "out",
    "checkin": "in",
    "checkout": "out",
    "breakin": "in",
    "breakout": "out",
}
"""A plate camera stands at a lane's entry: towards it is in, away from it is out."""

# Words in the name or kind of a face library, in lower case, and what a match in it means; the first that fits counts.
FACE_LISTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("black", "block", "watch", "wanted", "黑名单", "布控", "重点", "禁止"), "watch_listed"),
    (("permit", "worker", "renovation", "visitor", "temporary", "施工", "装修", "访客", "临时"), "permit"),
    (("stranger", "陌生"), "stranger"),
)

"""iSecure Center's event numbers as data. What is not here becomes `other` of its subsystem's kind, with the number."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.events import Kind


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event number means. `ended` is its type when it stops; `direction` where the number tells it."""

    kind: Kind
    type: str
    method: str = ""
    direction: str | None = None
    ended: str = "other"


def _door(type_: str, method: str = "", ended: str = "other") -> Meaning:
    return Meaning(Kind.DOOR, type_, method, ended=ended)


def _camera(type_: str, ended: str = "other") -> Meaning:
    return Meaning(Kind.CAMERA, type_, ended=ended)


CODES: Mapping[int, Meaning] = {
    # Doors. The same numbers stand in pushed events and in the records of a query.
    196874: _door("granted", "card"),
    196887: _door("granted", "fingerprint"),
    196893: _door("granted", "face"),
    197127: _door("denied", "fingerprint"),
    197151: _door("denied", "face"),
    197160: _door("denied", "face"),
    197162: _door("granted", "identity card"),
    197163: _door("denied", "identity card"),
    197384: _door("denied", "card"),
    197633: _door("denied", "card"),
    197634: _door("denied", "card"),
    197635: _door("denied", "card"),
    197640: _door("denied", "card"),
    198400: _door("held_open", ended="closed"),
    198657: _door("forced"),
    198913: _door("opened", ended="closed"),
    198914: _door("granted", "card"),
    198915: _door("granted", "card+code"),
    199169: _door("closed"),
    199428: _door("duress"),
    199708: _door("tamper", "device", ended="tamper_ended"),
    199709: _door("tamper_ended", "device"),
    # Entrances and exits: a vehicle stands before the barrier; the barrier lets it pass.
    771756034: Meaning(Kind.PLATE, "read"),
    771760130: Meaning(Kind.PLATE, "read", direction="in"),
    771760131: Meaning(Kind.PARKING, "entered", direction="in"),
    771760133: Meaning(Kind.PLATE, "read", direction="out"),
    771760134: Meaning(Kind.PARKING, "left", direction="out"),
    # Video.
    131329: _camera("video_lost", "video_restored"),
    131330: _camera("covered", "uncovered"),
    131331: _camera("motion", "motion_ended"),
    131585: _camera("line_crossed"),
    131586: _camera("intrusion", "intrusion_ended"),
    131588: _camera("intrusion", "intrusion_ended"),
    131590: _camera("loitering"),
    131591: _camera("vehicle", "vehicle_ended"),
    131593: _camera("crowd", "crowd_ended"),
    131597: _camera("fence_climbed"),
    131605: _camera("fall"),
    131607: _camera("fence_climbed"),
    131611: _camera("line_crossed"),
    131612: _camera("scene_changed", "scene_restored"),
    192513: _camera("smoke"),
    192514: _camera("flame"),
    192515: _camera("flame"),
    930335: _camera("thrown_object"),
    889196545: _camera("offline", "online"),
    # Faces.
    131614: Meaning(Kind.FACE, "captured"),
    131659: Meaning(Kind.FACE, "known"),
    1644171265: Meaning(Kind.FACE, "stranger"),
    1644175361: Meaning(Kind.FACE, "watch_listed"),
}

# The subsystem of a number that is not in the table.
ABILITIES: Mapping[str, Meaning] = {
    "event_acs": _door("other"),
    "event_pms": Meaning(Kind.PARKING, "other"),
    "event_mpc": Meaning(Kind.PARKING, "other"),
    "event_vss": _camera("other"),
    "event_face": Meaning(Kind.FACE, "captured"),
    "event_face_recognition": Meaning(Kind.FACE, "captured"),
    "event_frs": Meaning(Kind.FACE, "captured"),
}

OTHERWISE = Meaning(Kind.FACILITY, "other")

# Names of a query's records (`acs.acs.eventType.successFace`), where their number is not in the table.
WORDS: tuple[tuple[str, Meaning], ...] = (
    ("success", _door("granted")),
    ("fail", _door("denied")),
    ("invalid", _door("denied")),
    ("norecord", _door("denied")),
    ("overtime", _door("denied")),
    ("dooropentimeout", _door("held_open")),
    ("abnormalopen", _door("forced")),
)

DIRECTIONS: Mapping[int, str] = {1: "in", 0: "out", 2: "out"}
"""1 is in; documents disagree on whether 0 or 2 is out; -1 is not known."""

# What a status says. The identity of an event holds it: a start and its stop share the vendor's event id.
INSTANT, START, STOP, PULSE, LINKAGE, PICTURE = range(6)
PHASES: Mapping[int, str] = {START: "start", STOP: "stop", PULSE: "pulse", LINKAGE: "linkage", PICTURE: "picture"}

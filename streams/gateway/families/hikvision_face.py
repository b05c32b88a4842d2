"""Faces: captured, or compared with the device's libraries.

`score` is the similarity of a comparison and nothing else: `faceScore` tells how good the picture is (attribute
`quality`), a face's number in the picture is no identity, and an expression is no alarm. Of all attributes of a face only
those are kept that a guard needs to find a person; no template enters.
"""

from collections.abc import Iterator
from typing import Any

from schemas.events import Event, Kind
from streams.gateway.families.hikvision_alert import Alert
from streams.gateway.families.hikvision_codes import FACE_LISTS
from streams.gateway.fields import Row, first, percent, row, rows, said, share, text

_SIMILARITY = ("similarity", "maxsimilarity", "maxSimilarity", "similarityDegree")
_LISTS = ("FDname", "FDName", "faceLibName", "listType", "faceLibType", "FDType", "libType", "userType", "alarmType")
_PERSON = (
    "human_id",
    "humanId",
    "personId",
    "employeeNo",
    "employeeNoString",
    "strangerId",
    "strangerID",
    "PID",
    "customHumanID",
)
_MATCHES = frozenset(
    {"alarmresult", "facesnapmatch", "facematch", "facecontrast", "facecomparison", "stranger", "strangeralarm"}
)
_DEAD = frozenset({"fail", "failed", "nonlive", "nolive", "false", "fake", "attack", "0"})


def faces(alert: Alert) -> Iterator[Event]:
    """One event for each face of the alert."""
    inner = next(
        (alert.row[key] for key in (alert.word, "faceCapture", "alarmResult", "FaceSnapMatch") if key in alert.row), None
    )
    groups = rows(inner) or [alert.row]
    number = 0
    content = alert.content()
    for group in groups:
        shared = _best(group)
        for face in rows(group.get("faces"), "face", "Face") or [group]:
            yield _face(alert, group, face, _best(face) or shared, (content, number))
            number += 1


def _face(alert: Alert, group: Row, face: Row, best: Row, place: tuple[str, int]) -> Event:
    """One face. `place` is the alert's content, its identity where it has none of its own, and the face's number in it."""
    content, number = place
    attrs = row(group.get("targetAttrs"))
    moment = alert.moment(attrs.get("faceTime"), face.get("faceTime"), alert.row.get("dateTime"))
    own = first(face, "pId") or first(group, "uid") or first(attrs, "pId") or content
    return alert.event(
        Kind.FACE,
        _type(alert, face, best),
        alert.channel,
        f"{alert.word.lower()}|{moment.stamp}|{own}|{number}",
        moment,
        subject=first(best, *_PERSON) or first(row(best.get("reserve_field")), *_PERSON) or first(face, *_PERSON) or None,
        score=share(_similarity(best)),
        picture=alert.picture(face, attrs),
        attributes=said(
            state=alert.state,
            channel_name=text(alert.row.get("channelName"), 64),
            list=first(best, *_LISTS),
            quality=percent(face.get("faceScore")),
            mask=_value(face, "mask"),
            glasses=_value(face, "glass"),
            hat=_value(face, "hat"),
            liveness=_liveness(face),
        ),
    )


def _best(holder: Row) -> Row:
    """The most similar candidate, with the words of the library that it was found in; empty where there was no comparison."""
    found: list[dict[str, Any]] = []
    for library in rows(holder.get("identify")) or (
        [holder] if _similarity(holder) is not None or "candidate" in holder else []
    ):
        words = {key: library[key] for key in (*_LISTS, *_PERSON, *_SIMILARITY) if key in library}
        candidates = rows(library.get("candidate")) or ([{}] if _similarity(library) is not None else [])
        found += [words | dict(candidate) for candidate in candidates]
    return max(found, key=lambda candidate: share(_similarity(candidate)) or 0.0, default={})


def _similarity(holder: Row) -> Any:
    return next((holder[key] for key in _SIMILARITY if text(holder.get(key))), None)


def _type(alert: Alert, face: Row, best: Row) -> str:
    if _liveness(face) in _DEAD:
        return "liveness_failed"
    words = " ".join([*(text(best.get(key)) for key in _LISTS), *(text(face.get(key)) for key in _LISTS)]).lower()
    named = next((type_ for parts, type_ in FACE_LISTS if any(part in words for part in parts)), "")
    if best:
        return named or "known"
    if alert.word.lower() in _MATCHES:
        return named if named == "stranger" else "stranger"
    return "captured"


def _liveness(face: Row) -> str:
    return first(face, "livenessDetectionResult", "liveness", "isAlive", "livenessResult").lower()


def _value(face: Row, name: str) -> str:
    """`{"value": "yes"}` or the bare word."""
    inner = face.get(name)
    word = text(row(inner).get("value")) if isinstance(inner, dict) else text(inner)
    return "" if word == "unknown" else word

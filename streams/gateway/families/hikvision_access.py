"""Access controller events: who was let in, who not, and what the door itself did.

The method is what the code says, not the reader's verify mode (that names what is allowed). Names of persons are left
out; the subject is the card, else the person's number.
"""

from collections.abc import Iterator

from schemas.events import Event, Kind
from streams.gateway.families.hikvision_alert import Alert
from streams.gateway.families.hikvision_codes import ACCESS, DIRECTIONS
from streams.gateway.fields import Row, first, integer, row, said, text


def access(alert: Alert) -> Iterator[Event]:
    """One event; `other` with its code where the code is not in the table."""
    inner = row(alert.row.get("AccessControllerEvent")) or alert.row
    major = integer(inner.get("majorEventType", inner.get("major")))
    minor = integer(inner.get("subEventType", inner.get("minor")))
    type_, method = ACCESS.get((major or 0, minor or 0), ("other", ""))
    door = first(inner, "doorNo") or first(alert.row, "doorNo") or "1"
    card, person = first(inner, "cardNo"), first(inner, "employeeNoString", "employeeNo")
    card = "" if card == "0" else card
    person = "" if person == "0" else person
    moment = alert.moment(alert.row.get("dateTime"), inner.get("dateTime"), inner.get("time"))
    serial = first(inner, "serialNo")
    own = f"{serial}|{card}|{person}" if serial else alert.content()
    yield alert.event(
        Kind.DOOR,
        type_,
        door,
        f"access|{moment.stamp}|{major}|{minor}|{own}",
        moment,
        subject=card or person or None,
        direction=_direction(inner),
        picture=alert.picture(inner),
        attributes=said(
            major=major,
            minor=minor,
            method=method,
            serial=integer(serial),
            subject_is="card" if card else "person" if person else "",
            person=person if card else "",
            reader=first(inner, "cardReaderNo"),
            verify_mode=text(inner.get("currentVerifyMode"), 64),
            user_type=text(inner.get("userType"), 64),
            attendance=text(inner.get("attendanceStatus"), 64),
            state=alert.state,
            replayed=True if inner.get("currentEvent") is False or text(inner.get("currentEvent")) == "false" else None,
        ),
    )


def _direction(inner: Row) -> str | None:
    """In or out, where the reader's side or the attendance says it."""
    side = integer(inner.get("inAndOutType"))
    if side is not None:
        return {1: "in", 0: "out", 2: "out"}.get(side)
    return DIRECTIONS.get(first(inner, "direction", "attendanceStatus").lower())

"""Plates: pushed one by one, or listed in the answer to a poll."""

from collections.abc import Iterator

from schemas.events import Event, Kind
from streams.gateway.families.hikvision_alert import Alert
from streams.gateway.families.hikvision_codes import COLOURS, DIRECTIONS, UNREADABLE
from streams.gateway.fields import Row, first, integer, percent, row, rows, said, text


def plate_of(word: str) -> str | None:
    """The plate as one writes it: upper case, without blanks, dots or a leading colour; None where none was read."""
    if word.strip().lower() in UNREADABLE:
        return None
    plate = "".join(char for char in word.upper() if char not in " ·.•-\t\u3000")
    if len(plate) > 2 and plate[0] in COLOURS and not plate[1].isascii():
        plate = plate[1:]
    return plate or None


def plate(alert: Alert) -> Iterator[Event]:
    """One passage; `unreadable` where the camera saw a vehicle without a plate it could read."""
    anpr = row(alert.row.get("ANPR")) or alert.row
    moment = alert.moment(alert.row.get("dateTime"))
    number = plate_of(_raw_plate(anpr))
    own = first(alert.row, "UUID", "uid") or first(anpr, "UUID", "uid") or alert.content()
    vehicle = row(anpr.get("vehicleInfo"))
    pictures = rows(anpr.get("pictureInfoList"), "pictureInfo")
    yield alert.event(
        Kind.PLATE,
        "read" if number else "unreadable",
        alert.channel,
        f"anpr|{moment.stamp}|{own}",
        moment,
        subject=number,
        score=percent(anpr.get("confidenceLevel")) if number else None,
        zone=first(anpr, "line", "laneNo") or None,
        direction=DIRECTIONS.get(text(anpr.get("direction")).lower()),
        picture=alert.picture(*reversed(pictures)),
        attributes=said(
            state=alert.state,
            channel_name=text(alert.row.get("channelName"), 64),
            vendor_direction=text(anpr.get("direction"), 64),
            list=text(anpr.get("vehicleListName"), 64),
            plate_colour=_known(anpr, "plateColor"),
            vehicle_type=_known(anpr, "vehicleType"),
            colour=_known(vehicle, "color").lower(),
            brand=integer(vehicle.get("vehicleLogoRecog")) or None,
            country=first(anpr, "country"),
            post_count=integer(alert.row.get("activePostCount")),
        ),
    )


def _raw_plate(anpr: Row) -> str:
    """The plate's text as it came: here the word `none` is a statement, not a blank."""
    return next(
        (str(anpr[key]) for key in ("licensePlate", "plateNumber", "plateNo", "originalLicensePlate") if anpr.get(key)), ""
    )[:64]


def _known(row_: Row, name: str) -> str:
    word = text(row_.get(name), 64)
    return "" if word.lower() in ("unknown", "other", "others") else word


def polled(alert: Alert) -> Iterator[Event]:
    """The plates of a poll's answer. It names no device: the sender stands for it."""
    for entry in rows(alert.row.get("Plate")):
        moment = alert.moment(entry.get("captureTime"))
        number = plate_of(_raw_plate(entry))
        yield alert.event(
            Kind.PLATE,
            "read" if number else "unreadable",
            alert.channel,
            f"anpr|{moment.stamp}|{first(entry, 'picName') or number}",
            moment,
            subject=number,
            zone=first(entry, "laneNo") or None,
            direction=DIRECTIONS.get(text(entry.get("direction")).lower()),
            attributes=said(
                vendor_direction=text(entry.get("direction"), 64), country=first(entry, "country"), name=first(entry, "picName")
            ),
        )

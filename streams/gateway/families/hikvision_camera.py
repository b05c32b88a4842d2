"""Camera alerts: motion, lines, fields, inputs, … and heartbeats in a camera's clothes.

Decided here:
- `videoloss` that is inactive is the ten-second heartbeat of a stream: life, and never news.
- Any other `inactive` with a post count of 0 reports a state that the device was in already: `initial`.
- The same alert posted again with a higher `activePostCount` is the same event while its time is the same; with a new time
  it is a new one (the movement goes on), and the count is kept in the attributes.
"""

from collections.abc import Iterator

from schemas.events import Event, Heartbeat, Kind
from schemas.text import KEPT
from streams.gateway.families.hikvision_alert import VENDOR, Alert
from streams.gateway.families.hikvision_codes import CAMERA, FIRE_CONTACT
from streams.gateway.fields import Row, first, integer, row, rows, said, target, text


def heartbeat(alert: Alert) -> Iterator[Heartbeat]:
    """The device lives; its kind is the register's."""
    name = f"{alert.address}/{alert.channel}"
    kind = alert.context.kind(VENDOR, name, Kind.CAMERA)
    moment = alert.moment(alert.row.get("dateTime"))
    yield Heartbeat(kind, alert.context.device(VENDOR, name), moment.at if moment.stamp and not moment.unread else None)


def camera(alert: Alert) -> Iterator[Event | Heartbeat]:
    """One event for an alert of a camera; `other` with the vendor's word where the type is not known."""
    if alert.word.lower() == "videoloss" and alert.ended:
        yield from heartbeat(alert)
        return
    begins, ends = CAMERA.get(alert.word.lower(), ("other", ""))
    regions = rows(alert.row.get("DetectionRegionList"), "DetectionRegionEntry")
    numbers = [number for region in regions if (number := text(region.get("regionID")))]
    count = integer(alert.row.get("activePostCount"))
    moment = alert.moment(alert.row.get("dateTime"))
    yield alert.event(
        Kind.CAMERA,
        (ends or "other") if alert.ended else begins,
        alert.channel,
        f"{alert.word.lower()}|{alert.state}|{moment.stamp}|{alert.content()}",
        moment,
        zone=numbers[0] if numbers else None,
        picture=alert.picture(),
        initial=alert.ended and count == 0,
        attributes=said(
            state=alert.state,
            channel_name=text(alert.row.get("channelName"), 64),
            target_type=target(_target(alert, regions)),
            regions=numbers[:KEPT] if len(numbers) > 1 else None,
            input=text(alert.row.get("inputIOPortID")),
            post_count=count,
        ),
    )


def _target(alert: Alert, regions: list[Row]) -> str:
    """What was seen stands at the root, or in the region that saw it."""
    return first(alert.row, "targetType", "detectionTarget") or next(
        (word for region in regions if (word := first(region, "detectionTarget", "targetType"))), ""
    )


def contact(alert: Alert) -> Iterator[Event]:
    """An alarm panel's contact code: fire has types of its own, the rest is `other` with the code."""
    cid = row(alert.row.get("CIDEvent"))
    code = integer(cid.get("standardCIDcode")) or integer(cid.get("code"))
    moment = alert.moment(cid.get("trigger"), alert.row.get("dateTime"))
    type_ = FIRE_CONTACT.get(code or 0, "other")
    yield alert.event(
        Kind.FACILITY,
        type_,
        alert.channel,
        f"cid|{moment.stamp}|{alert.content()}",
        moment,
        zone=text(cid.get("zone")) or None,
        attributes=said(
            code=integer(cid.get("code")), standard_code=code, word=text(cid.get("type")), system=text(cid.get("system"))
        ),
    )

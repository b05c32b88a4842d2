"""Camera alerts: motion, lines, fields, counts, inputs, … and heartbeats in a camera's clothes.

Decided here:
- `videoloss` that is inactive is the ten-second heartbeat of a stream: life, and never news. It also says that the picture
  is there; whether that is news after a loss only the gateway knows, which remembers the loss (streams/gateway/pictures.py).
- A count of people is the count of a span of time (`timeRange`, `signalTrigger`). A `realTime` one is the sum since the
  device was set to zero: it is `other`, because such sums cannot be added up.
- A region is called what the site's register calls it; the device's own number stays in the attributes.
- Any other `inactive` with a post count of 0 reports a state that the device was in already: `initial`.
- The same alert posted again with a higher `activePostCount` is the same event while its time is the same; with a new time
  it is a new one (the movement goes on), and the count is kept in the attributes.
"""

from collections.abc import Iterator, Sequence

from schemas.events import Event, Heartbeat, Kind
from schemas.text import KEPT
from streams.gateway.families.hikvision_alert import VENDOR, Alert
from streams.gateway.families.hikvision_codes import CAMERA, CONTACT, LINKS
from streams.gateway.fields import Row, first, integer, row, rows, said, target, text

SPANS = frozenset({"timerange", "signaltrigger"})
"""Statistical methods that count a span of time."""


def heartbeat(alert: Alert) -> Iterator[Heartbeat]:
    """The device lives; its kind is the register's."""
    name = f"{alert.address}/{alert.channel}"
    kind = alert.context.kind(VENDOR, name, Kind.CAMERA)
    moment = alert.moment(alert.row.get("dateTime"))
    at = moment.at if moment.stamp and not moment.unread else None
    yield Heartbeat(kind, alert.context.device(VENDOR, name), at, alert.word.lower() == "videoloss")


def link(alert: Alert) -> Iterator[Event]:
    """A device is gone or back; its kind is the register's."""
    kind = alert.context.kind(VENDOR, f"{alert.address}/{alert.channel}", Kind.CAMERA)
    moment = alert.moment(alert.row.get("dateTime"))
    identity = f"{alert.word.lower()}|{alert.state}|{moment.stamp}|{alert.content()}"
    yield alert.event(kind, LINKS[alert.word.lower()], alert.channel, identity, moment, attributes=said(state=alert.state))


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
        zone=_zone(alert, numbers),
        picture=alert.picture(),
        initial=alert.ended and count == 0,
        attributes=said(
            state=alert.state,
            channel_name=text(alert.row.get("channelName"), 64),
            regions=numbers[:KEPT],
            input=text(alert.row.get("inputIOPortID")),
            post_count=count,
        )
        | _target(alert, regions),
    )


def _zone(alert: Alert, numbers: Sequence[str]) -> str | None:
    """What the site calls the first region that it knows, else the device's number of the first."""
    name = f"{alert.address}/{alert.channel}"
    called = (alert.context.zone_of(VENDOR, name, number) for number in numbers or [""])
    return next((zone for zone in called if zone), numbers[0] if numbers else None)


def _target(alert: Alert, regions: list[Row]) -> dict[str, str]:
    """What was seen stands at the root, or in the region that saw it; a camera that tells no targets says nothing of it."""
    word = first(alert.row, "targetType", "detectionTarget") or next(
        (word for region in regions if (word := first(region, "detectionTarget", "targetType"))), ""
    )
    return {"target": target(word)} if word else {}


def counted(alert: Alert) -> Iterator[Event]:
    """How many people went in and out in a span of time."""
    counts = next(iter(rows(alert.row.get("peopleCounting"))), alert.row)
    method, span = text(counts.get("statisticalMethods")), row(counts.get("TimeRange"))
    entered, left = integer(counts.get("enter")), integer(counts.get("exit"))
    spanned = method.lower() in SPANS and (entered, left) != (None, None)
    moment = alert.moment(alert.row.get("dateTime"))
    yield alert.event(
        Kind.CAMERA,
        "people_counted" if spanned else "other",
        alert.channel,
        f"peoplecounting|{moment.stamp}|{alert.content()}",
        moment,
        value=float((entered or 0) + (left or 0)) if spanned else None,
        zone=_zone(alert, [text(counts.get("regionsID"))] if counts.get("regionsID") else []),
        attributes=said(
            method=method,
            entered=entered,
            left=left,
            since=text(span.get("startTime"), 64),
            until=text(span.get("endTime"), 64),
            channel_name=text(alert.row.get("channelName"), 64),
        ),
    )


def contact(alert: Alert) -> Iterator[Event]:
    """An alarm panel's contact code: fire, its faults and the mains have types of their own, the rest is `other`."""
    cid = row(alert.row.get("CIDEvent"))
    code = integer(cid.get("standardCIDcode")) or integer(cid.get("code"))
    moment = alert.moment(cid.get("trigger"), alert.row.get("dateTime"))
    type_ = CONTACT.get(code or 0, "other")
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

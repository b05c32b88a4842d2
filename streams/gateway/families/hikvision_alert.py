"""One ISAPI alert, whether it came as XML or JSON, and what every kind of it shares: device, time, identity."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from schemas.events import Event, Kind, event_id
from streams.gateway.context import Context
from streams.gateway.fields import Row, first, said, text, url
from streams.gateway.times import parse_time

VENDOR = "hikvision"

VOLATILE = frozenset(
    {
        *("activePostCount", "isDataRetransmission", "portNo", "protocol", "protocolType", "macAddress", "ipv6Address"),
        *("detectionPicturesNumber", "detectionPictureTransType", "picNum", "currentEvent"),
    }
)
"""What may differ between two deliveries of one event: how often it was posted, over which way, with how many pictures."""

_URLS = ("bkgUrl", "pictureURL", "picUrl", "picURL", "imageUrl", "URL", "url", "visiblePicUrl", "faceURL")


@dataclass(frozen=True, slots=True)
class Moment:
    """When it happened. `stamp` enters the identity: what the device wrote, or the arrival's minute where it wrote nothing."""

    at: datetime
    stamp: str
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """The alert's own object, the vendor's word for it, its state, and where in the message it stood."""

    row: Row
    word: str
    state: str
    at: str
    pictures: Mapping[str, str]
    context: Context

    @property
    def address(self) -> str:
        """How the device names itself; the sender's name where it does not."""
        return first(self.row, "ipAddress", "ipv6Address", "deviceID", "macAddress") or self.context.sender

    @property
    def channel(self) -> str:
        """The channel; a device with one often names none."""
        return first(self.row, "channelID", "dynChannelID", "channel") or "1"

    @property
    def ended(self) -> bool:
        """Whether this says that it is over, or never was."""
        return self.state == "inactive"

    @property
    def replayed(self) -> bool:
        """Whether the device sends again what it could not deliver then."""
        return text(self.row.get("isDataRetransmission")) == "true" or self.row.get("isDataRetransmission") is True

    def moment(self, *candidates: Any) -> Moment:
        """The first time that can be read, else the arrival."""
        words = [word for word in (text(value, 64) for value in candidates) if word]
        for word in words:
            if time := parse_time(word, self.context.zone):
                return Moment(time, word)
        arrived = self.context.received_at
        return Moment(arrived, f"{arrived:%Y-%m-%dT%H:%M}", words[0] if words else "")

    def event(self, kind: Kind, type_: str, number: str, identity: str, moment: Moment, **columns: Any) -> Event:
        """An event of the device's channel or door `number`; columns are those of Event, attributes among them."""
        name = f"{self.address}/{number}"
        common = said(event_type=self.word, replayed=self.replayed or None, device_time=moment.unread)
        return Event(
            id=event_id(VENDOR, name, identity),
            kind=kind,
            type=type_,
            device=self.context.device(VENDOR, name),
            occurred_at=moment.at,
            **{**columns, "attributes": common | columns.get("attributes", {})},
        )

    def content(self) -> str:
        """An identity for an alert without one of its own: everything that it says, but for VOLATILE."""
        said_ = {key: _lasting(value) for key, value in self.row.items() if key not in VOLATILE}
        data = orjson.dumps(said_, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        return blake2b(data, digest_size=16).hexdigest()

    def picture(self, *rows: Row) -> str | None:
        """The reference of the picture that these objects, then the alert, speak of; else of the first one sent."""
        for row in (*rows, self.row):
            named = [text(row.get(key)) for key in ("contentID", "pId", "fileName", "contentId")]
            found = next((self.pictures[name] for name in named if name in self.pictures), None)
            address = next((found for key in _URLS if (found := url(row.get(key)))), None)
            if found or address:
                return found or address
        return next(iter(self.pictures.values()), None)


def _lasting(value: Any) -> Any:
    """An alert's own object without VOLATILE, which may stand there too; what is deeper is left as it is."""
    return {key: inner for key, inner in value.items() if key not in VOLATILE} if isinstance(value, dict) else value

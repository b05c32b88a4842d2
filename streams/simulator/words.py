"""What a simulated device says, before and after it is put into its vendor's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from schemas.events import HEARTBEAT
from schemas.site import Device

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Say:
    """One thing a device has to tell. `happened` and `due` are seconds since the start: when it was, and when it is sent.

    `word` is a type of schemas.events or HEARTBEAT; `extra` holds what only one vendor's format has room for.
    """

    device: Device
    word: str
    happened: float
    due: float
    subject: str | None = None
    score: float | None = None
    value: float | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    incident: int = 0

    @property
    def is_heartbeat(self) -> bool:
        """Says only that the device lives: worth nothing once a newer one is there."""
        return self.word == HEARTBEAT


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP request of a device: `source` is the gateway's source (and family) that it is posted to.

    `broken` marks bytes that were spoilt on purpose; `copy` a second sending of the same bytes.
    """

    due: float
    source: str
    content_type: str
    body: bytes
    say: Say
    broken: bool = False
    copy: bool = False


def at_once(device: Device, word: str, when: float, **more: Any) -> Say:
    """What is sent in the moment it happens."""
    return Say(device, word, when, when, **more)

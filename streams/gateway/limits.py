"""Who may post, how fast, and how much: decisions that give their reason."""

import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schemas.sources import Source

BURST_S = 2.0
"""A source may send so many seconds' worth at once: a switch that comes back brings a burst."""

_NOBODY = "\x00" * 32


class Verdict(StrEnum):
    """What the gate says; also a metric's label."""

    WELCOME = "welcome"
    UNAUTHORISED = "unauthorised"
    TOO_FAST = "too_fast"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    FULL = "full"


@dataclass(slots=True)
class Bucket:
    """A token bucket; `at` is monotonic seconds."""

    tokens: float
    at: float

    def take(self, now: float, rate: float) -> bool:
        """Take one message's token if there is one."""
        self.tokens = min(rate * BURST_S, self.tokens + (now - self.at) * rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True)
class Gate:
    """The sources, their keys and their buckets."""

    sources: Mapping[str, Source]
    rate: float
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def admit(self, name: str, keys: list[str], now: float) -> tuple[Verdict, Source | None]:
        """The source, if one of the keys offered is its own and it is not too fast."""
        source = self.sources.get(name)
        expected = source.key if source else _NOBODY
        right = [key for key in keys if _same(key, expected)]
        if not right or source is None:
            return Verdict.UNAUTHORISED, None
        bucket = self._buckets.setdefault(name, Bucket(self.rate * BURST_S, now))
        return (Verdict.WELCOME, source) if bucket.take(now, self.rate) else (Verdict.TOO_FAST, source)


def _same(offered: str, key: str) -> bool:
    """Compared in constant time; an empty key opens nothing."""
    return bool(key) and hmac.compare_digest(offered.encode("utf-8", "replace"), key.encode())


def offered_keys(name: str, path_key: str, header: str, authorization: str) -> list[str]:
    """The keys that a request offers: in the path, in X-Gatehouse-Key, or as the password of HTTP Basic."""
    keys = [key for key in (path_key, header) if key]
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "basic" and len(value) < 1024:
        try:
            user, _, password = b64decode(value, validate=True).decode("utf-8", "replace").partition(":")
        except ValueError:
            return keys
        if user == name:
            keys.append(password)
    return keys

"""What all browsers of this process are told, and when each gets it.

The hub keeps only the newest: a browser that is slow skips what it missed, because what it is told next is whole, or says all
that changed since it heard last. A browser gets at most two a second with news, where the hub names no other number, some at
once after a quiet time, and what brings news of high severity at once. What brings no news is a beat: it goes out when the
browser has heard nothing for about a second.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

PUSHES_PER_S = 2.0
BURST = 10.0  # ten alerts in ten minutes are not a flood yet: so many go through undelayed
BEAT_GAP_S = 0.8  # beats are made each second; the one that follows news closely is left out
URGENT_GAP_S = 0.05  # alerts raised together come in one push


@dataclass(frozen=True, slots=True)
class Push:
    """`text` writes it for a browser that has had all up to that number. `news_seq` is the newest that changed what is open,
    `urgent_seq` that brought something severe."""

    seq: int
    text: Callable[[int], str]
    news_seq: int
    urgent_seq: int
    born_s: float


@dataclass(slots=True)
class Hub:
    """The newest push, and a bell; and how often a browser of it gets news."""

    news_per_s: float = PUSHES_PER_S
    latest: Push | None = None
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    def silent_s(self, now_s: float) -> float:
        """Seconds since the newest push; 0 before the first."""
        return now_s - self.latest.born_s if self.latest else 0.0

    def publish(self, push: Push) -> None:
        """Make this the newest and wake whoever waits."""
        self.latest = push
        self._bell.set()
        self._bell = asyncio.Event()

    async def after(self, seq: int, timeout_s: float) -> Push | None:
        """The newest push if it is later than `seq`, waiting for one; None where the time runs out."""
        bell = self._bell
        if self.latest is None or self.latest.seq <= seq:
            try:
                await asyncio.wait_for(bell.wait(), timeout_s)
            except TimeoutError:
                return None
        return self.latest


@dataclass(slots=True)
class Pace:
    """When one browser may get its next push: a bucket of tokens. Times are seconds of a monotonic clock."""

    news_per_s: float = PUSHES_PER_S
    _tokens: float = BURST
    _at_s: float = 0.0
    _last_s: float = float("-inf")

    def wait_s(self, now_s: float, push: Push, sent: int) -> float:
        """How long to wait before giving this push to a browser that has had all up to `sent`."""
        self._fill(now_s)
        if push.urgent_seq > sent:
            return max(0.0, self._last_s + URGENT_GAP_S - now_s)
        if push.news_seq > sent:
            return max(0.0, (1.0 - self._tokens) / self.news_per_s)
        return max(0.0, self._last_s + BEAT_GAP_S - now_s)

    def pushed(self, now_s: float, push: Push, sent: int) -> None:
        """Note a push; a beat costs nothing."""
        self._fill(now_s)
        self._last_s = now_s
        if push.news_seq > sent:
            self._tokens = max(0.0, self._tokens - 1.0)

    def _fill(self, now_s: float) -> None:
        self._tokens = min(BURST, self._tokens + max(0.0, now_s - self._at_s) * self.news_per_s)
        self._at_s = now_s

"""Alerts of rules that mute others, found by their device: a month may leave thousands of them open."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from uuid import UUID

FOREVER = 2**62


@dataclass(slots=True)
class Mute:
    """An alert of a rule that mutes others; microseconds since the epoch, `cleared` is FOREVER while it is open."""

    rule: str
    device: str
    raised: int
    id: UUID
    cleared: int = FOREVER


class Mutes:
    """Those of one site that may still mute something."""

    def __init__(self) -> None:
        self._all: dict[UUID, Mute] = {}
        self._of: dict[str, dict[UUID, Mute]] = {}
        self._ended: list[tuple[int, UUID]] = []

    def __iter__(self) -> Iterator[Mute]:
        """In the order of their ids."""
        return iter(sorted(self._all.values(), key=lambda mute: mute.id))

    def add(self, mute: Mute) -> None:
        """Take one more."""
        self._all[mute.id] = self._of.setdefault(mute.device, {})[mute.id] = mute
        if mute.cleared != FOREVER:
            heappush(self._ended, (mute.cleared, mute.id))

    def end(self, identity: UUID, cleared: int) -> None:
        """It mutes nothing raised after then."""
        if mute := self._all.get(identity):
            mute.cleared = cleared
            heappush(self._ended, (cleared, identity))

    def first(self, rules: Collection[str], device: str, raised: int, but: UUID) -> UUID | None:
        """The earliest of these rules that was open about this device then, other than the alert itself."""
        found = (
            (mute.raised, mute.id)
            for mute in self._of.get(device, {}).values()
            if mute.rule in rules and mute.id != but and mute.raised <= raised <= mute.cleared
        )
        return min(found, default=(0, None))[1]

    def forget(self, before: int) -> None:
        """Drop what ended earlier than this."""
        while self._ended and self._ended[0][0] < before:
            cleared, identity = heappop(self._ended)
            mute = self._all.get(identity)
            if mute is None or mute.cleared != cleared:
                continue
            del self._all[identity]
            same = self._of[mute.device]
            del same[identity]
            if not same:
                del self._of[mute.device]

"""Whose picture is there: what turns a camera's heartbeat into news after its picture was lost.

A camera says `video_lost` when its picture is gone, and again while it is; that it is back it says with no more than its
next heartbeat. So the gateway remembers whose picture is there, and makes of the first heartbeat after a loss the event
`video_restored`. What it remembers is lost at a restart without harm: of each camera the first heartbeat is news then.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.decoded import Decoded
from schemas.events import Event, Heartbeat, Kind, event_id

MOST = 20_000
"""Cameras remembered; where there are more, all are forgotten and learnt anew."""

LOST, RESTORED = "video_lost", "video_restored"


@dataclass(slots=True)
class Pictures:
    """The cameras whose picture is there."""

    there: set[str] = field(default_factory=set)

    def told(self, decoded: Decoded, received_at: datetime) -> Decoded:
        """The same with an event for each camera whose picture came back with it."""
        for event in decoded.events:
            if event.type == LOST:
                self.there.discard(event.device)
            elif event.type == RESTORED:
                self.there.add(event.device)
        back = [self._back(beat, received_at) for beat in decoded.heartbeats if self._is_news(beat)]
        return replace(decoded, events=(*decoded.events, *back)) if back else decoded

    def _is_news(self, beat: Heartbeat) -> bool:
        return beat.picture and beat.kind is Kind.CAMERA and beat.device not in self.there

    def _back(self, beat: Heartbeat, received_at: datetime) -> Event:
        if len(self.there) >= MOST:
            self.there.clear()
        self.there.add(beat.device)
        at = beat.at or received_at
        return Event(event_id("gatehouse", beat.device, f"{RESTORED}|{at.isoformat()}"), Kind.CAMERA, RESTORED, beat.device, at)

    def forget(self, decoded: Decoded) -> None:
        """The message could not be made safe: what it told is still to be told."""
        self.there.difference_update(event.device for event in decoded.events if event.type == RESTORED)

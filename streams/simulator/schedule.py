"""The community's words in the order they are sent, second by second: a pure function of site, seed, start and speed.

Second k of the run is drawn from a generator seeded with (seed, k) alone; what follows later from it (a door closing)
waits on a heap. So a run can jump over seconds that nobody could post, and memory does not grow.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from schemas.events import HEARTBEAT
from schemas.site import Device, DeviceKind
from streams.simulator.community import Community
from streams.simulator.drives import GAP_S, Drives
from streams.simulator.faults import Faults
from streams.simulator.incidents import Incident
from streams.simulator.life import HAPPENINGS, drive
from streams.simulator.rhythm import RHYTHMS, is_raining, rate, share_parked
from streams.simulator.words import Say, at_once

CAMERA_BEAT_S = 10  # ISAPI's alarm stream repeats "videoloss inactive" every ten seconds
OTHER_BEAT_S = 25  # controllers and platforms report every 20 to 30 s
GAUGE_S = 20  # a water-level sensor's reading
COUNTER_S = 30  # a lot's counter tells how many bays are taken
LONGEST_S = 6 * 3600  # cars that passed in so many seconds that were left out are still told
LEAD_S = 45  # an incident's device takes no part in ordinary life from so long before: longer than a lift takes, or a door

MUTE_KINDS = frozenset({DeviceKind.SWITCH, DeviceKind.RECORDER, DeviceKind.CONTROLLER})
"""What carries others' words and has none of its own in these formats."""

ENDINGS = frozenset(
    {
        *("closed", "motion_ended", "barrier_closed", "elevator_restored", "fire_restored", "bay_freed", "entered", "left"),
        *("uncovered", "crowd_ended", "vehicle_ended", "elevator_released", "power_restored", "weather_cleared"),
    }
)
"""What is told later rather than never: a state must not be left standing because seconds were jumped over."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When a run begins (aware), where its clocks hang, how much faster than life its days go by, when the first begins."""

    start: datetime
    zone: ZoneInfo
    speed: float
    day: datetime

    def told(self, seconds: float) -> datetime:
        """The real time, local, so many seconds into the run: what a right clock shows."""
        return (self.start + timedelta(seconds=seconds)).astimezone(self.zone)

    def lived(self, seconds: float) -> datetime:
        """The community's own time of day, which runs `speed` times as fast."""
        return (self.day + timedelta(seconds=seconds * self.speed)).astimezone(self.zone)


@dataclass(slots=True)
class Schedule:
    """Yields the words of one second after the other; `jump` leaves seconds out."""

    community: Community
    pace: Pace
    seed: int
    faults: Faults
    incidents: Iterator[Incident]
    begun: list[Incident] = field(default_factory=list)
    """Incidents of which the run has come near, newest last; the caller takes them out."""
    _waiting: list[tuple[float, float, int, Say]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _next: Incident | None = None
    _near: list[Incident] = field(default_factory=list)
    _beats: tuple[Sequence[Sequence[Device]], ...] = ()
    _counters: Sequence[Sequence[Device]] = ()
    _drives: Drives = field(init=False)
    _at: int = -1

    def __post_init__(self) -> None:
        """Deal the devices to the seconds of their beats, in the site's order."""
        gap_s = GAP_S * max(1.0, self.pace.speed)
        self._drives = Drives(self.seed, self.community.cars, self.pace.zone, gap_s)
        self._next = next(self.incidents, None)
        speaking = [device for device in self.community.site.devices.values() if device.kind not in MUTE_KINDS]
        cameras = [device for device in speaking if device.kind is DeviceKind.CAMERA]
        others = [device for device in speaking if device.kind is not DeviceKind.CAMERA]
        self._beats = (_deal(cameras, CAMERA_BEAT_S), _deal(others, OTHER_BEAT_S), _deal(self.community.gauges, GAUGE_S))
        self._counters = _deal(self.community.lots, COUNTER_S)

    def second(self, k: int) -> list[Say]:
        """Everything that is sent from second k up to k + 1, in order."""
        self._at = k
        rng = Random(f"{self.seed}/{k}")
        self._come_near(k)
        for say in self._beating(rng, k):
            self._put(say, rng)
        for group in self._living(rng, k):
            if not any(self._taken(say.device, say.happened) for say in group):
                for say in group:
                    self._put(say, rng)
        for say in self._driving(k):
            self._put(say, rng)
        out = []
        while self._waiting and self._waiting[0][0] < k + 1:
            say = heapq.heappop(self._waiting)[3]
            if not self._silent(say.device, say.due):
                out.append(say)
        return out

    def jump(self, k: int) -> set[int]:
        """Leave out everything before second k but the ends of states, told at k; the incidents that this spoils."""
        self._come_near(k)
        kept, spoilt = [], {incident.number for incident in self._near if incident.silent and incident.begin < k}
        for entry in self._waiting:
            say = entry[3]
            if entry[0] >= k:
                kept.append(entry)
                continue
            if say.incident:
                spoilt.add(say.incident)
            if say.word in ENDINGS:
                kept.append((float(k), float(k), entry[2], replace(say, happened=float(k), due=float(k))))
        heapq.heapify(kept)
        self._waiting = kept
        self._left_out(k)
        self._at = k
        return spoilt

    def _left_out(self, k: int) -> None:
        """Cars that meanwhile went out, or came in, are told at k: else they would come in twice. Back again is no change."""
        changed: dict[str | None, Say] = {}
        for second in range(max(self._at + 1, k - LONGEST_S), k):
            for say in self._driving(second):
                if say.word in {"entered", "left"} and changed.pop(say.subject, None) is None:
                    changed[say.subject] = replace(say, happened=k + 0.5, due=k + 0.5)
        for say in changed.values():
            heapq.heappush(self._waiting, (say.due, say.happened, next(self._order), say))

    def _come_near(self, k: int) -> None:
        while self._next is not None and self._next.begin < k + 1 + LEAD_S:
            self._near.append(self._next)
            self.begun.append(self._next)
            for say in self._next.says:
                heapq.heappush(self._waiting, (say.due, say.happened, next(self._order), say))
            self._next = next(self.incidents, None)
        self._near = [incident for incident in self._near if incident.end + 1 > k]

    def _taken(self, device: Device, when: float) -> bool:
        return any(
            device.id == other.id and incident.begin - LEAD_S <= when <= incident.end
            for incident in self._near
            for other in (incident.device, *(say.device for say in incident.says))
        )

    def _silent(self, device: Device, when: float) -> bool:
        return any(i.silent and i.device.id == device.id and i.begin <= when < i.end for i in self._near)

    def _put(self, say: Say, rng: Random) -> None:
        through = self.faults.through(say, rng)
        if through is not None:
            heapq.heappush(self._waiting, (through.due, through.happened, next(self._order), through))

    def _beating(self, rng: Random, k: int) -> Iterator[Say]:
        cameras, others, gauges = self._beats
        for due in (cameras[k % CAMERA_BEAT_S], others[k % OTHER_BEAT_S]):
            for n, device in enumerate(due):
                yield at_once(device, HEARTBEAT, k + n / len(due))
        for n, gauge in enumerate(gauges[k % GAUGE_S]):
            if not self._taken(gauge, k):
                yield at_once(gauge, "water_level", k + 0.5 + n * 0.01, value=round(rng.uniform(0.02, 0.06), 3))

        for lot in self._counters[k % COUNTER_S]:
            yield at_once(lot, "occupancy", k + 0.7, value=self.community.taken(lot, share_parked(self.pace.lived(k))))

    def _driving(self, k: int) -> Iterator[Say]:
        """What the cars that pass a gate in second k make its devices say."""
        begin = self.pace.lived(k)
        for n, (at, one) in enumerate(self._drives.between(begin, self.pace.lived(k + 1))):
            when = k + (at - begin).total_seconds() / self.pace.speed
            ways = drive(Random(f"{self.seed}/{k}/drive/{n}"), self.community, when, one.car, one.word)
            yield from next((way for way in ways if not any(self._taken(say.device, say.happened) for say in way)), ())

    def _living(self, rng: Random, k: int) -> Iterator[Sequence[Say]]:
        local = self.pace.lived(k)
        raining = is_raining(local, Random(f"{self.seed}/{local.date()}").random())
        for row in RHYTHMS:
            often = rate(row, local, raining) * self.pace.speed
            if often <= 0 or row.habit not in HAPPENINGS:
                continue
            when = rng.expovariate(often)
            while when < 1:
                yield HAPPENINGS[row.habit](rng, self.community, k + when)
                when += rng.expovariate(often)


def _deal(devices: Sequence[Device], seconds: int) -> Sequence[Sequence[Device]]:
    return tuple(tuple(devices[n::seconds]) for n in range(seconds))

"""Words into messages: every device speaks its vendor's format, with its own clock and its own running numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from types import MappingProxyType

from schemas.site import DeviceKind
from streams.simulator import hikvision, isecure, own
from streams.simulator.faults import BROKEN_PER_S, Faults, damage, repeat
from streams.simulator.schedule import Pace, Schedule
from streams.simulator.words import Message, Say

Speaker = Callable[[Say, str, int], tuple[str, bytes]]

FAMILIES: Mapping[str, Mapping[DeviceKind, Speaker]] = MappingProxyType(
    {"hikvision": hikvision.SPEAKERS, "isecure": isecure.SPEAKERS, "gatehouse": {}}
)
"""Vendor → how its devices of a kind speak; whatever is not here speaks our own JSON."""

SERIAL_EPOCH = 1_577_836_800  # 2020-01-01: running numbers begin at ten a second since, so a new run repeats no old one


@dataclass(slots=True)
class Voices:
    """Gives each word its bytes. Running numbers per device make two equal words two events."""

    pace: Pace
    faults: Faults
    _serials: dict[str, int] = field(default_factory=dict)

    def message(self, say: Say) -> Message:
        """The request that tells a word, in its vendor's format."""
        device = say.device
        family, speaker = self._speaker(say)
        serial = 0
        if not say.is_heartbeat:
            box = device.identity.partition("/")[0]  # a controller counts the events of all its doors
            serial = self._serials.get(box, int(self.pace.start.timestamp() - SERIAL_EPOCH) * 10) + 1
            self._serials[box] = serial
        told = self.pace.told(say.happened) + timedelta(seconds=self.faults.clock_s.get(device.id, 0.0))
        content_type, body = speaker(say, told.isoformat(timespec="milliseconds"), serial)
        return Message(say.due, family, content_type, body, say)

    def _speaker(self, say: Say) -> tuple[str, Speaker]:
        family = say.device.vendor
        speaker = FAMILIES.get(family, {}).get(say.device.kind)
        if speaker is None or (family == "isecure" and not isecure.knows(say)):
            return "gatehouse", own.speak
        return family, speaker


@dataclass(slots=True)
class Script:
    """The run as messages: what `Schedule` says, repeated and damaged as life does, in the order of sending."""

    schedule: Schedule
    voices: Voices
    seed: int
    _later: list[Message] = field(default_factory=list)

    def second(self, k: int) -> list[Message]:
        """The messages of second k; the same site, seed, start and speed give the same bytes in the same order."""
        rng = Random(f"{self.seed}/{k}/wire")
        trouble = self.voices.faults.trouble
        now = [message for message in self._later if message.due < k + 1]
        self._later = [message for message in self._later if message.due >= k + 1]
        for say in self.schedule.second(k):
            for message in repeat(self.voices.message(say), rng, trouble):
                (now if message.due < k + 1 else self._later).append(message)
        if now and rng.random() < BROKEN_PER_S * trouble:
            victim = rng.choice(now)
            now.append(damage(victim, rng))
        return sorted(now, key=lambda message: message.due)

    def jump(self, k: int) -> set[int]:
        """Leave out what is before second k; the numbers of the incidents that this spoils."""
        self._later = []
        return self.schedule.jump(k)

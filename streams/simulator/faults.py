"""What is wrong with real devices: clocks, links, repeats and damaged bytes. Which devices it hits follows from the seed.

| fault | who | what |
|---|---|---|
| wrong clock | 1 device in 100 | an hour ahead, a quarter behind, or never set (2012) |
| drifting clock | 1 in 25 | up to a second and a half off |
| flapping link | 1 camera in 120 | 20 s of every 7 min: events come late together, heartbeats not at all |
| late | 1 event in 300, where no state hangs on it | told 3 to 60 s after it happened, behind newer ones |
| repeated | 1 message in 200 | the same bytes again within 5 s |
| broken | 12 an hour | cut short, or a byte that is no text |
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from schemas.site import Device, DeviceKind
from streams.simulator.words import Message, Say

WRONG_CLOCKS_S = (3600.0, -900.0, -450_000_000.0)
WRONG, DRIFTING, FLAPPING = 100, 25, 120
DRIFT_S = 1.5
FLAP_EVERY_S, FLAP_S = 420.0, 20.0
LATE, REPEATED = 1 / 300, 1 / 200
BROKEN_PER_S = 12 / 3600
STATELESS = frozenset({"motion", "read", "known", "permit", "granted", "line_crossed", "loitering", "bay_taken", "bay_freed"})


@dataclass(frozen=True, slots=True)
class Faults:
    """Which devices are unsound. `clock_s`: what a clock is off, seconds; `flap_at`: when in its period a link goes;
    `trouble`: how many times more often than in life messages come late, twice or broken."""

    clock_s: dict[str, float]
    flap_at: dict[str, float]
    trouble: float = 1.0

    @property
    def unsound(self) -> frozenset[str]:
        """Devices that an injected incident had better not use."""
        return frozenset(self.clock_s.keys() | self.flap_at.keys())

    def through(self, say: Say, rng: Random) -> Say | None:
        """The same word after the device's link: as it was, late, or (a heartbeat of a link that is down) never."""
        if say.incident:
            return say
        begin = self.flap_at.get(say.device.id)
        if begin is not None:
            gone = (say.due - begin) % FLAP_EVERY_S
            if gone < FLAP_S:
                return None if say.is_heartbeat else replace(say, due=say.due + FLAP_S - gone)
        if say.word in STATELESS and rng.random() < LATE * self.trouble:
            return replace(say, due=say.due + rng.uniform(3, 60))
        return say


def draw(devices: Iterable[Device], seed: int, sound: Collection[str], trouble: float) -> Faults:
    """The unsound devices of a community; those in `sound` are spared, because an incident needs them."""
    rng = Random(f"{seed}/faults")
    clock_s: dict[str, float] = {}
    flap_at: dict[str, float] = {}
    for device in devices:
        lot, drift, kind, phase = rng.random(), rng.uniform(-DRIFT_S, DRIFT_S), rng.choice(WRONG_CLOCKS_S), rng.random()
        if device.id in sound:
            continue
        if lot < 1 / WRONG:
            clock_s[device.id] = kind
        elif lot < 1 / WRONG + 1 / DRIFTING:
            clock_s[device.id] = round(drift, 3)
        elif device.kind is DeviceKind.CAMERA and lot > 1 - 1 / FLAPPING:
            flap_at[device.id] = phase * FLAP_EVERY_S
    return Faults(clock_s, flap_at, trouble)


def repeat(message: Message, rng: Random, trouble: float) -> Iterator[Message]:
    """The message, and now and then the very same again a little later."""
    yield message
    if rng.random() < REPEATED * trouble:
        yield replace(message, due=message.due + rng.uniform(0.2, 5), copy=True)


def damage(message: Message, rng: Random) -> Message:
    """Bytes that no decoder can read: cut in the middle, or with a byte that is no UTF-8 in front."""
    cut = len(message.body) // 2
    body = message.body[:cut] if rng.random() < 0.5 else b"\xff\xfe" + message.body[cut:]
    return replace(message, body=body, broken=True)

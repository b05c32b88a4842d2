"""What people do in the simulated week when nothing is wrong: come home, go out, visit, work. Rates are those of rhythm.py.

Ways take their time: who passes a gate's face point is at the door so much later as the walk takes, and the same resident is
not drawn again within half an hour of the last sight, so that nobody is at two places at once by chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import dist
from random import Random

from schemas.site import Device
from streams.simulator.rhythm import DAY_S, HOUR_S, RHYTHMS, Habit, is_raining, rate
from streams.simulator.week_people import Resident
from streams.simulator.week_rates import FACE_MISSED, MISTAKEN
from streams.simulator.week_rows import Word, facts
from streams.simulator.week_stage import Stage

WALK_M_PER_S, DETOUR = 1.2, 1.4
APART_S = 1800.0
METHODS = tuple(facts(method=name) for name in ("card", "card", "face", "code"))
GATE_SHARE = 0.25
"""With 1,300 passages of units' own points a day this gives the 5,000 known faces of rhythm.py."""


def raining_at(stage: Stage, seed: int, second: float) -> bool:
    """Whether it rains; each day's luck from the seed, and the third day is wet where no day is."""
    local = stage.begin + timedelta(seconds=second)
    lucks = {day: Random(f"{seed}/{(stage.begin + timedelta(days=day)).date()}").random() for day in range(stage.days)}
    if all(luck >= 0.2 for luck in lucks.values()):
        lucks[min(2, stage.days - 1)] = 0.13
    return is_raining(local, lucks[min(stage.days - 1, int(second // DAY_S))])


@dataclass(slots=True)
class Life:
    """Draws ordinary people's words; keeps away from what the stage has reserved."""

    stage: Stage
    seed: int
    wet: Sequence[bool]
    rng: Random = field(init=False)
    _seen: dict[str, float] = field(default_factory=dict)
    _old: frozenset[str] = frozenset()
    opened: dict[str, list[float]] = field(default_factory=dict)
    """By unit with a face point, when residents whose faces were seen opened it; ascending."""

    def __post_init__(self) -> None:
        """A generator of its own."""
        self.rng = Random(f"{self.seed}/life")
        self._old = frozenset(who.face for who in self.stage.people.cared_for)

    def moments(self, habit: Habit) -> Iterator[float]:
        """When a habit happens, over the week, ascending."""
        row = next(row for row in RHYTHMS if row.habit is habit)
        for hour in range(24 * self.stage.days):
            local = self.stage.begin + timedelta(hours=hour, minutes=30)
            often = rate(row, local, self.wet[hour])
            at = hour * HOUR_S + (self.rng.expovariate(often) if often > 0 else HOUR_S)
            while at < (hour + 1) * HOUR_S:
                yield at
                at += self.rng.expovariate(often)

    def words(self) -> list[Word]:
        """Everything that people say by way of devices."""
        said: list[Word] = []
        ways = [*((at, True) for at in self.moments(Habit.HOME)), *((at, False) for at in self.moments(Habit.OUT))]
        for when, comes in sorted(ways):
            said += self._home(when) if comes else self._out(when)
        for at in self.moments(Habit.DENIED):
            said += self._denied(at)
        return said

    def resident(self, at: float) -> Resident | None:
        """Somebody who was not seen for a while and is nobody's incident."""
        for _ in range(5):
            who = self.rng.choice(self.stage.people.residents)
            if who.face in self._old or at - self._seen.get(who.face, -DAY_S) < APART_S:
                continue
            self._seen[who.face] = at
            return who
        return None

    def door(self, unit: str, at: float) -> Device | None:
        """A door of the unit that no incident has."""
        doors = [door for door in self.stage.people.doors_of[unit] if not self.stage.ledger.busy(door.id, at)]
        return self.rng.choice(doors) if doors else None

    def face(self, at: float, point: Device, who: str, word: str = "known") -> Word:
        """A face that a point captures; one in ten thousand is taken for somebody else."""
        score = self.rng.uniform(0.86, 0.98)
        if word == "known" and self.rng.random() < MISTAKEN:
            who, score = self.rng.choice(self.stage.people.residents).face, self.rng.uniform(0.78, 0.88)
        if word == "stranger":
            score = self.rng.uniform(0.2, 0.5)
        return Word(at, point.id, word, who, round(score, 3), direction=point.direction or None)

    def gate(self, at: float, direction: str, unit: str) -> tuple[Device, float]:
        """A footway's face point and the seconds from there to a unit."""
        point = self.rng.choice(
            [f for f in self.stage.community.faces if f.place.startswith("gate") and f.direction == direction]
        )
        door = self.stage.people.doors_of[unit][0]
        return point, dist((point.x, point.y), (door.x, door.y)) * DETOUR / WALK_M_PER_S

    def _home(self, at: float) -> Iterator[Word]:
        who = self.resident(at)
        door = self.door(who.unit, at) if who else None
        if who is None or door is None:
            return
        if self.rng.random() < GATE_SHARE:
            point, walk = self.gate(at, "in", who.unit)
            yield self.face(at - walk, point, who.face)
        seen = list(self.faces_at_door(at, who))
        yield from seen
        if who.unit in self.stage.people.faces_of and seen:
            self.opened.setdefault(who.unit, []).append(at)
        yield Word(at, door.id, "granted", who.card, attributes=self.rng.choice(METHODS))
        yield from self.passage(at + 0.4, door)

    def faces_at_door(self, at: float, who: Resident) -> Iterator[Word]:
        """The unit's own face point, where there is one: who comes, and in one case of seven the family with them."""
        for point in self.stage.people.faces_of.get(who.unit, ()):
            if self.stage.ledger.busy(point.id, at):
                continue
            if self.rng.random() > FACE_MISSED:
                yield self.face(at - self.rng.uniform(0.5, 2.5), point, who.face)
            if self.rng.random() < 0.15:
                number = int(who.face[5:])
                for other in {0, 1, 2} - {number}:
                    face = f"{who.face[:5]}{other:02d}"
                    if face not in self._old and at - self._seen.get(face, -DAY_S) > APART_S and self.rng.random() < 0.7:
                        self._seen[face] = at
                        yield self.face(at + self.rng.uniform(0.5, 4), point, face)

    def _out(self, at: float) -> Iterator[Word]:
        who = self.resident(at)
        door = self.door(who.unit, at) if who else None
        if who is None or door is None:
            return
        yield from self.passage(at, door)
        if self.rng.random() < GATE_SHARE:
            point, walk = self.gate(at, "out", who.unit)
            yield self.face(at + walk, point, who.face)

    def passage(self, at: float, door: Device) -> Iterator[Word]:
        """A door opens and falls shut."""
        yield Word(at, door.id, "opened")
        yield Word(at + self.rng.uniform(3, 12), door.id, "closed")

    def _denied(self, at: float) -> Iterator[Word]:
        door = self.rng.choice(self.stage.community.doors)
        if not self.stage.ledger.busy(door.id, at):
            yield Word(at, door.id, "denied", f"39{self.rng.randrange(10**8):08d}", attributes=METHODS[0])

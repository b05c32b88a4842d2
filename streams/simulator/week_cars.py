"""What cars do in the simulated week: residents and visitors in and out, each in before out, by ways that take their time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import dist
from random import Random

from schemas.site import Device
from streams.simulator import week_looks
from streams.simulator.community import passing
from streams.simulator.rhythm import DAY_S, HOUR_S, Habit
from streams.simulator.week_life import DETOUR, Life
from streams.simulator.week_people import BAY_HOLDERS, Car
from streams.simulator.week_rates import (
    DRY_UNREADABLE,
    READ_AGAIN,
    READ_TWICE,
    TYPED,
    WET_UNREADABLE,
)
from streams.simulator.week_rows import Word, facts

DRIVE_M_PER_S = 4.0
VISITORS = 0.1
"""The share of cars coming in that do not live here: one in ten households has a visitor by car a day."""

SPLASHED = 0.86
STREET_BAYS = 46


@dataclass(slots=True)
class Cars:
    """Draws the cars' words. `wet` hours make plates unreadable."""

    life: Life
    rng: Random = field(init=False)
    _inside: dict[str, float] = field(default_factory=dict)
    _away: dict[str, float] = field(default_factory=dict)
    _garaged: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """A generator of its own; at midnight everybody is at home."""
        self.rng = Random(f"{self.life.seed}/cars of the week")
        self._inside = {car.plate: -DAY_S for car in self.life.stage.people.cars}
        self._garaged = frozenset(car.plate for car in self.life.stage.people.cars[:BAY_HOLDERS])

    def words(self) -> list[Word]:
        """Everything that cars make points, barriers and bays say."""
        said: list[Word] = []
        for at, comes in sorted(
            [*((t, True) for t in self.life.moments(Habit.CAR_IN)), *((t, False) for t in self.life.moments(Habit.CAR_OUT))]
        ):
            said += self._comes(at) if comes else self._leaves(at)
        for bay in range(STREET_BAYS):
            said += self._street_bay(f"S{bay:02d}")
        return said

    def _car(self, among: dict[str, float], at: float) -> Car | None:
        """A car that has been where it is for half an hour."""
        cars = self.life.stage.people.cars
        for _ in range(12):
            car = self.rng.choice(cars)
            if at - among.get(car.plate, at) > HOUR_S / 2:
                return car
        return None

    def _comes(self, at: float) -> Iterator[Word]:
        if self.rng.random() < VISITORS:
            yield from self.visit(at, f"鲁B{self.rng.randrange(16**6):06X}", self.rng.uniform(0.5, 7) * HOUR_S)
            return
        car = self._car(self._away, at)
        if car is None:
            return
        del self._away[car.plate]
        self._inside[car.plate] = at
        gate = self._lane("gate", "in")
        yield from self.passage(at, gate, car)
        if self._has_bay(car):
            ramp = self._lane("ramp", "in")
            there = at + self._drive(gate, ramp)
            yield from self.passage(there, ramp, car)
            yield from self._bay(there + 60, car, "bay_taken")

    def _leaves(self, at: float) -> Iterator[Word]:
        car = self._car(self._inside, at)
        if car is None:
            return
        del self._inside[car.plate]
        self._away[car.plate] = at + 300
        gate, there = self._lane("gate", "out"), at
        if self._has_bay(car):
            ramp = self._lane("ramp", "out")
            yield from self._bay(at - 60, car, "bay_freed")
            yield from self.passage(at, ramp, car)
            there = at + self._drive(ramp, gate)
        yield from self.passage(there, gate, car)

    def visit(self, at: float, plate: str, stays: float) -> Iterator[Word]:
        """A visitor's car comes, stays and leaves."""
        car = Car(plate, "", week_looks.drawn(self.rng), None)
        yield from self.passage(at, self._lane("gate", "in"), car)
        if at + stays < self.life.stage.end:
            yield from self.passage(at + stays, self._lane("gate", "out"), car)

    def passage(self, at: float, point: Device, car: Car) -> Iterator[Word]:
        """A plate is read, or not, or twice; the barrier opens, the car passes, the barrier closes.

        The camera sees the car whether or not it reads the plate; the passage's record says what it saw. Where the camera has
        no power the guard lets cars through and writes their plates down.
        """
        if (dark := self._dark_until(point, at)) is not None:
            yield from self._through(at + 20, point, None, "{}")
            yield from self._by_hand(dark + self.rng.uniform(300, 1800), point, car)
            return
        ledger = self.life.stage.ledger
        splashed = ledger.busy(f"blind {point.id}", at)
        wet = self.life.wet[int(at // HOUR_S) % len(self.life.wet)]
        unread = SPLASHED if splashed else WET_UNREADABLE if wet else DRY_UNREADABLE
        known, there = True, at
        looks = facts(**week_looks.told(self.rng, car.looks, at, splashed=splashed))
        if self.rng.random() < unread:
            yield Word(at, point.id, "unreadable", score=0.2, direction=point.direction, attributes=looks)
            there = at + self.rng.uniform(3, 8)
            if splashed or self.rng.random() > READ_AGAIN:
                there, known = there + 20, self.rng.random() < TYPED
        elif self.rng.random() < READ_TWICE:
            yield self._read(at, point, car, looks)
            there = at + self.rng.uniform(2, 15)
        if known:
            yield self._read(there, point, car, looks if there <= at + 15 else facts(manual=True))
        yield from self._through(there, point, car.plate if known else None, looks)

    def _dark_until(self, point: Device, at: float) -> float | None:
        """When a camera that is dead now is heard again; None where it is not, or keeps what it sees for later."""
        silences = self.life.stage.silences
        return next(
            (s.end for s in silences if s.device == point.id and s.begin <= at < s.end and not (s.stored or s.beats)), None
        )

    def _by_hand(self, at: float, point: Device, car: Car) -> Iterator[Word]:
        """Of the guard's list nine of ten plates get into the record of passages, when he comes to it."""
        barrier = self.life.stage.community.barrier_of(point)
        if barrier is not None and self.rng.random() < TYPED:
            yield Word(at, barrier.id, passing(point), car.plate, attributes=facts(manual=True))

    def _through(self, at: float, point: Device, plate: str | None, looks: str) -> Iterator[Word]:
        """The barrier's loop tells who passes, whatever the arm does."""
        barrier = self.life.stage.community.barrier_of(point)
        if barrier is None:
            return
        through = at + self.rng.uniform(4, 8)
        yield Word(through, barrier.id, passing(point), plate, attributes=looks)
        if not self.life.stage.ledger.busy(barrier.id, at):
            yield Word(at + 0.8, barrier.id, "barrier_opened")
            yield Word(through + 3, barrier.id, "barrier_closed")

    def _read(self, at: float, point: Device, car: Car, looks: str) -> Word:
        score = round(self.rng.uniform(0.9, 0.99), 2)
        return Word(at, point.id, "read", car.plate, score, direction=point.direction, attributes=looks)

    def _bay(self, at: float, car: Car, word: str) -> Iterator[Word]:
        if car.bay is None or self.life.stage.ledger.busy(f"bay {car.bay}", at):
            return
        lot = next(lot for lot in self.life.stage.community.lots if lot.place.startswith("garage"))
        yield Word(at, lot.id, word, car.plate, attributes=facts(bay=car.bay))

    def _street_bay(self, bay: str) -> Iterator[Word]:
        """Parkers come and go, some seven a day and bay; plates there nobody knows."""
        lot = next(lot for lot in self.life.stage.community.lots if lot.place == "bays-south")
        at = self.rng.uniform(0, 2 * HOUR_S)
        while at < self.life.stage.end:
            stays = self.rng.uniform(0.3, 4) * HOUR_S
            busy = not self.life.stage.ledger.free(f"bay {bay}", at, at + stays)
            if not busy:
                plate = f"鲁B{self.rng.randrange(16**6):06X}"
                yield Word(at, lot.id, "bay_taken", plate, attributes=facts(bay=bay))
                yield Word(at + stays, lot.id, "bay_freed", attributes=facts(bay=bay))
            at += stays + self.rng.uniform(0.2, 2) * HOUR_S

    def _lane(self, kind: str, direction: str) -> Device:
        points = [p for p in self.life.stage.community.plates if p.place.startswith(kind) and p.direction == direction]
        return self.rng.choice(points)

    def _drive(self, first: Device, second: Device) -> float:
        return dist((first.x, first.y), (second.x, second.y)) * DETOUR / DRIVE_M_PER_S

    def _has_bay(self, car: Car) -> bool:
        return car.plate in self._garaged

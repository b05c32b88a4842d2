"""Couriers, visitors and renovation workers of the week, who have no card of their own."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import timedelta
from math import dist

from schemas.site import Device
from streams.simulator.rhythm import DAY_S, HOUR_S, Habit
from streams.simulator.week_life import DETOUR, WALK_M_PER_S, Life
from streams.simulator.week_people import Worker
from streams.simulator.week_rows import Word, facts

GOES_ALONG, TOGETHER_S = 0.9, 5.0
"""Most strangers go in with a resident who opens while they wait; within five seconds nobody would call them two entries."""


def strangers(life: Life) -> Iterator[Word]:
    """All that they say by way of devices; after the residents, whose openings they use."""
    for at in life.moments(Habit.STRANGER_FACE):
        yield from _stranger(life, at)
    for worker in life.stage.people.workers:
        yield from _workdays(life, worker)


def _stranger(life: Life, at: float) -> Iterator[Word]:
    """A courier or visitor: past a gate, or at a unit's point, where somebody lets them in by the intercom."""
    who = f"S{life.rng.getrandbits(40):010x}"
    point = life.rng.choice(life.stage.community.faces)
    if life.stage.ledger.busy(point.id, at):
        return
    yield life.face(at, point, who, "stranger")
    if not point.building:
        return
    answered = at + life.rng.uniform(4, 25)
    if _slips_in(life, at, answered, point):
        return
    if (door := life.door(point.place, answered)) is not None:
        yield Word(answered, door.id, "granted", attributes=facts(method="remote"))
        yield from life.passage(answered + 0.5, door)


def _slips_in(life: Life, at: float, answered: float, point: Device) -> bool:
    """Who stands at a door when a resident opens it goes in with them, nine times of ten: one opening, two persons."""
    opened = life.opened.get(point.place, [])
    n = bisect_left(opened, at - 6)
    if n == len(opened) or opened[n] > answered or life.rng.random() > GOES_ALONG:
        return False
    doors = [door.id for door in life.stage.people.doors_of[point.place]]
    first, last, together = min(at, opened[n]), max(at, opened[n]), abs(at - opened[n]) < TOGETHER_S
    life.stage.true("tailgating", first - 4, last, 60, devices=[point.id, *doors], must=together, note="let in")
    return True


def _workdays(life: Life, worker: Worker) -> Iterator[Word]:
    """In from ten minutes before eight, out for lunch, home by six; not on Sundays, and every third Saturday free."""
    points = [face for face in life.stage.community.faces if face.building == worker.building]
    for day in range(life.stage.days):
        weekday = (life.stage.begin + timedelta(days=day)).isoweekday()
        if weekday == 7 or (weekday == 6 and life.rng.random() < 0.4):
            continue
        lunch = life.rng.uniform(11.5, 12.2)
        for hour, way in (
            (life.rng.uniform(7.84, 8.7), "in"),
            (lunch, "out"),
            (lunch + life.rng.uniform(0.7, 1), "in"),
            (life.rng.uniform(16.8, 18.1), "out"),
        ):
            at = day * DAY_S + hour * HOUR_S
            gate = life.rng.choice([f for f in life.stage.community.faces if f.place.startswith("gate") and f.direction == way])
            yield life.face(at, gate, worker.face, "permit")
            if points and way == "in" and not life.stage.ledger.busy(points[0].id, at + 400):
                walk = dist((gate.x, gate.y), (points[0].x, points[0].y)) * DETOUR / WALK_M_PER_S
                yield life.face(at + walk, points[0], worker.face, "permit")
                yield from _let_in(life, at + walk + 5, points[0])


def _let_in(life: Life, at: float, point: Device) -> Iterator[Word]:
    if (door := life.door(point.place, at)) is not None:
        yield Word(at, door.id, "granted", attributes=facts(method="face"))
        yield from life.passage(at + 0.5, door)

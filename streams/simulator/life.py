"""What a habit makes the devices say: one small function a habit, in one table. Cars follow their plan (drives.py).

What follows from one happening (a door closing behind somebody) keeps its own pace however fast the day runs, because
rules measure it: only how often things happen is scaled.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from types import MappingProxyType

from schemas.site import Device
from streams.simulator.community import CARDS_A_DOOR, WORKERS, Community
from streams.simulator.rhythm import Habit
from streams.simulator.words import Say, at_once

Happening = Callable[[Random, Community, float], Sequence[Say]]

_METHODS = ("card", "card", "face", "code")


def _home(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    door = rng.randrange(len(cast.doors))
    card = cast.card(door, rng.randrange(CARDS_A_DOOR))
    granted = at_once(cast.doors[door], "granted", when, subject=card, extra={"method": rng.choice(_METHODS)})
    return granted, *_passage(rng, cast.doors[door], when + 0.4)


def _out(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    return _passage(rng, rng.choice(cast.doors), when)


def _passage(rng: Random, door: Device, when: float) -> Sequence[Say]:
    return at_once(door, "opened", when), at_once(door, "closed", when + rng.uniform(3, 12))


def _denied(_: Random, cast: Community, when: float) -> Sequence[Say]:
    """The doors take turns, so that five at one door within two minutes is never chance."""
    turn = int(when)
    door = turn * 7919 % len(cast.doors)
    return (at_once(cast.doors[door], "denied", when, subject=f"39{turn % 10**8:08d}", extra={"method": "card"}),)


def _known_face(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    """Everybody goes the own way, past one point: nobody is at two within minutes."""
    door, person = rng.randrange(len(cast.doors)), rng.randrange(CARDS_A_DOOR)
    point = cast.faces[(door * 7 + person) % len(cast.faces)]
    who = f"R{door:04d}{person:02d}"
    seen = at_once(point, "known", when, subject=who, score=round(rng.uniform(0.86, 0.98), 3))
    return seen, *_let_in(rng, cast, seen, "face", 0.3)


def _let_in(rng: Random, cast: Community, seen: Say, method: str, after: float) -> Sequence[Say]:
    """A unit's point opens its door to who is known there; others have a code of the day, and need a moment."""
    door = cast.door_of(seen.device)
    if door is None:
        return ()
    when = seen.happened + after
    subject = seen.subject if method == "face" else None
    return at_once(door, "granted", when, subject=subject, extra={"method": method}), *_passage(rng, door, when + 0.4)


def _worker_face(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    worker = rng.randrange(WORKERS)
    point, score = cast.faces[worker % len(cast.faces)], round(rng.uniform(0.84, 0.97), 3)
    seen = at_once(point, "permit", when, subject=f"P{worker:04d}", score=score)
    return seen, *_let_in(rng, cast, seen, "face", 0.3)


def _stranger_face(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    """A courier serves one building and is a new face every time."""
    who = f"S{rng.getrandbits(40):010x}"
    seen = at_once(rng.choice(cast.faces), "stranger", when, subject=who, score=round(rng.uniform(0.2, 0.5), 3))
    return seen, *_let_in(rng, cast, seen, "code", rng.uniform(1, 5))


def drive(rng: Random, cast: Community, when: float, car: str, word: str) -> Iterator[Sequence[Say]]:
    """A car's plate is read, the barrier opens, the car passes, the barrier closes: one way after the other through which it
    may go, the first chosen by chance."""
    direction = "in" if word == "entered" else "out"
    points = cast.gates(direction)
    for point in rng.sample(points, len(points)):
        extra = {"direction": direction}
        seen = at_once(point, "read", when, subject=car, score=round(rng.uniform(0.9, 0.99), 2), extra=extra)
        barrier = cast.barrier_of(point)
        through = when + rng.uniform(4, 8)
        yield (
            (seen,)
            if barrier is None
            else (
                seen,
                at_once(barrier, "barrier_opened", when + 0.8),
                at_once(barrier, word, through, subject=car),
                at_once(barrier, "barrier_closed", through + 3),
            )
        )


def _street_bay(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    """A bay is taken, and freed again within three hours."""
    counters = cast.street_bays()
    if not counters:
        return ()
    counter, extra = rng.choice(counters), {"bay": f"P{rng.randrange(120):03d}"}
    freed = when + rng.uniform(600, 10_800)
    return at_once(counter, "bay_taken", when, extra=extra), at_once(counter, "bay_freed", freed, extra=extra)


def _motion(shortest: float, longest: float, targets: Sequence[str]) -> Happening:
    def seen(rng: Random, cast: Community, when: float) -> Sequence[Say]:
        """It begins, and ends after a while."""
        camera = rng.choice(cast.cameras)
        end = when + rng.uniform(shortest, longest)
        return at_once(camera, "motion", when, extra={"target": rng.choice(targets)}), at_once(camera, "motion_ended", end)

    return seen


def _line(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    target = {"target": rng.choice(("human", "vehicle"))}
    return (at_once(rng.choice(cast.inner_cameras()), "line_crossed", when, extra=target),)


def _linger(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    return (at_once(rng.choice(cast.cameras), "loitering", when, extra={"target": "human"}),)


def _lift(rng: Random, cast: Community, when: float) -> Sequence[Say]:
    if not cast.lifts:
        return ()
    lift = rng.choice(cast.lifts)
    return at_once(lift, "elevator_fault", when), at_once(lift, "elevator_restored", when + rng.uniform(20, 90))


HAPPENINGS: Mapping[Habit, Happening] = MappingProxyType(
    {
        Habit.HOME: _home,
        Habit.OUT: _out,
        Habit.DENIED: _denied,
        Habit.KNOWN_FACE: _known_face,
        Habit.WORKER_FACE: _worker_face,
        Habit.STRANGER_FACE: _stranger_face,
        Habit.STREET_BAY: _street_bay,
        Habit.MOTION: _motion(3, 15, ("human", "human", "vehicle")),
        Habit.INSECT: _motion(1, 3, ("",)),
        Habit.RAIN: _motion(1, 4, ("",)),
        Habit.HEADLIGHT: _motion(1, 2, ("", "vehicle")),
        Habit.LINE: _line,
        Habit.LINGER: _linger,
        Habit.LIFT: _lift,
    }
)

"""Incidents of cars. Every car is made up for its incident, with its list's entry, so that life never drives it."""

from collections.abc import Mapping

from schemas.lists import Entry, ListName
from schemas.site import Device
from streams.simulator import week_looks
from streams.simulator.community import passing
from streams.simulator.rhythm import HOUR_S
from streams.simulator.week_incidents_camera import DAY, EVEN, Act, sure
from streams.simulator.week_incidents_face import far_pair, visible
from streams.simulator.week_rates import hours_of
from streams.simulator.week_stage import Plot, Stage

BUSY = hours_of("000000 058887 788899 950000")
MORNING = hours_of("000000 058860 000000 000000")
DAYLIGHT = hours_of("000000 001111 111110 000000")
"""Cameras tell no colour in the dark."""

Told = Mapping[str, str]
"""What a camera tells of a car."""

LOOKS: Told = {"brand": "1000", "vehicle_type": "sedan", "colour": "white"}
OTHER_LOOKS: Told = {"brand": "1003", "vehicle_type": "van", "colour": "black"}


def lanes(stage: Stage, direction: str, kind: str = "gate") -> list[Device]:
    """The plate points of one direction at the gates (or ramps)."""
    return [point for point in stage.community.plates if point.place.startswith(kind) and point.direction == direction]


def stranger_car(stage: Stage) -> str:
    """A plate that nobody has seen before."""
    return f"鲁B{stage.rng.randrange(16**6):06X}"


def own_car(stage: Stage, looks: Told = LOOKS) -> str:
    """A resident's car of this incident alone, on the list."""
    plate = f"鲁QX{stage.rng.randrange(16**5):05X}"
    listed = {name: looks[name] for name in ("colour", "vehicle_type")}
    stage.enlist(ListName.VEHICLES, Entry(subject=plate, household=f"H{plate}", attributes=listed))
    return plate


def some_looks(stage: Stage) -> Told:
    """What is told of some car."""
    return week_looks.drawn(stage.rng)._asdict()


def read(stage: Stage, at: float, plate: str, point: Device, looks: Told = LOOKS) -> None:
    """One passage's read."""
    stage.say(at, point, "read", subject=plate, score=sure(stage), direction=point.direction, facts=looks)


def through(stage: Stage, at: float, plate: str, direction: str, looks: Told = LOOKS) -> None:
    """A passage by some gate that works: the read, then the barrier's loop."""
    point = visible(stage, lanes(stage, direction), at, at + 20)
    read(stage, at, plate, point, looks)
    passes(stage, at + 6, plate, point, looks)


def passes(stage: Stage, at: float, plate: str, point: Device, looks: Told) -> None:
    """The loop behind the barrier tells who has passed."""
    if (barrier := stage.community.barrier_of(point)) is not None:
        stage.say(at, barrier, passing(point), subject=plate, facts=looks)


def _watched(stage: Stage, t: float) -> None:
    plate = stranger_car(stage)
    stage.enlist(ListName.WATCH_PLATES, Entry(subject=plate))
    through(stage, t, plate, "in")
    through(stage, t + stage.rng.uniform(1, 20) * HOUR_S, plate, "out")
    leaves = max(word.at for word in stage.words[-2:]) - 6
    for at in (t, leaves):
        stage.true("plate-watch-list", at, at, 30, subjects=[plate])


def _two_places(stage: Stage, t: float) -> None:
    plate = own_car(stage)
    first, second = far_pair(stage, [*lanes(stage, "in"), *lanes(stage, "out")], t, t + 60)
    later = t + stage.rng.uniform(8, 15)
    read(stage, t, plate, first)
    read(stage, later, plate, second)
    twins = {("in", "in"): ["plate-in-twice"], ("out", "out"): ["plate-out-without-in"]}
    stage.true("plate-two-places", t, later, 30, subjects=[plate], also=twins.get((first.direction, second.direction), ()))


def _twice(rule: str, direction: str) -> Act:
    def act(stage: Stage, t: float) -> None:
        looks, later = some_looks(stage), t + stage.rng.uniform(0.2, 5) * HOUR_S
        plate = own_car(stage, looks)
        through(stage, t, plate, direction, looks)
        through(stage, later, plate, direction, looks)
        stage.true(rule, t, later, 30, subjects=[plate])

    return act


def _stays(stage: Stage, t: float) -> None:
    plate, looks = stranger_car(stage), some_looks(stage)
    through(stage, t, plate, "in", looks)
    through(stage, t + stage.rng.uniform(25, 40) * HOUR_S, plate, "out", looks)
    stage.true("visitor-over-a-day", t, t + 24 * HOUR_S, 300, subjects=[plate])


def _unreadable(stage: Stage, t: float) -> None:
    """A splashed lens: of all cars one in seven is read, for an hour and more."""
    point = stage.pick(lanes(stage, "in") + lanes(stage, "out"), t, t + 5400, HOUR_S, HOUR_S)
    stage.ledger.take(f"blind {point.id}", t, t + 5400)
    at, moments = t, []
    while at < t + 5400:
        if stage.rng.random() < 0.86:
            stage.say(at, point, "unreadable", score=0.2, direction=point.direction)
            moments.append(at)
        else:
            read(stage, at, stranger_car(stage) if point.direction == "out" else own_car(stage), point)
        at += stage.rng.uniform(60, 150)
    stage.true("plate-unreadable", t, moments[7], 1200, devices=[point.id])


def _permit_over(stage: Stage, t: float) -> None:
    plate = stranger_car(stage)
    last = stage.day(t, -stage.rng.randint(1, 30))
    stage.enlist(ListName.PERMITS, Entry(subject=plate, valid_from=stage.day(t, -60), valid_until=last))
    through(stage, t, plate, "in")
    through(stage, t + stage.rng.uniform(1, 8) * HOUR_S, plate, "out")
    stage.true("plate-permit-expired", t, t, 30, subjects=[plate])


def _four_times(stage: Stage, t: float) -> None:
    plate, at, entries = stranger_car(stage), t, []
    for _ in range(stage.rng.randint(4, 5)):
        through(stage, at, plate, "in")
        entries.append(at)
        at += stage.rng.uniform(0.3, 1) * HOUR_S
        through(stage, at, plate, "out")
        at += stage.rng.uniform(0.5, 1.5) * HOUR_S
    stage.true("unknown-vehicle-four-times", t, entries[3], 60, subjects=[plate])


def _differs(stage: Stage, t: float) -> None:
    """A stolen plate on another car: seen so at the gate and at the ramp."""
    plate = own_car(stage)
    gate = visible(stage, lanes(stage, "in"), t, t + 1)
    ramp = visible(stage, lanes(stage, "in", "ramp"), t, t + 300)
    later = t + 1.4 * (abs(gate.x - ramp.x) + abs(gate.y - ramp.y)) / 4
    read(stage, t, plate, gate, OTHER_LOOKS)
    passes(stage, t + 6, plate, gate, OTHER_LOOKS)
    read(stage, later, plate, ramp, OTHER_LOOKS)
    stage.true("plate-vehicle-differs", t, later, 60, subjects=[plate])


PLOTS: tuple[Plot, ...] = (
    Plot("plate-watch-list", 6, DAY, 21 * HOUR_S, _watched, "somebody watched visits"),
    Plot("plate-two-places", 10, DAY, 100, _two_places, "a copied plate"),
    Plot("plate-in-twice", 10, DAY, 6 * HOUR_S, _twice("plate-in-twice", "in"), "the copy comes in while the car is in"),
    Plot("plate-out-without-in", 10, DAY, 6 * HOUR_S, _twice("plate-out-without-in", "out"), "the copy leaves after the car"),
    Plot("visitor-over-a-day", 10, EVEN, 41 * HOUR_S, _stays, "a visitor stays"),
    Plot("plate-unreadable", 10, BUSY, 5500, _unreadable, "a splashed lens"),
    Plot("plate-permit-expired", 10, DAY, 9 * HOUR_S, _permit_over, "the firm's car is here, its permit is over"),
    Plot("unknown-vehicle-four-times", 10, MORNING, 12 * HOUR_S, _four_times, "somebody looks around"),
    Plot("plate-vehicle-differs", 10, DAYLIGHT, 500, _differs, "a stolen plate"),
)

"""Incidents that unit doors tell."""

from math import dist

from schemas.lists import Entry, ListName
from schemas.site import Device
from streams.simulator.week_incidents_camera import DAY, EVEN, sure
from streams.simulator.week_incidents_face import APART_M, at_units, unnamed
from streams.simulator.week_rates import hours_of
from streams.simulator.week_rows import facts
from streams.simulator.week_stage import Crowded, Plot, Stage

SMALL_HOURS = hours_of("001110 000000 000000 000000")
BY_CARD = facts(method="card")


def _door(stage: Stage, t: float, lasts: float) -> Device:
    return stage.pick(stage.community.doors, t, t + lasts)


def _forced(stage: Stage, t: float) -> None:
    door = _door(stage, t, 120)
    stage.say(t, door, "forced")
    stage.say(t + stage.rng.uniform(20, 90), door, "closed")
    stage.true("door-forced", t, t, 30, devices=[door.id])


def _forced_and_taken_apart(stage: Stage, t: float) -> None:
    door, later = _door(stage, t, 400), t + stage.rng.uniform(30, 200)
    stage.say(t, door, "forced")
    stage.say(later, door, "tamper")
    stage.say(later + 40, door, "closed")
    stage.say(later + 100, door, "tamper_ended")
    stage.true("door-forced", t, t, 30, devices=[door.id])
    stage.true("door-tamper", later, later, 30, devices=[door.id])
    stage.true("forced-then-tamper", t, later, 30, devices=[door.id])


def _tamper(stage: Stage, t: float) -> None:
    door = _door(stage, t, 900)
    stage.say(t, door, "tamper")
    stage.say(t + stage.rng.uniform(200, 900), door, "tamper_ended")
    stage.true("door-tamper", t, t, 30, devices=[door.id])


def _duress(stage: Stage, t: float) -> None:
    door = _door(stage, t, 60)
    stage.say(t, door, "duress", subject=unnamed(stage, "D"))
    stage.say(t + 0.5, door, "opened")
    stage.say(t + 8, door, "closed")
    stage.true("duress", t, t, 30, devices=[door.id])


def _held_open(stage: Stage, t: float) -> None:
    lasts = stage.rng.uniform(420, 2400)
    door = _door(stage, t, lasts)
    stage.say(t, door, "opened")
    stage.say(t + 30, door, "held_open")
    stage.say(t + lasts, door, "closed")
    stage.true("door-held-open", t, t + 120, 180, devices=[door.id], also=["door-not-closed"])


def _not_closed(stage: Stage, t: float) -> None:
    lasts = stage.rng.uniform(420, 2400)
    door = _door(stage, t, lasts)
    stage.say(t, door, "opened")
    stage.say(t + lasts, door, "closed")
    stage.true("door-not-closed", t, t + 120, 180, devices=[door.id])


def _denials(stage: Stage, t: float) -> None:
    door, at, moments = _door(stage, t, 120), t, []
    for _ in range(stage.rng.randint(5, 8)):
        stage.say(at, door, "denied", subject=f"39{stage.rng.randrange(10**8):08d}", attributes=BY_CARD)
        moments.append(at)
        at += stage.rng.uniform(7, 18)
    stage.true("five-denials", t, moments[4], 30, devices=[door.id])


def _entrance(stage: Stage, t: float) -> tuple[Device, Device]:
    """A face point and a door of its unit."""
    point = stage.pick(at_units(stage), t, t + 60, 3600, 3600)
    doors = stage.people.doors_of[point.place]
    for door in doors:
        stage.claim(door.id, t, t + 60, 3600, 3600)
    return point, doors[0]


def _household(stage: Stage) -> tuple[str, str]:
    """Card and face of somebody new who lives here."""
    face, card = unnamed(stage, "R"), f"32{stage.rng.randrange(10**8):08d}"
    home = f"H{face}"
    stage.enlist(ListName.FACES, Entry(subject=face, person=face, household=home))
    stage.enlist(ListName.CARDS, Entry(subject=card, person=face, household=home))
    return card, face


def _grant(stage: Stage, at: float, door: Device, card: str) -> None:
    stage.say(at, door, "granted", subject=card, attributes=BY_CARD)
    stage.say(at + 0.4, door, "opened")
    stage.say(at + 9, door, "closed")


def _tailgate(stage: Stage, t: float) -> None:
    point, door = _entrance(stage, t)
    card, face = _household(stage)
    stage.say(t, point, "known", subject=face, score=sure(stage))
    _grant(stage, t + 1.2, door, card)
    later = t + stage.rng.uniform(2.5, 5.5)
    if stage.rng.random() < 0.5:
        stage.say(later, point, "stranger", subject=unnamed(stage, "S"), score=round(stage.rng.uniform(0.2, 0.45), 3))
    else:
        stage.say(later, point, "known", subject=_household(stage)[1], score=sure(stage))
    stage.true("tailgating", t, later, 60, devices=[point.id, door.id])


def _mismatch(stage: Stage, t: float) -> None:
    """Somebody else's card."""
    point, door = _entrance(stage, t)
    card, face = _household(stage)[0], _household(stage)[1]
    stage.say(t + stage.rng.uniform(-3, -1), point, "known", subject=face, score=sure(stage))
    _grant(stage, t, door, card)
    stage.true("card-face-mismatch", t - 3, t, 60, devices=[door.id, point.id], subjects=[card, face])


def _two_places(stage: Stage, t: float) -> None:
    card, _ = _household(stage)
    first, later = _door(stage, t, 30), t + stage.rng.uniform(12, 35)
    far = [door for door in stage.community.doors if dist((door.x, door.y), (first.x, first.y)) > APART_M]
    _grant(stage, t, first, card)
    _grant(stage, later, stage.pick(far, later, later + 30), card)
    stage.true("card-two-places", t, later, 30, subjects=[card])


def _small_hours(stage: Stage, t: float) -> None:
    """A door that sleeps at night is opened again and again."""
    door, at, lasts = _door(stage, t, 2400), t, stage.rng.uniform(1500, 2400)
    moments = []
    while at < t + lasts:
        card, _ = _household(stage)
        _grant(stage, at, door, card)
        moments.append(at)
        at += stage.rng.uniform(60, 180)
    stage.true("door-unusual-hour", t, moments[4], 1800, devices=[door.id])


def _not_secured(stage: Stage, t: float) -> None:
    lasts = stage.rng.uniform(2700, 7200)
    door = _door(stage, t, lasts)
    stage.say(t, door, "fire_released")
    stage.say(t + lasts, door, "secured")
    stage.true("door-not-secured", t, t + 1800, 60, devices=[door.id])


def _chatter(stage: Stage, t: float) -> None:
    """A loose cable or a worn contact: gone and back, or held open and closed, again and again."""
    begins, ends = stage.rng.choice((("offline", "online"), ("held_open", "closed")))
    lasts, at = stage.rng.uniform(900, 1800), t
    door = _door(stage, t, lasts)
    while at < t + lasts:
        stage.say(at, door, begins)
        at += stage.rng.uniform(5, 15)
        stage.say(at, door, ends)
        at += stage.rng.uniform(20, 45)
    stage.true("unstable-door", t, t + 300, 600, devices=[door.id])


def _free_of_people(stage: Stage, t: float) -> None:
    if stage.day(t).isoweekday() > 5:
        raise Crowded("At the week-end people are up.")
    _small_hours(stage, t)


PLOTS: tuple[Plot, ...] = (
    Plot("door-forced", 5, EVEN, 200, _forced, "levered open"),
    Plot("forced-then-tamper", 6, EVEN, 500, _forced_and_taken_apart, "levered open, the reader torn off"),
    Plot("door-tamper", 5, EVEN, 1000, _tamper, "somebody opens the reader's housing"),
    Plot("duress", 10, EVEN, 100, _duress, "the code for being forced"),
    Plot("door-held-open", 10, EVEN, 2500, _held_open, "propped"),
    Plot("door-not-closed", 10, EVEN, 2500, _not_closed, "the closer is broken; its controller says nothing"),
    Plot("five-denials", 10, EVEN, 200, _denials, "somebody tries cards"),
    Plot("tailgating", 10, DAY, 100, _tailgate, "somebody slips in behind"),
    Plot("card-face-mismatch", 10, DAY, 100, _mismatch, "somebody else's card"),
    Plot("card-two-places", 10, DAY, 100, _two_places, "a copied card"),
    Plot("door-unusual-hour", 10, SMALL_HOURS, 2500, _free_of_people, "coming and going at night"),
    Plot("unstable-door", 10, EVEN, 1900, _chatter, "a loose cable"),
    Plot("door-not-secured", 10, EVEN, 7300, _not_secured, "nobody locks again after an alarm"),
)

"""Incidents that face points tell, by people made up for them: their lists' entries come with them."""

from math import dist

from schemas.lists import Entry, ListName
from schemas.site import Device
from streams.simulator.rhythm import DAY_S
from streams.simulator.week_incidents_camera import DAY, NIGHT, sure
from streams.simulator.week_people import permit
from streams.simulator.week_rates import hours_of
from streams.simulator.week_stage import Crowded, Plot, Stage

WORK = hours_of("000000 000989 058880 000000")
AFTER_WORK = hours_of("110001 000000 000000 005984")
APART_M = 250.0
"""So far are the two places of one card or face: nobody walks that in half a minute."""


def at_units(stage: Stage) -> list[Device]:
    """The face points at units' doors."""
    return [face for face in stage.community.faces if face.building]


def at_gates(stage: Stage) -> list[Device]:
    """The face points of the footways."""
    return [face for face in stage.community.faces if face.place.startswith("gate") and face.direction == "in"]


def unnamed(stage: Stage, letter: str) -> str:
    """A new subject of a kind."""
    return f"{letter}{stage.rng.getrandbits(40):010x}"


def far_pair(stage: Stage, among: list[Device], t: float, end: float) -> tuple[Device, Device]:
    """Two sound devices a good way apart; life goes on at both."""
    first = stage.rng.choice([device for device in among if device.id not in stage.unsound])
    far = [d for d in among if dist((d.x, d.y), (first.x, first.y)) > APART_M and d.id not in stage.unsound]
    second = stage.rng.choice(far)
    if any(not stage.ledger.free(f"incident {device.id}", t, end) for device in (first, second)):
        raise Crowded("An outage is under way there.")
    return first, second


def visible(stage: Stage, among: list[Device], t: float, end: float) -> Device:
    """A sound device that works; life goes on at it."""
    for device in stage.rng.sample(among, len(among)):
        if device.id not in stage.unsound and stage.ledger.free(f"incident {device.id}", t, end):
            return device
    raise Crowded("None of the devices works at that time.")


def unknown(stage: Stage, at: float, point: Device, who: str) -> None:
    """A face that no library knows."""
    score = round(stage.rng.uniform(0.2, 0.45), 3)
    stage.say(at, point, "stranger", direction=point.direction or None, subject=who, score=score)


def _watched(stage: Stage, t: float) -> None:
    who = unnamed(stage, "W")
    stage.enlist(ListName.WATCH_PERSONS, Entry(subject=who))
    point = visible(stage, list(stage.community.faces), t, t + 20)
    moments = [t + 2.5 * n for n in range(stage.rng.randint(2, 4))]
    for at in moments:
        stage.say(at, point, "watch_listed", direction=point.direction or None, subject=who, score=sure(stage))
    stage.true("face-watch-list", t, moments[1], 30, subjects=[who])


def _three_buildings(stage: Stage, t: float) -> None:
    who, at = unnamed(stage, "S"), t
    points = stage.rng.sample([p for p in at_units(stage) if p.id not in stage.unsound], 4)
    for point in points:
        if not stage.ledger.free(f"incident {point.id}", t, t + 1300):
            raise Crowded("A point does not work.")
    moments = []
    for point in points[: stage.rng.randint(3, 4)]:
        unknown(stage, at, point, who)
        moments.append(at)
        at += stage.rng.uniform(150, 350)
    stage.true("stranger-three-buildings", t, moments[2], 60, subjects=[who])


def _at_night(stage: Stage, t: float) -> None:
    point = stage.pick(at_units(stage), t, t + 500, 3600, 7200)
    who, at, moments = unnamed(stage, "S"), t, []
    for _ in range(stage.rng.randint(3, 5)):
        unknown(stage, at, point, who)
        moments.append(at)
        at += stage.rng.uniform(40, 120)
    stage.true("unknown-at-night", t, moments[2], 60, devices=[point.id], subjects=[who])


def _worker(stage: Stage, t: float, rule: str, points: list[Device], building: str, last: int) -> None:
    who = unnamed(stage, "P")
    stage.enlist(ListName.PERMITS, permit(who, building, stage.day(t, -40), stage.day(t, last)))
    point = visible(stage, points, t, t + 10)
    for n in range(stage.rng.randint(1, 2)):
        stage.say(t + 3.0 * n, point, "permit", direction=point.direction or None, subject=who, score=sure(stage))
    stage.true(rule, t, t, 60, subjects=[who])


def _outside_hours(stage: Stage, t: float) -> None:
    _worker(stage, t, "worker-outside-hours", at_gates(stage), "b12", 20)


def _other_building(stage: Stage, t: float) -> None:
    if stage.day(t).isoweekday() == 7:
        raise Crowded("Nobody works on a Sunday.")
    building = stage.rng.choice(("b05", "b10", "b20", "b44"))
    _worker(stage, t, "worker-other-building", at_units(stage), building, 20)


def _expired(stage: Stage, t: float) -> None:
    if stage.day(t).isoweekday() == 7:
        raise Crowded("Nobody works on a Sunday.")
    _worker(stage, t, "permit-expired", at_gates(stage), "b12", -stage.rng.randint(1, 12))


def _two_places(stage: Stage, t: float) -> None:
    who = unnamed(stage, "R")
    stage.enlist(ListName.FACES, Entry(subject=who, person=who, household=f"H{who}"))
    first, second = far_pair(stage, [*at_gates(stage), *at_units(stage)], t, t + 60)
    later = t + stage.rng.uniform(15, 35)
    stage.say(t, first, "known", direction=first.direction or None, subject=who, score=sure(stage))
    stage.say(later, second, "known", direction=second.direction or None, subject=who, score=sure(stage))
    stage.true("person-two-places", t, later, 30, subjects=[who])


def _liveness(stage: Stage, t: float) -> None:
    point = stage.pick(stage.community.faces, t, t + 60, 3600, 3600)
    at, moments = t, []
    for _ in range(stage.rng.randint(3, 6)):
        stage.say(at, point, "liveness_failed", score=round(stage.rng.uniform(0.1, 0.4), 3))
        moments.append(at)
        at += stage.rng.uniform(5, 12)
    stage.true("liveness-failed", t, moments[2], 30, devices=[point.id])


def _not_seen(stage: Stage, t: float) -> None:
    """Somebody who is looked after stays away; the truth follows from when they were really seen (week_life)."""
    who = stage.rng.choice(stage.people.cared_for)
    stage.claim(f"away {who.face}", t, t + stage.rng.uniform(1.4, 2.5) * DAY_S, 2 * DAY_S, 2 * DAY_S)


PLOTS: tuple[Plot, ...] = (
    Plot("face-watch-list", 10, DAY, 100, _watched, "somebody watched passes"),
    Plot("stranger-three-buildings", 10, DAY, 1400, _three_buildings, "a stranger tries house after house"),
    Plot("unknown-at-night", 10, NIGHT, 700, _at_night, "a stranger stays at a door at night"),
    Plot("worker-outside-hours", 10, AFTER_WORK, 100, _outside_hours, "works at night"),
    Plot("worker-other-building", 10, WORK, 100, _other_building, "goes where the permit is not for"),
    Plot("permit-expired", 10, WORK, 100, _expired, "the permit is over"),
    Plot("resident-not-seen", 7, DAY, 1.5 * DAY_S, _not_seen, "lies at home, or is away"),
    Plot("person-two-places", 10, DAY, 100, _two_places, "two people, one face"),
    Plot("liveness-failed", 10, DAY, 100, _liveness, "a photograph is held up"),
)

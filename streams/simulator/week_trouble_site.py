"""Troubles of links, faces, cars, barriers and facilities."""

from schemas.site import DeviceKind
from streams.simulator.community import of_kind
from streams.simulator.rhythm import HOUR_S
from streams.simulator.schedule import CAMERA_BEAT_S
from streams.simulator.week_cars import Cars
from streams.simulator.week_ledger import Silence
from streams.simulator.week_rows import facts
from streams.simulator.week_trouble import Act, Nuisance

SURELY_SILENT_S, MAYBE_SILENT_S = 62.0, 39.0
"""A camera that was gone for over a minute was silent in truth. Its last beat lies up to ten seconds before, its next up to ten
after, so that one gone for over 40 s may have been silent for a minute."""


def lost_beats(life: Nuisance, at: float) -> None:
    """One to four beats in a row."""
    camera = life.rng.choice(life.stage.community.cameras)
    if camera.id not in life.stage.unsound:
        missing = life.rng.randint(1, 4) * CAMERA_BEAT_S - 0.5
        life.stage.silences.append(Silence(camera.id, at, at + missing, beats=True))


def reboot(life: Nuisance, at: float) -> None:
    """A camera starts anew and says so to nobody."""
    lasts = life.rng.uniform(35, 75)
    camera = life.camera(at, lasts)
    if camera is None or camera.id in life.stage.unsound:
        return
    life.stage.silences.append(Silence(camera.id, at, at + lasts))
    life.stage.ledger.take(camera.id, at - 60, at + lasts + 60)
    if lasts > MAYBE_SILENT_S:
        sure = lasts > SURELY_SILENT_S
        life.stage.true("camera-silent", at - 12, at, 120, devices=[camera.id], must=sure, note="reboot")


def flapping_switch(life: Nuisance, at: float) -> None:
    """A switch's link comes and goes: its cameras are told offline and online together. One word about it is in order."""
    lasts = life.rng.uniform(360, 600)
    switch = life.rng.choice(of_kind(life.stage.community.site, DeviceKind.SWITCH))
    cameras = [c for c in life.stage.community.cameras if c.hangs_on.get("switch") == switch.id]
    if any(not life.stage.ledger.free(f"incident {c.id}", at - 3600, at + lasts + 3600) for c in cameras):
        return
    moment = at
    while moment < at + lasts:
        gone = life.rng.uniform(12, 25)
        life.stage.silences += [Silence(camera.id, moment, moment + gone) for camera in cameras]
        for camera in cameras:
            life.say(moment + gone - life.rng.uniform(0.1, 2), camera, "offline")
            life.say(moment + gone + life.rng.uniform(0.1, 3), camera, "online")
        moment += gone + life.rng.uniform(15, 35)
    for camera in cameras:
        life.stage.reserve(camera.id, at, at + lasts)
    devices = [switch.id, *(camera.id for camera in cameras)]
    life.stage.true("switch-down", at, at + 180, 900, devices=devices, also=["unstable-device"], must=False, note="flapping")


def lookalike(life: Nuisance, at: float) -> None:
    """A face that resembles somebody watched."""
    who = life.rng.choice(sorted(life.stage.community.site.watch_persons) or ["nobody"])
    point = life.rng.choice(life.stage.community.faces)
    life.say(at, point, "watch_listed", subject=who, score=life.unsure(0.55, 0.70), direction=point.direction or None)


def backlight(life: Nuisance, at: float) -> None:
    """Liveness fails once or twice."""
    if (point := life.free(list(life.stage.community.faces), at, 30)) is not None:
        for n in range(life.rng.randint(1, 2)):
            life.say(at + 8.0 * n, point, "liveness_failed", score=life.unsure())


def night_guest(life: Nuisance, at: float) -> None:
    """Captured once or twice at the door, then let in by the intercom."""
    points = [face for face in life.stage.community.faces if face.building]
    point = life.free(points, at, 60)
    if point is None:
        return
    who = f"S{life.rng.getrandbits(40):010x}"
    for n in range(life.rng.randint(1, 2)):
        life.say(at + 6.0 * n, point, "stranger", subject=who, score=life.unsure(0.2, 0.5), direction="in")
    door = life.free(list(life.stage.people.doors_of[point.place]), at, 60)
    if door is not None:
        life.say(at + 18, door, "granted", facts={"method": "remote"})
        life.say(at + 18.5, door, "opened")
        life.say(at + 25, door, "closed")


def courier_round(life: Nuisance, at: float) -> None:
    """Known again by the library at two buildings; let in at each."""
    who = f"S{life.rng.getrandbits(40):010x}"
    for point in life.rng.sample([face for face in life.stage.community.faces if face.building], 2):
        if life.stage.ledger.free(point.id, at - 60, at + 60):
            life.say(at, point, "stranger", subject=who, score=life.unsure(0.2, 0.5), direction="in")
            door = life.free(list(life.stage.people.doors_of[point.place]), at, 60)
            if door is not None:
                life.say(at + 9, door, "granted", facts={"method": "code"})
                life.say(at + 9.5, door, "opened")
                life.say(at + 16, door, "closed")
        at += life.rng.uniform(180, 600)


def together(life: Nuisance, at: float) -> None:
    """A resident opens, a neighbour or a guest goes in too: two households by one opening, which is what tailgating means."""
    point = life.free([face for face in life.stage.community.faces if face.building], at, 60)
    door = life.free(list(life.stage.people.doors_of[point.place]), at, 60) if point else None
    here = [who for who in life.stage.people.residents if point and who.unit == point.place]
    if point is None or door is None or len(here) < 6:
        return
    host = life.rng.choice(here)
    other = life.rng.choice([who for who in here if who.household != host.household])
    for place in (point.id, *(one.id for one in life.stage.people.doors_of[point.place])):
        life.stage.ledger.take(place, at - 30, at + 60)
    life.say(at - 1, point, "known", subject=host.face, score=0.93, direction="in")
    life.say(at, door, "granted", subject=host.card, facts={"method": "card"})
    life.say(at + 0.4, door, "opened")
    guest = life.rng.random() < 0.5
    word, who = ("stranger", f"S{life.rng.getrandbits(40):010x}") if guest else ("known", other.face)
    life.say(at + life.rng.uniform(1, 4), point, word, subject=who, score=0.4 if guest else 0.92, direction="in")
    life.say(at + 9, door, "closed")
    life.stage.true("tailgating", at - 1, at + 2, 60, devices=[point.id, door.id], note="together")


def taxi(cars: Cars) -> Act:
    """The same car two or three times a day."""

    def act(life: Nuisance, at: float) -> None:
        plate = f"鲁B{life.rng.randrange(16**6):06X}"
        for _ in range(life.rng.randint(2, 3)):
            stays = life.rng.uniform(0.1, 0.4) * HOUR_S
            if at + stays < life.stage.end:
                life.words += cars.visit(at, plate, stays)
            at += stays + life.rng.uniform(0.5, 2) * HOUR_S

    return act


def barrier(begins: str, ends: str, shortest: float, longest: float) -> Act:
    """A barrier that is open or faulty for a short while."""

    def act(life: Nuisance, at: float) -> None:
        lasts = life.rng.uniform(shortest, longest)
        if (found := life.free(list(life.stage.community.barriers), at, lasts)) is not None:
            life.say(at, found, begins)
            life.say(at + lasts, found, ends)
            life.stage.ledger.take(found.id, at - 30, at + lasts + 5)

    return act


def fire_fault(life: Nuisance, at: float) -> None:
    """A detector's fault that somebody mends within the day."""
    lasts = life.rng.uniform(300, 10 * HOUR_S)
    if (panel := life.free(list(life.stage.community.panels), at, lasts)) is not None:
        life.say(at, panel, "fire_fault", zone="2F")
        life.say(at + lasts, panel, "fire_fault_ended", zone="2F")
        life.stage.ledger.take(panel.id, at - 60, at + lasts + 60)


def wave(life: Nuisance, at: float) -> None:
    """One reading over the line."""
    gauges = [gauge for gauge in life.stage.community.gauges if gauge.place.startswith("ramp")]
    if gauges and (gauge := life.free(gauges, at)) is not None:
        life.say(at, gauge, "water_level", value=round(life.rng.uniform(0.3, 0.4), 3))


def dip(life: Nuisance, at: float) -> None:
    """No voltage for a moment."""
    circuit = life.free(list(of_kind(life.stage.community.site, DeviceKind.POWER)), at, 5)
    if circuit is not None:
        life.say(at, circuit, "power_lost")
        life.say(at + life.rng.uniform(1, 5), circuit, "power_restored")


def mild_warning(life: Nuisance, at: float) -> None:
    """Blue or yellow, and no snow."""
    weather = of_kind(life.stage.community.site, DeviceKind.WEATHER)[0]
    hazard, level = life.rng.choice((("rain", "blue"), ("rain", "yellow"), ("wind", "blue"), ("wind", "yellow")))
    if life.stage.ledger.free(weather.id, at - 3600, at + 4 * HOUR_S):
        told = facts(hazard=hazard, level=level)
        life.say(at, weather, "weather_warning", attributes=told)
        life.say(at + 3 * HOUR_S, weather, "weather_cleared", attributes=told)
        life.stage.ledger.take(weather.id, at, at + 3 * HOUR_S)

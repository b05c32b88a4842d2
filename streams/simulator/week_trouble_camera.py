"""Troubles of cameras and doors."""

from streams.simulator.week_trouble import Act, Nuisance


def blink(begins: str, ends: str, shortest: float, longest: float) -> Act:
    """A camera's state that is over soon."""

    def act(life: Nuisance, at: float) -> None:
        lasts = life.rng.uniform(shortest, longest)
        if (camera := life.camera(at, lasts)) is not None:
            life.say(at, camera, begins)
            life.say(at + lasts, camera, ends)

    return act


def frame(word: str, *names: str, places: tuple[str, ...] = (), target: bool = False) -> Act:
    """One frame of something that is not there."""

    def act(life: Nuisance, at: float) -> None:
        if (camera := life.camera(at, 0, *names, places=places)) is not None:
            more: dict[str, object] = {"facts": life.called()} if target else {}
            life.say(at, camera, word, score=life.unsure(), **more)

    return act


def stop(zone: str, shortest: float, longest: float, *names: str) -> Act:
    """A car that stops for a while."""

    def act(life: Nuisance, at: float) -> None:
        lasts = life.rng.uniform(shortest, longest)
        if (camera := life.camera(at, lasts, *names)) is not None:
            life.say(at, camera, "vehicle", score=0.9, zone=zone, facts={"target": "vehicle"})
            life.say(at + lasts, camera, "vehicle_ended", zone=zone)
            life.stage.ledger.take(camera.id, at - 60, at + lasts + 60)

    return act


def line(life: Nuisance, at: float) -> None:
    if (camera := life.camera(at, 0, "Perimeter")) is not None:
        life.say(at, camera, "line_crossed", score=life.unsure(), zone="perimeter", facts=life.called())


def cat_on_fence(life: Nuisance, at: float) -> None:
    if (camera := life.camera(at, 0, "Perimeter")) is not None:
        life.say(at, camera, "fence_climbed", score=life.unsure(), zone="perimeter", facts=life.called())


def intrusion(life: Nuisance, at: float) -> None:
    if (camera := life.camera(at, 30, "Perimeter", "Lane")) is not None:
        life.say(at, camera, "intrusion", score=life.unsure(), facts=life.called())
        life.say(at + life.rng.uniform(2, 20), camera, "intrusion_ended")


def gathering(place: str, fewest: int, most: int, shortest: float, longest: float) -> Act:
    """People who stand together for a good reason."""

    def act(life: Nuisance, at: float) -> None:
        lasts, told = life.rng.uniform(shortest, longest), at
        camera = life.camera(at, lasts, places=(place,))
        if camera is None:
            return
        while told < at + lasts:
            people = life.rng.randint(fewest, most)
            life.say(told, camera, "crowd", score=0.9, value=float(people), facts={"people": people})
            told += life.rng.uniform(45, 60)
        life.say(at + lasts + 20, camera, "crowd_ended")

    return act


def door_open(shortest: float, longest: float, *, true: bool = False) -> Act:
    """A door kept open; its controller says so after 30 s."""

    def act(life: Nuisance, at: float) -> None:
        lasts = life.rng.uniform(shortest, longest)
        door = life.free(list(life.stage.community.doors), at, lasts)
        if door is None:
            return
        life.say(at, door, "opened")
        life.say(at + 30, door, "held_open")
        life.say(at + lasts, door, "closed")
        life.stage.ledger.take(door.id, at - 60, at + lasts + 5)
        if true and at + lasts < life.stage.end:
            life.stage.true("door-held-open", at, at + 120, 180, devices=[door.id], also=["door-not-closed"], note="mover")

    return act


def wrong_card(life: Nuisance, at: float) -> None:
    door = life.free(list(life.stage.community.doors), at, 60)
    card = f"39{life.rng.randrange(10**8):08d}"
    for n in range(life.rng.randint(2, 4)):
        if door is not None:
            life.say(at + 14.0 * n, door, "denied", subject=card, facts={"method": "card"})


def fire_test(life: Nuisance, at: float) -> None:
    building = life.rng.choice(life.stage.community.panels).building
    for door in life.stage.community.doors:
        if door.building == building and life.stage.ledger.free(door.id, at - 60, at + 960):
            life.say(at + life.rng.uniform(0, 2), door, "fire_released")
            life.say(at + life.rng.uniform(240, 900), door, "secured")

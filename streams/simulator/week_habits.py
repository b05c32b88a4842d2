"""Small habits of the week: inner lines crossed, people who wait before a door, lifts that stop and recover by themselves."""

from collections.abc import Iterator
from random import Random

from streams.simulator.rhythm import Habit
from streams.simulator.week_life import Life
from streams.simulator.week_rows import Word, facts


def habits(life: Life) -> Iterator[Word]:
    """Their words; a device that an incident has takes no part."""
    rng, cast = Random(f"{life.seed}/habits"), life.stage.community
    places = cast.site.places
    gardens = {place.id for place in places.values() if place.kind == "garden"}
    inner = [camera for camera in cast.cameras if "Lane" in camera.name.en or camera.place in gardens]
    doors = [camera for camera in cast.cameras if "door camera" in camera.name.en]
    for at in life.moments(Habit.LINE):
        camera = rng.choice(inner)
        if not life.stage.ledger.busy(camera.id, at):
            zone = "fire_lane" if "Lane" in camera.name.en else "lawn"
            target = facts(target=rng.choice(("human", "vehicle")))
            yield Word(at, camera.id, "line_crossed", None, 0.9, zone=zone, attributes=target)
    for at in life.moments(Habit.LINGER):
        camera = rng.choice(doors)
        if not life.stage.ledger.busy(camera.id, at):
            yield Word(at, camera.id, "loitering", None, 0.9, attributes=facts(target="human"))
    for at in life.moments(Habit.LIFT):
        lift = rng.choice(cast.lifts)
        if life.stage.ledger.free(f"incident {lift.id}", at, at + 90):
            yield Word(at, lift.id, "elevator_fault")
            yield Word(at + rng.uniform(20, 90), lift.id, "elevator_restored")

"""How rules are provoked: one recipe a rule, in one table. A recipe says what devices tell, and when the alert is due.

Some provoke more than theirs: a door that is forced and tampered with is three rules' matter (`ALSO`).
The paces are those of life: rules measure them, so they are not scaled with the speed of the day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import dist
from random import Random
from types import MappingProxyType

from schemas.errors import SiteError
from schemas.site import Device, DeviceKind
from streams.simulator.community import Community, of_kind
from streams.simulator.words import Say, at_once


@dataclass(frozen=True, slots=True)
class Wish:
    """What the incidents' file may ask for: a certain device, a certain subject. Absent: drawn."""

    device: Device | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """An incident played out from second 0: its words, who the alert is about, when it is due (seconds).

    `silent` is how long the device says nothing at all, for the rule that listens for that.
    """

    says: tuple[Say, ...]
    device: Device
    due: float
    subject: str | None = None
    silent: float = 0.0


Recipe = Callable[[Random, Community, Wish, Sequence[Device]], Scene]


def _pick(rng: Random, wish: Wish, among: Sequence[Device], what: str) -> Device:
    if wish.device is not None:
        return wish.device
    if not among:
        raise SiteError(f"The site has no {what}: leave the incident out, or name a device.")
    return rng.choice(among)


def _only(among: Sequence[Device], sound: Sequence[Device]) -> list[Device]:
    good = {device.id for device in sound}
    return [device for device in among if device.id in good]


def fire(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A panel's alarm, reset after four minutes."""
    panel = _pick(rng, wish, _only(cast.panels, sound), "fire panel")
    zone = {"zone": f"{rng.randint(1, 8)}F"}
    return Scene((at_once(panel, "fire_alarm", 0, extra=zone), at_once(panel, "fire_restored", 240, extra=zone)), panel, 0)


def watch_list(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A plate of the watch-list at one point."""
    point = _pick(rng, wish, _only(cast.plates, sound), "plate point")
    if not (wish.subject or cast.watched):
        raise SiteError("The site watches no plate: add one to watch_plates, or leave the incident out.")
    plate = wish.subject or rng.choice(cast.watched)
    return Scene((at_once(point, "read", 0, subject=plate, score=0.97, extra={"direction": "in"}),), point, 0, plate)


def five_denials(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """Six wrong cards at one door in under a minute; the fifth is the alert."""
    door = _pick(rng, wish, _only(cast.doors, sound), "unit door")
    card = wish.subject or f"39{rng.randrange(10**8):08d}"
    says = [at_once(door, "denied", n * 9.0, subject=card, extra={"method": "card"}) for n in range(6)]
    return Scene(tuple(says), door, says[4].happened)


def stranger(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """One unknown face at three buildings within a few minutes."""
    rows = _only(cast.faces, sound)
    rng.shuffle(rows)
    places = {point.building: point for point in rows if point.building}
    if wish.device is not None:
        places = {wish.device.building: wish.device} | {b: p for b, p in places.items() if b != wish.device.building}
    points = list(places.values())[:3]
    if len(points) < 3:
        raise SiteError("Face points at three buildings are needed for a stranger at three buildings.")
    who = wish.subject or f"S{rng.getrandbits(40):010x}"
    says = [at_once(point, "stranger", n * 150.0, subject=who, score=0.31) for n, point in enumerate(points)]
    return Scene(tuple(says), points[2], 300, who)


def forced(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A door forced, its controller tampered with 40 s later."""
    door = _pick(rng, wish, _only(cast.doors, sound), "unit door")
    return Scene((at_once(door, "forced", 0), at_once(door, "tamper", 40), at_once(door, "closed", 55)), door, 40)


def not_closed(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A door that opens and falls shut only after three minutes."""
    door = _pick(rng, wish, _only(cast.doors, sound), "unit door")
    return Scene((at_once(door, "opened", 0), at_once(door, "closed", 180)), door, 120)


def silent(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A camera that says nothing for two minutes and a half: not even that it lives. The alert is raised after one, and told
    half a minute later, when no outage was found to be its cause."""
    camera = _pick(rng, wish, _only(cast.cameras, sound), "camera")
    return Scene((), camera, 60, silent=150)


def held_open(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A door propped open: its controller says so after 25 s, somebody closes it after three minutes."""
    door = _pick(rng, wish, _only(cast.doors, sound), "unit door")
    says = at_once(door, "opened", 0), at_once(door, "held_open", 25), at_once(door, "closed", 170)
    return Scene(says, door, 115)


def water(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """Water at a ramp rises over the line for a minute and runs off."""
    gauge = _pick(rng, wish, _only(cast.gauges, sound), "water-level sensor")
    levels = (0.18, 0.27, 0.34, 0.38, 0.41, 0.40, 0.36, 0.24, 0.15, 0.08, 0.05, 0.05, 0.05)
    says = [at_once(gauge, "water_level", n * 10.0, value=level) for n, level in enumerate(levels)]
    return Scene(tuple(says), gauge, says[4].happened)


def two_places(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """One card at two doors, as far apart as the site is wide, within ten seconds."""
    doors = _only(cast.doors, sound)
    first = _pick(rng, wish, doors, "unit door")
    second = max(doors, key=lambda door: dist((door.x, door.y), (first.x, first.y)))
    card = wish.subject or f"38{rng.randrange(10**8):08d}"
    says = [
        at_once(door, "granted", n * 10.0, subject=card, extra={"method": "card"}) for n, door in enumerate((first, second))
    ]
    return Scene(tuple(says), second, 10, card)


def duress(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """Somebody opens with the code that says: I am forced to."""
    door = _pick(rng, wish, _only(cast.doors, sound), "unit door")
    return Scene((at_once(door, "duress", 0),), door, 0)


def covered(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A camera's lens is covered for three minutes."""
    camera = _pick(rng, wish, _only(cast.cameras, sound), "camera")
    return Scene((at_once(camera, "covered", 0), at_once(camera, "uncovered", 180)), camera, 60)


def fence(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """Somebody climbs over the fence."""
    camera = _pick(rng, wish, _only([camera for camera in cast.cameras if not camera.place], sound), "camera at the fence")
    return Scene((at_once(camera, "fence_climbed", 0, extra={"target": "human"}),), camera, 0)


def crowd(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A crowd that is reported twice and dissolves."""
    gates = {place.id for place in cast.site.places.values() if place.kind == "gate"}
    camera = _pick(rng, wish, _only([camera for camera in cast.cameras if camera.place in gates], sound), "camera at a gate")
    words = (("crowd", 0.0), ("crowd", 200.0), ("crowd_ended", 420.0))
    return Scene(tuple(at_once(camera, word, at) for word, at in words), camera, 200)


def fall(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """Somebody falls and is seen lying twice."""
    camera = _pick(rng, wish, _only(cast.cameras, sound), "camera")
    return Scene((at_once(camera, "fall", 0), at_once(camera, "fall", 12)), camera, 12)


def smoke(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A camera sees smoke."""
    camera = _pick(rng, wish, _only(cast.cameras, sound), "camera")
    return Scene((at_once(camera, "smoke", 0),), camera, 0)


def fire_lane(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A van stands in a fire lane for four minutes."""
    lanes = [camera for camera in cast.cameras if "fire_lane" in camera.zones.values()]
    camera = _pick(rng, wish, _only(lanes, sound), "camera at a fire lane")
    extra = {"target": "vehicle"}
    return Scene((at_once(camera, "vehicle", 0, extra=extra), at_once(camera, "vehicle_ended", 250, extra=extra)), camera, 180)


def barrier(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A barrier's arm stays up for four minutes."""
    arm = _pick(rng, wish, _only(cast.barriers, sound), "barrier")
    return Scene((at_once(arm, "barrier_opened", 0), at_once(arm, "barrier_closed", 240)), arm, 180)


def trapped(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """Somebody presses a lift's button, and is freed after ten minutes."""
    lift = _pick(rng, wish, _only(cast.lifts, sound), "elevator")
    return Scene((at_once(lift, "elevator_trapped", 0), at_once(lift, "elevator_released", 600)), lift, 0)


def dark(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A power circuit is without power for a minute and a half; what hangs on it lives on its batteries."""
    circuit = _pick(rng, wish, _only(of_kind(cast.site, DeviceKind.POWER), sound), "power circuit")
    return Scene((at_once(circuit, "power_lost", 0), at_once(circuit, "power_restored", 90)), circuit, 10)


def rain(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """An orange warning of rain, lifted after ten minutes."""
    station = _pick(rng, wish, _only(of_kind(cast.site, DeviceKind.WEATHER), sound), "weather service")
    said = {"hazard": "rain", "level": "orange"}
    words = at_once(station, "weather_warning", 0, extra=said), at_once(station, "weather_cleared", 600, extra=said)
    return Scene(words, station, 0)


RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "fire-panel-alarm": fire,
        "plate-watch-list": watch_list,
        "five-denials": five_denials,
        "stranger-three-buildings": stranger,
        "forced-then-tamper": forced,
        "door-not-closed": not_closed,
        "camera-silent": silent,
        "door-held-open": held_open,
        "water-over-line": water,
        "card-two-places": two_places,
        "duress": duress,
        "camera-covered": covered,
        "line-or-fence": fence,
        "crowd": crowd,
        "person-down": fall,
        "smoke-seen": smoke,
        "vehicle-in-fire-lane": fire_lane,
        "barrier-stuck": barrier,
        "person-trapped": trapped,
        "power-lost": dark,
        "rain-warning": rain,
    }
)

TIMED = frozenset(
    {
        *("door-not-closed", "camera-silent", "door-held-open", "camera-covered", "vehicle-in-fire-lane", "barrier-stuck"),
        "power-lost",
    }
)
"""Rules that answer when a time has passed in which nothing came."""

ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"forced-then-tamper": ("door-forced", "door-tamper"), "door-held-open": ("door-not-closed",)}
)
"""Rules that a recipe provokes beside its own; a door that is held open is not told twice, its second alert is a child."""

"""How each rule is provoked: one recipe a rule, in one table. A recipe says what devices tell, and when the alert is due.

The paces are those of life: rules measure them, so they are not scaled with the speed of the day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import dist
from random import Random
from types import MappingProxyType

from schemas.errors import SiteError
from schemas.site import Device
from streams.simulator.community import Community
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
    """A camera that says nothing for two minutes and a half: not even that it lives."""
    camera = _pick(rng, wish, _only(cast.cameras, sound), "camera")
    return Scene((), camera, 60, silent=150)


def held_open(rng: Random, cast: Community, wish: Wish, sound: Sequence[Device]) -> Scene:
    """A door propped open: its controller says so after 25 s, somebody closes it within two minutes."""
    door = _pick(rng, wish, _only(cast.doors, sound), "unit door")
    says = at_once(door, "opened", 0), at_once(door, "held_open", 25), at_once(door, "closed", 110)
    return Scene(says, door, 85)


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
    }
)

TIMED = frozenset({"door-not-closed", "camera-silent", "door-held-open"})
"""Rules that answer when a time has passed in which nothing came."""

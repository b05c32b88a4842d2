"""What the system puts into a step when it opens: a list (rows), what it knows (facts), and words for the telephone. Pure.

Everything comes from the scene: the site's plan, where the incident is, and what was known about it when the step opened.
"""

from collections.abc import Mapping
from math import hypot

from alerts.plans.facts import facts_of
from alerts.plans.known import Scene
from alerts.plans.rows import rows_of
from alerts.plans.run import BLANK, Fill, Filled
from schemas.plans.model import Step
from schemas.site import DeviceKind, Name, Place

OWN_FLOOR = frozenset(DeviceKind) - {DeviceKind.FIRE_PANEL, DeviceKind.ELEVATOR}
"""Devices that see what is on their own floor: a panel stands where nothing burns, a car stops anywhere."""


def filling(scene: Scene) -> Fill:
    """The scene as what fills steps."""

    def fill(step: Step) -> Filled:
        draft = step.draft.text if step.draft else None
        said = (_said(draft.zh, "zh", scene), _said(draft.en, "en", scene)) if draft else None
        return Filled(rows_of(scene, step), said, facts_of(scene, step))

    return fill


def _said(text: str, language: str, scene: Scene) -> str:
    """The words with what is known put in; a field that nobody fills stays to be seen."""
    for name, value in words_of(scene, language).items():
        text = text.replace(f"{{{name}}}", value)
    return text


def words_of(scene: Scene, language: str) -> Mapping[str, str]:
    """What a draft's fields are filled with."""
    spot, gate = scene.place, nearest_gate(scene)
    building = spot.name if spot else Name(BLANK, BLANK)
    return {
        "address": scene.site.address.in_language(language),
        "building": building.in_language(language),
        "spot": on_floor(building, _storey(scene)).in_language(language),
        "floor": _floor(_storey(scene), language) or BLANK,
        "what": BLANK,
        "count": scene.told.people or BLANK,
        "gate": gate.name.in_language(language) if gate else BLANK,
        "callback": scene.callback or BLANK,
    }


def nearest_gate(scene: Scene) -> Place | None:
    """The gate for vehicles that is nearest as the crow flies; None where nobody knows where the incident is."""
    here = scene.site.point_of(scene.device, scene.building)
    gates = [place for place in scene.site.places.values() if place.kind == "gate" and place.attributes.get("lanes_in")]
    if here is None or not gates:
        return None
    return min(gates, key=lambda gate: (hypot(gate.centre[0] - here[0], gate.centre[1] - here[1]), gate.id))


def _storey(scene: Scene) -> int | None:
    """What was told, else the floor of a device that stands in a building and sees its own floor."""
    row = scene.site.devices.get(scene.device)
    if scene.told.storey is not None or row is None:
        return scene.told.storey
    return row.floor if row.building and row.kind in OWN_FLOOR else None


def on_floor(place: Name, storey: int | None) -> Name:
    """The place with its floor, where that is known."""
    if not storey:
        return place
    zh, en = _floor(storey, "zh"), _floor(storey, "en")
    return Name(f"{place.zh}{zh}层", f"{place.en}, {'' if storey < 0 else 'floor '}{en}")


def _floor(storey: int | None, language: str) -> str:
    if not storey:
        return ""
    return str(storey) if storey > 0 else f"{'地下' if language == 'zh' else 'B'}{-storey}"

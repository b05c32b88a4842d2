"""What the system puts into a step when it opens: a list (rows), what it knows (facts), and words for the telephone. Pure.

Everything comes from the scene: the site's plan, where the incident is, and what was known about it when the step opened.
"""

import re
from collections.abc import Mapping
from math import hypot

from alerts.plans.facts import facts_of
from alerts.plans.known import Scene
from alerts.plans.rows import rows_of
from alerts.plans.run import Fill, Filled
from schemas.plans.model import Step
from schemas.site import DeviceKind, Place


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


BLANK = "____"
"""Left for whoever speaks: what burns, how many are hurt, is known on the spot alone."""


def words_of(scene: Scene, language: str) -> Mapping[str, str]:
    """What a draft's fields are filled with."""
    spot, gate = scene.place, nearest_gate(scene)
    return {
        "address": scene.site.address.in_language(language),
        "building": spot.name.in_language(language) if spot else BLANK,
        "floor": _floor(scene, language) or BLANK,
        "what": BLANK,
        "count": BLANK,
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


def _floor(scene: Scene, language: str) -> str:
    """The number that the panel told (`3F`, `B1`), else that of the device itself; a panel stands where nothing burns."""
    told = re.search(r"(B|-)?(\d{1,2})", scene.zone.upper())
    row = scene.site.devices.get(scene.device)
    if told is not None:
        floor = -int(told[2]) if told[1] else int(told[2])
    elif row is None or row.kind is DeviceKind.FIRE_PANEL:
        return ""
    else:
        floor = row.floor
    return str(floor) if floor > 0 else f"{'地下' if language == 'zh' else 'B'}{-floor}"

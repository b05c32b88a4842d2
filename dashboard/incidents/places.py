"""Where a person may open a plan: each place of the site that is no part of a building, in groups, and the whole site. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from alerts.incidents.grouping import WHOLE_SITE
from dashboard.names import pair
from schemas.site import WHOLE_SITE as WHOLE_NAME
from schemas.site import Name, Place, Site

GROUPS: Mapping[Name, frozenset[str]] = {
    Name("楼栋", "Buildings"): frozenset({"house", "villa"}),
    Name("大门", "Gates"): frozenset({"gate"}),
    Name("车库、停车场", "Garages and lots"): frozenset({"lot"}),
    Name("坡道", "Ramps"): frozenset({"ramp"}),
    Name("游乐场、泳池、花园", "Playgrounds, pool, gardens"): frozenset({"playground", "pool", "garden", "water"}),
    Name("车棚", "Sheds"): frozenset({"shed"}),
    Name("诊所、服务点", "Clinic, service points"): frozenset({"clinic", "service_point"}),
    Name("集合点", "Assembly points"): frozenset({"assembly"}),
}
OTHERS = Name("其他", "Other")
PARTS = frozenset({"unit"})
"""Units belong to their buildings, by which plans make their lists."""


def grouped(site: Site) -> list[dict[str, Any]]:
    """As the browser gets them: {name, places: [[id, zh, en]]}; the whole site is the last group."""
    groups = [*_groups(site), (WHOLE_NAME, [[WHOLE_SITE, *pair(WHOLE_NAME)]])]
    return [{"name": pair(name), "places": places} for name, places in groups if places]


def _groups(site: Site) -> Iterator[tuple[Name, list[list[str]]]]:
    known = frozenset().union(PARTS, *GROUPS.values())
    for name, kinds in GROUPS.items():
        yield name, [_row(place) for place in site.places.values() if place.kind in kinds]
    yield OTHERS, [_row(place) for place in site.places.values() if place.kind not in known]


def _row(place: Place) -> list[str]:
    return [place.id, *pair(place.name)]

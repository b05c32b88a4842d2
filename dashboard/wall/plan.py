"""The site plan, once: ground layers as SVG in metres, devices and places as rows that the page draws from.

Ground is a few long paths (all trees are one, all parking lots one), so that the browser keeps hundreds of nodes, not
thousands.
Everything here is text and numbers of the site's own files; nothing comes from a device.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from dashboard.names import pair
from dashboard.wall.snapshot import View
from dashboard.words import WORDS
from schemas.site import Line, Place, Point, Site

# Ground from the lowest to the highest: kinds of places by the class that styles them.
AREAS: Mapping[str, tuple[str, ...]] = {
    "land": ("wall", "site", "land", "boundary"),
    "garden": ("garden", "lawn"),
    "water": ("water", "pond", "river"),
    "hard": ("playground", "ramp", "plaza"),
    "shed": ("shed",),
}
ROADS: Sequence[str] = ("avenue", "path", "lane", "street", "ring", "road")
"""Kinds of lines that are drawn as roads, the lower first."""
HOUSES = ("house", "villa", "pool", "clinic", "service_point")
LABELLED = ("gate", "pool", "clinic", "garden")
PLAN_MARGIN_M = 12.0  # room for the names of the gates


def plan(view: View, version: str) -> dict[str, Any]:
    """What the page is sent once: {"version", "words", "site", "ground", "devices", "places", "box"}. Names are [zh, en]."""
    site = view.site
    return {
        "version": version,
        "words": {key: pair(name) for key, name in WORDS.items()},
        "site": {"name": pair(site.name), "timezone": site.timezone, "illustrative": site.illustrative},
        "box": _box(site),
        "ground": ground(site),
        "fence": _rings(_wall_of(site)),
        "devices": [[d.id, str(d.kind), d.x, d.y, d.heading] for d in view.devices],
        "places": [
            _label(place) for place in site.places.values() if place.kind in LABELLED or place.kind in ("house", "villa")
        ],
    }


def ground(site: Site) -> str:
    """The layers below the devices."""
    lines = [_road(line) for kind in ROADS for line in site.lines if line.kind == kind]
    before = [_area(site, name, kinds) for name, kinds in AREAS.items() if name in ("land", "garden")]
    after = [_area(site, name, kinds) for name, kinds in AREAS.items() if name not in ("land", "garden")]
    avenues = [line for line in site.lines if line.kind == "avenue"]
    middles = "".join(f'<path class="middle" d="{_open(line.points)}"/>' for line in avenues)
    return "".join([*before, *lines, middles, *after, _lots(site), _trees(site), _fence(site), _houses(site)])


def _area(site: Site, name: str, kinds: Iterable[str]) -> str:
    wanted = set(kinds)
    rings = [place.outline for place in site.places.values() if place.kind in wanted and len(place.outline) > 2]
    if name == "land":
        rings += [line.points for line in site.lines if line.kind in wanted]
    return f'<path class="{name}" d="{_rings(rings)}"/>' if rings else ""


def _road(line: Line) -> str:
    return f'<path class="road {escape(line.kind)}" stroke-width="{line.width:g}" d="{_open(line.points)}"/>'


def _lots(site: Site) -> str:
    """Bays under the sky; garages are below the ground and not drawn."""
    rings = [p.outline for p in site.places.values() if p.kind == "lot" and p.attributes.get("where") != "garage"]
    return f'<path class="lot" d="{_rings(ring for ring in rings if len(ring) > 2)}"/>'


def _trees(site: Site) -> str:
    dots = "".join(
        f"M{x - r:.1f} {y:.1f}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0" for x, y, r in site.trees
    )
    return f'<path class="tree" d="{dots}"/>' if dots else ""


def _fence(site: Site) -> str:
    """The community's wall, open at its gates: the roads are drawn over it there."""
    rings = _wall_of(site)
    return f'<path class="fence" d="{_rings(rings)}"/>' if rings else ""


def _wall_of(site: Site) -> list[Sequence[Point]]:
    kinds = set(AREAS["land"])
    places = [place.outline for place in site.places.values() if place.kind in kinds and len(place.outline) > 2]
    return [*places, *(line.points for line in site.lines if line.kind in kinds)]


def _houses(site: Site) -> str:
    """Buildings, each a node of its own so that one can be marked, and the seams between their units."""
    houses = [place for place in site.places.values() if place.kind in HOUSES and len(place.outline) > 2]
    parts = [f'<path class="house" data-place="{escape(p.id)}" d="{_rings([p.outline])}"/>' for p in houses]
    units = [p.outline for p in site.places.values() if p.kind == "unit" and len(p.outline) > 2]
    seams = f'<path class="seam" d="{_rings(units)}"/>' if units else ""
    pools = [place.centre for place in site.places.values() if place.kind == "pool"]
    basins = "".join(f'<rect class="water" x="{x - 6:.1f}" y="{y - 2:.1f}" width="12" height="4"/>' for x, y in pools)
    return "".join([*parts, seams, basins])


def _label(place: Place) -> dict[str, Any]:
    x, y = place.centre
    number = place.attributes.get("number", place.id.lstrip("b0") if place.kind in ("house", "villa") else "")
    return {
        "id": place.id,
        "kind": place.kind,
        "x": round(x, 1),
        "y": round(y, 1),
        "number": str(number),
        "name": pair(place.name),
    }


def _box(site: Site) -> list[float]:
    """x, y, width, height: the community with a margin; the whole plane where it has no wall."""
    points = [point for ring in _wall_of(site) for point in ring]
    if not points:
        return [0.0, 0.0, site.width, site.height]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = min(xs) - PLAN_MARGIN_M, min(ys) - PLAN_MARGIN_M
    return [round(v, 1) for v in (left, top, max(xs) + PLAN_MARGIN_M - left, max(ys) + PLAN_MARGIN_M - top)]


def _open(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _rings(rings: Iterable[Sequence[Point]]) -> str:
    return "".join(_open(ring) + "Z" for ring in rings)

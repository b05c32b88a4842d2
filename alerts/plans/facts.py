"""What the system knows and says with a step: a warning's colour, where to gather, the nearest AED, whom to call. Pure."""

from collections.abc import Callable, Iterator, Mapping
from zoneinfo import ZoneInfo

from alerts.plans.known import Scene
from schemas.plans.model import Step, Tells
from schemas.site import Name

HAZARDS: Mapping[str, Name] = {
    "rain": Name("暴雨", "Rain"),
    "snow": Name("降雪", "Snow"),
    "frost": Name("霜冻", "Frost"),
    "ice": Name("道路结冰", "Ice on roads"),
}
"""Of what a plan here is about; wind and cold are another matter."""
LEVELS: Mapping[str, Name] = {
    "blue": Name("蓝色", "blue"),
    "yellow": Name("黄色", "yellow"),
    "orange": Name("橙色", "orange"),
    "red": Name("红色", "red"),
}


def facts_of(scene: Scene, step: Step) -> tuple[Name, ...]:
    """What stands with a step when it opens."""
    told = TELLS[step.tells](scene) if step.tells is not None else iter(())
    contact = scene.site.contacts.get(step.call or "")
    called = (Name(f"{contact.name.zh}：{contact.phone}", f"{contact.name.en}: {contact.phone}"),) if contact else ()
    return *told, *called


def _warning(scene: Scene) -> Iterator[Name]:
    found = [one for one in scene.warnings if one.hazard in HAZARDS and one.level in LEVELS]
    for one in found:
        hazard, level = HAZARDS[one.hazard], LEVELS[one.level]
        at = f"{one.since.astimezone(ZoneInfo(scene.site.timezone)):%m-%d %H:%M}"
        yield Name(f"官方预警：{hazard.zh}{level.zh}（{at}发布）", f"Official warning: {hazard.en}, {level.en} (since {at})")
    if not found:
        yield Name("没有收到生效的官方预警", "No official warning in force has come in")


def _assembly(scene: Scene) -> Iterator[Name]:
    place = scene.site.places.get(scene.building)
    if scene.here is not None and (found := scene.site.nearest("assembly", scene.here)):
        yield Name(
            f"集合点：{found[0].name.zh.removeprefix('集合点')}（约{found[1]:.0f}米）",
            f"{found[0].name.en}, about {found[1]:.0f} m",
        )
    if place is not None and "households" in place.attributes:
        number = place.attributes["households"]
        yield Name(f"{place.name.zh}：要点{number}户", f"{place.name.en}: {number} households to count")
    if grid := scene.site.grid_of(scene.building):
        yield Name(f"本楼管家：{grid.steward_in('zh')}", f"Steward of the building: {grid.steward_in('en')}")


def _aed(scene: Scene) -> Iterator[Name]:
    if not any(place.kind == "aed" for place in scene.site.places.values()):
        yield Name("小区没有登记AED", "The site's file names no AED")
    elif scene.here is not None and (found := scene.site.nearest("aed", scene.here)):
        yield Name(
            f"最近的AED：{found[0].name.zh}（约{found[1]:.0f}米）", f"Nearest: {found[0].name.en}, about {found[1]:.0f} m"
        )


TELLS: Mapping[Tells, Callable[[Scene], Iterator[Name]]] = {
    Tells.WARNING: _warning,
    Tells.ASSEMBLY: _assembly,
    Tells.AED: _aed,
}

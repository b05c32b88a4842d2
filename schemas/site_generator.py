"""The illustrative community, drawn from a seed: the counts are those published, the layout is invented.

The same seed gives the same two files to the byte.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import typer

from schemas.errors import SiteError
from schemas.site import Calendar, Contact, Line, Name, Place, Site
from schemas.site_generator_buildings import buildings, grids, places
from schemas.site_generator_cameras import cameras
from schemas.site_generator_devices import Spotted, barriers, doors, faces, facilities, plates
from schemas.site_generator_ground import HEIGHT, WIDTH, roads, wall, waters
from schemas.site_generator_places import fire_lanes, things, trees, walks
from schemas.site_generator_text import DEVICES, devices_csv, site_yaml
from schemas.site_generator_wiring import boxes, wire

WATCH_PLATES = frozenset({"鲁QD0001", "鲁QD0002", "鲁QD0003", "苏CD0004"})  # for demonstration, of no real car
WATCH_PERSONS = frozenset({"demo-watch-1", "demo-watch-2"})  # for demonstration, of no real person
# What the State Council announced for 2026; for 2027 the days that the law names.
HOLIDAYS = frozenset(
    f"{year}-{month:02d}-{day:02d}"
    for year, month, first, last in (
        (2026, 1, 1, 3), (2026, 2, 15, 23), (2026, 4, 4, 6), (2026, 5, 1, 5), (2026, 6, 19, 21), (2026, 9, 25, 27),
        (2026, 10, 1, 7), (2027, 1, 1, 1), (2027, 2, 5, 8), (2027, 4, 5, 5), (2027, 5, 1, 2), (2027, 6, 9, 9),
        (2027, 9, 15, 15), (2027, 10, 1, 3),
    )
    for day in range(first, last + 1)
)  # fmt: skip
CALENDARS = (
    Calendar("pool-summer", Name("泳池夏季", "Pool, summer"), "07-01", "08-31", (1, 2, 3, 4, 5, 6, 7), "08:00", "21:30"),
    Calendar("pool-other", Name("泳池其他季节", "Pool, other seasons"), "09-01", "06-30", (2, 3, 4, 5, 6, 7), "09:00", "20:30"),
    Calendar("renovation", Name("装修施工时间", "Renovation hours"), "01-01", "12-31", (1, 2, 3, 4, 5, 6), "08:00", "18:00"),
)

# Invented: no local number begins with 0.
CONTACTS = (
    Contact("maintenance", Name("电梯维保单位", "Elevator maintenance"), "0539-0000101"),
    Contact("clinic", Name("小区诊所", "Clinic of the community"), "0539-0000102"),
    Contact("electrician", Name("值班电工", "Electrician on duty"), "0539-0000103"),
)


def run(out: Path, seed: int) -> int:
    """Write site.yaml and devices.csv into a folder, and say so; SiteError where the folder takes no files."""
    site = generate(seed)
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "site.yaml").write_text(site_yaml(site, remarks(seed)), "utf-8")
        (out / DEVICES).write_text(devices_csv(site.devices.values()), "utf-8")
    except OSError as err:
        raise SiteError(f"The site cannot be written to {out} ({err.strerror}): name a folder that takes files.") from err
    typer.echo(f"wrote {out / 'site.yaml'} and {out / DEVICES}: {len(site.buildings)} buildings, {len(site.devices)} devices")
    return 0


def remarks(seed: int) -> tuple[str, ...]:
    """What the head of site.yaml says."""
    return (
        f"Illustrative: written by `gatehouse site generate --seed {seed}`.",
        "The counts are published; the layout is invented, not surveyed.",
        "Metres; x to the east, y to the south. Watched plates, persons and telephone numbers are invented.",
    )


def generate(seed: int) -> Site:
    """The whole community."""
    rng = Random(seed)
    built = buildings(rng)
    ground: list[Place] = [*waters(), *places(built), *things()]
    lines = [*walks(built), *roads(), *fire_lanes(built), Line("wall", (*wall(), wall()[0]), 0.3, Name("围墙", "Wall"))]
    spotted: Sequence[Spotted] = [
        *cameras(built, ground, lines),
        *faces(rng, built, ground),
        *plates(),
        *doors(built),
        *barriers(),
        *facilities(built, ground),
        *boxes(built, ground),
    ]
    return Site(
        id="aozheng",
        name=Name("奥正诚园南区", "Aozheng Chengyuan South"),
        address=Name("山东省临沂市河东区九曲街道奥正诚园南区", "Aozheng Chengyuan South, Jiuqu, Hedong, Linyi, Shandong"),
        timezone="Asia/Shanghai",
        illustrative=True,
        width=WIDTH,
        height=HEIGHT,
        places={place.id: place for place in ground},
        lines=tuple(lines),
        grids=grids(built),
        devices={device.id: device for device in wire(spotted)},
        watch_plates=WATCH_PLATES,
        watch_persons=WATCH_PERSONS,
        holidays=HOLIDAYS,
        calendars={calendar.id: calendar for calendar in CALENDARS},
        contacts={contact.id: contact for contact in CONTACTS},
        trees=trees(rng, ground, lines),
    )

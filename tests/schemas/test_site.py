"""Loading sites: what the vocabulary promises to those who read it."""

from pathlib import Path

import pytest

from schemas.errors import SiteError
from schemas.site import COUNTS, Calendar, DeviceKind, Name, load_site
from tests.schemas.small_site import YAML, write_site

COMMITTED = Path(__file__).parents[2] / "sites" / "aozheng" / "site.yaml"


def test_a_site_is_read_whole(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path))
    assert (site.id, site.name, site.timezone, site.illustrative) == ("little", Name("小区", "Little"), "Asia/Shanghai", True)
    assert [building.id for building in site.buildings] == ["b1", "b2"]
    assert site.calendars["pool-summer"] == Calendar(
        "pool-summer", Name("泳池", "Pool"), "07-01", "08-31", (1, 7), "08:00", "21:30"
    )
    assert site.holidays == {"2026-10-01", "2026-10-02"}
    assert site.watch_plates == {"鲁QD0009"} and site.watch_persons == {"demo-1"}
    assert site.trees == ((70.0, 70.0, 2.5),)
    assert site.lines[0].name == Name("中路", "Middle Street")


def test_a_device_knows_where_it_is_and_what_it_hangs_on(tmp_path: Path) -> None:
    door = load_site(write_site(tmp_path)).devices["D-1"]
    assert (door.kind, door.building, door.place, door.identity) == (DeviceKind.DOOR, "b1", "b1-1", "code-1")
    assert door.hangs_on == {"controller": "AC-1", "power": "PW-1"}


def test_a_steward_has_a_role_in_both_languages(tmp_path: Path) -> None:
    grid = load_site(write_site(tmp_path)).grids[0]
    assert (grid.steward_in("zh"), grid.steward_in("en")) == ("1网格管家", "Steward, grid 1")


def test_two_sites_load_side_by_side_and_share_nothing(tmp_path: Path) -> None:
    other = YAML.replace("id: little", "id: other").replace("timezone: Asia/Shanghai", "timezone: Europe/Vienna")
    one, two = load_site(write_site(tmp_path / "one")), load_site(write_site(tmp_path / "two", other))
    large = load_site(COMMITTED)
    assert (one.id, two.id, large.id) == ("little", "other", "aozheng")
    assert (one.timezone, two.timezone) == ("Asia/Shanghai", "Europe/Vienna")
    assert one.devices == two.devices and one.devices is not two.devices
    assert len(one.devices) == 7 and len(large.devices) > sum(COUNTS.values())


def test_a_site_with_mistakes_is_refused_with_all_of_them(tmp_path: Path) -> None:
    path = write_site(tmp_path, YAML.replace("width: 6", "width: wide").replace("timezone: Asia/Shanghai", "timezone: Mars"))
    with pytest.raises(SiteError) as refused:
        load_site(path)
    lines = str(refused.value).splitlines()
    assert lines[0] == "The site has 2 mistakes:"
    assert [line.split(":")[1] for line in lines[1:]] == ["4", "52"]

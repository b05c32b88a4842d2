"""The lists of steps and what stands with a step, at the illustrative community."""

from dataclasses import replace
from hashlib import blake2b
from math import dist

import pytest

from alerts.plans import near, rows
from alerts.plans.fill import filling
from alerts.plans.known import Scene, Vehicle, Warned
from alerts.plans.run import Filled
from schemas.lists import Entry
from schemas.plans.file import load_plans
from schemas.plans.model import RowsOf
from schemas.site import DeviceKind
from tests.alerts.made import NOW
from tests.alerts.reports.made import SITE

PLANS = load_plans()
FIRE, GARAGE, RAIN = Scene(SITE, "FP-03", "b03", since=NOW), Scene(SITE, "FP-54", ""), Scene(SITE, "WX-01", "")


def filled(plan: str, step: str, scene: Scene) -> Filled:
    """What the system puts into a step of the house's plan."""
    found = PLANS[plan].step(step)
    assert found is not None
    return filling(scene)(found)


def test_pumps_are_those_of_pits_and_no_river_or_ramp_is_among_them() -> None:
    named = [row.zh for row in filled("flood", "pumps", RAIN).rows]
    assert named == ["西地库1号泵坑", "西地库2号泵坑", "东地库1号泵坑", "东地库2号泵坑"]
    assert filled("flood", "pump_log", RAIN).rows[0].en == "West garage pump pit 1"
    gauges = [one for one in SITE.devices.values() if one.kind is DeviceKind.WATER_LEVEL]
    assert len(gauges) > len(named)


@pytest.mark.parametrize(("plan", "most"), [("fire", 6), ("injury", 4), ("theft", 9)])
def test_each_of_the_nearest_recordings_is_locked_at_its_recorder_from_ten_minutes_before(plan: str, most: int) -> None:
    listed = filled(plan, "footage", FIRE).rows
    assert [row.id for row in listed] == [eye.id for eye, _ in near.cameras(SITE, "FP-03", "b03", most)]
    for row in listed:
        camera = SITE.devices[row.id]
        assert camera.name.zh in row.zh and camera.name.en in row.en
        assert camera.hangs_on["recorder"] in row.zh
        assert row.zh.endswith("从05-06 10:50起") and row.en.endswith("from 05-06 10:50")


def test_a_camera_without_a_recorder_says_so() -> None:
    alone = replace(SITE.devices["C-0001"], hangs_on={})
    scene = Scene(replace(SITE, devices={alone.id: alone}), "C-0001", "b01")
    row = filled("fire", "footage", scene).rows[0]
    assert (row.zh, row.en) == (
        "1号楼1单元北门摄像头（录像机未登记）",
        "Bldg 1 unit 1 north door camera (recorder not on the list)",
    )


CARE = tuple(
    Entry(subject=f"P-{building}", household=f"{building}-1-101", buildings=(building,)) for building in ("b53", "b03", "b04")
)


def number(building: str) -> str:
    """A line's id: never the subject itself, which may be the number of a card."""
    return blake2b(f"P-{building}".encode(), digest_size=6).hexdigest()


def test_a_household_with_a_card_and_a_face_is_one_line() -> None:
    twice = (*CARE, replace_entry(CARE[0], "F-b53"))
    assert len(filled("snow", "elderly", replace(FIRE, care=twice)).rows) == len(CARE)


def replace_entry(entry: Entry, subject: str) -> Entry:
    """The same person by another subject."""
    return entry.model_copy(update={"subject": subject})


def test_of_a_building_only_its_own_households_are_fetched_and_outside_of_one_all_the_nearest_first() -> None:
    assert [row.id for row in filled("fire", "helpless", replace(FIRE, care=CARE)).rows] == [number("b03")]
    assert filled("fire", "helpless", replace(FIRE, building="b20", device="FP-20", care=CARE)).rows == ()
    here = GARAGE.here
    assert here is not None
    nearest = sorted(("b53", "b03", "b04"), key=lambda one: dist(SITE.places[one].centre, here))
    assert [row.id for row in filled("fire", "helpless", replace(GARAGE, care=CARE)).rows] == [number(one) for one in nearest]


def test_in_snow_every_household_is_asked_wherever_it_was_seen() -> None:
    seen = replace(FIRE, device="C-0009", care=CARE)
    assert filled("snow", "elderly", seen).rows[0].id == number("b03")
    assert len(filled("snow", "elderly", seen).rows) == len(CARE)


def test_a_parked_vehicle_says_its_bay_and_is_masked_on_paper() -> None:
    cars = (Vehicle("鲁QD0071", "鲁QD0071", "L-01", "16-1-301", "A-012"), Vehicle("L-01 A-013", "", "L-01", "", "A-013"))
    first, second = filled("flood", "vehicles", replace(RAIN, vehicles=cars)).rows
    assert (first.zh, first.en) == ("鲁QD0071，16-1-301（西地库 A-012）", "鲁QD0071, 16-1-301 (West garage A-012)")
    assert first.on_paper.zh == "鲁Q·D•••1，•••01（西地库 A-012）"
    assert second.zh == "车牌未识别，车主未登记（西地库 A-013）"


def test_what_is_too_long_to_be_ticked_says_how_much_is_left_out() -> None:
    cars = tuple(Vehicle(str(n), f"鲁QD{n:04d}", "L-01", "", "") for n in range(rows.MOST_ROWS + 50))
    listed = filled("flood", "vehicles", replace(RAIN, vehicles=cars)).rows
    assert (len(listed), listed[-1].id) == (rows.MOST_ROWS, "more")
    assert listed[-1].en.startswith("51 more")


def test_every_list_that_a_plan_may_ask_for_is_made() -> None:
    assert rows.ROWS.keys() == set(RowsOf)


def test_the_colour_is_asked_with_what_the_weather_service_says() -> None:
    warned = (Warned("rain", "orange", NOW), Warned("wind", "red", NOW))
    told = filled("flood", "colour", replace(RAIN, warnings=warned)).facts
    assert [(fact.zh, fact.en) for fact in told] == [
        ("官方预警：暴雨橙色（05-06 11:00发布）", "Official warning: Rain, orange (since 05-06 11:00)")
    ]
    assert [fact.en for fact in filled("flood", "colour", RAIN).facts] == ["No official warning in force has come in"]


def test_who_evacuates_reads_where_to_gather_and_how_many_households_to_count() -> None:
    for step in ("evacuate", "count"):
        point, households, steward = filled("fire", step, FIRE).facts
        assert point.zh.startswith("集合点：") and point.en.startswith("Assembly ")
        assert households.zh == f"3号楼：要点{SITE.places['b03'].attributes['households']}户"
        assert (steward.zh, steward.en) == ("本楼管家：1网格管家", "Steward of the building: Steward, grid 1")
    assert len(filled("fire", "evacuate", GARAGE).facts) == 1  # nobody lives there


def test_the_nearest_aed_is_named_and_a_site_without_one_says_so() -> None:
    (told,) = filled("injury", "aed", Scene(SITE, "C-0546", "")).facts
    assert told.zh.startswith("最近的AED：泳池前台AED")
    without = replace(SITE, places={one.id: one for one in SITE.places.values() if one.kind != "aed"})
    assert [fact.zh for fact in filled("injury", "aed", Scene(without, "C-0546", "")).facts] == ["小区没有登记AED"]


def test_whom_to_call_stands_with_the_step_and_a_site_without_the_number_leaves_it_out() -> None:
    (told,) = filled("elevator", "call_maintenance", FIRE).facts
    assert (told.zh, told.en) == ("电梯维保单位：0539-0000101", "Elevator maintenance: 0539-0000101")
    assert filled("elevator", "call_maintenance", Scene(replace(SITE, contacts={}), "FP-03", "b03")).facts == ()

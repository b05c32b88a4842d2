"""What stands in a step's list: all of it for who works the step, and masked for what outlives the incident."""

import pytest

from alerts.incidents.incident import Who
from alerts.plans.acts import Say, TickRow
from alerts.plans.fill import filling, words_of
from alerts.plans.known import Scene, Told, Vehicle
from alerts.plans.press import press
from alerts.plans.run import Row, begin
from schemas.lists import Entry
from schemas.masking import text_masked
from schemas.plans.file import load_plans
from schemas.site import DeviceKind
from tests.alerts.made import NOW
from tests.alerts.reports.made import SITE

PLATE, OWNER, HOUSEHOLD = "鲁Q71236", "16-1-301", "3-2-502"
GUARD = Who("wang", "guard", directs=False)
SCENE = Scene(
    SITE,
    "FP-03",
    "b03",
    vehicles=(Vehicle("v1", PLATE, "C-0647", OWNER), Vehicle("v2", "", "C-0647", "")),
    care=(Entry(subject="P-0042", household=HOUSEHOLD, buildings=("b03",)),),
)
FIRE = load_plans()["fire"]


def rows(step: str) -> tuple[Row, ...]:
    found = FIRE.step(step)
    assert found is not None
    return filling(SCENE)(found).rows


def test_whoever_works_the_step_reads_whom_to_call() -> None:
    assert [row.zh for row in rows("fire_lane")] == [
        f"{PLATE}，{OWNER}（1巷1号摄像机）",
        "车牌未识别，车主未登记（1巷1号摄像机）",
    ]
    assert [(row.zh, row.en) for row in rows("helpless")] == [(f"3号楼 {HOUSEHOLD}", f"Bldg 3 {HOUSEHOLD}")]


def test_what_is_kept_and_printed_says_which_and_not_whose() -> None:
    car, unread = rows("fire_lane")
    assert (car.on_paper.zh, car.on_paper.en) == ("鲁Q·7•••6，•••01（1巷1号摄像机）", "鲁Q·7•••6, •••01 (Lane 1 camera 1)")
    assert unread.on_paper.zh == unread.zh
    assert rows("helpless")[0].on_paper.zh == "3号楼 •••02"
    assert rows("doors")[0].on_paper.zh == rows("doors")[0].zh


def test_the_log_of_a_row_is_masked() -> None:
    fill = filling(SCENE)
    run = press(begin(FIRE, NOW, SITE.timezone, fill, drill=False), Say("real", "yes"), GUARD, NOW, fill).run
    told = press(run, TickRow("fire_lane", "v1"), GUARD, NOW, fill).what
    assert told["row"] == [rows("fire_lane")[0].on_paper.zh, rows("fire_lane")[0].on_paper.en]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("打了13812345678，没人接", "打了•••78，没人接"),
        ("ID 37130219550101123X, at the clinic", "ID •••3X, at the clinic"),
        ("鲁Q71236已挪", "鲁Q·7•••6已挪"),
        ("鲁Q·71236已挪", "鲁Q·7•••6已挪"),
        ("+8613812345678 / 138 1234 5678 / 138-1234-5678", "•••78 / •••78 / •••78"),
        ("tel13812345678", "tel•••78"),
        ("119 at 10:05, water 0.12 m, order 202605060001", "119 at 10:05, water 0.12 m, order 202605060001"),
    ],
)
def test_numbers_of_people_in_a_remark_are_masked(said: str, kept: str) -> None:
    assert text_masked(said) == kept


@pytest.mark.parametrize(
    ("told", "storey"),
    [
        (Told(zone="3F"), 3),
        (Told(zone="b1"), -1),
        (Told(zone="地下2层 配电间"), -2),
        (Told(zone="12"), 12),
        (Told(floor="7", zone="3F"), 7),
        (Told(zone="3号楼"), None),
        (Told(zone="perimeter"), None),
        (Told(), None),
    ],
)
def test_a_floor_is_read_where_one_is_told(told: Told, storey: int | None) -> None:
    assert told.storey == storey


def test_what_is_said_of_a_floor_is_told_or_the_device_s_own_where_it_sees_it() -> None:
    def said(device: str, told: Told) -> tuple[str, str, str]:
        words = words_of(Scene(SITE, device, SITE.building_of(device), told=told), "zh")
        return words["spot"], words["floor"], words["count"]

    assert said("FP-03", Told()) == ("3号楼", "____", "____")
    assert said("FP-03", Told(zone="5F")) == ("3号楼5层", "5", "____")
    assert said("EL-001", Told(people="2")) == (
        "1号楼1单元",
        "____",
        "2",
    )  # its own floor is where it hangs, not where it stands
    assert said("EL-001", Told(floor="-1")) == ("1号楼1单元地下1层", "地下1", "____")
    inside = next(one for one in SITE.devices.values() if one.kind is DeviceKind.CAMERA and one.building and one.floor > 0)
    assert said(inside.id, Told())[1] == str(inside.floor)
    outside = next(one for one in SITE.devices.values() if one.kind is DeviceKind.CAMERA and not one.building)
    assert said(outside.id, Told())[1] == "____"

"""Reading a list's file: what vendors export is read, and every mistake is named at once."""

from datetime import date
from pathlib import Path

import pytest

from schemas.lists import Entry, ListName
from schemas.lists_file import ListFile, read_list
from schemas.site import Site, load_site
from tests.schemas.small_site import write_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Two buildings, b1 and b2."""
    return load_site(write_site(tmp_path_factory.mktemp("site")))


def read(folder: Path, site: Site, name: ListName, text: str | bytes, encoding: str = "utf-8") -> ListFile:
    """What is read of a file with this content."""
    path = folder / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_list(path, name, site)


def good(folder: Path, site: Site, name: ListName, text: str, encoding: str = "utf-8") -> tuple[Entry, ...]:
    """The entries of a file without mistakes."""
    found = read(folder, site, name, text, encoding)
    assert found.mistakes == ()
    return found.entries


def sentences(folder: Path, site: Site, name: ListName, text: str | bytes) -> list[str]:
    """`line: sentence` of each mistake; a file with one gives no entry."""
    found = read(folder, site, name, text)
    assert found.entries == ()
    return [f"{one.line}: {one.sentence}" for one in found.mistakes]


PERSONS = """\
说明：带*号的为必填项,,,,
*人员编号,*姓名,所属组织,卡号,联系电话
1001,某甲,小区/1号楼/1单元/0101,0012345678;0012345679,13800000000
1002,某乙,默认组织,="0012345680",
1003,某丙,默认组织,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_isecure_export_of_persons_gives_their_cards_without_names_and_telephones(
    tmp_path: Path, site: Site, encoding: str
) -> None:
    found = read(tmp_path, site, ListName.CARDS, PERSONS, encoding)
    assert found.mistakes == ()
    assert found.entries == (
        Entry(subject="0012345678", person="1001", household="小区/1号楼/1单元/0101"),
        Entry(subject="0012345679", person="1001", household="小区/1号楼/1单元/0101"),
        Entry(subject="0012345680", person="1002"),
    )
    assert found.left_out == ("*姓名", "联系电话")
    assert found.empty == 1


def test_the_same_export_gives_faces_known_by_the_persons_number(tmp_path: Path, site: Site) -> None:
    entries = good(tmp_path, site, ListName.FACES, PERSONS)
    assert [(entry.subject, entry.person) for entry in entries] == [(one, one) for one in ("1001", "1002", "1003")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_parking_export_gives_plates_as_cameras_read_them(tmp_path: Path, site: Site, separator: str) -> None:
    rows = (
        ("车牌号码(必填)", "车主姓名", "车辆颜色", "有效期", "房号"),
        ("鲁Q·d12３45", "某", "白色", "2026/1/1 ~ 2026年12月31日", "b1-101"),
        ("蓝鲁ＱA12Z4", "某", "GREY", "长期", ""),
        ("鲁QD12345", "某", "", "2026-06-30 23:59:59", ""),
    )
    entries = good(tmp_path, site, ListName.VEHICLES, "\r\n".join(separator.join(row) for row in rows[:3]))
    assert entries == (
        Entry(
            subject="鲁QD12345",
            household="b1-101",
            valid_from=date(2026, 1, 1),
            valid_until=date(2026, 12, 31),
            attributes={"colour": "white"},
        ),
        Entry(subject="鲁QA12Z4", attributes={"colour": "gray"}),
    )
    permits = good(tmp_path, site, ListName.PARKING_PERMITS, "\n".join(separator.join(row) for row in rows))
    assert [(one.subject, one.valid_until) for one in permits[::2]] == [
        ("鲁QD12345", date(2026, 12, 31)),
        ("鲁QD12345", date(2026, 6, 30)),
    ]


def test_the_names_of_isecures_interface_are_known(tmp_path: Path, site: Site) -> None:
    text = "cardNo,personId,personName,startDate,endDate\n7,6b49,x,2018-07-26T21:30:08.000+08:00,2037-12-31T17:00:00Z\n"
    entry = Entry(subject="7", person="6b49", valid_from=date(2018, 7, 26), valid_until=date(2038, 1, 1))
    assert good(tmp_path, site, ListName.CARDS, text) == (entry,)


def test_a_permit_stands_for_the_workers_face_card_and_van(tmp_path: Path, site: Site) -> None:
    text = "face,card,plate,buildings,weekdays,hours,valid from,valid_until,trade,attributes.company\n"
    text += 'f1,c1,鲁QD0001,"b1;2号楼",周一至周五,8:00-18:00,2026-05-01,2026-06-01,瓦工,某公司\n'
    entries = good(tmp_path, site, ListName.PERMITS, text)
    assert [entry.subject for entry in entries] == ["f1", "c1", "鲁QD0001"]
    assert {entry.buildings for entry in entries} == {("b1", "b2")}
    assert entries[0].weekdays == (1, 2, 3, 4, 5)
    assert (entries[0].opens, entries[0].closes) == ("08:00", "18:00")
    assert entries[0].attributes == {"trade": "瓦工", "company": "某公司"}


def test_a_bay_may_be_of_several_cars(tmp_path: Path, site: Site) -> None:
    entries = good(tmp_path, site, ListName.BAYS, "车位号,车牌号码\nA-1,鲁QD0001;鲁Q·D0002\nA-1,鲁QD0003\n")
    assert [(one.subject, one.attributes["plate"]) for one in entries] == [("A-1", "鲁QD0001,鲁QD0002"), ("A-1", "鲁QD0003")]


@pytest.mark.parametrize(
    ("word", "days"),
    [
        ("1,2", (1, 2)),
        ("Mon-Wed", (1, 2, 3)),
        ("周六至周一", (1, 6, 7)),
        ("工作日", (1, 2, 3, 4, 5)),
        ("每天", ()),
        ("sunday", (7,)),
    ],
)
def test_days_of_the_week_are_read_as_people_write_them(tmp_path: Path, site: Site, word: str, days: tuple[int, ...]) -> None:
    assert good(tmp_path, site, ListName.PERMITS, f'face,weekdays\nf1,"{word}"\n')[0].weekdays == days


def test_every_mistake_is_named_at_once_with_line_and_column(tmp_path: Path, site: Site) -> None:
    text = "face,buildngs,buildings,weekdays,opens,closes,valid_from,valid_until,note\n"
    text += "f1,,b9,8,25:00,10:00,2026-02-30,2026-01-01,call 13800000000\n"
    text += "f2,,Bldg 3,1-5,18:00,08:00,2026-03-01,2026-01-01,\n"
    text += ",,,,,,,,x\n"
    text += "1.2E+12,,,,,,,,,,more\n"
    text += "f3,,,,,,,,\nf3,,,,,,,,\n"
    text += "1.2E+12,,,,,,,,\n"
    assert sentences(tmp_path, site, ListName.PERMITS, text) == [
        "1: There is no column 'buildngs': did you mean 'buildings'?",
        "2: valid_from: '2026-02-30' is no date: write YYYY-MM-DD, such as 2026-05-04.",
        "2: opens: '25:00' is no time of day: write HH:MM, from 00:00 to 24:00.",
        "2: buildings: 'b9' names no building of the site by 'b9': write one of 1号楼, Bldg 1, b1, 2号楼, Bldg 2, b2.",
        "2: weekdays: '8' is no day of the week: write 1 (Monday) to 7 (Sunday), such as 1-5 or 周一至周五.",
        "2: note: 'call 13800000000' holds a telephone or identity number of a person: leave it out.",
        "3: valid_from: 2026-03-01 is after the last day, 2026-01-01: exchange them.",
        "3: opens: 18:00 is not before closes, 08:00: write a later closing time; a night is two entries.",
        "3: buildings: 'Bldg 3' names no building of the site by 'Bldg 3': did you mean 'Bldg 2'?",
        "4: face: is empty: write one, or remove the row.",
        "5: The row has 11 cells and the headings are 9: quote separators.",
        "7: f3 is there already, at line 6: remove one of the two.",
        "8: face: '1.2E+12' was shortened by a spreadsheet: make the column text there, and write the number whole.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plate\n无牌车\n", "2: plate: '无牌车' is no plate: write one such as 鲁Q12345."),
        ("plate\n鲁QD0001\n鲁Q·D0001\n", "3: 鲁QD0001 is there already, at line 2: remove one of the two."),
        ("plate,车牌\n鲁QD0001,鲁QD0001\n", "1: The column '车牌' says plate a second time: remove one."),
        ("card\n1\n", "1: There is no column plate, by which watch_plates knows its entries: name one so."),
        ('plate\n"鲁QD0001\n', "2: This row is not CSV: close its quotes and double those inside it."),
        ("", "1: The file is empty: write a line of headings, and a line for each entry."),
        (b"PK\x03\x04", "0: This is an Excel workbook, which is not read: save it as CSV (UTF-8) and import that."),
        (b"plate\n\xff\xff\n", "2: This line is neither UTF-8 nor GB18030: save the file as UTF-8."),
        ("plate,有效期\n鲁QD0001,1~2~3\n", "2: 有效期: '1~2~3' is no span of dates: write 2026-05-04 ~ 2026-06-30."),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(tmp_path: Path, site: Site, text: str | bytes, said: str) -> None:
    assert sentences(tmp_path, site, ListName.WATCH_PLATES, text) == [said]


def test_a_strange_column_is_told_what_there_is(tmp_path: Path, site: Site) -> None:
    (said,) = sentences(tmp_path, site, ListName.CARDS, "card,zzzzzzz\n1,2\n")
    assert said.startswith("1: There is no column 'zzzzzzz': write one of subject, card, ")
    assert said.endswith("attributes.NAME, or remove the column.")


def test_a_file_that_is_not_there_is_a_mistake_like_any_other(tmp_path: Path, site: Site) -> None:
    (mistake,) = read_list(tmp_path / "none.csv", ListName.CARDS, site).mistakes
    assert (mistake.line, mistake.sentence) == (
        0,
        "The file cannot be read (No such file or directory): correct its name or its rights.",
    )


def test_who_is_looked_after_stands_in_the_building_that_is_named_or_that_the_household_names(
    tmp_path: Path, site: Site
) -> None:
    text = "人员编号,所属组织,房号,楼栋\n1,小区/1号楼/1单元/0101,,\n2,,2号楼/1单元/0202,\n3,,2-1-0303,1号楼\n4,,2-1-0404,\n"
    found = good(tmp_path, site, ListName.CARE, text)
    assert [entry.buildings for entry in found] == [("b1",), ("b2",), ("b1",), ()]
    assert "names no building" in sentences(tmp_path, site, ListName.CARE, "人员编号,楼栋\n1,9号楼\n")[0]

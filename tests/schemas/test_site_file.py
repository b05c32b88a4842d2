"""Checking a site's files: every mistake is named with its file, its line, and what to write instead."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.site import load_site
from schemas.site_file import check, run_check
from tests.schemas.small_site import CSV, YAML, write_site

FIXTURE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# What is wrong, the text and what it becomes, a piece of the sentence. The line is that of the new text (its first character).
YAML_MISTAKES = [
    ("unknown key", "timezone:", "time_zone:", "did you mean 'timezone'?"),
    ("repeated key", "width: 100\n", "width: 100\nwidth: 100\n", "'width' twice"),
    ("missing key", "id: little\n", "", "has no 'id'"),
    ("unknown key of a place", "  kind: villa", "  kinds: villa", "did you mean 'kind'?"),
    ("list for a mapping", "name: {zh: 小区, en: Little}", "name: [小区]", "write keys and values (zh, en)"),
    ("mapping for a list", "holidays: [2026-10-01, 2026-10-02]", "holidays: {a: b}", "write a list"),
    ("mapping for text", "timezone: Asia/Shanghai", "timezone: {a: b}", "write text"),
    ("words for a number", "width: 100", "width: wide", "write a number"),
    ("a truth for a number", "width: 100", "width: true", "write a number"),
    ("no finite number", "width: 100", "width: .inf", "finite"),
    ("a number too large", "width: 100", "width: 1" + "0" * 400, "finite"),
    ("no size", "height: 80", "height: 0", "write metres over 0"),
    ("words for a truth", "illustrative: true", "illustrative: perhaps", "write true or false"),
    ("no English name", "name: {zh: 1网格, en: Grid 1}", "name: {zh: 1网格}", "has no 'en'"),
    ("empty Chinese name", "name: {zh: 南门, en: South gate}", "name: {zh: '', en: South gate}", "in Chinese is empty"),
    ("bad site id", "id: little", "id: li ttle", "Latin letters"),
    ("misspelt time zone", "Asia/Shanghai", "Asia/Shangai", "did you mean 'Asia/Shanghai'?"),
    ("no time zone", "Asia/Shanghai", "../../etc", "such as Asia/Shanghai"),
    ("no day", "2026-10-02]", "2026-02-30]", "YYYY-MM-DD"),
    ("a day twice", "2026-10-02]", "2026-10-01]", "there already"),
    ("no day of the year", "first: 07-01", "first: 13-01", "MM-DD"),
    ("no time of day", "opens: 08:00", "opens: 8 am", "HH:MM"),
    ("closed before it opens", "closes: 21:30", "closes: 07:30", "later closing time"),
    ("no weekday", "weekdays: [1, 7]", "weekdays: [1, 8]", "1 (Monday) to 7 (Sunday)"),
    ("half a weekday", "weekdays: [1, 7]", "weekdays: [1, 2.5]", "whole number"),
    ("unknown kind of place", "kind: villa", "kind: vila", "did you mean 'villa'?"),
    ("unknown kind of line", "kind: street", "kind: streat", "did you mean 'street'?"),
    ("a place twice", "- id: gate", "- id: pool", "is there already, at line 41"),
    ("dangling building of a grid", "buildings: [b1, b2]", "buildings: [b1, b2, b9]", "'b9', which there is none of"),
    ("a grid of units", "buildings: [b1, b2]", "buildings: [b1, b2, b1-1]", "which is a unit: name a house or villa"),
    ("a building in a grid twice", "buildings: [b1, b2]", "buildings: [b1, b2, b1]", "in grid g1 already"),
    ("dangling building of a unit", "attributes: {building: b1}", "attributes: {building: b3}", "write one of b1, b2"),
    ("a unit of no building", "attributes: {building: b1}", "attributes: {floors: 6}", "attributes.building"),
    ("dangling calendar", "{calendar: pool-summer}", "{calendar: pool-sumer}", "did you mean 'pool-summer'?"),
    ("no telephone", "0539-0000102", "ask the desk", "write digits and -, quoted"),
    ("a contact twice", "- id: gas", "- id: clinic", "is there already, at line 57"),
    ("attributes that are a list", "{calendar: pool-summer}", "[pool-summer]", "no mapping"),
    ("an outline of two", "outline: [[50, 50], [60, 50], [60, 60]]", "outline: [[50, 50], [60, 50]]", "three or more"),
    (
        "an outline that is flat",
        "outline: [[50, 50], [60, 50], [60, 60]]",
        "outline: [[50, 50], [60, 50], [70, 50]]",
        "encloses",
    ),
    ("an outline outside", "outline: [[50, 79]]", "outline: [[50, 81]]", "outside the site"),
    ("three numbers for a point", "outline: [[50, 79]]", "outline: [[50, 79, 1]]", "list of 2 numbers"),
    ("a line of one point", "points: [[0, 40], [100, 40]]", "points: [[0, 40]]", "two or more"),
    ("an outline of nothing", "outline: [[50, 79]]", "outline: []", "outline is empty"),
    ("a line without width", "width: 6", "width: 0", "width over 0"),
    ("a tree outside", "[[70, 70, 2.5]]", "[[170, 70, 2.5]]", "outside the site"),
    ("a tree without a crown", "[[70, 70, 2.5]]", "[[70, 70, 0]]", "crown"),
    ("a plate with a dot", "[鲁QD0009]", "[鲁Q·D0009]", "without dots"),
    ("a count that does not hold", "camera: 2", "camera: 3", "the files have 2"),
    ("a count of an unknown kind", "camera: 2", "camara: 2", "did you mean 'camera'?"),
    ("a count in words", "camera: 2", "camera: two", "write a number"),
    ("no YAML", "trees: [[70, 70, 2.5]]", "trees: ]70", "not YAML"),
    ("an alias", "en: Little}", "en: *little}", "write the value out"),
    ("a tag", "width: 100", "width: !!python/name:os.system 1", "write the plain value"),
    ("a control character", "en: Little}", "en: Lit\x07tle}", "remove it"),
    ("too deep", "width: 100", "width: " + "[" * 20 + "]" * 20, "nested"),
    ("a CSV that is not there", "devices: devices.csv", "devices: devises.csv", "cannot be read"),
    ("a CSV that is a folder", "devices: devices.csv", "devices: .", "cannot be read"),
]

CSV_MISTAKES = [
    ("unknown column", "id,vendor", "id,vendr", "did you mean 'vendor'?"),
    ("missing column", ",power\n", ",powers\n", "'power' is missing"),
    ("a column twice", "recorder,controller,", "recorder,recorder,", "'recorder' is there twice"),
    ("unknown vendor", "isecure,door", "isecur,door", "did you mean 'isecure'?"),
    ("unknown kind", "isecure,door", "isecure,dor", "did you mean 'door'?"),
    ("bad id", "C-2,", "C 2,", "Latin letters"),
    ("an id twice", "C-2,", "C-1,", "there already, at line 2"),
    ("dangling building", "door,b1,", "door,b7,", "write one of b1, b2"),
    ("a building that is a gate", "controller,b1,b1,", "controller,gate,b1,", "name a house or villa"),
    ("dangling place", ",gate,1,", ",gates,1,", "did you mean 'gate'?"),
    ("a door of no building", "door,b1,b1-1", "door,,gate", "names no building"),
    ("unit and building that differ", "camera,b1,b1-1", "camera,b2,b1-1", "correct one of them"),
    ("no floor", "b1-1,1,12", "b1-1,first,12", "whole number"),
    ("floor zero", "b1-1,1,12", "b1-1,0,12", "1 is the ground"),
    ("a floor over the roof", "b1-1,1,12", "b1-1,7,12", "which has 6"),
    ("no number", "1,50,78,", "1,5O,78,", "write a number"),
    ("no finite number", "1,50,78,", "1,nan,78,", "write a number"),
    ("outside the site", "1,50,78,", "1,500,78,", "outside the site"),
    ("no heading", "78,180,", "78,360,", "degrees clockwise"),
    ("no direction", "180,,", "180,inwards,", "write in, out"),
    ("no Chinese name", "南门摄像头", "", "no name in Chinese"),
    ("no English name", "Gate camera", "", "no name in English"),
    ("no identity", "code-1", "", "how its vendor names it"),
    ("no address", "10.0.0.2/1", "10.0.0.300/1", "such as 10.20.3.17/1"),
    ("no channel", "10.0.0.2/1", "10.0.0.2", "IP address and channel"),
    ("an identity twice", "10.0.0.2/1", "10.0.0.1/1", "of C-1 (line 2)"),
    ("our own identity that differs", "Switch,SW-1,", "Switch,SW-2,", "write SW-1"),
    ("dangling switch", "10.0.0.2/1,SW-1", "10.0.0.2/1,SW-2", "did you mean 'SW-1'?"),
    ("a switch that is a recorder", "10.0.0.2/1,SW-1", "10.0.0.2/1,NVR-1", "name a switch"),
    ("a circuit that feeds itself", "PW-1,,,,\n", "PW-1,,,,PW-1\n", "hangs on itself"),
    ("a cell too many", "AC-1,PW-1\n", "AC-1,PW-1,\n", "18 cells"),
    ("an open quote", "北门摄像头", '"北门摄像头', "close its quotes"),
]


def line_of(before: str, after: str) -> int:
    """The first line that changed, from 1."""
    old, new = before.splitlines(), after.splitlines()
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b), min(len(old), len(new)) + 1)


def test_a_right_site_has_no_mistakes(tmp_path: Path) -> None:
    assert check(write_site(tmp_path)) == []


@pytest.mark.parametrize(("old", "new", "piece"), [row[1:] for row in YAML_MISTAKES], ids=[row[0] for row in YAML_MISTAKES])
def test_a_mistake_in_the_yaml_is_named(tmp_path: Path, old: str, new: str, piece: str) -> None:
    text = YAML.replace(old, new, 1)
    assert text != YAML
    mistakes = check(write_site(tmp_path, text))
    assert any(piece in mistake.sentence for mistake in mistakes), mistakes
    assert all(mistake.sentence.endswith((".", "?")) for mistake in mistakes)


def with_zones(cell: str) -> str:
    """The CSV with the column that may be left out; the first camera's cell, and nothing for the others."""
    head, first, *others = CSV.splitlines()
    return "\n".join([f"{head},zones", f"{first},{cell}", *(f"{other}," for other in others), ""])


def test_a_camera_may_name_what_its_regions_are(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, csv=with_zones("1=fire_lane *=no_parking")))
    assert site.devices["C-1"].zones == {"1": "fire_lane", "*": "no_parking"}
    assert site.devices["C-2"].zones == {}


@pytest.mark.parametrize("cell", ["fire_lane", "1=", "x=lane", "1=fire lane", "1=Lane"])
def test_a_region_that_is_none_is_named_with_its_line(tmp_path: Path, cell: str) -> None:
    (mistake,) = check(write_site(tmp_path, csv=with_zones(cell)))
    assert (mistake.file.name, mistake.line) == ("devices.csv", 2)
    assert "1=fire_lane" in mistake.sentence


@pytest.mark.parametrize(("old", "new", "piece"), [row[1:] for row in CSV_MISTAKES], ids=[row[0] for row in CSV_MISTAKES])
def test_a_mistake_in_the_csv_is_named_with_its_line(tmp_path: Path, old: str, new: str, piece: str) -> None:
    text = CSV.replace(old, new, 1)
    assert text != CSV
    found = [mistake for mistake in check(write_site(tmp_path, csv=text)) if piece in mistake.sentence]
    assert [(mistake.file.name, mistake.line) for mistake in found] == [("devices.csv", line_of(CSV, text))]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("width: 100", "width: wide", 6),
        ("closes: 21:30", "closes: 07:30", 20),
        ("name: {zh: 1网格, en: Grid 1}", "name: {zh: 1网格}", 23),
        ("buildings: [b1, b2]", "buildings: [b1, b2, b9]", 22),
        ("kind: villa", "kind: vila", 38),
        ("outline: [[50, 79]]", "outline: [[50, 81]]", 46),
        ("points: [[0, 40], [100, 40]]", "points: [[0, 40], north]", 53),
        ("camera: 2", "camera: 3", 9),
        ("[[70, 70, 2.5]]", "[[70, 70, 2.5],\n [170, 70, 2]]", 56),
    ],
)
def test_a_mistake_in_the_yaml_has_the_line_of_the_thing(tmp_path: Path, old: str, new: str, line: int) -> None:
    assert [mistake.line for mistake in check(write_site(tmp_path, YAML.replace(old, new, 1)))] == [line]


def test_a_building_without_a_steward_is_named(tmp_path: Path) -> None:
    mistakes = check(write_site(tmp_path, YAML.replace("buildings: [b1, b2]", "buildings: [b1]")))
    assert [(m.line, m.sentence.split(":")[0]) for m in mistakes] == [(37, "b2 is in no grid")]


def test_boxes_that_feed_each_other_in_a_circle_are_named(tmp_path: Path) -> None:
    rows = CSV.replace("PW-1,,,,\n", "PW-1,,,,PW-2\n")
    rows += "PW-2,gatehouse,power,,,1,41,40,0,,回路2,Circuit 2,PW-2,,,,PW-1\n"
    mistakes = check(write_site(tmp_path, csv=rows))
    assert [mistake.line for mistake in mistakes] == [8, 9]
    assert all("hangs on itself" in mistake.sentence for mistake in mistakes)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    yaml = YAML.replace("width: 6", "width: wide").replace("2026-10-02]", "tomorrow]")
    rows = CSV.replace("10.0.0.2/1,SW-1", "10.0.0.2/1,SW-9").replace("Gate camera", "")
    mistakes = check(write_site(tmp_path, yaml, rows))
    places = [(mistake.file.name, mistake.line) for mistake in mistakes]
    assert places == [("site.yaml", 12), ("site.yaml", 52), ("devices.csv", 3), ("devices.csv", 3)]


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe", b"\x00", b"- 1", b"7", b"~", b"a: 1\n---\nb: 2\n", b"\tx: 1", b"{[1]: 2}", b"[" * 9999]
)
def test_a_file_that_is_no_site_is_named(tmp_path: Path, text: bytes) -> None:
    assert check(write_site(tmp_path, text))


@pytest.mark.parametrize("rows", [b"", b"\xff\xfe", b"id;vendor;kind\n", b'"', b"\n\n"])
def test_a_file_that_is_no_list_of_devices_is_named(tmp_path: Path, rows: bytes) -> None:
    assert {mistake.file.name for mistake in check(write_site(tmp_path, csv=rows))} == {"devices.csv"}


def test_a_header_without_devices_does_not_meet_the_counts(tmp_path: Path) -> None:
    mistakes = check(write_site(tmp_path, csv=CSV.splitlines()[0] + "\n"))
    assert [mistake.line for mistake in mistakes] == [9, 9]


def test_the_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    rows = CSV.encode().replace("录像机".encode(), "录像机".encode("gbk"))
    mistakes = check(write_site(tmp_path, csv=rows))
    assert [(mistake.line, mistake.sentence) for mistake in mistakes] == [
        (6, "This line is not UTF-8: save the file as UTF-8.")
    ]


def test_a_spreadsheets_mark_and_line_ends_are_read(tmp_path: Path) -> None:
    assert check(write_site(tmp_path, csv=b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode())) == []


def test_a_site_that_is_not_there_is_named(tmp_path: Path) -> None:
    mistakes = check(tmp_path / "absent.yaml")
    assert [(m.file.name, m.line) for m in mistakes] == [("absent.yaml", 0)]
    assert "No such file" in mistakes[0].sentence


def test_the_command_prints_every_mistake_and_says_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_site(tmp_path, csv=CSV.replace("isecure,door", "isecur,door"))
    assert run_check(path) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path / 'devices.csv'}:4: The vendor of D-1 is 'isecur': did you mean 'isecure'?",
        "1 mistake in 1 file",
    ]


def test_the_command_says_what_a_right_site_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_check(write_site(tmp_path)) == 0
    assert capsys.readouterr().out == (
        "ok: 2 buildings, 2 cameras, 0 face points, 0 plate points, 1 unit doors, 7 devices in all, 1 grids\n"
    )


ROWS = CSV.splitlines()
REQUIRED = ("id", "vendor", "kind", "floor", "x", "y", "heading", "name_zh", "name_en", "identity")
# Values that no column takes, so that whichever cell they land in is a mistake.
JUNK = st.sampled_from(["?", "a b", "鲁·鲁", "nowhere!", "-", "+1e999", "９９９９９９", "9" * 5000])


@FIXTURE
@given(row=st.integers(1, len(ROWS) - 1), column=st.integers(0, 16), junk=JUNK, empty=st.booleans())
def test_any_cell_that_is_corrupted_is_named_with_its_line(
    tmp_path: Path, row: int, column: int, junk: str, empty: bool
) -> None:
    names = ROWS[0].split(",")
    cells = ROWS[row].split(",")
    named = names[column] in ("name_zh", "name_en") or (names[column] == "identity" and cells[1] == "isecure")
    if named or (empty and names[column] in REQUIRED):
        junk = ""  # any words are a name; only none at all is a mistake
    cells[column] = junk
    text = "\n".join([*ROWS[:row], ",".join(cells), *ROWS[row + 1 :]]) + "\n"
    mistakes = check(write_site(tmp_path, csv=text))
    assert ("devices.csv", row + 1) in {(mistake.file.name, mistake.line) for mistake in mistakes}


@FIXTURE
@given(at=st.integers(0, len(CSV.encode()) - 1), cut=st.integers(0, 40), put=st.binary(max_size=6))
def test_any_damage_to_the_csv_is_a_sentence_or_harmless(tmp_path: Path, at: int, cut: int, put: bytes) -> None:
    data = CSV.encode()
    for mistake in check(write_site(tmp_path, csv=data[:at] + put + data[at + cut :])):
        assert mistake.sentence and mistake.line >= 0


@FIXTURE
@given(at=st.integers(0, len(YAML.encode()) - 1), cut=st.integers(0, 40), put=st.binary(max_size=6))
def test_any_damage_to_the_yaml_is_a_sentence_or_harmless(tmp_path: Path, at: int, cut: int, put: bytes) -> None:
    data = YAML.encode()
    for mistake in check(write_site(tmp_path, data[:at] + put + data[at + cut :])):
        assert mistake.sentence and mistake.line >= 0


@FIXTURE
@given(row=st.integers(1, len(ROWS) - 1), twice=st.booleans())
def test_a_row_that_is_lost_or_doubled_is_named(tmp_path: Path, row: int, twice: bool) -> None:
    rows = [*ROWS[: row + 1], *ROWS[row:]] if twice else [*ROWS[:row], *ROWS[row + 1 :]]
    assert check(write_site(tmp_path, csv="\n".join(rows) + "\n"))

"""The registers' files: what is written is read back, and every mistake is named."""

from datetime import date
from pathlib import Path
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.registers.columns import CHECKPOINTS, EXTINGUISHERS
from alerts.registers.extinguishers import Extinguisher, Kind, Look
from alerts.registers.rounds import Checkpoint, Window
from alerts.registers.sheets import read, written

FILE = Path("register.csv")
IDS = st.text(ascii_letters + "0123456789-号", min_size=1, max_size=20).filter(lambda text: text[0] not in "-'")
PLACES = st.text(ascii_letters + '0123456789号楼层,;"（）=+@ -', min_size=1, max_size=40).map(str.strip).filter(
    lambda text: text and not text.startswith("'") and not text.startswith('="') and not any(c.isdigit() for c in text)
)  # fmt: skip
DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))
THINGS = st.builds(
    Extinguisher, IDS, PLACES, st.sampled_from(Kind), st.sampled_from(Look), st.none() | DAYS, DAYS, st.none() | DAYS
)
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
POINTS = st.builds(
    Checkpoint,
    IDS,
    PLACES,
    st.sets(st.integers(1, 7), max_size=6).map(lambda found: tuple(sorted(found))),
    st.lists(st.builds(Window, CLOCKS, CLOCKS), min_size=1, max_size=3, unique=True).map(tuple),
)


@given(st.lists(THINGS, min_size=1, max_size=5, unique_by=lambda one: one.id))
def test_extinguishers_are_read_back_as_they_were_written(rows: list[Extinguisher]) -> None:
    found = read(EXTINGUISHERS, written(EXTINGUISHERS, rows).encode(), FILE)
    assert (found.mistakes, list(found.rows)) == ((), rows)


@given(st.lists(POINTS, min_size=1, max_size=5, unique_by=lambda one: one.id))
def test_patrol_points_are_read_back_as_they_were_written(rows: list[Checkpoint]) -> None:
    found = read(CHECKPOINTS, written(CHECKPOINTS, rows).encode(), FILE)
    assert (found.mistakes, list(found.rows)) == ((), rows)


def test_no_cell_is_a_formula_to_a_spreadsheet() -> None:
    one = Extinguisher("E", "=cmd|x", Kind.POWDER, Look.MONTH, None, date(2026, 1, 1))
    assert ",'=cmd|x," in written(EXTINGUISHERS, [one])


def test_a_chinese_file_of_a_spreadsheet_is_read() -> None:
    text = "灭火器台账,,,\n编号;位置;类型;充装日期;检查周期\nEX-1;1号楼;ABC干粉;2024年3月1日;每半月\n"
    found = read(EXTINGUISHERS, text.encode("gb18030"), FILE)
    assert found.mistakes == ()
    assert found.rows == (Extinguisher("EX-1", "1号楼", Kind.POWDER, Look.HALF_MONTH, None, date(2024, 3, 1)),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,place,kind\nE,x,powder\n", [(1, "There is no column charged_on: add it.")]),
        (
            "id,place,kind,charged_on\nE 1,,pouder,2026-02-30\n",
            [
                (2, "id: 'E 1' is no id: write up to 40 characters without blanks, such as EX-001."),
                (2, "place: is empty: fill it in."),
                (2, "kind: 'pouder' is not known: did you mean 'powder'?"),
                (2, "charged_on: '2026-02-30' is no date: write YYYY-MM-DD, such as 2026-05-04."),
            ],
        ),
        (
            "id,place,kind,charged_on\nE,x,co2,2026-02-03\nE,y,co2,2026-02-03\n",
            [(3, "E is there already, at line 2: remove one of the two.")],
        ),
        ("", [(1, "The file is empty: write a line of headings, and a line for each entry.")]),
    ],
)
def test_every_mistake_is_named_with_its_line(text: str, told: list[tuple[int, str]]) -> None:
    found = read(EXTINGUISHERS, text.encode(), FILE)
    assert [(one.line, one.sentence) for one in found.mistakes] == told
    assert found.rows == ()

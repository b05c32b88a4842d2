"""The report on paper: every page says what it is, text stays text, the same report is the same bytes."""

import re
import time
from itertools import pairwise
from uuid import uuid4

import orjson
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from alerts.attachments.model import Attachment, Side, Spot
from alerts.papers.report import TEMPLATE, report_data, report_paper, side_by_side
from alerts.papers.typeset import FOLDER, machine_fonts, pictures
from alerts.reports.telling import Language
from tests.alerts.made import NOW
from tests.alerts.reports.made import SITE, alert, entry, log_of, made
from tests.pictures import picture

BOTH = pytest.mark.parametrize("language", ["zh", "en"])
VIOLET = "#6d28d9"
SECONDS = 60.0
"""A few seconds alone on a machine; tests share it."""
MARKUP = [
    '#panic("x")',
    "#import",
    "*a _b_ `c` $x$",
    "\\ ] ) } \" '",
    "= // /* @x <y>",
    "#sys.inputs",
    "<b>x</b>",
    "{0} {text}",
]


def drawings(*, drill: bool) -> list[str]:
    """The pages as SVG, in which colours can be read."""
    inputs = {"data": orjson.dumps(report_data(made(drill=drill), "zh", SITE, {})).decode()}
    pages = typst.Compiler(FOLDER / TEMPLATE, root=FOLDER, sys_inputs=inputs, font_paths=machine_fonts()).compile(format="svg")
    return [page.decode() for page in (pages if isinstance(pages, list) else [pages or b""])]


@BOTH
def test_a_report_is_a_few_pages(language: Language) -> None:
    paper = report_paper(made(), language, SITE, {})
    assert paper.pdf.startswith(b"%PDF-")
    assert 2 <= paper.pages <= 4


@BOTH
def test_the_same_report_is_the_same_bytes_and_another_is_not(language: Language) -> None:
    first = report_paper(made(), language, SITE, {}).pdf
    assert report_paper(made(), language, SITE, {}).pdf == first
    assert report_paper(made(log=log_of(entry(20, "incident.remark", 70, text="."))), language, SITE, {}).pdf != first


def test_a_picture_stands_on_the_paper_byte_for_byte() -> None:
    body = picture((320, 200))
    one = Attachment(uuid4(), uuid4(), Spot(), "gate.jpg", "image/jpeg", "ab" * 32, len(body), NOW, "chief")
    found = made(attachments=(one,))
    bare, paper = report_paper(found, "en", SITE, {}), report_paper(found, "en", SITE, {str(one.id): body})
    assert body in paper.pdf
    assert body not in bare.pdf


def test_a_drill_is_framed_on_every_page() -> None:
    drill, real = drawings(drill=True), drawings(drill=False)
    assert len(drill) > 1
    assert all(f'stroke="{VIOLET}"' in page and f'fill="{VIOLET}"' in page for page in drill)
    assert not any(VIOLET in page for page in real)


@given(st.lists(st.tuples(st.sampled_from(["gate", "ramp"]), st.sampled_from(list(Side)))))
def test_before_and_after_share_a_row_with_no_other_place_and_nothing_is_lost(them: list[tuple[str, Side]]) -> None:
    cells = side_by_side(them)
    assert [one for one in cells if one >= 0] == list(range(len(them)))
    rows = [[them[one] for one in cells[at : at + 2] if one >= 0] for at in range(0, len(cells), 2)]
    for row in rows:
        if any(side is not Side.NONE for _, side in row) and len(row) == 2:
            assert [side for _, side in row] in ([Side.BEFORE, Side.AFTER], [Side.NONE, Side.NONE])
            assert row[0][0] == row[1][0]
    for first, then in pairwise(them):
        if (first[1], then[1]) == (Side.BEFORE, Side.AFTER) and first[0] == then[0]:
            assert [first, then] in rows


@pytest.mark.parametrize("text", MARKUP)
def test_no_remark_is_taken_for_markup(text: str) -> None:
    data = report_data(made(log=log_of(entry(20, "incident.remark", 70, text=text))), "en", SITE, {})
    assert data["remarks"][0][2] == data["timeline"][4]["says"] == text
    assert pictures(TEMPLATE, data, 20)[0] != pictures(TEMPLATE, report_data(made(), "en", SITE, {}), 20)[0]


def test_a_long_word_may_break_and_loses_nothing() -> None:
    said = report_data(made(log=log_of(entry(20, "incident.remark", 70, text="x" * 2000))), "en", SITE, {})["remarks"][0][2]
    assert said.replace("\u200b", "") == "x" * 2000
    assert max(map(len, said.split("\u200b"))) == 24


def test_five_hundred_rows_and_as_many_alerts_are_a_paper_in_reasonable_time() -> None:
    log = log_of(*(entry(100 + number, "incident.remark", number, text=f"remark {number}") for number in range(500)))
    began = time.monotonic()
    paper = report_paper(made(log=log, alerts=[alert() for _ in range(500)]), "zh", SITE, {})
    assert time.monotonic() - began < SECONDS
    assert 30 < paper.pages < 150


def test_the_template_has_no_words_of_its_own() -> None:
    drawn = re.sub(r"//.*", "", (FOLDER / TEMPLATE).read_text("utf-8"))
    assert not re.search(r"[\u4e00-\u9fff]", drawn)

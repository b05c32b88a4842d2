"""A plan on paper: one page, one language, every word as it was written."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typst

from alerts.papers.plan import TEMPLATE, Language, plan_data, plan_paper
from alerts.papers.typeset import FOLDER, pictures, typeset
from schemas.errors import MachineError
from schemas.plans.file import load_plans
from schemas.plans.model import Answer, Crew, Draft, Plan, Step
from schemas.site import Name, load_site
from tests.conftest import ROOT

SITE = load_site(ROOT / "sites" / "aozheng" / "site.yaml")
PLANS = load_plans()
EACH = pytest.mark.parametrize("plan", PLANS.values(), ids=[*PLANS])
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


def words(data: Any) -> Iterator[str]:
    """Every text in the page's data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from words(value if key != "language" else None)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from words(value)


def small(text: str, steps: int = 1) -> Plan:
    """A plan whose every text is the one given."""
    name = Name(text, text)
    draft = Draft(to="119", text=Name("{what}", "{what}"))
    step = Step(id="one", text=name, hint=name, who=name, role=Crew.SUPERVISOR, draft=draft)
    asked = Step(
        id="real", text=name, role=Crew.GUARD, may_skip=False, answers=(Answer(id="yes", text=name), Answer(id="no", text=name))
    )
    rest = tuple(step.model_copy(update={"id": f"one{number}"}) for number in range(steps))
    return Plan(id="own", version=1, name=name, opens_on=name, steps=(asked, *rest))


@EACH
@BOTH
def test_each_plan_is_one_page(plan: Plan, language: Language) -> None:
    paper = plan_paper(plan, language, SITE)
    assert paper.pages == 1
    assert paper.pdf.startswith(b"%PDF-")


@EACH
@BOTH
def test_the_page_has_the_number_of_whom_a_step_calls(plan: Plan, language: Language) -> None:
    for row, step in zip(plan_data(plan, language, SITE)["steps"], plan.steps, strict=True):
        contact = SITE.contacts.get(step.call or "")
        assert (contact is None) or f"{contact.name.in_language(language)} {contact.phone}" in row["notes"]


@EACH
@BOTH
def test_the_page_has_every_step_with_who_when_and_where_answers_lead(plan: Plan, language: Language) -> None:
    rows = plan_data(plan, language)["steps"]
    assert [(row["number"], row["text"]) for row in rows] == [
        (number, step.text.in_language(language)) for number, step in enumerate(plan.steps, 1)
    ]
    for row, step in zip(rows, plan.steps, strict=True):
        assert row["who"] and bool(row["due"]) == bool(step.due_s or step.by_clock)
        assert len(row["answers"]) == len(step.answers) and all(leads for _, leads in row["answers"])
        assert bool(row["say"]) == bool(step.draft) and row["signatures"] == (2 if step.two_people else 1)


@EACH
def test_the_page_has_no_word_of_the_other_language(plan: Plan) -> None:
    zh, en = (" ".join(words(plan_data(plan, language))) for language in ("zh", "en"))
    assert not re.search(r"[A-Za-z]{2,}", zh.replace("AED", "")), zh
    assert not re.search(r"[\u4e00-\u9fff]", en), en


def test_the_template_has_no_words_of_its_own() -> None:
    drawn = re.sub(r"//.*", "", (FOLDER / TEMPLATE).read_text("utf-8"))
    assert not re.search(r"[\u4e00-\u9fff]", drawn)


def test_a_branch_names_its_question_and_answer() -> None:
    rows = {row["number"]: row for row in plan_data(PLANS["elevator"], "en")["steps"]}
    assert rows[10]["begins"] == "9 answered “Not here, or cannot free them”"
    assert rows[9]["answers"] == [["Here", "step 11"], ["Not here, or cannot free them", "steps 10–11"]]
    assert rows[2]["answers"][-1] == ["Nobody, it runs", "false alarm, end"]
    assert (rows[3]["begins"], rows[9]["due"], rows[9]["begins"]) == ("after 2", "within 30 min", "after 5")


def test_fields_of_a_draft_are_blanks_to_fill_in() -> None:
    say = plan_data(PLANS["fire"], "zh")["steps"][4]["say"]
    assert [text for text, blank in say if blank] == ["地址", "楼栋", "楼层", "情况", "大门", "电话"]


@pytest.mark.parametrize("text", ['#panic("x")', "#import", "*a _b_ `c` $x$", "\\ ] ) } \" '", "= // /* @x <y>", "#sys.inputs"])
def test_no_text_is_taken_for_markup(text: str) -> None:
    paper = plan_paper(small(text), "en")
    assert paper.pages == 1
    assert pictures(TEMPLATE, plan_data(small(text), "en"), 20) != pictures(TEMPLATE, plan_data(small("plain"), "en"), 20)


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert plan_paper(PLANS["snow"], "zh").pdf == plan_paper(PLANS["snow"], "zh").pdf


def test_a_plan_that_is_too_long_is_told_by_its_pages() -> None:
    assert plan_paper(small("Carry the longest table out of the hall. " * 3, steps=59), "en").pages > 1


def test_a_missing_font_is_told_with_the_command_that_brings_it() -> None:
    bare = typst.Fonts(include_system_fonts=False)
    with pytest.raises(MachineError, match=r"noto sans cjk sc.*packages\.sh run"):
        typeset(TEMPLATE, plan_data(PLANS["snow"], "zh"), bare)


def test_pages_can_be_looked_at(tmp_path: Path) -> None:
    assert pictures(TEMPLATE, plan_data(PLANS["snow"], "zh"), 20)[0].startswith(b"\x89PNG")

"""What cannot work in a plan is told in a sentence, at its field."""

from pathlib import Path
from typing import Any

import pytest

from schemas.plans.file import read_plan
from tests.schemas.plans.written import CALL, CLOSE, REAL, mistakes, plan, step, text, written

WITHOUT_END = REAL | {"answers": [{"id": "yes", "text": text()}, {"id": "no", "text": text()}]}


def draft(zh: str, en: str) -> dict[str, Any]:
    """A draft's field."""
    return {"draft": {"to": "119", "text": {"zh": zh, "en": en}}}


def test_the_small_plan_is_right(tmp_path: Path) -> None:
    assert [one.id for one in read_plan(written(tmp_path, plan())).steps] == ["real", "call", "close"]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([REAL, CALL, CALL, CLOSE], "steps.2.id: the step call is there twice"),
        ([REAL, step("one", due_s=5, by_clock="07:00"), CLOSE], "steps.1.by_clock: give due_s or by_clock, not both"),
        ([REAL, CALL | {"after": "real"}, CLOSE], "steps.1.when: give after or when, not both"),
        ([REAL, step("one", after="clsoe"), CLOSE], "steps.1.after: there is no step clsoe above this one"),
        ([REAL, step("one", after="rael"), CLOSE], "steps.1.after: there is no step rael above this one (did you mean real?)"),
        ([REAL, step("one", after="close"), CLOSE], "steps.1.after: close stands below; a step waits for one above it"),
        ([CALL, REAL, CLOSE], "steps.0.when.step: real stands below; a step waits for one above it: move real up"),
        ([REAL, step("one", after="one"), CLOSE], "steps.1.after: a step cannot wait for itself"),
        (
            [REAL, step("one", when={"step": "real", "answers": ["yess"]}), CLOSE],
            "steps.1.when.answers: real has no answer yess; it has yes, no (did you mean yes?)",
        ),
        (
            [REAL, CALL, step("one", when={"step": "call", "answers": ["yes"]}), CLOSE],
            "steps.2.when.answers: call has no answer yes; it asks nothing: use after",
        ),
        (
            [REAL, step("one", when={"step": "real", "answers": ["no"]}), CLOSE],
            "steps.1.when: one never starts: every answer that it waits for ends the plan (no)",
        ),
        (
            [REAL | {"answers": [one | {"ends": "nuisance"} for one in REAL["answers"]]}, CLOSE],
            "steps.1.after: close never starts: every answer that it waits for ends the plan (yes, no)",
        ),
        ([REAL | {"answers": REAL["answers"][:1]}, CLOSE], "steps.0.answers: a question has two answers at least"),
        ([REAL | {"answers": REAL["answers"][:1] * 2}, CLOSE], "steps.0.answers: two answers have the same id"),
        ([REAL | {"two_people": True}, CLOSE], "steps.0.answers: a question has no rows and needs no second person"),
        ([REAL, CLOSE | {"second": "guard"}], "steps.1.second: one person confirms this step: two_people: true"),
        ([REAL | {"may_skip": True}, CLOSE], "steps.0.may_skip: a question is answered, not skipped: may_skip: false"),
        (
            [WITHOUT_END, step("close", role="supervisor", when={"step": "real", "answers": ["yes"]})],
            "steps.1.when.answers: no path ends with the answer no: close, which closes the plan, never starts",
        ),
        ([REAL, CALL], "steps.1.role: the last step closes the plan: its role is supervisor or manager"),
        ([REAL | {"role": "supervisor"}], "steps.0.answers: the last step closes the plan and asks nothing"),
        ([CLOSE | {"after": "real", "text": {"zh": "字"}}], "steps.0.text.en: is missing"),
        ([REAL, CLOSE | {"text": {"zh": " ", "en": "word"}}], "steps.1.text.zh: is empty: a plan is read in both languages"),
        ([REAL, CLOSE | {"hint": {"zh": "字", "en": ""}}], "steps.1.hint.en: is empty: a plan is read in both languages"),
        ([REAL, CLOSE | {"text": text("x" * 241)}], "steps.1.text.en: has 241 characters; at most 240"),
        ([REAL, CLOSE | {"text": text("one\ntwo")}], "steps.1.text.en: holds a line break or a character that does not print"),
        ([REAL, CLOSE | {"text": text("at {address}")}], "steps.1.text: {address} is filled in a draft alone"),
        (
            [REAL, CLOSE | draft("{adress}", "{adress}")],
            "steps.1.draft.text.zh: {adress} is no field; there are address, building, spot, floor, what, gate, count, callback"
            " (did you mean address?)",
        ),
        (
            [REAL, CLOSE | draft("{note:real}", "{note:real}")],
            "steps.1.draft.text.zh: {note:real} is no field",
        ),
        ([REAL | {"asks": "text"}, CLOSE], "steps.0.asks: words are asked with one person's tick"),
        ([REAL, CLOSE | draft("{what!r}", "{what}")], "steps.1.draft.text.zh: {what!r} is no field"),
        ([REAL, CLOSE | draft("{}", "{}")], "steps.1.draft.text.en: {} is no field"),
        ([REAL, CLOSE | draft("{what", "{what}")], "steps.1.draft.text.zh: a { or } is left open"),
        ([REAL, CLOSE | draft("{what}", "{gate}")], "steps.1.draft.text: gate, what stands in one language alone"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_told(tmp_path: Path, steps: list[dict[str, Any]], said: str) -> None:
    found = mistakes(tmp_path, plan(*steps))
    assert any(said in line for line in found), found


def test_a_wrong_scope_is_told_with_its_line(tmp_path: Path) -> None:
    found = mistakes(tmp_path, plan(scope="sites"))
    assert any(
        line.startswith("gas.yaml:") and "scope: " in line and "site" in line and "building" in line for line in found
    ), found


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ({"call": ["cal"]}, "points.call: there is no step cal (did you mean call?)"),
        ({"call": []}, "points.call: names no step"),
    ],
)
def test_a_point_that_no_step_carries_is_told(tmp_path: Path, points: dict[str, list[str]], said: str) -> None:
    assert any(said in line for line in mistakes(tmp_path, plan(points=points)))

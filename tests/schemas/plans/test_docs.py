"""docs/plans.md names every field, and its example is a right plan."""

import re
from pathlib import Path

import pytest

from schemas.plans.file import read_plan
from schemas.plans.model import (
    DRAFT_FIELDS,
    Answer,
    Asks,
    Crew,
    Draft,
    Ending,
    Plan,
    Plot,
    Reminder,
    Rows,
    RowsOf,
    Scope,
    Step,
    Tells,
    When,
)
from schemas.written_sentences import names_of

TEXT = (Path(__file__).parents[3] / "docs" / "plans.md").read_text("utf-8")


@pytest.mark.parametrize("model", [Plan, Step, Answer, When, Rows, Draft, Reminder])
def test_every_field_is_named(model: type[Plan]) -> None:
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)))))
    assert set(names_of(model)) <= named


def test_every_word_that_a_field_takes_is_named() -> None:
    words = [*Asks, *Crew, *Ending, *Plot, *RowsOf, *Scope, *Tells, *(f"{{{name}}}" for name in DRAFT_FIELDS)]
    assert [word for word in words if str(word) not in TEXT] == []


def test_the_example_is_a_right_plan(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert example
    (tmp_path / "gas.yaml").write_text(example[1], "utf-8")
    assert [step.id for step in read_plan(tmp_path / "gas.yaml").steps] == ["real", "valve", "all_clear"]

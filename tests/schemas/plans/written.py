"""A small plan to be written wrongly, and what reading it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import PlanError
from schemas.plans.file import read_plan


def text(words: str = "words") -> dict[str, str]:
    """A text in both languages."""
    return {"zh": "字", "en": words}


def step(identity: str, **fields: Any) -> dict[str, Any]:
    """A step of the guard."""
    return {"id": identity, "text": text(), "role": "guard", **fields}


REAL = step(
    "real",
    may_skip=False,
    answers=[{"id": "yes", "text": text()}, {"id": "no", "text": text(), "ends": "nuisance"}],
)
CALL = step("call", when={"step": "real", "answers": ["yes"]})
CLOSE = step("close", after="real", role="supervisor")


def plan(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A right plan, unless the steps or fields given make it a wrong one."""
    given = list(steps or (REAL, CALL, CLOSE))
    return {"id": "gas", "version": 1, "name": text(), "opens_on": text(), "steps": given, **fields}


def written(folder: Path, given: Any) -> Path:
    """The plan's file; JSON is YAML too."""
    path = folder / "gas.yaml"
    path.write_text(given if isinstance(given, str) else json.dumps(given, ensure_ascii=False, indent=1), "utf-8")
    return path


def mistakes(folder: Path, given: Any) -> list[str]:
    """What reading the file complains of."""
    with pytest.raises(PlanError) as caught:
        read_plan(written(folder, given))
    return str(caught.value).split("\n")

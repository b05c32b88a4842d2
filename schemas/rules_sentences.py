"""What a rules file may hold, for the sentences of schemas/written_sentences.py."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from pydantic_core import ErrorDetails

from schemas.conditions import PATTERNS, Condition, Hours
from schemas.examples import Example, ExampleEvent, ExpectedAlert
from schemas.lists import Entry
from schemas.plans.model import PLAN_ID
from schemas.rules import RULE_ID, Rule, Threshold
from schemas.site import Name
from schemas.written_sentences import Grammar, names_of

_REASON = "stands here for the reason that is missing"


def _mend(part: Any, before: Sequence[str | int], last: str | int, mistake: ErrorDetails) -> bool:
    kind = mistake["type"]
    if kind == "model_type" and list(before) == ["thresholds"] and isinstance(mistake["input"], int | float):
        part[last] = {"value": mistake["input"], "reason": _REASON}
        return True
    if last == "reason" and kind in {"missing", "string_too_short"}:
        part[last] = _REASON
        return True
    return False


GRAMMAR = Grammar(
    Rule,
    {
        "match": names_of(Condition),
        "any": names_of(Condition),
        "all": names_of(Condition),
        "not": names_of(Condition),
        "thresholds": names_of(Threshold),
        "hours": names_of(Hours),
        "examples": names_of(Example),
        "events": names_of(ExampleEvent),
        "alerts": names_of(ExpectedAlert),
        "lists": names_of(Entry),
        "name": tuple(field.name for field in fields(Name)),
    },
    {
        **PATTERNS,
        RULE_ID: "an id: small letters, digits and -, a letter first",
        PLAN_ID: "a plan's id: small letters, digits and -, a letter first, two to 41 in all",
    },
    _mend,
)
"""A bare number is taken for a threshold's value."""

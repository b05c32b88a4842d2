"""What is wrong with a rule's row, as a sentence: what is allowed there, and the nearest known name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.conditions import PATTERNS, Condition, Hours
from schemas.examples import Example, ExampleEvent, ExpectedAlert
from schemas.lists import Entry
from schemas.rules import RULE_ID, Rule, Threshold
from schemas.site import Name

Location = tuple[str, ...]


def _names(model: type[BaseModel]) -> tuple[str, ...]:
    """A model's fields as they are written in a file."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


_NAMED = tuple(field.name for field in fields(Name))
_PARTS: Mapping[str, tuple[str, ...]] = {
    "match": _names(Condition),
    "any": _names(Condition),
    "all": _names(Condition),
    "not": _names(Condition),
    "thresholds": _names(Threshold),
    "hours": _names(Hours),
    "examples": _names(Example),
    "events": _names(ExampleEvent),
    "alerts": _names(ExpectedAlert),
    "lists": _names(Entry),
    "name": _NAMED,
}
"""By the word that a part stands under, the fields that it takes."""

_PLAIN: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "a text is needed; quote it",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "float_type": "a number is needed",
    "float_parsing": "a number is needed",
    "timezone_aware": "give the zone too, as in 2030-05-01T08:00:00+08:00",
    "finite_number": "a finite number is needed",
    "too_short": "give one at least",
}

_FORMS: Mapping[str, str] = {**PATTERNS, RULE_ID: "an id: small letters, digits and -, a letter first"}


def sentences(error: ValidationError) -> Iterator[tuple[Location, str]]:
    """Each mistake's place in the row, and its sentence. The row's own check names its places itself."""
    for mistake in error.errors(include_url=False):
        location = tuple(str(part) for part in mistake["loc"] if part != "[key]")
        if not _own(mistake):
            yield location, _sentence(mistake, location)
    yield from own_mistakes(error)


def _own(mistake: ErrorDetails) -> bool:
    return mistake["type"] == "value_error" and not mistake["loc"]


def own_mistakes(error: ValidationError) -> Iterator[tuple[Location, str]]:
    """What the row's own check (rules_check.py) found: it comes only where every field has its form."""
    for mistake in error.errors(include_url=False):
        for line in mistake["msg"].removeprefix("Value error, ").split("\n") if _own(mistake) else ():
            place, _, text = line.partition(": ")
            yield tuple(place.split(".")), text


def _sentence(mistake: ErrorDetails, location: Location) -> str:
    kind = mistake["type"]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "string_pattern_mismatch":
        return f"{mistake['input']!r} is not {_FORMS.get(mistake['ctx']['pattern'], mistake['ctx']['pattern'])}"
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        allowed = allowed_at(location)
        return f"is no field here; allowed: {', '.join(allowed)}{_near(location[-1], allowed)}"
    if kind in {"enum", "literal_error"}:
        allowed = choices_of(mistake)
        return f"{mistake['input']!r} is none of {', '.join(allowed)}{_near(mistake['input'], allowed)}"
    if kind in {"model_type", "dataclass_type"} and location:
        return f"write it as fields: {{{', '.join(f'{name}: …' for name in allowed_at((*location, '')))}}}"
    return _lower(mistake["msg"].removeprefix("Value error, "))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def allowed_at(location: Location) -> Sequence[str]:
    """The fields of the part that the last name of a location stands in."""
    inside = next((part for part in reversed(location[:-1]) if part in _PARTS), None)
    return _names(Rule) if inside is None else _PARTS[inside]


def choices_of(mistake: ErrorDetails) -> list[str]:
    """The names of pydantic's `'a', 'b' or 'c'`."""
    expected = str(mistake.get("ctx", {}).get("expected", ""))
    return [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(", ") if part.strip()]


def _near(word: Any, known: Sequence[str]) -> str:
    found = get_close_matches(str(word), known, n=1)
    return f" (did you mean {found[0]}?)" if found else ""

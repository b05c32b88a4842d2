"""What is wrong with a written row, as a sentence: what is allowed there, and the nearest known name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.written import Location


def names_of(model: type[BaseModel]) -> tuple[str, ...]:
    """A model's fields as they are written in a file."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _nothing(part: Any, before: Sequence[str | int], last: str | int, mistake: ErrorDetails) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a kind of row may hold. `parts`: by the word that a part stands under, the fields that it takes; `forms`: how a
    text of each pattern is written, in words; `mend` puts right what only this kind of row knows how to."""

    model: type[BaseModel]
    parts: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, str]
    mend: Callable[[Any, Sequence[str | int], str | int, ErrorDetails], bool] = _nothing

    def allowed_at(self, location: Location) -> Sequence[str]:
        """The fields of the part that the last name of a location stands in."""
        inside = next((part for part in reversed(location[:-1]) if part in self.parts), None)
        return names_of(self.model) if inside is None else self.parts[inside]


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


def sentences(grammar: Grammar, error: ValidationError) -> Iterator[tuple[Location, str]]:
    """Each mistake's place in the row, and its sentence. The row's own check names its places itself."""
    found = error.errors(include_url=False)
    for mistake in found:
        location = tuple(str(part) for part in mistake["loc"] if part != "[key]")
        if not _own(mistake) and not _empty_by_others(mistake, found):
            yield location, _sentence(grammar, mistake, location)
    yield from own_mistakes(error)


def _empty_by_others(mistake: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list is too short only because what stands in it is wrong."""
    at = mistake["loc"]
    return mistake["type"] == "too_short" and any(one["loc"][: len(at)] == at and len(one["loc"]) > len(at) for one in found)


def _own(mistake: ErrorDetails) -> bool:
    return mistake["type"] == "value_error" and not mistake["loc"]


def own_mistakes(error: ValidationError) -> Iterator[tuple[Location, str]]:
    """What the row's own check found: it comes only where every field has its form."""
    for mistake in error.errors(include_url=False):
        for line in mistake["msg"].removeprefix("Value error, ").split("\n") if _own(mistake) else ():
            place, _, text = line.partition(": ")
            yield tuple(place.split(".")), text


def _sentence(grammar: Grammar, mistake: ErrorDetails, location: Location) -> str:
    kind = mistake["type"]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "string_pattern_mismatch":
        return f"{mistake['input']!r} is not {grammar.forms.get(mistake['ctx']['pattern'], mistake['ctx']['pattern'])}"
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        allowed = grammar.allowed_at(location)
        return f"is no field here; allowed: {', '.join(allowed)}{near(location[-1], allowed)}"
    if kind in {"enum", "literal_error"}:
        allowed = choices_of(mistake)
        return f"{mistake['input']!r} is none of {', '.join(allowed)}{near(mistake['input'], allowed)}"
    if kind in {"model_type", "dataclass_type"} and location:
        return f"write it as fields: {{{', '.join(f'{name}: …' for name in grammar.allowed_at((*location, '')))}}}"
    return _lower(mistake["msg"].removeprefix("Value error, "))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def choices_of(mistake: ErrorDetails) -> list[str]:
    """The names of pydantic's `'a', 'b' or 'c'`."""
    expected = str(mistake.get("ctx", {}).get("expected", ""))
    return [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(", ") if part.strip()]


def near(word: Any, known: Iterable[str]) -> str:
    """` (did you mean …?)` with the nearest known name, or nothing."""
    found = get_close_matches(str(word), list(known), n=1)
    return f" (did you mean {found[0]}?)" if found else ""

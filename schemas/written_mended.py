"""Looking on behind a mistake: a row as it was probably meant, so that what else is wrong with it is named in the same go.

A field of an unknown name is taken for the nearest known one or left out, an unknown word for the nearest known one; the
grammar of the kind of row may know more. What cannot be guessed so is left, and then nothing more is said of the row until it
is put right.
"""

from collections.abc import Iterator
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.written import Location
from schemas.written_sentences import Grammar, choices_of, own_mistakes, sentences

_ROUNDS = 3


def all_sentences(grammar: Grammar, row: Any, error: ValidationError) -> Iterator[tuple[Location, str]]:
    """The mistakes of a row, and those that they hide."""
    yield from sentences(grammar, error)
    row = deepcopy(row)
    for _ in range(_ROUNDS):
        mended = [_mended(grammar, row, mistake) for mistake in error.errors(include_url=False)]
        if not all(mended):
            return
        try:
            grammar.model.model_validate(row)
            return
        except ValidationError as err:
            error = err
        if own := list(own_mistakes(error)):
            yield from own
            return


def _mended(grammar: Grammar, row: Any, mistake: ErrorDetails) -> bool:
    """Put one mistake right in the row; whether that could be done."""
    *before, last = mistake["loc"] or ("",)
    part = row
    for name in before:
        try:
            part = part[name]
        except (KeyError, IndexError, TypeError):
            return False
    location = tuple(str(name) for name in mistake["loc"])
    kind = mistake["type"]
    if kind == "extra_forbidden":
        near = get_close_matches(str(last), grammar.allowed_at(location), n=1)
        value = part.pop(last)
        if near and near[0] not in part:
            part[near[0]] = value
        return True
    if kind in {"enum", "literal_error"}:
        near = get_close_matches(str(mistake["input"]), choices_of(mistake), n=1)
        if near and last != "[key]":
            part[last] = near[0]
        return bool(near) and last != "[key]"
    return grammar.mend(part, before, last, mistake)

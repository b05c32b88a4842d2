"""The words of a plan: both languages, short, printable, and in drafts only what can be filled in."""

import re
from collections.abc import Iterator, Sequence
from string import Formatter
from unicodedata import category

from schemas.plans.model import DRAFT_FIELDS, NOTE, Draft, Plan, Step
from schemas.site import Name
from schemas.written_sentences import near

LONGEST = 240
"""Characters of one text: a guard reads two lines, and the paper has a page."""

_FILLED = re.compile(r"\{([\w:]*)\}")


def text_mistakes(plan: Plan) -> Iterator[str]:
    """Each as `place: sentence`."""
    for place, text in texts_of(plan):
        for language, words in (("zh", text.zh), ("en", text.en)):
            yield from (f"{place}.{language}: {said}" for said in _of_words(words))
        if not place.endswith("draft.text") and (found := _FILLED.search(text.zh + text.en)):
            yield f"{place}: {{{found[1]}}} is filled in a draft alone"
    for number, step in enumerate(plan.steps):
        if step.draft is not None:
            noted = [f"{NOTE}:{above.id}" for above in plan.steps[:number] if above.asks]
            yield from (f"steps.{number}.draft.text{said}" for said in _of_draft(step.draft, [*DRAFT_FIELDS, *noted]))


def texts_of(plan: Plan) -> Iterator[tuple[str, Name]]:
    """Every text of the plan with its place."""
    yield "name", plan.name
    yield "opens_on", plan.opens_on
    for number, step in enumerate(plan.steps):
        yield from ((f"steps.{number}.{place}", text) for place, text in _texts_of(step))


def _texts_of(step: Step) -> Iterator[tuple[str, Name]]:
    yield "text", step.text
    yield from ((name, text) for name, text in (("hint", step.hint), ("who", step.who)) if text is not None)
    yield from ((f"answers.{number}.text", answer.text) for number, answer in enumerate(step.answers))
    if step.draft is not None:
        yield "draft.text", step.draft.text
    if step.reminder is not None:
        yield "reminder.text", step.reminder.text


def _of_words(words: str) -> Iterator[str]:
    if not words.strip():
        yield "is empty: a plan is read in both languages"
    if len(words) > LONGEST:
        yield f"has {len(words)} characters; at most {LONGEST}: nobody reads more in an emergency"
    if any(category(one)[0] == "C" or category(one) in {"Zl", "Zp"} for one in words):
        yield "holds a line break or a character that does not print: write one line"


def _of_draft(draft: Draft, known: Sequence[str]) -> Iterator[str]:
    """`known` are the fields that can be filled: what the incident tells, and what a step above asks to be written."""
    found = {language: _fields(draft.text.in_language(language)) for language in ("zh", "en")}
    for language, fields in found.items():
        if fields is None:
            yield f".{language}: a {{ or }} is left open; a field is written {{address}}"
        for name in fields or ():
            if name not in known:
                yield f".{language}: {{{name}}} is no field; there are {', '.join(known)}{near(name, known)}"
    if (zh := found["zh"]) is not None and (en := found["en"]) is not None and zh != en:
        yield f": {', '.join(sorted(zh ^ en))} stands in one language alone: whoever listens misses it"


def _fields(words: str) -> set[str] | None:
    """The names in braces, with whatever else stands in them; None where a brace is left open."""
    try:
        parts = list(Formatter().parse(words))
    except ValueError:
        return None
    return {
        name + (f"!{turned}" if turned else "") + (f":{form}" if form else "")
        for _, name, form, turned in parts
        if name is not None
    }

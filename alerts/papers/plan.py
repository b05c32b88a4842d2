"""An emergency plan on one page, for when the screens are dark: what to do, who, by when, and room to note it."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any, Literal

from alerts.papers.typeset import Typeset, typeset
from schemas.plans import words
from schemas.plans.model import Draft, Plan, Step
from schemas.site import Contact, Name, Site

Language = Literal["zh", "en"]
TEMPLATE = "plan.typ"

_LABELS: Mapping[str, Name] = {
    "kind": Name("应急预案", "Emergency plan"),
    "opens_on": Name("启动", "Opens on"),
    "step": Name("做什么", "What to do"),
    "who": Name("谁做", "Who"),
    "when": Name("什么时候", "When"),
    "time": Name("时间", "Time"),
    "name": Name("姓名", "Name"),
    "say": Name("照着说", "Say"),
    "number": Name("步", "No."),
    "remarks": Name("备注", "Remarks"),
}
_HEAD = (Name("日期", "Date"), Name("启动时间", "Opened at"), Name("地点", "Place"), Name("填表人", "Kept by"))
_RULES = Name(
    "从上往下做，做完打勾，写时间和姓名。时间从启动算起，或从“什么时候”写的那一步算起。",
    "Work from top to bottom: tick, time, name. Times count from the opening, or from the step named under When.",
)


def plan_paper(plan: Plan, language: Language, site: Site | None = None) -> Typeset:
    """The plan as PDF; with the telephone numbers of a site where one is given."""
    return typeset(TEMPLATE, plan_data(plan, language, site))


def plan_data(plan: Plan, language: Language, site: Site | None = None) -> Mapping[str, Any]:
    """What stands on the page, in one language alone."""
    contacts = site.contacts if site is not None else {}
    return {
        "language": language,
        "labels": {key: label.in_language(language) for key, label in _LABELS.items()},
        "head": [label.in_language(language) for label in _HEAD],
        "rules": _RULES.in_language(language),
        "title": plan.name.in_language(language),
        "version": f"第{plan.version}版" if language == "zh" else f"Version {plan.version}",
        "opens_on": plan.opens_on.in_language(language),
        "steps": [_step(plan, number, step, language, contacts) for number, step in enumerate(plan.steps, 1)],
    }


def _step(plan: Plan, number: int, step: Step, language: Language, contacts: Mapping[str, Contact]) -> Mapping[str, Any]:
    return {
        "number": number,
        "text": step.text.in_language(language),
        "who": words.who(step, language),
        "begins": words.begins(plan, step, language),
        "due": words.due(step, language),
        "answers": [[one.text.in_language(language), words.leads(plan, step, one, language)] for one in step.answers],
        "notes": list(_notes(step, language, contacts)),
        "to": step.draft.to if step.draft is not None else None,
        "say": list(_said(step.draft, language)) if step.draft is not None else [],
        "signatures": 2 if step.two_people else 1,
    }


def _notes(step: Step, language: Language, contacts: Mapping[str, Contact]) -> Iterator[str]:
    if (contact := contacts.get(step.call or "")) is not None:
        yield f"{contact.name.in_language(language)} {contact.phone}"
    if step.hint is not None:
        yield step.hint.in_language(language)
    if step.rows is not None:
        yield words.ROWS[step.rows.of].in_language(language)
    if step.asks is not None:
        yield words.IN_WORDS.in_language(language)
    if step.entries:
        yield words.EACH_TIME.in_language(language)
    if said := words.two(step, language):
        yield said
    if said := words.reminder(step, language):
        yield said


def _said(draft: Draft, language: Language) -> Iterator[tuple[str, bool]]:
    """The words in pieces, each with whether it is a blank to be filled in."""
    for text, field, _, _ in Formatter().parse(draft.text.in_language(language)):
        if text:
            yield text, False
        if field is not None:
            yield words.FIELDS[field].in_language(language), True

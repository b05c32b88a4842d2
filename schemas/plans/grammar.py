"""What a plan's file may hold, for the sentences of schemas/written_sentences.py."""

from dataclasses import fields

from schemas.conditions import PATTERNS
from schemas.plans.model import DRAFT_TO, PLAN_ID, STEP_ID, Answer, Draft, Plan, Reminder, Rows, Step, When
from schemas.site import Name
from schemas.written_sentences import Grammar, names_of

GRAMMAR = Grammar(
    Plan,
    {
        "steps": names_of(Step),
        "answers": names_of(Answer),
        "when": names_of(When),
        "rows": names_of(Rows),
        "draft": names_of(Draft),
        "reminder": names_of(Reminder),
        **dict.fromkeys(("name", "opens_on", "text", "hint", "who"), tuple(field.name for field in fields(Name))),
    },
    {
        **PATTERNS,
        PLAN_ID: "a plan's id: small letters, digits and -, a letter first, two to 41 in all",
        STEP_ID: "an id: small letters, digits and _, a letter first, two to 41 in all",
        DRAFT_TO: "a telephone number: three to twelve digits, quoted",
    },
)

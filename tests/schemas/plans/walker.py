"""Every way through a plan, slowly: each combination of answers, and what starts with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from schemas.plans.model import Ending, Plan, Step


@dataclass(frozen=True)
class Way:
    """The steps that one combination of answers starts, and as what an answer ends it, if one does."""

    answers: Mapping[str, str]
    started: frozenset[str]
    ending: Ending | None


def ways(plan: Plan) -> Iterator[Way]:
    """One for each combination of answers to all questions."""
    questions = [step for step in plan.steps if step.answers]
    for chosen in product(*(step.answers for step in questions)):
        answers = {step.id: answer.id for step, answer in zip(questions, chosen, strict=True)}
        started = _started(plan, answers)
        endings = (answer.ends for step, answer in zip(questions, chosen, strict=True) if step.id in started)
        yield Way(answers, started, next(filter(None, endings), None))


def _started(plan: Plan, answers: Mapping[str, str]) -> frozenset[str]:
    ending = {(step.id, answer.id) for step in plan.steps for answer in step.answers if answer.ends}
    started: set[str] = set()
    for step in plan.steps:
        if _starts(step, answers, started, ending):
            started.add(step.id)
    return frozenset(started)


def _starts(step: Step, answers: Mapping[str, str], started: set[str], ending: set[tuple[str, str]]) -> bool:
    above = step.when.step if step.when else step.after
    if above is None:
        return True
    if above not in started or (above, answers.get(above, "")) in ending:
        return False
    return step.when is None or answers[above] in step.when.answers

"""What fits together in a plan: every reference resolves, nothing waits for itself, every question can be answered."""

from collections.abc import Iterator

from schemas.plans.model import Plan, Step


def mistakes(plan: Plan) -> Iterator[str]:
    """Each as `place: sentence`, place as `steps.3.after`."""
    ids = [step.id for step in plan.steps]
    for place, step in enumerate(plan.steps):
        if step.id in ids[:place]:
            yield f"steps.{place}.id: the step {step.id} is there twice"
        yield from _of_step(plan, place, step, ids[:place])
    for point, steps in plan.points.items():
        for step_id in steps:
            if step_id not in ids:
                yield f"points.{point}: there is no step {step_id}"


def _of_step(plan: Plan, place: int, step: Step, before: list[str]) -> Iterator[str]:
    at = f"steps.{place}"
    if step.due_s is not None and step.by_clock is not None:
        yield f"{at}.by_clock: give due_s or by_clock, not both"
    if step.after is not None and step.when is not None:
        yield f"{at}.when: give after or when, not both"
    if step.after is not None and step.after not in before:
        yield f"{at}.after: there is no step {step.after} above this one"
    if step.when is not None:
        yield from _branch(plan, at, step, before)
    if len(step.answers) == 1:
        yield f"{at}.answers: a question has two answers at least"
    if len({answer.id for answer in step.answers}) < len(step.answers):
        yield f"{at}.answers: two answers have the same id"
    if step.answers and (step.two_people or step.rows):
        yield f"{at}.answers: a question has no rows and needs no second person"
    if step.answers and step.may_skip:
        yield f"{at}.may_skip: a question is answered, not skipped: may_skip: false"


def _branch(plan: Plan, at: str, step: Step, before: list[str]) -> Iterator[str]:
    assert step.when is not None
    asked = plan.step(step.when.step) if step.when.step in before else None
    if asked is None:
        yield f"{at}.when.step: there is no step {step.when.step} above this one"
        return
    known = [answer.id for answer in asked.answers]
    for answer in step.when.answers:
        if answer not in known:
            yield f"{at}.when.answers: {step.when.step} has no answer {answer}; it has {', '.join(known) or 'none'}"

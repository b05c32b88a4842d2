"""What fits together in a plan: references resolve, steps can start, questions can be answered, every path ends.

texts.py looks at the words.
"""

from collections.abc import Iterator

from schemas.plans.model import Crew, Plan, Step
from schemas.plans.texts import text_mistakes
from schemas.written_sentences import near


def mistakes(plan: Plan) -> Iterator[str]:
    """Each as `place: sentence`, place as `steps.3.after`."""
    ids = [step.id for step in plan.steps]
    for place, step in enumerate(plan.steps):
        if step.id in ids[:place]:
            yield f"steps.{place}.id: the step {step.id} is there twice"
        yield from _of_step(plan, place, step, ids)
    yield from _never(plan)
    yield from _points(plan, ids)
    yield from text_mistakes(plan)


def unended(plan: Plan) -> Iterator[str]:
    """Of a plan that is right in itself: where its path would run out without anybody who says that it is over.

    The last step closes a plan. This is asked of every plan that is read from a file.
    """
    last, at = plan.steps[-1], f"steps.{len(plan.steps) - 1}"
    if last.role not in {Crew.SUPERVISOR, Crew.MANAGER}:
        yield f"{at}.role: the last step closes the plan: its role is supervisor or manager"
    if last.answers:
        yield f"{at}.answers: the last step closes the plan and asks nothing"
    step: Step | None = last
    while step is not None:
        for answer in _left_out(plan, step):
            where = f"steps.{plan.steps.index(step)}.when.answers"
            yield f"{where}: no path ends with the answer {answer}: {last.id}, which closes the plan, never starts"
        step = _parent(plan, step)


def _left_out(plan: Plan, step: Step) -> Iterator[str]:
    """The answers that neither start a step with `when` nor end the plan."""
    asked = plan.step(step.when.step) if step.when is not None else None
    if step.when is not None and asked is not None:
        yield from (answer.id for answer in asked.answers if not answer.ends and answer.id not in step.when.answers)


def _parent(plan: Plan, step: Step) -> Step | None:
    """The step that it waits for."""
    above = step.when.step if step.when is not None else step.after
    return None if above is None else plan.step(above)


def _of_step(plan: Plan, place: int, step: Step, ids: list[str]) -> Iterator[str]:
    at = f"steps.{place}"
    if step.due_s is not None and step.by_clock is not None:
        yield f"{at}.by_clock: give due_s or by_clock, not both"
    if step.after is not None and step.when is not None:
        yield f"{at}.when: give after or when, not both"
    if step.after is not None and step.after not in ids[:place]:
        yield f"{at}.after: {_absent(step.after, place, ids)}"
    if step.when is not None:
        yield from _branch(plan, place, step, ids)
    if step.second is not None and not step.two_people:
        yield f"{at}.second: one person confirms this step: two_people: true, or leave second out"
    yield from _question(at, step)


def _absent(named: str, place: int, ids: list[str]) -> str:
    if named in ids[place + 1 :]:
        return f"{named} stands below; a step waits for one above it: move {named} up"
    if named == ids[place]:
        return "a step cannot wait for itself"
    return f"there is no step {named} above this one{near(named, ids[:place])}"


def _question(at: str, step: Step) -> Iterator[str]:
    if len(step.answers) == 1:
        yield f"{at}.answers: a question has two answers at least"
    if len({answer.id for answer in step.answers}) < len(step.answers):
        yield f"{at}.answers: two answers have the same id"
    if step.answers and (step.two_people or step.rows):
        yield f"{at}.answers: a question has no rows and needs no second person"
    if step.asks and (step.answers or step.two_people or step.rows):
        yield f"{at}.asks: words are asked with one person's tick: not with answers, rows or two_people"
    if step.answers and step.may_skip:
        yield f"{at}.may_skip: a question is answered, not skipped: may_skip: false"


def _branch(plan: Plan, place: int, step: Step, ids: list[str]) -> Iterator[str]:
    assert step.when is not None
    at, named = f"steps.{place}.when", step.when.step
    asked = plan.step(named) if named in ids[:place] else None
    if asked is None:
        yield f"{at}.step: {_absent(named, place, ids)}"
        return
    known = [answer.id for answer in asked.answers]
    for answer in step.when.answers:
        if answer not in known:
            has = f"it has {', '.join(known)}{near(answer, known)}" if known else "it asks nothing: use after"
            yield f"{at}.answers: {named} has no answer {answer}; {has}"


def _never(plan: Plan) -> Iterator[str]:
    """Steps that wait for answers that all end the plan."""
    for place, step in enumerate(plan.steps):
        asked = _parent(plan, step)
        if asked is None or not asked.answers:
            continue
        wanted = [answer for answer in asked.answers if step.when is None or answer.id in step.when.answers]
        if wanted and all(answer.ends for answer in wanted):
            field = "when" if step.when else "after"
            ending = ", ".join(answer.id for answer in wanted)
            yield f"steps.{place}.{field}: {step.id} never starts: every answer that it waits for ends the plan ({ending})"


def _points(plan: Plan, ids: list[str]) -> Iterator[str]:
    for point, steps in plan.points.items():
        if not steps:
            yield f"points.{point}: names no step"
        for step_id in steps:
            if step_id not in ids:
                yield f"points.{point}: there is no step {step_id}{near(step_id, ids)}"

"""What pressing leads to, and what every press needs: a step or a line by its name, the run with it, the log's words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from alerts.incidents.incident import Refused
from alerts.plans.run import Row, Run, StepState
from schemas.plans.model import Step


@dataclass(frozen=True, slots=True)
class Pressed:
    """The run after it, and what the log says: `what` holds the step's words, so that the log can be read without the plan."""

    run: Run
    action: str
    what: Mapping[str, Any]


def row_of(state: StepState, identity: str) -> Row:
    """A line of a step's list; Refused where it has none of that name."""
    row = next((row for row in state.rows if row.id == identity), None)
    if row is None:
        raise Refused("row_unknown")
    return row


def with_row(state: StepState, row: Row) -> StepState:
    return replace(state, rows=tuple(row if one.id == row.id else one for one in state.rows))


def step_of(run: Run, identity: str) -> Step:
    """A step of the plan; Refused where it has none of that name."""
    step = run.plan.step(identity)
    if step is None:
        raise Refused("step_unknown")
    return step


def with_step(run: Run, step: Step, state: StepState) -> Run:
    """The run with a step as it stands now."""
    return replace(run, steps={**run.steps, step.id: state})


def number_of(run: Run, step: Step) -> int:
    return run.plan.steps.index(step) + 1


def says(run: Run, step: Step, row: Row | None = None) -> Mapping[str, Any]:
    """The step, and the line of its list, in the log's words."""
    line = {"row": [row.on_paper.zh, row.on_paper.en]} if row else {}
    return {"step": step.id, "no": number_of(run, step), "says": [step.text.zh, step.text.en], **line}

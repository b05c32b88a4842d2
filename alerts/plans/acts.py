"""What people press in a plan that runs, and whose step it is. press.py says what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts.plans.run import StepState
from schemas.plans.model import Crew, Step


@dataclass(frozen=True, slots=True)
class Tick:
    """The step is done; where two must confirm, one of the two says so. `text` is what the step asks to be written."""

    step: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """An answer to a step that asks."""

    step: str
    answer: str


@dataclass(frozen=True, slots=True)
class SayAgain:
    """Another answer to a step that was answered, for a reason."""

    step: str
    answer: str
    why: str


@dataclass(frozen=True, slots=True)
class AddEntry:
    """A line added to an open step, about a line of its list where `row` names one; what the step reminds of was done."""

    step: str
    text: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """The step is left out, for a reason."""

    step: str
    why: str


@dataclass(frozen=True, slots=True)
class TickRow:
    """One line of a step's list is done, or cannot be: then the remark says why."""

    step: str
    row: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """How a line's place looks, `side` "before" or "after"; the later picture counts. `file` is what the log says of it."""

    step: str
    row: str
    side: str
    file: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undo:
    """Take a tick back, of a step or of a line of its list, or an answer that ended the plan, within UNDO of it and while
    nothing has followed from it."""

    step: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the plan before its end."""

    why: str


TICKS: Mapping[str, frozenset[Crew]] = {
    "guard": frozenset({Crew.GUARD, Crew.STEWARD}),
    "steward": frozenset({Crew.STEWARD}),
    "supervisor": frozenset(Crew),
    "manager": frozenset(Crew),
}
"""Whose steps an account of a role may tick. The guard ticks for a steward who reports by radio."""


def may_tick(step: Step, role: str, state: StepState) -> bool:
    """Whether an account of this role ticks this step as it stands: where two confirm, the second may be of another one."""
    wanted = {step.role, step.second} if state.first_by else {step.role}
    return not wanted.isdisjoint(TICKS.get(role, frozenset()))

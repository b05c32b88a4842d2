"""A plan is a row of steps, never code: who does what until when, what hangs on which answer, what the system does by itself.

A step starts when the plan opens; or, where it comes `after` another, when that one is done or skipped; or, with `when`, as
soon as that question has one of the answers. `due_s` counts from the step's start, so from the opening for the first ones.
`by_clock` is a local time instead, the next one after the opening. A plan in an incident runs from a copy of itself.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.conditions import Clock, Strict
from schemas.site import Name

STEP_ID = r"^[a-z][a-z0-9_]{1,40}$"
PLAN_ID = r"^[a-z][a-z0-9-]{1,40}$"
DRAFT_TO = r"^\d{3,12}$"

DRAFT_FIELDS = ("address", "building", "spot", "floor", "what", "gate", "count", "callback")
"""What is filled into a draft's words. `spot` is the building or place with its floor, where that is known."""

NOTE = "note"
"""With a step's id, `{note:where}`, it is what was written with that step."""

StepId = Annotated[str, Field(pattern=STEP_ID)]


class Crew(StrEnum):
    """Whose account ticks a step. A supervisor and a manager may tick any; who acts outside the system is in `who`."""

    GUARD = "guard"
    STEWARD = "steward"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"


class RowsOf(StrEnum):
    """Lists that the system makes when a step starts, one tick a row."""

    DOORS = "doors"  # the unit doors of the incident's building, to release and look at
    VEHICLES = "vehicles"  # those that stand in a fire lane of the building, by plate, with their owners
    PARKED = "parked"  # vehicles that are known to stand in a garage, by plate, with their owners
    HELPLESS = (
        "helpless"  # the households of the care list, of the incident's building alone; outside of one all, nearest first
    )
    ELDERLY = "elderly"  # all households of the care list, those of the building first, then the nearest
    RAMPS = "ramps"  # garage ramps
    PUMPS = "pumps"  # pump pits; each tick is a line of the pumps' log
    AREAS = "areas"  # what is cleared of snow, by priority
    FOOTAGE = "footage"  # the nearest cameras, as many as the step shows, each with its recorder and from when on


class Tells(StrEnum):
    """What the system knows and says with a step."""

    WARNING = "warning"  # the official warnings that are in force, with their colour
    ASSEMBLY = "assembly"  # the nearest assembly point; of a building its households and its steward too
    AED = "aed"  # the nearest AED


class Scope(StrEnum):
    """Of what there is one plan at a time; alerts that ask for it there are one incident."""

    SITE = "site"  # it rains and snows on everything at once
    BUILDING = "building"  # a building; outside of one a place, as a garage or a gate; else the device


class Plot(StrEnum):
    """What a plan draws beside its steps."""

    WATER_LEVEL = "water_level"  # the levels of the last hours against the rules' lines


class Ending(StrEnum):
    """As what a plan proposes to close its incident when an answer ends it early."""

    NUISANCE = "nuisance"
    EQUIPMENT = "equipment"


class Asks(StrEnum):
    """What a step wants besides its tick."""

    TEXT = "text"  # words, kept with the step


class Answer(Strict):
    """One answer to a step that asks. With `ends` the rest of the plan is not needed."""

    id: StepId
    text: Name
    ends: Ending | None = None


class When(Strict):
    """The branch: a step starts when `step` was answered by one of `answers`."""

    step: StepId
    answers: Annotated[tuple[StepId, ...], Field(min_length=1)]


class Rows(Strict):
    """A list in a step. The step is done when every row is ticked or has a remark; `pictures` asks one before and one after."""

    of: RowsOf
    pictures: bool = False


class Draft(Strict):
    """Words to say on the telephone. They may hold {address}, {building}, {spot}, {floor}, {what}, {gate}, {count} and
    {callback}, and what was written with a step above, as {note:where}."""

    to: Annotated[str, Field(pattern=DRAFT_TO)] | None = None
    text: Name


class Reminder(Strict):
    """What is said again and again while the step is open."""

    every_s: Annotated[int, Field(ge=10, le=86_400)]
    text: Name


class Step(Strict):
    """One point of the plan.

    Of `two_people` the first has the step's `role`; the other too, or that of `second` where it is given (`steward`: anybody of
    the crew). `call` names one of the site's contacts, whose number stands with the step. With `ways_out` the cameras shown are
    those on the ways to the gates, where somebody goes next. What `asks` is not done without those words. With `entries`, lines
    are added to it while it is open.
    """

    id: StepId
    text: Name
    hint: Name | None = None
    role: Crew
    who: Name | None = None
    due_s: Annotated[int, Field(ge=1, le=7 * 86_400)] | None = None
    by_clock: Clock | None = None
    after: StepId | None = None
    when: When | None = None
    answers: tuple[Answer, ...] = ()
    asks: Asks | None = None
    entries: bool = False
    may_skip: bool = True
    two_people: bool = False
    second: Crew | None = None
    rows: Rows | None = None
    tells: Tells | None = None
    call: StepId | None = None
    show_cameras: Annotated[int, Field(ge=1, le=9)] | None = None
    ways_out: bool = False
    draft: Draft | None = None
    reminder: Reminder | None = None

    @property
    def takes_entries(self) -> bool:
        """Whether lines can be added while it is open: what is said again and again is written down each time."""
        return self.entries or self.reminder is not None


class Plan(Strict):
    """A whole plan. `points` names, for each point that the house's paper asks for, the steps that carry it."""

    id: Annotated[str, Field(pattern=PLAN_ID)]
    version: Annotated[int, Field(ge=1)]
    name: Name
    opens_on: Name
    scope: Scope = Scope.BUILDING
    plot: Plot | None = None
    points: Mapping[str, tuple[StepId, ...]] = Field(default_factory=dict)
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Names every mistake at once, one a line as `place: sentence`."""
        from schemas.plans.check import mistakes

        if found := list(mistakes(self)):
            raise ValueError("\n".join(found))
        return self

    def step(self, identity: str) -> Step | None:
        """The step of that id."""
        return next((step for step in self.steps if step.id == identity), None)

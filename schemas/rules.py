"""A rule is a row: what it looks at, the kernel that judges it, its numbers with their reasons.

Rows are written in YAML, one file a family (schemas/catalogue/). Every number stands under `thresholds` and nowhere else, named
by what it is and its unit (`window_s`, `events_n`, `line_m`), with the reason beside it. Reading refuses a wrong row
with RuleError: every mistake at once, each with file, line, rule and field. rules_check.py says what fits together, kernels.py
what each kernel takes, conditions.py what a row can be asked. docs/rules.md is the same for people.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.alerts import Severity
from schemas.conditions import Attribute, Condition, Hours, Strict
from schemas.events import Kind
from schemas.examples import Example
from schemas.incidents import Reason
from schemas.kernels import FORMS, Kernel
from schemas.plans.model import PLAN_ID
from schemas.site import Name

CATALOGUE = Path(__file__).parent / "catalogue"


class Key(StrEnum):
    """Whose events are judged together. An event without such a key (no subject, a device of no building) matches nothing.

    Place, building and box are the device's (Device.place, .building). Person and household are those that the lists of cards,
    faces and vehicles give for the subject; a subject that no list knows is its own person and has no household. Zone is
    the device's zone, bay the attribute `bay` of the device's lot, site the whole community.
    """

    DEVICE = "device"
    SUBJECT = "subject"
    BUILDING = "building"
    PLACE = "place"
    ZONE = "zone"
    BAY = "bay"
    PERSON = "person"
    HOUSEHOLD = "household"
    SITE = "site"


class Of(StrEnum):
    """By what events of one key are told apart. Source is device and type together; face_household is the household, or the
    subject itself where no list knows it: a stranger is a household of his own."""

    DEVICE = "device"
    SUBJECT = "subject"
    BUILDING = "building"
    PLACE = "place"
    SOURCE = "source"
    PERSON = "person"
    HOUSEHOLD = "household"
    FACE_HOUSEHOLD = "face_household"


class Box(StrEnum):
    """What devices hang on: the loss of one silences them (columns of the site's devices)."""

    SWITCH = "switch"
    RECORDER = "recorder"
    CONTROLLER = "controller"
    POWER = "power"


LARGEST = 1e12
"""What a threshold may be at most: within it no arithmetic of a kernel overflows, and JSON and PostgreSQL hold it."""


class Threshold(Strict):
    """A number and why it is that number."""

    value: Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]
    reason: Annotated[str, Field(min_length=10)]


RULE_ID = r"^[a-z][a-z0-9-]*$"
RuleId = Annotated[str, Field(pattern=RULE_ID, max_length=60)]
PlanId = Annotated[str, Field(pattern=PLAN_ID)]


class Rule(Strict):
    """One rule, checked against its kernel's form.

    `hours` bound what may raise, never what ends. `worst` is how far `rises` (a role, or thresholds.rise_after_s) may take the
    severity, a step each time; `falls` takes a step back, never below `severity`. `muted_by` names rules: while one of them
    has an open alert of the same device, an alert of this rule becomes its child. An outage joins the alerts of `children` by
    the `box` that their devices hang on. `alike` names attributes: an alert is not raised where between its first event and
    then a row of the role `doubt`, which names nobody, agrees with the first event in alike_n of them and differs in none.
    `closes_as`: an incident that such an alert opened closes by itself, as this, when all its alerts have ended.
    """

    id: RuleId
    version: Annotated[int, Field(ge=1)]
    name: Name
    kernel: Kernel
    kind: Kind
    match: Mapping[str, Condition] = {}
    key: Key = Key.DEVICE
    of: Of | None = None
    hours: Hours | None = None
    severity: Severity
    worst: Severity | None = None
    plan: PlanId | None = None
    closes_as: Reason | None = None
    muted_by: tuple[RuleId, ...] = ()
    box: Box | None = None
    children: tuple[RuleId, ...] = ()
    alike: tuple[Attribute, ...] = ()
    by: Literal["walk", "drive"] = "walk"
    measure: Literal["count", "sum", "mean"] = "count"
    thresholds: Mapping[str, Threshold] = {}
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _fits_its_kernel(self) -> Self:
        from schemas.rules_check import mistakes

        found = list(mistakes(self))
        if found:
            raise ValueError("\n".join(found))
        return self

    def named(self, parameter: str, unit: str) -> str | None:
        """The threshold's name for a parameter; a parameter of any unit takes the first that begins so."""
        if unit:
            return name if (name := f"{parameter}_{unit}") in self.thresholds else None
        return next((name for name in self.thresholds if name.startswith(parameter + "_")), None)

    def limit(self, parameter: str, default: float) -> float:
        """The threshold of a parameter of this rule's kernel (`window`, `events`, …), in the unit of its name."""
        name = self.named(parameter, FORMS[self.kernel].units.get(parameter, ""))
        return default if name is None else self.thresholds[name].value

    def branches(self, role: str) -> tuple[tuple[Kind, Condition], ...]:
        """Whose events play the role, and what they are asked: one, or several where `any` joins events of several kinds."""
        whole = self.match[role]
        if any(part.kind for part in whole.any_of):
            return tuple((part.kind or self.kind, part) for part in whole.any_of)
        return ((whole.kind or self.kind, whole),)

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """Every kind that the rule looks at."""
        return frozenset(kind for role in self.match for kind, _ in self.branches(role))

    @cached_property
    def hold_s(self) -> float:
        """For how long after a raise its key raises nothing more, in event time."""
        return self.limit("hold", 0.0)

    @cached_property
    def clear_after_s(self) -> float | None:
        """After how long an alert ends by itself, in event time; None where only an event ends it."""
        value = self.limit("clear_after", -1.0)
        return None if value < 0 else value

    @cached_property
    def rise_after_s(self) -> float | None:
        """After how long an open alert rises a step by itself; None where it does not."""
        value = self.limit("rise_after", -1.0)
        return None if value < 0 else value

    @cached_property
    def numbers(self) -> Mapping[str, float]:
        """Every threshold by its name with unit, as an alert's `why` shows them."""
        return {name: _short(threshold.value) for name, threshold in self.thresholds.items()}


def _short(value: float) -> float:
    return int(value) if value.is_integer() else value


def load_catalogue(folder: Path = CATALOGUE) -> Mapping[str, Rule]:
    """Every rule of the folder's YAML files, by id, in the order of files and rows; RuleError with every mistake."""
    from schemas.rules_file import read_rules

    return read_rules(sorted(folder.glob("*.yaml")))

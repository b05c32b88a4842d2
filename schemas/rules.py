"""A rule is a row: what it looks at, the kernel that judges it, its numbers with their reasons.

Rows are written in YAML, one file a family (schemas/catalogue/). Every number stands under `thresholds` and nowhere else, named
by what it is and its unit (`window_s`, `events_n`, `line_m`), with the reason beside it. Reading refuses a wrong row
with RuleError: every mistake at once, each with file, line, rule and field.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.alerts import Severity
from schemas.events import HEARTBEAT, TYPES, Kind
from schemas.site import Name

CATALOGUE = Path(__file__).parent / "catalogue"


class Kernel(StrEnum):
    """How a rule judges; streams/rules holds the machine of each."""

    EACH = "each"
    COUNT = "count"
    DISTINCT = "distinct"
    SEQUENCE = "sequence"
    WITHOUT = "without"
    ABSENCE = "absence"
    DWELL = "dwell"
    LEVEL = "level"
    TRAVEL = "travel"


class Key(StrEnum):
    """Whose events are judged together. Events without a key (no subject, a device of no building) match nothing."""

    DEVICE = "device"
    SUBJECT = "subject"
    BUILDING = "building"


class Form(BaseModel):
    """What a kernel takes: the roles of its conditions in their order, and its thresholds by name without unit."""

    model_config = ConfigDict(frozen=True)
    roles: tuple[str, ...]
    optional_roles: tuple[str, ...] = ()
    needs: Mapping[str, str]
    may: Mapping[str, str] = {}
    momentary: bool = True


ANY_UNIT = ""
_MOMENT = {"hold": "s", "clear_after": "s"}

FORMS: Mapping[Kernel, Form] = {
    Kernel.EACH: Form(roles=("event",), optional_roles=("clears",), needs={}, may=_MOMENT),
    Kernel.COUNT: Form(
        roles=("event",), optional_roles=("clears",), needs={"events": "n", "window": "s", "hold": "s"}, may=_MOMENT
    ),
    Kernel.DISTINCT: Form(
        roles=("event",), optional_roles=("clears",), needs={"values": "n", "window": "s", "hold": "s"}, may=_MOMENT
    ),
    Kernel.SEQUENCE: Form(roles=("first", "then"), optional_roles=("last", "clears"), needs={"window": "s"}, may=_MOMENT),
    Kernel.WITHOUT: Form(roles=("event", "unless"), needs={"window": "s"}, may={"before": "s", "hold": "s"}, momentary=False),
    Kernel.ABSENCE: Form(roles=("life",), needs={"window": "s"}, may={"hold": "s"}, momentary=False),
    Kernel.DWELL: Form(roles=("begins", "ends"), needs={"window": "s"}, may={"hold": "s"}, momentary=False),
    Kernel.LEVEL: Form(
        roles=("event",),
        needs={"line": ANY_UNIT, "low_line": ANY_UNIT, "over": "n", "readings": "n", "window": "s"},
        may={"hold": "s"},
        momentary=False,
    ),
    Kernel.TRAVEL: Form(
        roles=("event",),
        optional_roles=("clears",),
        needs={"speed": "m_per_s", "clock_allowance": "s", "window": "s", "hold": "s"},
        may=_MOMENT,
    ),
}
"""`momentary` kernels see an event and are done: `clears` or `clear_after_s` ends their alerts. The others see a state end."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Threshold(_Row):
    """A number and why it is that number."""

    value: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    reason: Annotated[str, Field(min_length=10)]


class Condition(_Row):
    """Which events play a role. All that is given must hold; a row that reports an initial state never matches.

    `types` empty means every type. `heartbeats` takes those too. `subject_in` names a list of the site. `at_least` and
    `at_most` compare a column with the threshold named; an event without a number there does not match.
    """

    types: frozenset[str] = frozenset()
    heartbeats: bool = False
    subject_in: Literal["watch_plates"] | None = None
    at_least: Mapping[Literal["score", "value"], str] = {}
    at_most: Mapping[Literal["score", "value"], str] = {}


class Rule(_Row):
    """One rule, checked against its kernel's form."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    version: Annotated[int, Field(ge=1)]
    name: Name
    kernel: Kernel
    kind: Kind
    match: Mapping[str, Condition]
    key: Key = Key.DEVICE
    of: Key | None = None
    severity: Severity
    thresholds: Mapping[str, Threshold] = {}

    @model_validator(mode="after")
    def _fits_its_kernel(self) -> Self:
        mistakes = [*self._wrong_roles(), *self._wrong_types(), *self._wrong_thresholds(), *self._wrong_rest()]
        if mistakes:
            raise ValueError("\n".join(mistakes))
        return self

    def _wrong_roles(self) -> Iterator[str]:
        form = FORMS[self.kernel]
        for role in form.roles:
            if role not in self.match:
                yield f"match: {self.kernel} needs {role}"
        for role in self.match:
            if role not in form.roles + form.optional_roles:
                yield f"match.{role}: {self.kernel} takes {', '.join(form.roles + form.optional_roles)}"

    def _wrong_types(self) -> Iterator[str]:
        for role, condition in self.match.items():
            unknown = sorted(condition.types - set(TYPES[self.kind]))
            if unknown:
                yield f"match.{role}.types: {self.kind} has no {', '.join(unknown)}; it has {', '.join(TYPES[self.kind])}"
            if condition.heartbeats and self.kernel is not Kernel.ABSENCE:
                yield f"match.{role}.heartbeats: a {HEARTBEAT} is life for absence and nothing else"
            for name in (*condition.at_least.values(), *condition.at_most.values()):
                if name not in self.thresholds:
                    yield f"match.{role}: threshold {name} is not given"

    def _wrong_thresholds(self) -> Iterator[str]:
        form = FORMS[self.kernel]
        known = {**form.needs, **form.may}
        for parameter, unit in form.needs.items():
            if self._named(parameter, unit) is None:
                yield f"thresholds: {self.kernel} needs {parameter}_{unit or 'UNIT'}"
        used = {name for parameter, unit in known.items() if (name := self._named(parameter, unit))}
        for condition in self.match.values():
            used |= {*condition.at_least.values(), *condition.at_most.values()}
        taken = ", ".join(f"{parameter}_{unit or 'UNIT'}" for parameter, unit in known.items())
        for name in sorted(set(self.thresholds) - used):
            yield f"thresholds.{name}: {self.kernel} takes {taken}"

    def _wrong_rest(self) -> Iterator[str]:
        if (self.of is None) == (self.kernel is Kernel.DISTINCT):
            yield "of: distinct says what is to differ (device, subject, building); no other kernel does"
        if FORMS[self.kernel].momentary and "clears" not in self.match and self.clear_after_s is None:
            yield "thresholds: an alert has to end: give match.clears or clear_after_s"
        for parameter in ("events", "values", "over", "readings"):
            number = self.limit(parameter, 1)
            if number != int(number) or not 1 <= number <= MOST:
                yield f"thresholds.{parameter}_n: a whole number from 1 to {MOST}"
        if self.kernel is Kernel.LEVEL and self.limit("over", 1) > self.limit("readings", 1):
            yield "thresholds.over_n: at most readings_n"
        if self.kernel is Kernel.LEVEL and self.limit("low_line", 0) > self.limit("line", 0):
            yield "thresholds.low_line: at most the line"

    def _named(self, parameter: str, unit: str) -> str | None:
        if unit:
            return name if (name := f"{parameter}_{unit}") in self.thresholds else None
        return next((name for name in self.thresholds if name.startswith(parameter + "_")), None)

    def limit(self, parameter: str, default: float) -> float:
        """The threshold of a parameter of this rule's kernel (`window`, `events`, …), in the unit of its name."""
        form = FORMS[self.kernel]
        name = self._named(parameter, {**form.needs, **form.may}.get(parameter, ANY_UNIT))
        return default if name is None else self.thresholds[name].value

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
    def numbers(self) -> Mapping[str, float]:
        """Every threshold by its name with unit, as an alert's `why` shows them."""
        return {name: _short(threshold.value) for name, threshold in self.thresholds.items()}


def _short(value: float) -> float:
    return int(value) if value.is_integer() else value


MOST = 32
"""Most events, values or readings that a rule may ask for: they are kept for every key."""


def load_catalogue(folder: Path = CATALOGUE) -> Mapping[str, Rule]:
    """Every rule of the folder's YAML files, by id, in the order of files and rows; RuleError with every mistake."""
    from schemas.rules_file import read_rules

    return read_rules(sorted(folder.glob("*.yaml")))

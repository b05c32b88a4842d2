"""Examples that stand beside a rule and are run by `gatehouse rules test`: events in, alerts expected."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from schemas.conditions import Strict
from schemas.events import HEARTBEAT, Kind
from schemas.lists import Entry, ListName


class ExampleEvent(Strict):
    """One event of an example, `at` seconds after its start. `repeat` says it so often, `every` seconds apart.

    `kind` is the rule's where it is left out. `type` may be `heartbeat`.
    """

    at: float
    type: str
    device: str
    kind: Kind | None = None
    subject: str | None = None
    score: float | None = None
    value: float | None = None
    zone: str | None = None
    direction: Literal["in", "out"] | None = None
    attributes: Mapping[str, Any] = {}
    initial: bool = False
    delay_s: float = 0.1
    repeat: Annotated[int, Field(ge=1)] = 1
    every: Annotated[float, Field(gt=0)] = 10.0

    @property
    def heartbeat(self) -> bool:
        """Whether it says only that the device lives."""
        return self.type == HEARTBEAT


class ExpectedAlert(Strict):
    """An alert of the rule that must come, and what of it must be so; what is left out may be anything. Seconds from the start.

    `cleared` absent: still open at `until`.
    """

    at: float
    device: str | None = None
    subject: str | None = None
    severity: int | None = None
    cleared: float | None = None
    child: bool = False


class Example(Strict):
    """Events in, alerts of this rule expected, exactly these. `until` is when watching ends, seconds from the start.

    `lists` are entries that stand in the lists meanwhile. `with_rules` are judged too (an outage needs its children).
    """

    says: Annotated[str, Field(min_length=5)]
    start: AwareDatetime
    until: float
    events: tuple[ExampleEvent, ...]
    alerts: tuple[ExpectedAlert, ...] = ()
    lists: Mapping[ListName, tuple[Entry, ...]] = {}
    with_rules: tuple[str, ...] = ()

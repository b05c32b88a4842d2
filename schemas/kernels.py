"""What each kernel takes: the roles of its conditions in their order, and its thresholds by name without unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


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
    SURPLUS = "surplus"
    MISMATCH = "mismatch"
    DEVIATION = "deviation"
    OUTAGE = "outage"


ANY_UNIT = ""


@dataclass(frozen=True)
class Form:
    """One kernel. `momentary` kernels see an event and are done: `clears` or `clear_after_s` ends their alerts.

    `whole` are thresholds that are whole numbers from 1 to MOST: so many events are kept for every key. An alert of
    `doubtful` kernels is about the time from a first event to the raise, in which somebody unnamed may have been who is missed.
    """

    roles: tuple[str, ...]
    optional_roles: tuple[str, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    may: Mapping[str, str] = field(default_factory=dict)
    momentary: bool = True
    whole: tuple[str, ...] = ()
    doubtful: bool = False

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Every parameter with its unit; ANY_UNIT where that is the rule's to say."""
        doubtful = DOUBTFUL if self.doubtful else {}
        return {**self.needs, **self.may, **COMMON, **(MOMENTARY if self.momentary else {}), **doubtful}

    @cached_property
    def all_roles(self) -> tuple[str, ...]:
        """Every role, in order: at the same instant a lower one stands before a higher one."""
        own = self.roles + self.optional_roles
        return own + (("doubt",) if self.doubtful else ()) + (("clears",) if self.momentary else ()) + ("rises", "falls")


MOST = 32
COMMON = {"rise_after": "s", "hold": "s"}
MOMENTARY = {"clear_after": "s"}
DOUBTFUL = {"doubt": "s", "alike": "n"}

_COUNTED = {"window": "s", "hold": "s"}

FORMS: Mapping[Kernel, Form] = {
    Kernel.EACH: Form(roles=("event",)),
    Kernel.COUNT: Form(roles=("event",), needs={"events": "n", **_COUNTED}, whole=("events",)),
    Kernel.DISTINCT: Form(roles=("event",), needs={"values": "n", **_COUNTED}, whole=("values",)),
    Kernel.SEQUENCE: Form(roles=("first", "then"), optional_roles=("last", "unless"), needs={"window": "s"}, doubtful=True),
    Kernel.WITHOUT: Form(roles=("event", "unless"), needs={"window": "s"}, may={"before": "s"}, momentary=False, doubtful=True),
    Kernel.ABSENCE: Form(roles=("life",), needs={"window": "s"}, momentary=False),
    Kernel.DWELL: Form(roles=("begins", "ends"), needs={"window": "s"}, momentary=False),
    Kernel.LEVEL: Form(
        roles=(),
        optional_roles=("event", "over", "under"),
        needs={"over": "n", "readings": "n", "window": "s"},
        may={"line": ANY_UNIT, "low_line": ANY_UNIT},
        momentary=False,
        whole=("over", "readings"),
    ),
    Kernel.TRAVEL: Form(roles=("event",), needs={"speed": "m_per_s", "clock_allowance": "s", **_COUNTED}),
    Kernel.SURPLUS: Form(
        roles=("event", "allow"), needs={"excess": "n", **_COUNTED}, may={"before": "s", "after": "s"}, whole=("excess",)
    ),
    Kernel.MISMATCH: Form(
        roles=("event", "witness"), optional_roles=("own",), needs=_COUNTED, may={"before": "s", "after": "s"}
    ),
    Kernel.DEVIATION: Form(
        roles=("event",),
        optional_roles=("life",),
        needs={"interval": "s"},
        may={
            "window": "s",
            "warm_up": "d",
            "least": "d",
            "memory": "d",
            "calm": "n",
            "life": "n",
            "grain": ANY_UNIT,
            "drift": "spreads",
            "line": "spreads",
            "alone": "spreads",
            "quiet_line": "spreads",
            "quiet_alone": "spreads",
        },
        momentary=False,
        whole=("calm",),
    ),
    Kernel.OUTAGE: Form(roles=(), needs={"window": "s", "share": "of_1", "devices": "n", "left": "s"}, momentary=False),
}

"""What somebody may do to an incident at this moment: what the very functions that would refuse it do not refuse. Pure.

An act that needs a text, a person or a priority is tried with one of them; it may be done where one try goes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from alerts.incidents.incident import Incident, Refused, Told, Who
from alerts.incidents.lifecycle import Close, Grade, HandOn, Left, MergeInto, Part, Remark, Reopen, Resolve, Take, step
from alerts.plans.acts import Stop
from alerts.plans.press import opens, press
from alerts.plans.run import Filled, Run
from schemas.alerts import Severity
from schemas.incidents import Reason

TEXT = "…"
SOMEBODY = "\N{BULLET}"  # no account's name
ANOTHER = UUID(int=0)


def _parts(one: Incident) -> Iterable[object]:
    """One of its told alerts leaves; of a single one nothing would stay."""
    gone = Told(ANOTHER, one.rule, one.severity, one.device, one.building, one.subject, one.last_at, None, None, one.drill)
    worst = one.severity if one.occurrences > 1 else None
    yield Part((gone,), Left(one.occurrences - 1, one.children, worst, one.last_at), ANOTHER)


TRIES: Mapping[str, Callable[[Incident], Iterable[object]]] = {
    "take": lambda one: [Take()],
    "hand_on": lambda one: [HandOn(SOMEBODY)],
    "resolve": lambda one: [Resolve()],
    "reopen": lambda one: [Reopen(TEXT)],
    "close": lambda one: [Close(Reason.DRILL if one.drill else Reason.REAL)],
    "severity": lambda one: [Grade(severity, TEXT) for severity in Severity],
    "merge": lambda one: [MergeInto(replace(one, id=ANOTHER))],
    "split": _parts,
    "remark": lambda one: [Remark(TEXT)],
}
"""By the act's name, what to try; all of it goes through the lifecycle."""


def may_now(incident: Incident, run: Run | None, who: Who, now: datetime) -> list[str]:
    """The acts, by the names that forms send."""

    def fits(act: object) -> bool:
        return _goes(lambda: step(incident, act, who, now))

    allowed = [name for name, tries in TRIES.items() if any(map(fits, tries(incident)))]
    allowed.append("attach")
    if _goes(lambda: opens(incident, there=run is not None)):
        allowed.append("open_plan")
    if run is not None and _goes(lambda: press(run, Stop(TEXT), who, now, lambda step: Filled(()))):
        allowed.append("stop_plan")
    return allowed


def _goes(do: Callable[[], object]) -> bool:
    try:
        do()
    except Refused:
        return False
    return True

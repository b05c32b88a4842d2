"""The wall's lines: one a cause, with whose it is and what is next, sorted by what needs a hand first. Pure.

All that is open is counted; as many lines are told as a wall has room for, and what is new, severe or in a plan is among them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from alerts.incidents.incident import BY_HAND
from alerts.incidents.standing import Standing, in_order, on_stage, unplaced
from alerts.opened import Opened
from dashboard.names import Names, pair, when
from schemas.alerts import Severity
from schemas.incidents import State
from schemas.site import Name

Json = dict[str, Any]

DRILL = Name("演练", "DRILL")
"""Before the name of whatever is one, wherever it is shown."""

HIGH = Severity.HIGH  # this and worse is pushed at once, sounds, and is named in the band
MOST = 40  # what the wall has room for, by order
NEWEST = 20  # and the newest beside them, so that a new alert of any severity is seen
NAMED = 5  # severe ones named in the band, plans that run beside the one on the stage: each with a line


@dataclass(frozen=True, slots=True)
class Lines:
    """`shown` in order, of `open_n`; `counts` are of all by severity, without drills; the first of the `severe` ones, and of
    those with a plan that runs, in the order of the stage, and how many each are."""

    shown: Sequence[Standing]
    open_n: int
    counts: Sequence[int]
    severe: Sequence[Standing]
    severe_n: int
    running: Sequence[Standing]
    running_n: int


def lines(opened: Opened, names: Names, now: datetime) -> Lines:
    """From all that is open."""
    ordered = in_order(opened.standing(names.site), now)
    severe = on_stage((one for one in ordered if is_severe(one)), now)
    running = on_stage((one for one in ordered if one.plan_open), now)
    newest = sorted(ordered, key=lambda one: one.last_at, reverse=True)
    chosen = _ids(ordered[:MOST], newest[:NEWEST], severe[:NAMED], running[: NAMED + 1])
    real = [one.severity for one in ordered if not one.drill]
    return Lines(
        [one for one in ordered if one.id in chosen],
        len(ordered),
        [real.count(severity) for severity in Severity],
        severe[:NAMED],
        len(severe),
        running[: NAMED + 1],
        len(running),
    )


def is_severe(one: Standing) -> bool:
    """Whether it is for the band: severe, and somebody still has to do something."""
    return one.severity <= HIGH and one.state != State.RESOLVED


def rings(one: Standing) -> bool:
    """Whether it sounds: severe, and nobody has taken it, and it has not ended."""
    return one.severity <= HIGH and one.live


def lines_json(opened: Opened, names: Names, now: datetime) -> Json:
    """As the page takes it."""
    found = lines(opened, names, now)
    behind = {unplaced(names.site, alert).id: (alert.id,) for alert in opened.alerts} | dict(opened.told)
    return {
        "lines": [line_json(names, one, behind.get(one.id, ()), now) for one in found.shown],
        "open": found.open_n,
        "counts": list(found.counts),
        "severe": {"ids": [str(one.id) for one in found.severe], "n": found.severe_n},
        "running": {"ids": [str(one.id) for one in found.running], "n": found.running_n},
    }


def line_json(names: Names, one: Standing, alerts: Sequence[UUID], now: datetime) -> Json:
    """One line; `alerts` are the newest that stand behind it, so that whoever looks for one finds where it is shown."""
    device = names.site.devices.get(one.device)
    building = one.building or (device.building if device else "")
    return {
        "id": str(one.id),
        "number": one.number,
        "alerts": [str(alert) for alert in alerts],
        "n": one.occurrences,
        "severity": one.severity,
        "state": one.state,
        "rings": rings(one),
        "owner": one.owner or "",
        "drill": one.drill,
        "device": one.device,
        "place": building,
        "where": pair(names.where(one.device, building)),
        "what": what(names.rule, one),
        "note": names.note(one.device, one.subject),
        "at": one.opened_at.isoformat(),
        "ended": when(one.closed_at),
        "plan": _plan(one, now),
    }


def what(rule: Callable[[str], Name], one: Standing) -> list[str]:
    """The rule's name, the plan's where a person opened it; a drill is always called so."""
    name = named(rule, one)
    return [f"{DRILL.zh}·{name.zh}", f"{DRILL.en} · {name.en}"] if one.drill else pair(name)


def named(rule: Callable[[str], Name], one: Standing) -> Name:
    """What it is called."""
    opened = one.plan.get("name") if one.rule == BY_HAND else None
    return Name(*opened) if opened else rule(one.rule)


def _plan(one: Standing, now: datetime) -> Json | None:
    """What is next in its plan, and how many steps are overdue."""
    if not one.plan_open:
        return None
    step = one.plan.get("next")
    following = {"no": step["no"], "text": step["text"], "due_at": step["due_at"]} if step else None
    return {"name": one.plan.get("name"), "next": following, "late": one.late(now)}


def _ids(*groups: Iterable[Standing]) -> set[UUID]:
    return {one.id for group in groups for one in group}

"""A fire, worked by people who were not always in time, as rows that a report is made of: one call, only what matters given."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from alerts.audit import Checkpoint
from alerts.incidents.incident import Incident, Who
from alerts.plans.acts import Say, Skip, Stop, Tick, TickRow
from alerts.plans.press import press
from alerts.plans.run import Filled, Row, Run, begin
from alerts.reports.model import Naming, Report, Rows
from alerts.reports.report import report
from dashboard.reports.making import names_of, naming
from schemas.plans.file import load_plans
from schemas.plans.model import Step
from schemas.site import load_site
from tests.alerts.made import NOW, incident
from tests.conftest import ROOT

SITE = load_site(ROOT / "sites" / "aozheng" / "site.yaml")
NAMING: Naming = naming(names_of(SITE))
CHIEF, SECOND = Who("chief", "supervisor", directs=True), Who("deputy", "manager", directs=True)
PANEL = next(device for device in SITE.devices.values() if device.kind == "fire_panel")
DOORS = (Row("D-1", "南单元门", "South door"), Row("D-2", "鲁Q71236，车主未登记", "鲁Q71236, owner not on the list"))
SINCE = "2026-05-06T02:59:00+00:00"
WHY = {
    "thresholds": {"window_s": 60, "devices_n": 2, "unsure_of_1": 0.7},
    "values": {"subject": "鲁Q71236", "from": PANEL.id, "since": SINCE, "readings": [0.5, None], "direction": "busy"},
}


def after(seconds: float) -> datetime:
    """So long after it began."""
    return NOW + timedelta(seconds=seconds)


def fill(step: Step) -> Filled:
    """Two lines wherever a list is asked for."""
    return Filled(DOORS if step.rows else ())


def pressed(run: Run, *acts: tuple[float, Any, Who]) -> Run:
    """The run after these, each with its second."""
    for at, act, who in acts:
        run = press(run, act, who, after(at), fill).run
    return run


def fire(*, drill: bool = False) -> Run:
    """Answered 9 s late, the nearest person in time, the team 125 s late, reinforcement skipped, the rest stopped."""
    run = begin(load_plans()["fire"], NOW, SITE.timezone, fill, drill=drill)
    return pressed(
        run,
        (39, Say("real", "yes"), CHIEF),
        (45, Tick("nearest"), CHIEF),
        (305, Tick("fire_team"), CHIEF),
        (310, Skip("reinforce", "the first team was enough"), CHIEF),
        (320, TickRow("doors", "D-1", "opened by hand"), CHIEF),
        (330, Stop("fire is out"), SECOND),
    )


def entry(seq: int, action: str, second: float, who: str = "chief", role: str = "supervisor", **what: Any) -> Mapping[str, Any]:
    """A row of the log."""
    fields = {"actor": who, "role": role, "about": "", "what": what}
    return {"seq": seq, "at": after(second).isoformat(), "action": action, **fields}


def alert(**changes: Any) -> Mapping[str, Any]:
    """An alert's row, on a screen within half a second."""
    at = {"occurred_at": NOW, "received_at": after(0.012), "judged_at": after(0.03), "stored_at": after(0.05)}
    return {
        "id": uuid4(),
        "rule": "fire-panel-alarm",
        "rule_version": 3,
        "device": PANEL.id,
        "subject": None,
        "severity": 1,
        "child": False,
        "raised_at": NOW,
        "cleared_at": None,
        "why": WHY,
        **at,
        "shown_at": after(0.4),
        **changes,
    }


def log_of(*more: Mapping[str, Any], alert_id: str = "") -> list[Mapping[str, Any]]:
    """What was written, from the alert to the closing; `more` stands before that."""
    return [
        entry(10, "incident.open", 0.1, "system", "", rule="fire-panel-alarm", device=PANEL.id, alert=alert_id, severity=1),
        entry(11, "plan.open", 0.1, "system", "", plan="fire", name=["火灾", "Fire"], v=1),
        entry(12, "incident.take", 20),
        entry(13, "plan.tick", 60, step="nearest", no=2, says=["最近的人", "Nearest person"], at=after(45).isoformat()),
        *more,
        entry(90, "plan.stop", 330, "deputy", "manager", text="fire is out"),
        entry(91, "incident.close", 400, reason="real", text="a bin burned"),
    ]


def closed(**changes: Any) -> Incident:
    """The fire as an incident."""
    times = {"acknowledged_at": after(20), "resolved_at": after(400), "closed_at": after(400)}
    fields = {"rule": "fire-panel-alarm", "device": PANEL.id, "building": PANEL.building, "plan": "fire", "owner": "chief"}
    return incident(**{**fields, **times, "state": "closed", "reason": "real", **changes})


def rows(
    log: Sequence[Mapping[str, Any]] | None = None, alerts: Sequence[Mapping[str, Any]] | None = None, **changes: Any
) -> Rows:
    """All of it, read a while after it was closed."""
    drill = bool(changes.pop("drill", False))
    one = closed(drill=drill, **({"reason": "drill"} if drill else {}))
    read = Rows(one, fire(drill=drill), log_of() if log is None else log, [alert()] if alerts is None else alerts, (),
                Checkpoint(91, "ab" * 32), after(400))  # fmt: skip
    return Rows(**{**{name: getattr(read, name) for name in Rows.__slots__}, **changes})


def made(**changes: Any) -> Report:
    """The report of it."""
    return report(rows(**changes), NAMING)

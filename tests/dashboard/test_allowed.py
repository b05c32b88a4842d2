"""What the page of an incident offers: what would not be refused, and nothing else."""

from typing import Any

import pytest

from alerts.incidents.incident import Who
from alerts.plans.run import Filled, Run, begin, end
from dashboard.incidents.allowed import may_now
from schemas.alerts import Severity
from schemas.incidents import Reason, State
from schemas.plans.file import load_plans
from tests.alerts.made import NOW, incident

GUARD, CHIEF = Who("wang", "guard", directs=False), Who("chief", "supervisor", directs=True)
RUNS = begin(load_plans()["fire"], NOW, "Asia/Shanghai", lambda step: Filled(()), drill=False)
OVER = end(RUNS, NOW, by="chief")
MINE: dict[str, Any] = {"owner": "wang", "state": State.ACKNOWLEDGED}
FIRE: dict[str, Any] = {**MINE, "plan": "fire", "plan_open": True, "severity": Severity.CRITICAL}
CLOSED: dict[str, Any] = {**MINE, "state": State.CLOSED, "reason": Reason.REAL, "closed_at": NOW}


@pytest.mark.parametrize(
    ("changes", "run", "who", "acts"),
    [
        ({}, None, GUARD, "take severity remark open_plan"),
        (MINE, None, GUARD, "hand_on resolve close severity merge remark open_plan"),
        ({**MINE, "occurrences": 2}, None, GUARD, "hand_on resolve close severity merge split remark open_plan"),
        ({**MINE, "state": State.RESOLVED}, None, GUARD, "hand_on reopen close severity merge remark"),
        ({**MINE, "owner": "zhou"}, None, GUARD, "severity remark open_plan"),
        ({**MINE, "owner": "zhou"}, None, CHIEF, "take hand_on resolve close severity merge remark open_plan"),
        (FIRE, RUNS, GUARD, "hand_on remark"),
        (FIRE, RUNS, CHIEF, "take hand_on severity remark stop_plan"),
        ({**FIRE, "plan_open": False}, OVER, GUARD, "hand_on resolve remark"),
        ({**FIRE, "plan_open": False}, OVER, CHIEF, "take hand_on resolve close severity merge remark"),
        (CLOSED, None, CHIEF, "remark"),
    ],
)
def test_only_what_would_not_be_refused_is_offered(changes: dict[str, Any], run: Run | None, who: Who, acts: str) -> None:
    assert {*may_now(incident(**changes), run, who, NOW)} == {*acts.split(), "attach"}

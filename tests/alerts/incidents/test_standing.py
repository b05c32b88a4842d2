"""What needs a hand first: the server's order and the console's are one, and who gets the stage."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from alerts.incidents.standing import Group, Standing, group_of, in_order, on_stage, unplaced
from alerts.rows import AlertRow
from tests.conftest import ROOT
from tests.dashboard.conftest import chromium
from tests.dashboard.small_site import small_site

__all__ = ["chromium"]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCRIPT = ROOT / "dashboard" / "incidents" / "assets" / "desk-order.js"


def incident(n: int = 1, severity: int = 2, **changes: Any) -> Standing:
    """An incident; `due_s` is when its plan's next step is due, from noon."""
    due_s, at = changes.pop("due_s", None), NOON - timedelta(seconds=changes.pop("age_s", 60))
    due = (NOON + timedelta(seconds=due_s)).isoformat() if due_s is not None else None
    plan = {"dues": [due], "next": {"no": 1, "text": ["", ""], "due_at": due}} if due else {}
    owner, state, drill = changes.pop("owner", None), changes.pop("state", "open"), changes.pop("drill", False)
    return Standing(
        UUID(int=n), n, 1, state, severity, "intrusion", "C-1", "", None, drill, owner, at, at, 1, True, bool(plan), plan
    )  # fmt: skip


def test_an_overdue_step_needs_a_hand_however_low_the_incident() -> None:
    assert group_of(incident(severity=4, owner="li", due_s=-1), NOON) is Group.HAND


@pytest.mark.parametrize(
    ("one", "group"),
    [
        (incident(), Group.HAND),
        (incident(owner="li"), Group.TIME),
        (incident(owner="li", due_s=29), Group.HAND),
        (incident(owner="li", due_s=31), Group.TIME),
        (incident(severity=4), Group.WAIT),
        (incident(state="resolved"), Group.WAIT),
    ],
)
def test_what_is_nobodys_or_due_soon_needs_a_hand_and_what_is_low_or_resolved_can_wait(one: Standing, group: Group) -> None:
    assert group_of(one, NOON) is group


def test_an_alert_without_an_incident_stands_where_its_incident_will() -> None:
    alert = AlertRow(UUID(int=9), "door-tamper", 1, "D-0001", None, NOON, None)
    alone = unplaced(small_site(), alert)
    assert (alone.number, alone.building, alone.live) == (None, "b01", True)
    assert in_order([incident(severity=2), alone, incident(2, severity=1, owner="li")], NOON)[0] is alone


def test_the_stage_goes_to_what_is_real_then_severe_then_nobodys_then_overdue_then_new() -> None:
    flood, taken_late = taken(1, age_s=3000, due_s=-9), taken(2, due_s=-1)
    taken_new, fire = taken(3, age_s=1), incident(4, 1, age_s=5)
    lower, drill = incident(5, 2), incident(6, 1, drill=True)
    found = on_stage([drill, lower, flood, taken_new, taken_late, fire], NOON)
    assert found == [fire, taken_late, flood, taken_new, lower, drill]


def taken(n: int, **changes: Any) -> Standing:
    """A critical incident that somebody has."""
    return incident(n, 1, owner="li", state="acknowledged", **changes)


SECONDS = st.none() | st.integers(-90, 90)
INCIDENTS = st.lists(
    st.builds(
        incident,
        st.integers(1, 10_000),
        st.integers(1, 4),
        state=st.sampled_from(["open", "acknowledged", "resolved"]),
        owner=st.sampled_from([None, "li"]),
        drill=st.booleans(),
        age_s=st.integers(0, 5),
        due_s=SECONDS,
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Page:
    """A page with nothing but the console's order."""
    found = chromium.new_page()
    found.evaluate("window.gatehouse = { SOON_MS: 30000 }")
    found.add_script_tag(path=SCRIPT)
    return found


def told(one: Standing) -> dict[str, Any]:
    """As the console is told of it."""
    plan = {"next": one.plan["next"], "late": one.late(NOON)} if one.plan else None
    return {
        "id": str(one.id), "number": one.number, "state": one.state, "severity": one.severity, "drill": one.drill,
        "owner": one.owner, "opened_at": one.opened_at.isoformat(), "plan": plan,
    }  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(incidents=INCIDENTS)
def test_the_consoles_list_has_the_same_order(page: Page, incidents: Sequence[Standing]) -> None:
    play = "([rows, now]) => gatehouse.rows(rows, now).filter((row) => row.number).map((row) => row.id)"
    listed = page.evaluate(play, [[told(one) for one in incidents], NOON.timestamp() * 1000])
    assert listed == [str(one.id) for one in in_order(incidents, NOON)]

"""The short form of the chaos trial, and its parts that decide."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import Severity
from trials.chaos import Outcome, trial
from trials.chaos_compare import Findings, Stored, StoredAlert, compare
from trials.chaos_install import Installation
from trials.chaos_plan import VICTIMS, Blow, plan
from trials.naive import SECOND, Raised

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))
NOON = datetime(2030, 5, 6, 4, tzinfo=UTC)
NOON_US = int(NOON.timestamp()) * SECOND


@pytest.mark.timeout(420)  # an installation of its own is started, killed and settled
def test_nothing_is_lost_and_nothing_comes_twice_whatever_is_killed(place: Installation) -> None:
    outcome = trial(place, kills=3, outage_s=8, seed=1)
    assert outcome.findings.examples() == {}
    assert outcome.accepted > 500
    assert outcome.repeated > 0
    assert outcome.late > 0
    assert {"five-denials", "plate-watch-list", "card-two-places"} <= outcome.expected.keys()
    assert len(outcome.recoveries) == len(plan(3, 8, 1))


@given(kills=st.integers(1, 60), seed=st.integers())
def test_a_plan_has_so_many_kills_and_one_outage_of_each_service(kills: int, seed: int) -> None:
    steps = plan(kills, 60, seed)
    struck = [step.meanwhile if step.blow is Blow.OUTAGE else step.targets for step in steps]
    assert sum(bool(victims) for victims in struck) == kills
    assert {name for victims in struck for name in victims} <= set(VICTIMS)
    outages = [step for step in steps if step.blow is Blow.OUTAGE]
    assert sorted(step.targets for step in outages) == [("kafka",), ("timescaledb",)]
    assert {step.outage_s for step in outages} == {60}
    assert steps == plan(kills, 60, seed)


def test_what_is_as_promised_gives_no_finding() -> None:
    raised = Raised(THREE, "five-denials", "D-001", NOON_US, NOON_US + 5 * SECOND, "D-001", Severity.HIGH, ONE)
    stored = Stored([(ONE, False), (TWO, True)], [StoredAlert(THREE, NOON.replace(second=5), 2, ONE)])
    assert compare({ONE, TWO}, {ONE: False, TWO: True}, [raised], stored) == Findings()


def test_every_broken_promise_is_found() -> None:
    raised = [
        Raised(identity, "five-denials", device, NOON_US, None, device, Severity.MEDIUM)
        for identity, device in ((ONE, "D-001"), (TWO, "D-002"))
    ]
    twice = StoredAlert(TWO, NOON, 2, ONE)
    stored = Stored([(TWO, False), (TWO, False), (THREE, True)], [twice, twice, StoredAlert(THREE, None, 3, None)])
    found = compare({ONE, TWO}, {TWO: True}, raised, stored)
    assert found.counts() == {
        "lost": 1,
        "twice": 1,
        "unknown": 1,
        "late_wrong": 2,
        "alerts_lost": 1,
        "alerts_twice": 1,
        "alerts_unknown": 1,
        "cleared_wrong": 1,
        "severity_wrong": 1,
        "parent_wrong": 1,
    }
    assert found.lost == [ONE]
    assert found.unknown == [THREE]


def test_an_outcome_holds_only_with_alerts_expected_and_a_quick_recovery() -> None:
    good = Outcome(9, 9, 1, 1, {"five-denials": 1}, Findings(), [("kill worker", 9.9)])
    assert good.ok
    assert not Outcome(9, 9, 1, 1, {}, Findings(), [("kill worker", 1.0)]).ok
    assert not Outcome(9, 9, 1, 1, {"five-denials": 1}, Findings(), [("kill worker", 10.1)]).ok
    assert not Outcome(9, 8, 1, 1, {"five-denials": 1}, Findings(lost=[ONE]), []).ok

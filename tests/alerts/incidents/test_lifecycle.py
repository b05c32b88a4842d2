"""What may be done to an incident: whoever does what in whatever order, it stays one that people can trust."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.incidents.incident import DESK, Incident, Refused, Who
from alerts.incidents.lifecycle import (
    Absorb,
    Close,
    Grade,
    HandOn,
    Left,
    MergeInto,
    Occur,
    Part,
    Regrade,
    Remark,
    Reopen,
    Resolve,
    Take,
    changes,
    step,
)
from schemas.alerts import Severity
from schemas.incidents import Reason, State
from tests.alerts.made import NOW, incident, told

WANG, LI = Who("wang", "guard"), Who("li", "guard")
CHIEF = Who("chief", "supervisor", directs=True)

words = st.text(max_size=5)
acts = st.one_of(
    st.just(Take()),
    st.builds(HandOn, st.sampled_from(["wang", "li", "chief"])),
    st.builds(Resolve, words),
    st.builds(Reopen, words),
    st.builds(Close, st.sampled_from(Reason), words),
    st.builds(Remark, words),
    st.builds(Grade, st.sampled_from(Severity), words),
    st.builds(Occur, st.builds(told, severity=st.sampled_from(Severity)), st.just(("k",))),
    st.builds(Regrade, st.sampled_from(Severity), st.just(told().id)),
    st.builds(MergeInto, st.builds(incident, number=st.just(9))),
    st.builds(Absorb, st.builds(incident, number=st.just(9))),
)


def refused(incident_: Incident, act: Any, who: Who) -> str:
    """The key of the refusal."""
    with pytest.raises(Refused) as caught:
        step(incident_, act, who, NOW)
    return caught.value.key


def done(incident_: Incident, *acts_: tuple[Any, Who]) -> Incident:
    """The acts, one after the other."""
    for act, who in acts_:
        incident_ = step(incident_, act, who, NOW).incident
    return incident_


@given(st.lists(st.tuples(acts, st.sampled_from([WANG, LI, CHIEF])), max_size=12), st.booleans())
def test_after_any_acts_of_anybody_an_incident_is_whole(done_: list[tuple[Any, Who]], drill: bool) -> None:
    now = incident(drill=drill)
    for number, (act, who) in enumerate(done_, 1):
        system = isinstance(act, Occur | Regrade | Absorb)
        if system and now.state is State.CLOSED:
            continue  # the desk looks whether it is closed
        try:
            change = step(now, act, DESK if system else who, NOW + timedelta(seconds=number))
        except Refused:
            continue
        after = change.incident
        assert after.version == now.version + 1
        assert (after.state is State.CLOSED) == (after.reason is not None) == (after.closed_at is not None)
        assert after.state is not State.ACKNOWLEDGED or after.owner is not None
        assert after.owner is None or after.acknowledged_at is not None
        assert (after.state in {State.RESOLVED, State.CLOSED}) == (after.resolved_at is not None)
        assert after.occurrences >= now.occurrences >= 1
        if now.state is State.CLOSED:
            assert isinstance(act, Remark)
            assert after == replace(now, version=now.version + 1)
        assert after.reason is None or (after.reason is Reason.DRILL) == drill
        now = after


def test_taking_is_acknowledging_and_of_two_who_take_one_is_told_who_was_first() -> None:
    taken = step(incident(), Take(), WANG, NOW).incident
    assert (taken.state, taken.owner, taken.acknowledged_at) == (State.ACKNOWLEDGED, "wang", NOW)
    with pytest.raises(Refused) as caught:
        step(taken, Take(), LI, NOW)
    assert (caught.value.key, caught.value.values) == ("incident_taken", ("wang",))
    assert refused(taken, Take(), WANG) == "incident_yours"
    assert step(taken, Take(), CHIEF, NOW).incident.owner == "chief"


def test_only_the_owner_and_who_directs_resolve_and_hand_on() -> None:
    assert refused(incident(), Resolve(), WANG) == "incident_take_first"
    mine = done(incident(), (Take(), WANG))
    assert refused(mine, Resolve(), LI) == "incident_not_yours"
    assert refused(mine, HandOn("li"), LI) == "incident_not_yours"
    assert done(mine, (HandOn("li"), WANG)).owner == "li"
    assert done(mine, (Resolve("shut"), CHIEF)).state is State.RESOLVED


def test_an_incident_with_a_plan_is_closed_by_who_directs() -> None:
    burning = done(incident(plan="fire"), (Take(), WANG))
    assert refused(burning, Close(Reason.REAL), WANG) == "close_directs"
    assert done(burning, (Close(Reason.REAL), CHIEF)).reason is Reason.REAL


def test_a_drill_is_closed_as_one_and_nothing_else_is() -> None:
    assert refused(incident(drill=True), Close(Reason.REAL), CHIEF) == "reason_is_drill"
    assert refused(incident(), Close(Reason.DRILL), CHIEF) == "reason_no_drill"
    assert refused(incident(drill=True), MergeInto(incident()), CHIEF) == "merge_drill"


def test_an_alert_after_it_was_resolved_opens_it_again() -> None:
    resolved = done(incident(), (Take(), WANG), (Resolve(), WANG))
    change = step(resolved, Occur(told(), ("k",)), DESK, NOW)
    assert (change.incident.state, change.incident.resolved_at, change.action) == (State.OPEN, None, "incident.again")


def test_a_persons_severity_stands_until_an_alert_is_worse() -> None:
    lowered = done(incident(), (Grade(Severity.LOW, "a cat"), CHIEF))
    assert not changes(lowered, Severity.LOW)
    same = done(lowered, (Occur(told(severity=Severity.LOW), ()), DESK))
    assert (same.severity, same.severity_by) == (Severity.LOW, "chief")
    worse = done(lowered, (Regrade(Severity.CRITICAL, told().id), DESK))
    assert (worse.severity, worse.severity_by) == (Severity.CRITICAL, "")
    assert done(worse, (Regrade(Severity.MEDIUM, told().id), DESK)).severity is Severity.MEDIUM


def test_a_guard_raises_a_severity_and_does_not_lower_it_and_says_why() -> None:
    mine = done(incident(), (Take(), WANG))
    assert refused(mine, Grade(Severity.LOW, "nothing"), WANG) == "severity_lower"
    assert refused(mine, Grade(Severity.CRITICAL, " "), WANG) == "text_missing"
    assert done(mine, (Grade(Severity.CRITICAL, "two men"), WANG)).severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("text", "key"), [("", "text_missing"), ("x" * 2001, "text_long"), ("a\0", "text_broken"), ("\ud800", "text_broken")]
)
def test_a_remark_that_cannot_be_kept_is_refused(text: str, key: str) -> None:
    assert refused(incident(), Remark(text), WANG) == key


def test_a_merge_keeps_every_count_and_the_worst_severity() -> None:
    one, other = incident(occurrences=3, children=2), incident(number=9, severity=Severity.CRITICAL, occurrences=4, keys=("k",))
    gone = step(other, MergeInto(one), CHIEF, NOW).incident
    whole = step(one, Absorb(other), CHIEF, NOW).incident
    assert (gone.state, gone.reason, gone.merged_into, gone.keys) == (State.CLOSED, Reason.DUPLICATE, one.id, ())
    assert (whole.occurrences, whole.children, whole.severity) == (7, 2, Severity.CRITICAL)
    assert set(whole.keys) == {*one.keys, "k"}
    assert refused(one, MergeInto(one), CHIEF) == "merge_itself"


def test_a_merge_makes_nothing_less_urgent() -> None:
    worse = incident(number=9, severity=Severity.CRITICAL)
    low = incident(severity=Severity.LOW, severity_by="chief")
    whole = step(low, Absorb(worse), CHIEF, NOW).incident
    assert (whole.severity, whole.severity_by) == (Severity.CRITICAL, "")
    resolved = done(incident(), (Take(), WANG), (Resolve(), WANG))
    assert step(resolved, Absorb(worse), CHIEF, NOW).incident.state is State.OPEN
    assert step(resolved, Absorb(resolved), CHIEF, NOW).incident.state is State.RESOLVED


def test_what_comes_up_again_is_for_whoever_is_there() -> None:
    resolved = done(incident(), (Take(), WANG), (Resolve(), WANG))
    again = step(resolved, Occur(told(), ()), DESK, NOW).incident
    assert (again.state, again.owner) == (State.OPEN, None)
    assert step(again, Take(), LI, NOW).incident.owner == "li"


def test_a_split_leaves_one_alert_at_least() -> None:
    a, stays = told(), Left(1, 1, Severity.LOW, NOW)
    left = step(incident(occurrences=2, children=1), Part((a,), stays, incident().id), CHIEF, NOW).incident
    assert (left.occurrences, left.children, left.severity) == (1, 1, Severity.LOW)
    assert refused(incident(), Part((a,), Left(0, 1, None, None), incident().id), CHIEF) == "split_some"
    assert refused(incident(), Part((), stays, incident().id), CHIEF) == "split_some"

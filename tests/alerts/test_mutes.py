"""Mutes, pure: what is refused of their times, and what an extension is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from alerts.incidents.incident import Refused
from alerts.mutes import REMIND_BEFORE, Matcher, Mute, checked, due_reminders, extended
from tests.alerts.made import NOW

HOUR = timedelta(hours=1)
KNOWN = Matcher(frozenset({"door-forced"}), frozenset(), frozenset())


def mute(**changes: Any) -> Mute:
    """Forced doors, for the coming hour."""
    fields = {"rule": "door-forced", "device": "", "building": "", "owner": "chief", "reason": "locks", "starts_at": NOW}
    return Mute(id=UUID(int=1), site="site", **{**fields, "ends_at": NOW + HOUR, **changes})


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        (2 * HOUR, HOUR, "mute_over"),
        (-2 * HOUR, -HOUR, "mute_past"),
        (-HOUR, timedelta(0), "mute_past"),
        (HOUR, 800 * HOUR, "mute_long"),
    ],
)
def test_times_that_cannot_be_are_refused(begins: timedelta, ends: timedelta, why: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(mute(starts_at=NOW + begins, ends_at=NOW + ends), KNOWN, NOW)
    assert refused.value.key == why


def test_a_window_is_made_ahead_and_none_begins_before_now() -> None:
    ahead = mute(starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    assert checked(ahead, KNOWN, NOW) == ahead
    assert checked(mute(starts_at=NOW - HOUR), KNOWN, NOW).starts_at == NOW


def test_an_extended_mute_ends_later_and_its_owner_is_reminded_anew() -> None:
    soon = NOW + HOUR - REMIND_BEFORE
    longer = extended(mute(reminded_at=soon), NOW + 2 * HOUR, "not ready", soon)
    assert longer.ends_at == NOW + 2 * HOUR
    assert due_reminders([longer], soon) == []
    assert due_reminders([longer], soon + HOUR) == [longer]


@pytest.mark.parametrize(
    ("changes", "later", "reason", "why"),
    [
        ({}, HOUR, " ", "text_missing"),
        ({}, timedelta(0), "why", "mute_shorter"),
        ({}, 800 * HOUR, "why", "mute_long"),
        ({"ended_at": NOW}, HOUR, "why", "mute_ended"),
        ({"starts_at": NOW - 2 * HOUR, "ends_at": NOW}, HOUR, "why", "mute_ended"),
    ],
)
def test_an_extension_that_cannot_be_is_refused(changes: dict[str, Any], later: timedelta, reason: str, why: str) -> None:
    one = mute(**changes)
    with pytest.raises(Refused) as refused:
        extended(one, one.ends_at + later, reason, NOW)
    assert refused.value.key == why

"""The header's figures of open incidents, from what the console is fed."""

from collections.abc import Mapping
from typing import Any

from dashboard.incidents.strip import strip
from tests.alerts.made import NOW


def last(as_of: str | None) -> Mapping[str, Any]:
    listed = [(1, False), (3, False), (3, False), (1, True)]
    return {"as_of": as_of, "incidents": [{"severity": severity, "drill": drill} for severity, drill in listed]}


def test_open_incidents_are_counted_by_priority_and_drills_apart() -> None:
    found = strip(last(NOW.isoformat()))
    assert found is not None
    assert (found.counts, found.drills, found.as_of) == ((1, 0, 2, 0), 1, NOW)


def test_nothing_is_said_that_is_not_known() -> None:
    assert [strip(one) for one in ({}, last(None))] == [None, None]

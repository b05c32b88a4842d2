"""The header's figures of open incidents, from what the console is fed."""

from typing import Any

import orjson

from dashboard.strip import strip
from tests.alerts.made import NOW


def pushed(**changes: Any) -> str:
    listed = [(1, False, "open"), (3, False, "resolved"), (3, False, "open"), (1, True, "open"), (2, False, "closed")]
    rows = [{"severity": severity, "drill": drill, "state": state} for severity, drill, state in listed]
    told = {"database": True, "as_of": NOW.isoformat(), "rows": rows, **changes}
    return orjson.dumps(told).decode()


def test_open_incidents_are_counted_by_priority_and_drills_apart() -> None:
    found = strip(pushed())
    assert found is not None
    assert (found.counts, found.drills, found.as_of) == ((1, 0, 2, 0), 1, NOW)


def test_nothing_is_said_that_is_not_known_now() -> None:
    assert [strip(one) for one in (None, pushed(database=False), pushed(as_of=None))] == [None, None, None]

"""The header's figures of open incidents, from what the console is fed."""

from typing import Any

import orjson

from dashboard.strip import strip
from tests.alerts.made import NOW


def pushed(**changes: Any) -> str:
    incidents = [{"severity": severity, "drill": drill} for severity, drill in ((1, False), (3, False), (3, False), (1, True))]
    told = {"database": True, "as_of": NOW.isoformat(), "incidents": incidents, "closed": [], **changes}
    return orjson.dumps(told).decode()


def test_open_incidents_are_counted_by_priority_and_drills_apart() -> None:
    found = strip(pushed())
    assert found is not None
    assert (found.counts, found.drills, found.as_of) == ((1, 0, 2, 0), 1, NOW)


def test_nothing_is_said_that_is_not_known_now() -> None:
    assert [strip(one) for one in (None, pushed(database=False), pushed(as_of=None))] == [None, None, None]

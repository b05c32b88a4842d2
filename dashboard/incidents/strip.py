"""What the header of a page says of open incidents: how many of each priority, drills apart, as of when. Pure.

It is taken from what the console is fed, so that all pages say the same. A page that is not live says of when it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.alerts import Severity


@dataclass(frozen=True, slots=True)
class Strip:
    """`counts` are by priority, the most severe first."""

    counts: tuple[int, ...]
    drills: int
    as_of: datetime


def strip(last: Mapping[str, Any]) -> Strip | None:
    """From the console's newest look at the database; None before the first, or where no stream has told the time yet."""
    if not last or not last["as_of"]:
        return None
    real = [one["severity"] for one in last["incidents"] if not one["drill"]]
    drills = len(last["incidents"]) - len(real)
    return Strip(tuple(real.count(int(severity)) for severity in Severity), drills, datetime.fromisoformat(last["as_of"]))

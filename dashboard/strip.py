"""What the header of a page says of open incidents: how many of each priority, drills apart, as of when. Pure.

It is taken from what the console is fed, so that all pages say the same. A page that is not live says of when it is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from schemas.alerts import Severity
from schemas.incidents import State


@dataclass(frozen=True, slots=True)
class Strip:
    """`counts` are by priority, the most severe first."""

    counts: tuple[int, ...]
    drills: int
    as_of: datetime


def strip(pushed: str | None) -> Strip | None:
    """From the newest snapshot as it is pushed; None where there is none, or where it is old because the database is away."""
    told: Any = orjson.loads(pushed) if pushed else {}
    if not told.get("database") or not told.get("as_of"):
        return None
    opened = [one for one in told["rows"] if one["state"] != State.CLOSED]
    real = [one["severity"] for one in opened if not one["drill"]]
    drills = len(opened) - len(real)
    return Strip(tuple(real.count(int(severity)) for severity in Severity), drills, datetime.fromisoformat(told["as_of"]))

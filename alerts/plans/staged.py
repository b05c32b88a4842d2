"""The incident whose plan takes the wall's stage, and its plan as it runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from alerts.incidents.standing import Standing, on_stage
from alerts.plans.run import Run
from alerts.plans.store import RUN


@dataclass(frozen=True, slots=True)
class Staged:
    """The incident, and its plan as it runs."""

    incident: Standing
    run: Run


async def staged(conn: AsyncConnection[Any], incidents: Iterable[Standing], now: datetime) -> Staged | None:
    """The one to show, of those whose plan runs; None where no plan does."""
    first = next(iter(on_stage((one for one in incidents if one.plan_open), now)), None)
    if first is None:
        return None
    row = await (await conn.execute("select run from plan_runs where incident = %s", (first.id,))).fetchone()
    return Staged(first, RUN.validate_python(row[0])) if row else None

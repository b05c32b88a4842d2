"""The incident whose plan takes the wall's stage, and its plan as it runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from alerts.incidents.standing import Standing, on_stage
from alerts.plans.known import Told
from alerts.plans.run import Run
from alerts.plans.scene import TOLD
from alerts.plans.store import RUN


@dataclass(frozen=True, slots=True)
class Staged:
    """The incident, its plan as it runs, what was told of its place, and the device of its newest alert."""

    incident: Standing
    run: Run
    told: Told
    newest: str


async def staged(conn: AsyncConnection[Any], incidents: Iterable[Standing], now: datetime) -> Staged | None:
    """The one to show, of those whose plan runs; None where no plan does."""
    first = next(iter(on_stage((one for one in incidents if one.plan_open), now)), None)
    if first is None:
        return None
    query = """
        select run, (select device from incident_alerts a where a.incident = r.incident and not a.child
                     order by a.raised_at desc limit 1) from plan_runs r where incident = %s"""
    row = await (await conn.execute(query, (first.id,))).fetchone()
    if row is None:
        return None
    told = await (await conn.execute(TOLD, (first.id,))).fetchone()
    return Staged(first, RUN.validate_python(row[0]), Told(*told) if told else Told(), row[1] or first.device)

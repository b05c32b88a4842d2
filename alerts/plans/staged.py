"""The incident whose plan takes the wall's stage: a real one before a drill, the most severe, the one that is open longest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from alerts.plans.known import Told
from alerts.plans.run import Run
from alerts.plans.scene import TOLD
from alerts.plans.store import RUN


@dataclass(frozen=True, slots=True)
class Staged:
    """The incident, its plan as it runs, what was told of its place, and the device of its newest alert."""

    id: UUID
    number: int
    version: int
    severity: int
    rule: str
    device: str
    building: str
    drill: bool
    owner: str | None
    opened_at: datetime
    run: Run
    told: Told
    newest: str


async def staged(conn: AsyncConnection[Any], site: str) -> Staged | None:
    """The one to show; None where no plan runs."""
    query = """
        select i.id, i.number, i.version, i.severity, i.rule, i.device, i.building, i.drill, i.owner, i.opened_at, r.run,
          coalesce((select device from incident_alerts a where a.incident = i.id and not a.child
                    order by a.raised_at desc limit 1), i.device) as newest
        from incidents i join plan_runs r on r.incident = i.id
        where i.site = %s and i.plan_open and i.state <> 'closed' order by i.drill, i.severity, i.opened_at, i.id limit 1"""
    async with conn.cursor(row_factory=dict_row) as cursor:
        row = await (await cursor.execute(query, (site,))).fetchone()
    if row is None:
        return None
    told = await (await conn.execute(TOLD, (row["id"],))).fetchone()
    return Staged(**{**row, "run": RUN.validate_python(row["run"]), "told": Told(*told) if told else Told()})

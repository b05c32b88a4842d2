"""What a span of days says: how soon incidents were taken, how many alerts came an hour, how plans went, what was right.

Drills are in no figure but those of plans, where they are counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from alerts.incidents.incident import BY_HAND, SYSTEM
from alerts.incidents.precision import Closed
from schemas.incidents import Reason

Conn = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """Of `opened` incidents of a severity `taken` were acknowledged: half within p50_s seconds, 95 of 100 within p95_s."""

    severity: int
    opened: int
    taken: int
    p50_s: float | None
    p95_s: float | None


@dataclass(frozen=True, slots=True)
class Load:
    """Alerts that were told, those held back by a mute left out: an hour on average, and in the hour from `busiest_at`."""

    told: int
    an_hour: float
    busiest: int
    busiest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Worked:
    """How often a plan ran, and of its steps how many were done and how many of these late."""

    plan: str
    drill: bool
    runs: int
    done: int
    late: int


def closed_since(conn: Conn, site: str, since: datetime) -> list[Closed]:
    """The incidents that people closed; drills are left out, and what no rule opened."""
    query = """
        select rule, device, reason from incidents
        where site = %s and state = 'closed' and closed_at > %s
          and not drill and rule <> %s and closed_by is distinct from %s"""
    rows = conn.execute(query, (site, since, BY_HAND, SYSTEM)).fetchall()
    return [Closed(rule, device, Reason(reason)) for rule, device, reason in rows]


def taken_since(conn: Conn, site: str, since: datetime) -> list[Taken]:
    """How soon incidents opened since were taken, by severity.

    Those without keys are left out: they were merged away, or split off what somebody had taken already.
    """
    query = """
        select severity, count(*), count(acknowledged_at), percentile_cont(0.5) within group (order by waited),
               percentile_cont(0.95) within group (order by waited)
        from (select severity, acknowledged_at, extract(epoch from acknowledged_at - opened_at)::float8 as waited
              from incidents where site = %s and opened_at > %s and not drill and keys <> '{}') opened
        group by severity order by severity"""
    return [Taken(*row) for row in conn.execute(query, (site, since)).fetchall()]


def load_since(conn: Conn, site: str, since: datetime, now: datetime) -> Load:
    """The load of alerts on whoever watches."""
    query = """
        select date_trunc('hour', raised_at) as hour, count(*) from alerts
        where site = %s and raised_at > %s and raised_at <= %s and parent is null and not drill
          and not exists (select from muted_alerts m where m.alert = alerts.id and m.released_at is null) group by hour
        order by count(*) desc, hour desc"""
    rows = conn.execute(query, (site, since, now)).fetchall()
    told = sum(n for _, n in rows)
    at, busiest = rows[0] if rows else (None, 0)
    return Load(told, round(told / ((now - since) / timedelta(hours=1)), 1), busiest, at)


def worked_since(conn: Conn, site: str, since: datetime) -> Sequence[Worked]:
    """How plans that opened since went."""
    query = """
        select r.plan, i.drill, count(distinct r.incident), count(*) filter (where step.value ->> 'state' = 'done'),
               count(*) filter (where (step.value ->> 'done_at')::timestamptz > (step.value ->> 'due_at')::timestamptz
                                and step.value ->> 'state' = 'done')
        from plan_runs r join incidents i on i.id = r.incident, jsonb_each(r.run -> 'steps') step
        where r.site = %s and r.opened_at > %s group by r.plan, i.drill order by r.plan, i.drill"""
    return [Worked(*row) for row in conn.execute(query, (site, since)).fetchall()]

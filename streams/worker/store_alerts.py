"""Writing a block's alerts, their endings and changes. All of it may be written again by a replay, and then changes nothing."""

from collections.abc import Sequence
from datetime import datetime

import orjson
import psycopg

from schemas.alerts import CHANNEL, Alert, Clearing, SeverityChange
from schemas.drills import real

_ALERTS = """
INSERT INTO alerts (id, site, rule, rule_version, severity, device, subject, raised_at, occurred_at, received_at,
                    judged_at, stored_at, why, parent, plan, drill)
SELECT id, site, rule, version, severity, device, subject, raised_at, occurred_at, received_at,
       %s::timestamptz, clock_timestamp(), why::jsonb, parent, plan,
       coalesce(jsonb_array_length(why::jsonb -> 'events'), 0) > 0 AND NOT EXISTS (
           SELECT FROM jsonb_array_elements(why::jsonb -> 'events') AS ground
           WHERE NOT EXISTS (SELECT FROM drills WHERE drills.event = ground ->> 'id'))
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::smallint[], %s::text[], %s::text[], %s::timestamptz[],
            %s::timestamptz[], %s::timestamptz[], %s::text[], %s::uuid[], %s::text[])
     AS new (id, site, rule, version, severity, device, subject, raised_at, occurred_at, received_at, why, parent, plan)
ON CONFLICT (id, raised_at) DO NOTHING
"""

_CLEARING = """
UPDATE alerts SET cleared_at = %s WHERE id = %s AND raised_at = %s AND cleared_at IS NULL
"""

_CHANGE = """
UPDATE alerts SET severity = %s, severity_at = %s
WHERE id = %s AND raised_at = %s AND (severity_at IS NULL OR severity_at < %s)
"""


def write_alerts(
    cursor: psycopg.Cursor,
    site: str,
    alerts: Sequence[Alert],
    clearings: Sequence[Clearing],
    changes: Sequence[SeverityChange],
    judged_at: datetime | None,
) -> None:
    """Write them, and tell who listens that there is news of the site."""
    if alerts:
        rows = [_row(alert) for alert in alerts]
        cursor.execute(_ALERTS, (judged_at, *(list(column) for column in zip(*rows, strict=True))))
    if changes:
        cursor.executemany(_CHANGE, [(int(c.severity), c.at, c.id, c.raised_at, c.at) for c in changes])
    if clearings:
        cursor.executemany(_CLEARING, [(c.cleared_at, c.id, c.raised_at) for c in clearings])
    if alerts or clearings or changes:
        cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, site))


def _row(alert: Alert) -> tuple[object, ...]:
    return (
        alert.id,
        alert.site,
        alert.rule,
        alert.rule_version,
        int(alert.severity),
        real(alert.device),
        alert.subject,
        alert.raised_at,
        alert.occurred_at,
        alert.received_at,
        orjson.dumps(alert.why, default=str, option=orjson.OPT_SERIALIZE_NUMPY).decode(),
        alert.parent,
        alert.plan,
    )

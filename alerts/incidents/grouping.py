"""Which alerts are one incident: by cause, person or vehicle, place, or the same rule at the same device.

An alert joins the oldest incident that has one of its keys, is not closed and was opened within the life limit; so that an
incident that nobody closes does not swallow tomorrow's. Else it opens a new one. One that asks for a plan joins no incident
whose plan is over or another one, for it would open none; where that very plan runs it joins however long that takes.
"""

from collections.abc import Iterable
from datetime import timedelta

from alerts.incidents.incident import Incident, Told
from schemas.incidents import State

LIFE = timedelta(hours=12)
"""A shift: whoever comes on duty next sees a new alert as a new incident."""


def keys_of(alert: Told) -> tuple[str, ...]:
    """By what it is one with others: its person or vehicle; the plan it opens and where; else its rule and device.

    A drill shares nothing with what is real.
    """
    keys = []
    if alert.subject:
        keys.append(f"subject {alert.subject}")
    if alert.plan:
        keys.append(f"plan {alert.plan} {alert.building or alert.device}")
    if not keys:
        keys.append(f"rule {alert.rule} {alert.device}")
    return tuple(f"drill {key}" for key in keys) if alert.drill else tuple(keys)


def belongs_to(alert: Told, unclosed: Iterable[Incident]) -> Incident | None:
    """The incident that it joins; None where it opens one."""
    keys = frozenset(keys_of(alert))
    found = [
        incident
        for incident in unclosed
        if incident.state is not State.CLOSED
        and not keys.isdisjoint(incident.keys)
        and (alert.raised_at - incident.opened_at <= LIFE or _runs(incident, alert.plan))
        and (not alert.plan or not incident.plan or _runs(incident, alert.plan))
    ]
    return min(found, key=lambda incident: (incident.opened_at, incident.number), default=None)


def _runs(incident: Incident, plan: str | None) -> bool:
    """Whether that plan is being worked there."""
    return incident.plan_open and incident.plan == plan

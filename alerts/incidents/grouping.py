"""Which alerts are one incident: by cause, person or vehicle, plan and place, or the same rule at the same device.

An alert joins the oldest incident that has one of its keys, is not closed and was opened within the life limit; so that an
incident that nobody closes does not swallow tomorrow's. Where a plan of the whole site is being worked, the limit counts from
its last alert: a long rain is one. Else it opens a new one. One that asks for a plan joins no incident whose plan is over or
another one, for it would open none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.incidents.incident import Incident, Told
from schemas.incidents import State
from schemas.plans.model import Plan, Scope
from schemas.site import Site

LIFE = timedelta(hours=12)
"""A shift: whoever comes on duty next sees a new alert as a new incident."""

WHOLE_SITE = "*"
"""No id of a building, place or device."""


def spot_of(scope: Scope, site: Site, device: str, building: str) -> str:
    """Where a plan is worked: the site; else the building; else the place, a ramp being of its garage; else the device."""
    if scope is Scope.SITE:
        return WHOLE_SITE
    row = site.devices.get(device)
    place = site.places.get(building or (row.place if row else ""))
    if place is None:
        return building or device
    return str(place.attributes.get("building") or place.attributes.get("garage") or place.id)


def placed(alert: Told, plans: Mapping[str, Plan], site: Site) -> Told:
    """The alert with where the plan that it asks for is worked."""
    if not alert.plan:
        return alert
    plan = plans.get(alert.plan)
    scope = plan.scope if plan is not None else Scope.BUILDING
    return replace(alert, spot=spot_of(scope, site, alert.device, alert.building))


def keys_of(alert: Told) -> tuple[str, ...]:
    """By what it is one with others: its person or vehicle; the plan it opens and where; else its rule and device.

    A drill shares nothing with what is real.
    """
    keys = []
    if alert.subject:
        keys.append(f"subject {alert.subject}")
    if alert.plan:
        keys.append(f"plan {alert.plan} {alert.spot or alert.building or alert.device}")
    if not keys:
        keys.append(f"rule {alert.rule} {alert.device}")
    return tuple(f"drill {key}" for key in keys) if alert.drill else tuple(keys)


def working(alert: Told, unclosed: Iterable[Incident], but: Incident | None = None) -> Incident | None:
    """The incident whose plan is worked already where a person would open it, other than `but`; None where nobody does."""
    others = [one for one in unclosed if _runs(one, alert.plan) and (but is None or one.id != but.id)]
    if alert.spot == WHOLE_SITE:  # however long it has been worked
        return next((one for one in others if not set(keys_of(alert)).isdisjoint(one.keys)), None)
    return belongs_to(alert, others)


def belongs_to(alert: Told, unclosed: Iterable[Incident]) -> Incident | None:
    """The incident that it joins; None where it opens one."""
    keys = frozenset(keys_of(alert))
    found = [
        incident
        for incident in unclosed
        if incident.state is not State.CLOSED
        and alert.raised_at - _alive_at(incident, alert) <= LIFE
        and not keys.isdisjoint(incident.keys)
        and (not alert.plan or not incident.plan or _runs(incident, alert.plan))
    ]
    return min(found, key=lambda incident: (incident.opened_at, incident.number), default=None)


def _alive_at(incident: Incident, alert: Told) -> datetime:
    """From when on its life counts for this alert."""
    return incident.last_at if alert.spot == WHOLE_SITE and _runs(incident, alert.plan) else incident.opened_at


def _runs(incident: Incident, plan: str | None) -> bool:
    """Whether that plan is being worked there."""
    return incident.plan_open and incident.plan == plan

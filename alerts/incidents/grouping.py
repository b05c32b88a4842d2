"""Which alerts are one incident: by cause, person or vehicle, plan and place, or the same rule at the same device.

An alert joins the oldest incident that has one of its keys, is not closed and was opened within the life limit; so that an
incident that nobody closes does not swallow tomorrow's. Else it opens a new one. One that asks for a plan never joins where the
plan is over: it would open none. A plan of the whole site lives from its last alert on: a long rain is one.
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
    others = [incident for incident in unclosed if incident.plan_open and (but is None or incident.id != but.id)]
    return belongs_to(alert, (incident for incident in others if incident.plan == alert.plan))


def belongs_to(alert: Told, unclosed: Iterable[Incident]) -> Incident | None:
    """The incident that it joins; None where it opens one."""
    keys = frozenset(keys_of(alert))
    found = [
        incident
        for incident in unclosed
        if incident.state is not State.CLOSED
        and alert.raised_at - _alive_at(incident, keys) <= LIFE
        and not keys.isdisjoint(incident.keys)
        and not (alert.plan and incident.plan and not incident.plan_open)
    ]
    return min(found, key=lambda incident: (incident.opened_at, incident.number), default=None)


def _alive_at(incident: Incident, keys: frozenset[str]) -> datetime:
    """From when on its life counts for an alert of these keys."""
    shared = keys.intersection(incident.keys)
    whole = incident.plan_open and any(key.endswith(f" {WHOLE_SITE}") for key in shared)
    return incident.last_at if whole else incident.opened_at

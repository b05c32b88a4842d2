"""Plans from the browser: opened by hand, ticked, answered, skipped, stopped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from alerts import mutes
from alerts.incidents import store, together
from alerts.incidents.grouping import WHOLE_SITE, keys_of, placed, working
from alerts.incidents.incident import BY_HAND, Incident, Refused, Told, Who
from alerts.incidents.lifecycle import Remark
from alerts.plans import store as runs
from alerts.plans.acts import AddEntry, Say, SayAgain, Skip, Stop, Tick, TickRow, Undo
from alerts.plans.scene import Surroundings, fill_for
from alerts.words import kept
from dashboard.door.accounts import Conn
from dashboard.door.forms import Form
from dashboard.incidents.fields import time_in, uuid_in
from schemas.alerts import Severity
from schemas.plans.model import Plan


@dataclass(frozen=True, slots=True)
class Plans:
    """What there is to open, and where."""

    around: Surroundings
    plans: Mapping[str, Plan]


PRESSES: Mapping[str, Callable[[Form], Any]] = {
    "tick": lambda form: Tick(form.get("step", ""), form.get("text", "")),
    "answer": lambda form: Say(form.get("step", ""), form.get("answer", "")),
    "answer_again": lambda form: SayAgain(form.get("step", ""), form.get("answer", ""), form.get("text", "")),
    "entry": lambda form: AddEntry(form.get("step", ""), form.get("text", ""), form.get("row", "")),
    "skip": lambda form: Skip(form.get("step", ""), form.get("text", "")),
    "row": lambda form: TickRow(form.get("step", ""), form.get("row", ""), form.get("text", "")),
    "undo": lambda form: Undo(form.get("step", ""), form.get("row", "")),
    "stop_plan": lambda form: Stop(form.get("text", "")),
}


def press(conn: Conn, plans: Plans, form: Form, who: Who, now: datetime) -> Mapping[str, str]:
    """Press something in the plan of an incident; `at` is when it was pressed, where that was earlier."""
    incident = store.held(conn, plans.around.site.id, uuid_in(form, "incident"))
    fill = fill_for(conn, plans.around, incident)
    runs.press_in(conn, incident, PRESSES[form["act"]](form), who, (time_in(form, "at") or now, now), fill)
    return {}


def open_plan(conn: Conn, plans: Plans, form: Form, who: Who, now: datetime) -> Mapping[str, str]:
    """Open a plan: for an incident that has none, or for one that is opened with it.

    Where it is worked already for the same place, whoever opens it is led there: what is one by the rules is one by hand.
    """
    plan = plans.plans.get(form.get("plan", ""))
    if plan is None:
        raise Refused("plan_unknown", form.get("plan", "")[:40])
    site = plans.around.site
    live = _live(conn, site.id, now)
    asked = store.held(conn, site.id, uuid_in(form, "incident")) if form.get("incident") else None
    if asked is not None:
        incident = _with_its_key(plans, plan, asked, live, now)
    else:
        told = _by_hand(plans, plan, form, now)
        if (there := working(told, live)) is not None:
            return _led_to(conn, store.held(conn, site.id, there.id), form, who, now)
        incident = store.write(conn, together.opened(conn, site.id, told), who, now)
    opening = runs.Opening(plan, site.timezone, fill_for(conn, plans.around, incident))
    return _led_to(conn, runs.open_plan(conn, incident, opening, who, now), form, who, now)


def _live(conn: Conn, site: str, now: datetime) -> Sequence[Incident]:
    """The incidents that live, held in the order that everybody holds in, and read again when nobody else can open one: of two
    who open the same plan at once, one is led to it."""
    store.unclosed(conn, site, hold=True)
    mutes.unended(conn, site, now, hold=True)
    store.hold_numbers(conn, site)
    return store.unclosed(conn, site)


def _led_to(conn: Conn, incident: Incident, form: Form, who: Who, now: datetime) -> Mapping[str, str]:
    if text := kept(form.get("text", "")):
        store.act(conn, incident, Remark(text), who, now)
    return {"goto": f"/incident?id={incident.id}"}


def _with_its_key(plans: Plans, plan: Plan, incident: Incident, live: Sequence[Incident], now: datetime) -> Incident:
    """The incident as one that later alerts for the plan and place join; Refused where another one has the plan there."""
    seen = Told(incident.id, incident.rule, incident.severity, incident.device, incident.building, None, now, None, plan.id)
    seen = placed(replace(seen, drill=incident.drill), plans.plans, plans.around.site)
    if (other := working(seen, live, but=incident)) is not None:
        raise Refused("plan_elsewhere", other.number)
    return replace(incident, keys=tuple(dict.fromkeys((*incident.keys, *keys_of(seen)))))


def _by_hand(plans: Plans, plan: Plan, form: Form, now: datetime) -> Told:
    """What a person saw, in the place of an alert: where it is, by device or by place; the whole site is neither."""
    site, device, building = plans.around.site, form.get("device", ""), form.get("building", "")
    whole = building == WHOLE_SITE and not device
    building = "" if whole else building
    row = site.devices.get(device)
    if (device and row is None) or (building and building not in site.places):
        raise Refused("place_unknown", (device or building)[:40])
    if row is None and not building and not whole:
        raise Refused("place_missing")
    where = building or (row.building if row else "")
    drill = form.get("drill") == "1"
    told = Told(uuid4(), BY_HAND, Severity.CRITICAL, device, where, None, now, None, plan.id, drill)
    return placed(told, plans.plans, site)

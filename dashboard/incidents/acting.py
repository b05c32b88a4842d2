"""A form of the browser becomes an act on an incident, in one transaction: whole, or refused with a sentence and nothing done.

The visitor's right is looked at again inside, and a form that comes twice with the same `once` is done once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from alerts.incidents import store, together
from alerts.incidents.incident import Refused, Who
from alerts.incidents.lifecycle import Close, Grade, HandOn, Remark, Reopen, Resolve, Take, step
from alerts.plans.store import believed, sent_later
from dashboard.door.accounts import Conn, role_held
from dashboard.door.actor import actor, is_new
from dashboard.door.forms import Form
from dashboard.door.roles import Action, may
from dashboard.incidents.attaching import withdraw
from dashboard.incidents.fields import once_in, time_in, uuid_in
from dashboard.incidents.planning import PRESSES, Plans, open_plan, press
from schemas.alerts import Severity
from schemas.incidents import Reason

MOST_SPLIT = 200


def perform(conn: Conn, plans: Plans, name: str, form: Form, now: datetime) -> Mapping[str, str]:
    """Do what the form asks as this account; where to go then, if elsewhere. Refused leaves nothing behind."""
    who = actor(conn, name, Action.WORK_INCIDENTS)
    if not is_new(conn, once_in(form), who, now):
        return {}
    act = form.get("act", "")
    if act in PRESSES:
        return press(conn, plans, form, who, now)
    if act == "open_plan":
        return open_plan(conn, plans, form, who, now)
    if act not in ACTS:
        raise Refused("act_unknown", act[:40])
    return ACTS[act](conn, plans.around.site.id, form, who, now)


Doing = Callable[[Conn, str, Form, Who, datetime], Mapping[str, str]]
Making = Callable[[Conn, Form], object]


def _simple(make: Making) -> Doing:
    """An act on one incident."""

    def do(conn: Conn, site: str, form: Form, who: Who, now: datetime) -> Mapping[str, str]:
        change = step(store.held(conn, site, uuid_in(form, "incident")), make(conn, form), who, now)
        later = sent_later(believed(time_in(form, "at") or now, now), now)
        store.write(conn, replace(change, what={**change.what, **later}), who, now)
        return {}

    return do


def _hand_on(conn: Conn, form: Form) -> HandOn:
    to = form.get("to", "")
    role = role_held(conn, to) if to and "\0" not in to else None
    if role is None or not may(role, Action.WORK_INCIDENTS):
        raise Refused("nobody_such", to[:40])
    return HandOn(to)


def _close(conn: Conn, form: Form) -> Close:
    given = form.get("reason", "")
    if given not in set(Reason):
        raise Refused("reason_missing")
    return Close(Reason(given), form.get("text", ""))


def _grade(conn: Conn, form: Form) -> Grade:
    given = form.get("severity", "")
    if given not in {str(int(severity)) for severity in Severity}:
        raise Refused("severity_unknown")
    return Grade(Severity(int(given)), form.get("text", ""))


def _merge(conn: Conn, site: str, form: Form, who: Who, now: datetime) -> Mapping[str, str]:
    whole = together.merge(conn, site, uuid_in(form, "incident"), uuid_in(form, "to"), who, now)
    return {"goto": f"/incident?id={whole.id}"}


def _split(conn: Conn, site: str, form: Form, who: Who, now: datetime) -> Mapping[str, str]:
    given = [part for part in form.get("alerts", "").split(",") if part]
    if not 0 < len(given) <= MOST_SPLIT:
        raise Refused("split_some")
    alerts = {uuid_in({"alert": part}, "alert") for part in given}
    fresh = together.split(conn, site, uuid_in(form, "incident"), alerts, who, now)
    return {"goto": f"/incident?id={fresh.id}"}


ACTS: Mapping[str, Doing] = {
    "take": _simple(lambda conn, form: Take()),
    "hand_on": _simple(_hand_on),
    "resolve": _simple(lambda conn, form: Resolve(form.get("text", ""))),
    "reopen": _simple(lambda conn, form: Reopen(form.get("text", ""))),
    "close": _simple(_close),
    "remark": _simple(lambda conn, form: Remark(form.get("text", ""))),
    "severity": _simple(_grade),
    "merge": _merge,
    "split": _split,
    "withdraw": withdraw,
}

"""Mutes from the browser: made, ended, and what they hold back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from alerts import mutes
from alerts.incidents import store
from alerts.incidents.incident import Refused
from dashboard.door.accounts import Conn
from dashboard.door.actor import actor
from dashboard.door.forms import Form
from dashboard.door.roles import Action
from dashboard.front import language
from dashboard.incidents.fields import time_in, uuid_in
from dashboard.incidents.showing import Json, mute_json
from dashboard.names import Names, pair
from dashboard.words import say
from schemas.masking import masked
from schemas.site import Site

LOOK_BACK = timedelta(days=30)
"""As long as a mute may last."""
LONGEST_TEXT = 500
MOST_HELD = 20
"""What is shown of one mute; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where, and what may be muted there."""

    site: Site
    known: mutes.Matcher


def perform(conn: Conn, desk: Desk, name: str, form: Form, now: datetime) -> Mapping[str, str]:
    """Make a mute, extend or end one; what is to be told besides. Refused where it cannot be."""
    who = actor(conn, name, Action.SET_MUTES)
    if form.get("act") == "end":
        mutes.end(conn, desk.site.id, uuid_in(form, "mute"), who, now)
    elif form.get("act") == "extend":
        to = _time(form, "ends_at"), _text(form, "reason")
        mutes.extend(conn, desk.site.id, uuid_in(form, "mute"), to, who, now)
    elif form.get("act") == "create":
        mutes.add(conn, mutes.checked(_mute(desk, form, name, now), desk.known, now), who, now)
        return _idle(conn, desk.site.id)
    else:
        raise Refused("act_unknown", form.get("act", "")[:40])
    return {}


def _idle(conn: Conn, site: str) -> Mapping[str, str]:
    """Says at once that nothing is held back for now."""
    runs = next((one for one in store.unclosed(conn, site) if one.plan_open and not one.drill), None)
    return {"told": say("mute_now_idle", language.get(), runs.number)} if runs else {}


def held_json(names: Names, conn: Conn, now: datetime) -> Json:
    """The mutes, and what they and those that ended lately held back."""
    counts, rows = mutes.counts(conn, names.site.id, now), mutes.held_back(conn, names.site.id, now - LOOK_BACK, MOST_HELD)
    return {
        "mutes": [mute_json(one, counts.get(one.id, 0)) for one in mutes.unended(conn, names.site.id, now)],
        "held": [
            {
                "alert": str(row["alert"]),
                "mute": str(row["mute"]),
                "raised_at": row["raised_at"].isoformat(),
                "what": pair(names.rule(row["rule"])),
                "where": pair(names.where(row["device"], names.site.building_of(row["device"]))),
                "device": pair(names.device(row["device"])),
                "subject": masked(row["subject"]),
                "severity": row["severity"],
                "released": row["released_at"] is not None,
            }
            for row in rows
        ],
    }


def _mute(desk: Desk, form: Form, name: str, now: datetime) -> mutes.Mute:
    starts, ends = time_in(form, "starts_at") or now, _time(form, "ends_at")
    fields = {key: _text(form, key) for key in ("rule", "device", "building", "reason", "owner")}
    return mutes.Mute(
        id=uuid4(),
        site=desk.site.id,
        rule=fields["rule"],
        device=fields["device"],
        building=fields["building"],
        owner=fields["owner"] or name,
        reason=fields["reason"],
        starts_at=starts,
        ends_at=ends,
    )


def _time(form: Form, name: str) -> datetime:
    """A time that is never left out."""
    moment = time_in(form, name)
    if moment is None:
        raise Refused("mute_end")
    return moment


def _text(form: Form, name: str) -> str:
    text = form.get(name, "").strip()
    if "\0" in text or len(text) > LONGEST_TEXT:
        raise Refused("text_broken")
    return text

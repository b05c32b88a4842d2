"""Mutes from the browser: made, ended, and what they hold back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from alerts import mutes
from alerts.incidents.incident import Refused
from dashboard.accounts import Conn
from dashboard.actor import actor
from dashboard.forms import Form
from dashboard.incidents.fields import time_in, uuid_in
from dashboard.incidents.showing import Json, mute_json
from dashboard.names import Names, pair
from dashboard.roles import Action
from schemas.masking import masked
from schemas.site import Site

LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where, and what may be muted there."""

    site: Site
    known: mutes.Matcher


def perform(conn: Conn, desk: Desk, name: str, form: Form, now: datetime) -> Mapping[str, str]:
    """Make a mute or end one; Refused where it cannot be."""
    who = actor(conn, name, Action.SET_MUTES)
    if form.get("act") == "end":
        mutes.end(conn, desk.site.id, uuid_in(form, "mute"), who, now)
    elif form.get("act") == "create":
        mutes.add(conn, mutes.checked(_mute(desk, form, name, now), desk.known, now), who, now)
    else:
        raise Refused("act_unknown", form.get("act", "")[:40])
    return {}


def held_json(names: Names, conn: Conn, now: datetime) -> Json:
    """The mutes, and what they and those that ended lately held back."""
    counts, rows = mutes.counts(conn, names.site.id, now), mutes.held_back(conn, names.site.id, now - LOOK_BACK)
    return {
        "mutes": [mute_json(one, counts.get(one.id, 0)) for one in mutes.unended(conn, names.site.id, now)],
        "held": [
            {
                "alert": str(row["alert"]),
                "mute": str(row["mute"]),
                "raised_at": row["raised_at"].isoformat(),
                "what": pair(names.rule(row["rule"])),
                "device": pair(names.device(row["device"])),
                "subject": masked(row["subject"]),
                "severity": row["severity"],
                "released": row["released_at"] is not None,
            }
            for row in rows
        ],
    }


def _mute(desk: Desk, form: Form, name: str, now: datetime) -> mutes.Mute:
    starts = time_in(form, "starts_at") or now
    ends = time_in(form, "ends_at")
    if ends is None:
        raise Refused("mute_end")
    fields = {key: form.get(key, "").strip() for key in ("rule", "device", "building", "reason", "owner")}
    if any("\0" in text or len(text) > 500 for text in fields.values()):
        raise Refused("text_broken")
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

"""Files of an incident: handed in with a form, withdrawn, given out again."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from alerts.attachments import store as attachments
from alerts.attachments.attach import may_withdraw
from alerts.attachments.content import JPEG, File, checked
from alerts.attachments.model import Attachment, Side, Spot
from alerts.attachments.store import Given
from alerts.incidents import store
from alerts.incidents.incident import Incident, Refused, Who
from alerts.plans.scene import fill_for
from dashboard.door.accounts import Conn
from dashboard.door.actor import actor, is_new
from dashboard.door.forms import Form
from dashboard.door.roles import Action
from dashboard.incidents.fields import once_in, time_in, uuid_in
from dashboard.incidents.planning import Plans
from dashboard.upload import Filled

KEPT_BY_BROWSER = "private, max-age=600"  # the bytes behind an id never change; one that is withdrawn is gone from here soon


async def read(filled: Filled, unpacking: asyncio.Semaphore) -> File:
    """The file of a form. One is unpacked at a time, so that memory stays bounded; who waits holds no thread."""
    if filled.file is None:
        raise Refused("file_missing")
    async with unpacking:
        return await asyncio.to_thread(checked, filled.file.name, filled.file.data)


def attach(
    conn: Conn, plans: Plans, name: str, form: Form, file: File, now: datetime, new_id: Callable[[], UUID]
) -> Mapping[str, str]:
    """Keep the file as this account, once however often it is sent; `at` is when it was handed in, where that was earlier."""
    who = actor(conn, name, Action.WORK_INCIDENTS)
    if not is_new(conn, once_in(form), who, now):
        return {}
    incident = store.held(conn, plans.around.site.id, uuid_in(form, "incident"))
    given = Given(new_id(), file, _spot(form), form.get("text", ""))
    fill = fill_for(conn, plans.around, incident)
    attachments.attach(conn, incident, given, who, (time_in(form, "at") or now, now), fill)
    return {"file": str(given.id)}


def withdraw(conn: Conn, site: str, form: Form, who: Who, now: datetime) -> Mapping[str, str]:
    """It was the wrong one."""
    incident = store.held(conn, site, uuid_in(form, "incident"))
    attachments.withdraw(conn, incident, uuid_in(form, "file_id"), form.get("text", ""), who, now)
    return {}


def _spot(form: Form) -> Spot:
    side = form.get("side", "")
    if side not in set(Side):
        raise Refused("side_unknown", side[:40])
    return Spot(form.get("step", ""), form.get("row", ""), Side(side))


def handed_out(conn: Conn, site: str, identity: UUID) -> Response:
    """The file: a picture is shown, a paper is saved; neither is ever taken for a page."""
    file = attachments.body_of(conn, site, identity)
    if file is None:
        raise Refused("file_unknown")
    how = "inline" if file.kind == JPEG else "attachment"
    named = f"{how}; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {"content-disposition": named, "cache-control": KEPT_BY_BROWSER, "x-content-type-options": "nosniff"}
    return Response(file.body, media_type=file.kind, headers=headers)


def attachment_json(incident: Incident, one: Attachment, who: Who | None) -> dict[str, Any]:
    """An attachment as the browser gets it."""
    return {
        "id": str(one.id),
        "name": one.name,
        "kind": one.kind,
        "size": one.size,
        "sha256": one.sha256,
        "at": one.at.isoformat(),
        "by": one.by,
        "step": one.spot.step,
        "row": one.spot.line,
        "side": str(one.spot.side),
        "withdrawn_by": one.withdrawn_by,
        "href": f"/attachment?id={one.id}",
        "may_withdraw": who is not None and may_withdraw(incident, one, who),
    }

"""The addresses of incidents: what the browser reads as JSON, and the one form that acts. roles.py says whose they are."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import orjson
import psycopg
from psycopg_pool import ConnectionPool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from alerts import mutes
from alerts.attachments import store as attachments
from alerts.incidents import store
from alerts.incidents.incident import Refused, Who
from alerts.plans import store as runs
from alerts.plans.scene import told_of
from alerts.reading import stream_time_now
from dashboard import rooms
from dashboard.door.access import Visitor
from dashboard.door.accounts import AccountError, Conn, accounts
from dashboard.door.actor import who
from dashboard.door.forms import Form, form_of, visitor_of
from dashboard.door.roles import Action, Role, may
from dashboard.front import language
from dashboard.incidents import attaching, muting
from dashboard.incidents.acting import perform
from dashboard.incidents.fields import uuid_in
from dashboard.incidents.levels import Line, levels_json
from dashboard.incidents.planning import Plans
from dashboard.incidents.showing import Json, Rows, Seen, incident_json, mute_json, whole_json
from dashboard.live.hub import Hub
from dashboard.names import Names, when
from dashboard.upload import filled
from dashboard.words import say
from schemas.errors import Unavailable
from schemas.settings import Settings

CLOSED_SHOWN = 20
NOT_THEIRS = (
    "close_directs",
    "plan_stop_directs",
    "severity_lower",
    "incident_not_yours",
    "step_role",
    "file_not_yours",
    "no_longer",
)
STATUS = {"incident_unknown": 404, "file_unknown": 404, "not_you": 412, **dict.fromkeys(NOT_THEIRS, 403)}
"""By the sentence; 409 for all others."""
AGAIN = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
TRIES = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Incidents:
    """What the addresses need."""

    settings: Settings
    names: Names
    plans: Plans
    known: mutes.Matcher
    lines: tuple[Line, ...]
    simulated: Callable[[], bool]
    hub: Hub
    pool: ConnectionPool[Conn]
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    unpacking: asyncio.Semaphore


def routes(here: Incidents) -> list[BaseRoute]:
    """The paths, for the application's router."""
    return [
        Route("/incidents.json", partial(_answered, here, _list), methods=["GET"]),
        Route("/incidents/whole.json", partial(_whole, here), methods=["GET"]),
        Route("/incident.json", partial(_answered, here, _one), methods=["GET"]),
        Route("/levels.json", partial(_answered, here, _levels), methods=["GET"]),
        Route("/incidents/act", partial(_answered, here, _act), methods=["POST"]),
        Route("/incidents/attach", partial(_answered, here, _attach), methods=["POST"]),
        Route("/attachment", partial(_answered, here, _attachment), methods=["GET"]),
        Route("/mutes.json", partial(_answered, here, _held_back), methods=["GET"]),
        Route("/mutes/act", partial(_answered, here, _mute), methods=["POST"]),
    ]


async def _answered(here: Incidents, answer: Callable[[Incidents, Request], Any], request: Request) -> Response:
    try:
        body = await answer(here, request)
    except (Refused, AccountError) as err:
        return _cannot(STATUS.get(err.key, 409), err.key, *err.values)
    except (Unavailable, psycopg.OperationalError):
        return _cannot(503, "database_away")
    if isinstance(body, Response):
        return body
    return Response(orjson.dumps(body), media_type="application/json", headers={"cache-control": "no-store"})


def _cannot(status: int, key: str, *values: object) -> Response:
    return JSONResponse({"error": say(key, language.get(), *values)}, status_code=status, headers={"cache-control": "no-store"})


async def _list(here: Incidents, request: Request) -> Json:
    visitor = visitor_of(request)

    def read(conn: Conn) -> Json:
        workers = [one for one in accounts(conn, here.clock()) if _works(one.role, one.disabled_at)]
        people = [{"name": one.name, "role": one.role} for one in workers]
        return {**snapshot(here, conn), "me": _me(visitor), "people": people}

    return await _with(here, read)


async def _whole(here: Incidents, request: Request) -> Response:
    """What a page asks for that missed a push: the list as all pages were told it last, with its number."""
    if here.hub.latest is None:
        return _cannot(503, "database_away")
    return Response(here.hub.latest.text(0), media_type="application/json", headers={"cache-control": "no-store"})


def snapshot(here: Incidents, conn: Conn) -> Json:
    """What every console is shown, whoever looks."""
    now, site = here.clock(), here.names.site
    held, seen = mutes.counts(conn, site.id, now), _seen(here, runs.summaries(conn, site.id))
    listed = partial(incident_json, here.names, seen=seen)
    return {
        "now": now.isoformat(),
        "as_of": when(stream_time_now(conn, here.settings, site.id)),
        "incidents": [listed(one) for one in store.unclosed(conn, site.id)],
        "closed": [listed(one) for one in store.newest(conn, site.id, CLOSED_SHOWN)],
        "mutes": [mute_json(one, held.get(one.id, 0)) for one in mutes.unended(conn, site.id, now)],
    }


async def _one(here: Incidents, request: Request) -> Json:
    identity, visitor = uuid_in(request.query_params, "id"), visitor_of(request)

    def read(conn: Conn) -> Json:
        incident = store.one(conn, here.names.site.id, identity)
        alerts, log = store.alerts_of(conn, identity), store.log_of(conn, identity)
        files, told = attachments.of_incident(conn, identity), told_of(conn, identity)
        rows = Rows(alerts, log, runs.run_of(conn, identity), files, told)
        plans = {identity: runs.summary(rows.run)} if rows.run else {}
        return whole_json(here.names, incident, rows, _who(visitor), _seen(here, plans))

    return await _with(here, read)


async def _levels(here: Incidents, request: Request) -> Json:
    return await _with(here, lambda conn: levels_json(here.names, here.lines, conn, here.clock()))


async def _act(here: Incidents, request: Request) -> Json:
    form, name = await form_of(request), visitor_of(request).name
    _by_them(form, name)
    return await _with(here, lambda conn: dict(perform(conn, here.plans, name, form, here.clock())))


async def _attach(here: Incidents, request: Request) -> Json:
    sent, name = await filled(request), visitor_of(request).name
    _by_them(sent.form, name)
    file = await attaching.read(sent, here.unpacking)
    return await _with(
        here, lambda conn: dict(attaching.attach(conn, here.plans, name, sent.form, file, here.clock(), here.new_id))
    )


async def _attachment(here: Incidents, request: Request) -> Response:
    identity = uuid_in(request.query_params, "id")
    return await _with(here, lambda conn: attaching.handed_out(conn, here.names.site.id, identity))


def _by_them(form: Form, name: str) -> None:
    """A telephone sends what was pressed on it by whoever was logged in then."""
    if form.get("me", name) != name:
        raise Refused("not_you", form["me"][:40])


async def _held_back(here: Incidents, request: Request) -> Json:
    return await _with(here, lambda conn: muting.held_json(here.names, conn, here.clock()))


async def _mute(here: Incidents, request: Request) -> Json:
    form, visitor = await form_of(request), visitor_of(request)
    desk = muting.Desk(here.names.site, here.known)
    return await _with(here, lambda conn: dict(muting.perform(conn, desk, visitor.name, form, here.clock())))


async def _with(here: Incidents, ask: Callable[[Conn], T]) -> T:
    """Ask in one transaction, off the loop."""

    def asked() -> T:
        for _ in range(TRIES - 1):  # two who waited for one another: one of them is asked again
            with suppress(*AGAIN), here.pool.connection() as conn:
                return ask(conn)
        with here.pool.connection() as conn:
            return ask(conn)

    return await rooms.INCIDENTS.do(asked)


def _seen(here: Incidents, plans: Mapping[UUID, Mapping[str, Any]]) -> Seen:
    return Seen(here.clock(), here.simulated(), plans, here.plans.plans)


def _me(visitor: Visitor) -> Json:
    acts = (Action.WORK_INCIDENTS, Action.DIRECT_INCIDENTS, Action.SET_MUTES)
    return {"name": visitor.name, "role": str(visitor.role), "may": [str(act) for act in acts if may(visitor.role, act)]}


def _who(visitor: Visitor) -> Who | None:
    return who(visitor.name, visitor.role) if may(visitor.role, Action.WORK_INCIDENTS) else None


def _works(role: str, disabled_at: datetime | None) -> bool:
    return disabled_at is None and may(Role(role), Action.WORK_INCIDENTS)

"""The addresses of reports: the page, its paper, and the paper of the plan that an incident runs. roles.py has their rows."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

import psycopg
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from alerts.incidents import store
from alerts.incidents.incident import Refused, Who
from alerts.papers.plan import plan_paper
from alerts.plans.store import run_of
from alerts.reports.telling import Language, told
from dashboard import rooms
from dashboard.console.pages import Console, page
from dashboard.door.forms import visitor_of
from dashboard.front import language
from dashboard.incidents.fields import uuid_in
from dashboard.reports import making, review
from dashboard.reports.making import Maker
from dashboard.words import say
from schemas.errors import MachineError, Unavailable
from schemas.site import Name

T = TypeVar("T")
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Reports:
    """What the addresses need."""

    console: Console
    maker: Maker
    plans: Mapping[str, Name]


Answer = Callable[[Reports, Request], Response]


def routes(here: Reports) -> list[BaseRoute]:
    """The paths, for the application's router."""
    answers: dict[str, Answer] = {
        "/report": _page,
        "/report.pdf": _paper,
        "/plan.pdf": _plan,
        "/figures": _figures,
        "/figures/rule.yaml": _rule,
    }
    return [Route(path, partial(_answered, here, answer), methods=["GET"]) for path, answer in answers.items()]


async def _answered(here: Reports, answer: Answer, request: Request) -> Response:
    """Off the loop: reading and laying out take their time."""
    try:
        if request.url.path.endswith(".pdf"):
            return await rooms.PAPERS.do(answer, here, request)
        return await asyncio.to_thread(answer, here, request)
    except Refused as err:
        return _cannot(404 if err.key == "incident_unknown" else 409, err.key, *err.values)
    except rooms.Full:
        return _cannot(503, "papers_wait")
    except MachineError:
        return _cannot(503, "fonts_missing")
    except (Unavailable, psycopg.OperationalError):
        return _cannot(503, "database_away")


def _cannot(status: int, key: str, *values: object) -> Response:
    return HTMLResponse(str(escape(say(key, language.get(), *values))), status_code=status)


def _page(here: Reports, request: Request) -> Response:
    identity = uuid_in(request.query_params, "id")
    found = making.read(here.maker, identity)
    around = {"title": "report", "section": "/incidents", "asked": f"id={identity}&"}
    facts = {"report": told(found, _speech(), here.maker.names.site), "id": identity, "plan": found.head.plan is not None}
    return page(here.console, visitor_of(request), request.url.path, "report", {**around, **facts})


def _paper(here: Reports, request: Request) -> Response:
    visitor, speech = visitor_of(request), _speech()
    made = making.make(here.maker, uuid_in(request.query_params, "id"), speech, Who(visitor.name, str(visitor.role)))
    return _download(made.pdf, f"incident-{made.number}-{speech}.pdf")


def _plan(here: Reports, request: Request) -> Response:
    identity, speech = uuid_in(request.query_params, "id"), _speech()
    with here.maker.connect() as conn:
        incident, run = store.one(conn, here.maker.names.site.id, identity), run_of(conn, identity)
    if run is None:
        raise Refused("plan_none")
    paper = plan_paper(run.plan, speech, here.maker.names.site, drill=incident.drill)
    return _download(paper.pdf, f"incident-{incident.number}-plan-{run.plan.id}-{speech}.pdf")


def _figures(here: Reports, request: Request) -> Response:
    days = request.query_params.get("days", "")
    found = review.facts(here.maker, here.plans, days)
    around = {"asked": f"days={found['days']}&"}
    return page(here.console, visitor_of(request), request.url.path, "figures", {**around, **found})


def _rule(here: Reports, request: Request) -> Response:
    query = request.query_params
    rule = query.get("rule", "")
    return _download(review.rule_file(here.maker, rule, query.get("days", "")), f"{rule}.yaml", "application/yaml")


def _download(body: bytes, name: str, kind: str = PDF) -> Response:
    """A file that no browser takes for anything but what it is."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=kind, headers={**headers, "x-content-type-options": "nosniff"})


def _speech() -> Language:
    """The language that the address asks for, else the visitor's."""
    found: Any = language.get()
    speech: Literal["zh", "en"] = found
    return speech

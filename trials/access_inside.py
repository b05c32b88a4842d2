"""What is asked for within a form, and not by its address: who directs incidents, and whose steps of a plan somebody may tick.

It is tried on an incident put up for the run, which is a drill, somebody else's, and removed after it. Every form is wrong
besides, so that who may send it is told so, and nothing changes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from uuid import uuid4

import psycopg
from psycopg import sql

from alerts.incidents import store
from alerts.incidents.incident import BY_HAND, Incident
from alerts.plans.acts import TICKS
from alerts.plans.run import Filled, begin
from alerts.plans.store import RUN
from alerts.words import LONGEST_TEXT
from dashboard.door.roles import MAY, Action, Role
from schemas.alerts import Severity
from schemas.incidents import State
from schemas.plans.model import Answer, Crew, Ending, Plan, Step, When
from schemas.site import Name

ADDRESS = "/incidents/act"
TRIAL = Name("权限测试", "Access matrix")


@dataclass(frozen=True, slots=True)
class Form:
    """What is sent, and who may send it."""

    fields: Mapping[str, str]
    may: frozenset[Role]


_DIRECT, _TOO_LONG = MAY[Action.DIRECT_INCIDENTS], "x" * (LONGEST_TEXT + 1)
FORMS: Mapping[str, Form] = {
    "lower the priority": Form({"act": "severity", "severity": "4", "text": ""}, _DIRECT),
    "resolve what another has": Form({"act": "resolve", "text": _TOO_LONG}, _DIRECT),
    "hand on what another has": Form({"act": "hand_on"}, _DIRECT),
    "close what had a plan": Form({"act": "close", "reason": "real"}, _DIRECT),
    "stop a plan": Form({"act": "stop_plan", "text": ""}, _DIRECT),
    **{
        f"tick a step of the {crew}": Form(
            {"act": "tick", "step": str(crew)}, frozenset(Role(role) for role, crews in TICKS.items() if crew in crews)
        )
        for crew in Crew
    },
}
"""By what it does, in an incident of another's with a plan."""


def sent(form: Form, incident: str, owner: str) -> Mapping[str, str]:
    """The form for an incident; what is handed on is handed to who has it."""
    return {"incident": incident, "to": owner, **form.fields}


@contextmanager
def incident_of(conn: psycopg.Connection, site: str, owner: str, now: datetime) -> Iterator[str]:
    """An incident with a run of a plan, beside the audit log and gone after it; its id. `conn` commits each statement."""
    made = Incident(
        id=uuid4(), site=site, number=0, version=1, state=State.ACKNOWLEDGED, severity=Severity.MEDIUM, severity_by="",
        rule=BY_HAND, device="", building="", subject=None, plan=_plan().id, plan_open=False, drill=True, keys=(),
        owner=owner, opened_at=now, acknowledged_at=now, resolved_at=None, closed_at=None, reason=None, occurrences=1,
        children=0, last_at=now, merged_into=None,
    )  # fmt: skip
    _clear(conn, site)  # what a run left that was killed
    try:
        with conn.transaction():
            _put_up(conn, replace(made, number=store.next_number(conn, site)), now)
        yield str(made.id)
    finally:
        _clear(conn, site)


def _clear(conn: psycopg.Connection, site: str) -> None:
    which = "select id from incidents where site = %s and plan = %s and rule = %s and drill"
    for table in ("incident_log", "plan_runs"):
        query = sql.SQL("delete from {} where incident in ({})").format(sql.Identifier(table), sql.SQL(which))
        conn.execute(query, (site, _plan().id, BY_HAND))
    conn.execute("delete from incidents where site = %s and plan = %s and rule = %s and drill", (site, _plan().id, BY_HAND))


def _put_up(conn: psycopg.Connection, made: Incident, now: datetime) -> None:
    names = [field.name for field in fields(Incident)]
    query = sql.SQL("insert into incidents ({}) values ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(map(sql.Placeholder, names))
    )
    conn.execute(query, {**asdict(made), "keys": list(made.keys)})
    run = begin(_plan(), now, "UTC", lambda step: Filled(), drill=True)
    conn.execute(
        "insert into plan_runs (incident, site, plan, version, opened_at, run) values (%s, %s, %s, 1, %s, %s)",
        (made.id, made.site, run.plan.id, now, RUN.dump_json(run).decode()),
    )


def _plan() -> Plan:
    """One question of each role, all open at once: a question is answered, never ticked."""
    asked = [Step(id=str(crew), text=TRIAL, role=crew, answers=_answers(crew), may_skip=False) for crew in Crew]
    closing = When(step=str(Crew.SUPERVISOR), answers=("yes",))
    last = Step(id="last", text=TRIAL, role=Crew.SUPERVISOR, when=closing, may_skip=False)
    return Plan(id="access-matrix", version=1, name=TRIAL, opens_on=TRIAL, steps=(*asked, last))


def _answers(crew: Crew) -> tuple[Answer, ...]:
    """One of all questions has an answer that leads on, as a plan must."""
    on = None if crew is Crew.SUPERVISOR else Ending.NUISANCE
    return Answer(id="yes", text=TRIAL, ends=on), Answer(id="no", text=TRIAL, ends=Ending.NUISANCE)

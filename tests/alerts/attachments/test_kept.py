"""Attachments on a real database: kept whole or not at all, proven by the log, withdrawn without losing their row."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from alerts.attachments import store as attachments
from alerts.attachments.content import JPEG, PDF, File
from alerts.attachments.model import Side, Spot
from alerts.attachments.store import MOST, Given
from alerts.audit import walk
from alerts.incidents import store, together
from alerts.incidents.incident import Incident, Refused, Who
from alerts.incidents.lifecycle import Close, Take
from alerts.plans import store as runs
from alerts.plans.acts import TickRow
from alerts.plans.run import Filled, Row
from schemas.incidents import Reason
from schemas.plans.file import load_plans
from schemas.plans.model import Step
from tests.alerts.made import NOW, SITE, told

Conn = psycopg.Connection[Any]
GUARD, OTHER, CHIEF = Who("wang", "guard"), Who("li", "guard"), Who("chief", "supervisor", directs=True)
PHOTO, PAPER = File("gate.jpg", JPEG, b"\xff\xd8 a picture"), File("receipt.pdf", PDF, b"%PDF-1.7 a receipt")
LATER = NOW + timedelta(minutes=5)
BEFORE, AFTER = Spot("clear", "gate", Side.BEFORE), Spot("clear", "gate", Side.AFTER)


def fill(step: Step) -> Filled:
    """One place to clear wherever a list is asked for."""
    return Filled((Row("gate", "南门", "South gate"),) if step.rows else ())


@pytest.fixture
def snow(conn: Conn) -> UUID:
    """An incident whose snow plan runs; the step `clear` asks for pictures."""
    plan = load_plans()["snow"]
    clear = plan.model_copy(update={"steps": tuple(step for step in plan.steps if step.id == "clear"), "points": {}})
    alone = clear.model_copy(update={"steps": (clear.steps[0].model_copy(update={"after": None, "when": None}),)})
    with conn.transaction():
        incident = store.write(conn, together.opened(conn, SITE, told(plan="snow")), CHIEF, NOW)
        return runs.open_plan(conn, incident, runs.Opening(alone, "Asia/Shanghai", fill), CHIEF, NOW).id


def attach(conn: Conn, identity: UUID, file: File = PHOTO, spot: Spot = Spot(), who: Who = GUARD, text: str = "") -> UUID:  # noqa: B008
    given = Given(uuid4(), file, spot, text)
    with conn.transaction():
        attachments.attach(conn, held(conn, identity), given, who, (LATER, LATER), fill)
    return given.id


def held(conn: Conn, identity: UUID) -> Incident:
    return store.held(conn, SITE, identity)


def refused(conn: Conn, *given: Any, **named: Any) -> str:
    """The key, after which nothing has changed."""
    before = state(conn)
    with pytest.raises(Refused) as caught:
        attach(conn, *given, **named)
    assert state(conn) == before
    return caught.value.key


def state(conn: Conn) -> list[Any]:
    tables = ("attachments", "audit", "plan_runs", "incidents")
    return [conn.execute(f"select * from {table} order by 1").fetchall() for table in tables]


def is_proven(conn: Conn) -> bool:
    with conn.transaction():
        return walk(conn).wrong is None


def tick(conn: Conn, identity: UUID, remark: str = "") -> None:
    with conn.transaction():
        runs.press_in(conn, held(conn, identity), TickRow("clear", "gate", remark), CHIEF, (LATER, LATER), fill)


def test_a_file_is_kept_with_its_row_in_the_log(conn: Conn, snow: UUID) -> None:
    identity = attach(conn, snow, PAPER, text="from the police")
    (kept,) = attachments.of_incident(conn, snow)
    assert (kept.id, kept.name, kept.by, kept.at, kept.sha256) == (identity, "receipt.pdf", "wang", LATER, PAPER.sha256)
    assert attachments.body_of(conn, SITE, identity) == PAPER
    last = store.log_of(conn, snow)[-1]
    assert (last["action"], last["what"]["file"]["sha256"], last["what"]["text"]) == (
        "incident.attach",
        PAPER.sha256,
        "from the police",
    )
    assert is_proven(conn)


def test_a_line_that_asks_for_pictures_is_ticked_with_both_or_with_a_reason(conn: Conn, snow: UUID) -> None:
    attach(conn, snow, spot=BEFORE, who=CHIEF)
    with pytest.raises(Refused, match="row_pictures"):
        tick(conn, snow)
    attach(conn, snow, spot=AFTER, who=CHIEF)
    tick(conn, snow)
    run = runs.run_of(conn, snow)
    assert run is not None
    assert run.ended_at == LATER


def test_a_reason_stands_for_the_pictures(conn: Conn, snow: UUID) -> None:
    tick(conn, snow, "the camera was wet")
    run = runs.run_of(conn, snow)
    assert run is not None
    assert run.steps["clear"].rows[0].remark == "the camera was wet"


@pytest.mark.parametrize(
    ("file", "spot", "key"),
    [
        (PAPER, BEFORE, "side_picture"),
        (PHOTO, Spot("clear", "nowhere", Side.BEFORE), "row_unknown"),
        (PHOTO, Spot("nothing", "gate", Side.BEFORE), "step_unknown"),
        (PHOTO, Spot("nothing"), "step_unknown"),
        (PHOTO, Spot("clear", "nowhere"), "row_unknown"),
    ],
)
def test_what_belongs_nowhere_is_refused(conn: Conn, snow: UUID, file: File, spot: Spot, key: str) -> None:
    assert refused(conn, snow, file, spot, who=CHIEF) == key


@pytest.mark.parametrize("ending", ["plan", "incident"])
def test_a_picture_that_comes_too_late_for_its_line_is_kept_beside_it(conn: Conn, snow: UUID, ending: str) -> None:
    tick(conn, snow, "done by the neighbours")
    if ending == "incident":
        for act in (Take(), Close(Reason.REAL)):
            with conn.transaction():
                store.act(conn, held(conn, snow), act, CHIEF, LATER)
    identity = attach(conn, snow, spot=AFTER, who=CHIEF)
    (kept,) = attachments.of_incident(conn, snow)
    assert (kept.id, kept.spot) == (identity, Spot("clear", "gate"))
    assert store.log_of(conn, snow)[-1]["action"] == "incident.attach"
    assert is_proven(conn)


def test_an_incident_takes_so_many_and_no_more(conn: Conn, snow: UUID) -> None:
    for _ in range(MOST):
        attach(conn, snow)
    assert refused(conn, snow) == "files_many"


def test_who_handed_it_in_or_directs_withdraws_it_with_a_reason_and_its_row_stays(conn: Conn, snow: UUID) -> None:
    identity = attach(conn, snow, spot=BEFORE, who=CHIEF)
    for who, why, key in ((OTHER, "wrong gate", "file_not_yours"), (CHIEF, " ", "text_missing")):
        with pytest.raises(Refused, match=key), conn.transaction():
            attachments.withdraw(conn, held(conn, snow), identity, why, who, LATER)
    with conn.transaction():
        attachments.withdraw(conn, held(conn, snow), identity, "wrong gate", CHIEF, LATER)
    (kept,) = attachments.of_incident(conn, snow)
    assert (kept.withdrawn_by, kept.sha256, attachments.body_of(conn, SITE, identity)) == ("chief", PHOTO.sha256, None)
    run = runs.run_of(conn, snow)
    assert run is not None
    assert run.steps["clear"].rows[0].before == ""
    with pytest.raises(Refused, match="file_gone"), conn.transaction():
        attachments.withdraw(conn, held(conn, snow), identity, "again", CHIEF, LATER)
    assert is_proven(conn)


def test_a_receipt_comes_after_the_end_and_only_who_directs_withdraws_it(conn: Conn, snow: UUID) -> None:
    tick(conn, snow, "no camera")
    with conn.transaction():
        store.act(conn, held(conn, snow), Take(), CHIEF, LATER)
    with conn.transaction():
        store.act(conn, held(conn, snow), Close(Reason.REAL), CHIEF, LATER)
    identity = attach(conn, snow, PAPER)
    with pytest.raises(Refused, match="file_not_yours"), conn.transaction():
        attachments.withdraw(conn, held(conn, snow), identity, "wrong", GUARD, LATER)
    assert attachments.body_of(conn, SITE, identity) == PAPER


def test_a_merged_incident_keeps_what_was_attached_to_it_and_it_can_still_be_withdrawn(conn: Conn, snow: UUID) -> None:
    with conn.transaction():
        other = store.write(conn, together.opened(conn, SITE, told(device="D-0002")), CHIEF, NOW)
    identity = attach(conn, other.id)
    with conn.transaction():
        together.merge(conn, SITE, other.id, snow, CHIEF, LATER)
    assert [one.id for one in attachments.of_incident(conn, other.id)] == [identity]
    with conn.transaction():
        attachments.withdraw(conn, held(conn, other.id), identity, "a home is seen", CHIEF, LATER)
    assert attachments.body_of(conn, SITE, identity) is None

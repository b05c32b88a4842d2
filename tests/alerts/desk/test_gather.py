"""The desk on a real database: every alert has one place, whatever it is killed in and in whatever order alerts come."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from alerts import mutes
from alerts.audit import walk
from alerts.desk.gather import Desk, turn
from alerts.incidents import store, together
from alerts.incidents.incident import Incident, Refused, Who
from alerts.incidents.lifecycle import Close, Remark, Take
from alerts.incidents.precision import Closed
from alerts.incidents.review import closed_since
from alerts.plans import store as plans
from alerts.plans.acts import Say
from alerts.plans.scene import Surroundings, fill_for
from schemas.incidents import Reason, State
from schemas.plans.file import load_plans
from schemas.site import load_site
from tests.alerts.made import NOW, raise_alert
from tests.conftest import ROOT

Conn = psycopg.Connection[Any]
SITE = load_site(ROOT / "sites" / "aozheng" / "site.yaml")
DOORS = [device.id for device in SITE.devices.values() if device.kind == "door" and device.building][:6]
CHIEF, WANG = Who("chief", "supervisor", directs=True), Who("wang", "guard")


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(clock: Clock) -> Desk:
    return Desk(Surroundings(SITE, ""), load_plans(), {"camera-offline": Reason.EQUIPMENT}, clock)


def work(desk: Desk, conn: Conn) -> list[Incident]:
    """Turn until nothing is left; what is not closed."""
    while turn(desk, conn):
        pass
    return store.unclosed(conn, SITE.id)


def raised(conn: Conn, seconds: float = 0, **changes: Any) -> UUID:
    """An alert some seconds after NOW."""
    return raise_alert(conn, SITE.id, NOW + timedelta(seconds=seconds), **{"device": DOORS[0], **changes})


def places(conn: Conn) -> dict[UUID, UUID]:
    """Which alert belongs where."""
    return dict(conn.execute("select alert, incident from incident_alerts").fetchall())


def first_wrong(conn: Conn) -> int | None:
    """The first row of the audit log that is not as it was written."""
    with conn.transaction():
        return walk(conn).wrong


def actions(conn: Conn, incident: Incident) -> list[str]:
    """What its log says, in order."""
    return [str(entry["action"]) for entry in store.log_of(conn, incident.id)]


def test_alerts_of_one_door_are_one_incident_with_its_occurrences(desk: Desk, conn: Conn) -> None:
    first = [raised(conn, second) for second in (0, 5, 9)]
    other = raised(conn, 3, device=DOORS[1])
    found = {incident.device: incident for incident in work(desk, conn)}
    assert (found[DOORS[0]].occurrences, found[DOORS[1]].occurrences) == (3, 1)
    assert found[DOORS[0]].last_at == NOW + timedelta(seconds=9)
    assert {places(conn)[alert] for alert in first} == {found[DOORS[0]].id} != {places(conn)[other]}
    assert actions(conn, found[DOORS[0]]) == ["incident.open", "incident.alert", "incident.alert"]
    assert sorted(incident.number for incident in found.values()) == [1, 2]


def test_rows_that_incidents_know_and_the_log_has_lost_are_named(desk: Desk, conn: Conn) -> None:
    raised(conn)
    work(desk, conn)
    assert first_wrong(conn) is None
    last = conn.execute("select max(seq) from audit").fetchone()
    with conn.transaction():
        conn.execute("set local session_replication_role = replica")
        conn.execute("delete from audit where seq = %s", last)
    assert (first_wrong(conn),) == last


def test_a_second_turn_changes_nothing(desk: Desk, conn: Conn) -> None:
    raised(conn)
    before = work(desk, conn)
    assert work(desk, conn) == before


@pytest.mark.parametrize("seed", range(4))
def test_killed_anywhere_and_fed_in_any_order_every_alert_has_one_place(
    desk: Desk, conn: Conn, database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """A kill is an error out of a statement in the middle: the server forgets the transaction as it does of a dead client."""
    draw, alerts = Random(seed), list[UUID]()
    written = store.write
    with monkeypatch.context() as killing:

        def write(*given: Any) -> Incident:
            if draw.random() < 0.1:
                raise ConnectionError("killed")
            return written(*given)

        killing.setattr(store, "write", write)
        for _ in range(60):
            clock.now += timedelta(seconds=30)
            at = (clock.now - NOW).total_seconds() - draw.randrange(120)
            parent = draw.choice(alerts) if alerts and draw.random() < 0.2 else None
            alert = raised(conn, at, device=draw.choice(DOORS), parent=parent, stored_at=clock.now)
            alerts.append(alert)
            if draw.random() < 0.5:
                try:
                    with psycopg.connect(database_url, autocommit=True) as mortal:
                        turn(desk, mortal)
                except ConnectionError:
                    pass
    found = work(desk, conn)
    assert set(places(conn)) == set(alerts)
    assert sum(incident.occurrences + incident.children for incident in found) == len(alerts)
    rows = conn.execute("select incident, count(*) filter (where not child), count(*) filter (where child)"
                        " from incident_alerts group by 1").fetchall()  # fmt: skip
    assert {row[0]: tuple(row[1:]) for row in rows} == {one.id: (one.occurrences, one.children) for one in found}
    assert sorted(incident.number for incident in found) == list(range(1, len(found) + 1))
    assert first_wrong(conn) is None


def test_what_a_slow_transaction_stored_earlier_is_found(desk: Desk, conn: Conn, clock: Clock) -> None:
    raised(conn, 500)
    clock.now += timedelta(seconds=501)
    work(desk, conn)
    late = raised(conn, 1, device=DOORS[1])
    work(desk, conn)
    assert late in places(conn)


def test_children_are_counted_and_not_told(desk: Desk, conn: Conn) -> None:
    cause = raised(conn, 10, rule="switch-down")
    for second, door in enumerate(DOORS[1:4]):
        raised(conn, second, rule="door-offline", device=door, parent=cause)
    (incident,) = work(desk, conn)
    assert (incident.rule, incident.occurrences, incident.children) == ("switch-down", 1, 3)
    assert actions(conn, incident) == ["incident.open", "incident.follow"]


def test_what_follows_from_a_child_is_a_child_also_after_a_pause_of_the_desk(desk: Desk, conn: Conn, clock: Clock) -> None:
    switch = raised(conn, rule="switch-down")
    silent = raised(conn, 1, rule="camera-silent", device=DOORS[1], parent=switch)
    raised(conn, 2, rule="camera-offline", device=DOORS[1], parent=silent)
    clock.now = NOW + timedelta(minutes=5)
    (incident,) = work(desk, conn)
    assert (incident.rule, incident.occurrences, incident.children) == ("switch-down", 1, 2)


def test_an_incident_closes_by_itself_where_the_rules_of_all_its_alerts_say_so(desk: Desk, conn: Conn) -> None:
    offline = raised(conn, rule="camera-offline")
    forced = raised(conn, device=DOORS[1])
    work(desk, conn)
    with conn.transaction():
        together.merge(conn, SITE.id, places(conn)[forced], places(conn)[offline], CHIEF, NOW)
    conn.execute("update alerts set cleared_at = now()")
    (left,) = work(desk, conn)
    assert (left.rule, left.state) == ("camera-offline", State.OPEN)


def test_a_cleared_alert_closes_nothing_but_where_its_rule_says_so(desk: Desk, conn: Conn) -> None:
    for rule in ("camera-offline", "door-forced"):
        raised(conn, rule=rule, cleared_at=NOW + timedelta(seconds=4))
    (left,) = work(desk, conn)
    assert (left.rule, left.state) == ("door-forced", State.OPEN)
    assert actions(conn, left) == ["incident.open", "incident.cleared"]
    (closed,) = store.newest(conn, SITE.id, 5)
    assert (closed.rule, closed.reason, closed.closed_by) == ("camera-offline", Reason.EQUIPMENT, "system")
    assert closed_since(conn, SITE.id, NOW - timedelta(days=1)) == []  # nobody has judged it
    with conn.transaction():
        store.act(conn, left, Close(Reason.REAL), CHIEF, NOW)
    assert closed_since(conn, SITE.id, NOW - timedelta(days=1)) == [Closed("door-forced", DOORS[0], Reason.REAL)]


def test_an_incident_rises_and_falls_with_its_alerts(desk: Desk, conn: Conn) -> None:
    alert = raised(conn, severity=3)
    work(desk, conn)
    for severity in (1, 2):
        conn.execute("update alerts set severity = %s where id = %s", (severity, alert))
        (incident,) = work(desk, conn)
        assert incident.severity == severity
    assert actions(conn, incident) == ["incident.open", "incident.severity", "incident.severity"]


def mute(conn: Conn, **changes: Any) -> mutes.Mute:
    """Door-forced alerts of all doors are held back for an hour."""
    hour = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}
    fields = {"rule": "door-forced", "device": "", "building": "", "owner": "chief", "reason": "locks are changed", **hour}
    made = mutes.Mute(id=uuid4(), site=SITE.id, **{**fields, **changes})
    with conn.transaction():
        mutes.add(conn, made, CHIEF, NOW)
    return made


def test_a_mute_holds_back_counts_and_ends_by_itself(desk: Desk, conn: Conn) -> None:
    quiet = mute(conn)
    raised(conn, 5)
    told = raised(conn, 3600)
    assert [incident.opened_at for incident in work(desk, conn)] == [NOW + timedelta(hours=1)]
    assert mutes.counts(conn, SITE.id, NOW) == {quiet.id: 1}
    assert set(places(conn)) == {told}


def test_what_is_still_open_when_a_mutes_time_is_over_is_told(desk: Desk, conn: Conn, clock: Clock) -> None:
    mute(conn)
    held, over = raised(conn, 5), raised(conn, 6, device=DOORS[1], cleared_at=NOW + timedelta(seconds=7))
    assert work(desk, conn) == []
    clock.now = NOW + timedelta(hours=1) + mutes.SETTLED
    work(desk, conn)
    work(desk, conn)
    assert set(places(conn)) == {held}
    assert over not in places(conn)
    assert conn.execute("select count(*) from audit where entry like '%%mute.end\"%%'").fetchone() == (1,)


def test_a_mute_goes_on_while_what_was_raised_within_it_may_still_be_stored(desk: Desk, conn: Conn, clock: Clock) -> None:
    quiet, behind = mute(conn), replace(desk, stream_time=lambda conn: NOW + timedelta(minutes=59))
    clock.now = NOW + timedelta(hours=2)
    work(behind, conn)
    raised(conn, 3500, stored_at=clock.now)  # the worker was an hour behind
    assert work(behind, conn) == []
    work(desk, conn)
    assert conn.execute("select ended_by from mutes where id = %s", (quiet.id,)).fetchone() == ("system",)
    assert len(work(desk, conn)) == 1


def test_a_plan_ends_mutes_early_and_what_they_held_back_is_told(desk: Desk, conn: Conn) -> None:
    quiet = mute(conn)
    held, over = raised(conn, 5), raised(conn, 6, device=DOORS[1], cleared_at=NOW + timedelta(seconds=7))
    assert work(desk, conn) == []
    raised(conn, 60, rule="fire-panel-alarm", device="FP-01", plan="fire", severity=1)
    assert {incident.rule for incident in work(desk, conn)} == {"door-forced", "fire-panel-alarm"}
    assert held in places(conn)
    assert over not in places(conn)
    with pytest.raises(Refused):
        mutes.end(conn, SITE.id, quiet.id, CHIEF, NOW)


def test_what_follows_from_a_muted_alert_is_held_back_with_it(desk: Desk, conn: Conn) -> None:
    quiet = mute(conn, rule="switch-down")
    cause = raised(conn, 5, rule="switch-down")
    raised(conn, 4, rule="door-offline", device=DOORS[2], parent=cause)
    assert work(desk, conn) == []
    assert mutes.counts(conn, SITE.id, NOW) == {quiet.id: 2}


def test_the_owner_of_a_mute_is_reminded_once(desk: Desk, conn: Conn, clock: Clock) -> None:
    mute(conn)
    for minutes in (44, 46, 50):
        clock.now = NOW + timedelta(minutes=minutes)
        work(desk, conn)
    entries = conn.execute("select entry from audit where entry like '%%mute.ends_soon%%'").fetchall()
    assert len(entries) == 1


def test_merged_and_split_again_every_alert_is_where_people_put_it(desk: Desk, conn: Conn) -> None:
    one, two = raised(conn), raised(conn, device=DOORS[1])
    work(desk, conn)
    first, second = places(conn)[one], places(conn)[two]
    for _ in range(2):  # twice: the second split's incident is another one than the first's
        with conn.transaction():
            whole = together.merge(conn, SITE.id, second, first, CHIEF, NOW)
        assert (whole.occurrences, set(places(conn).values())) == (2, {first})
        with conn.transaction():
            second = together.split(conn, SITE.id, first, [two], CHIEF, NOW).id
        assert places(conn) == {one: first, two: second}
    raised(conn, 60, device=DOORS[1])
    assert {incident.id: incident.occurrences for incident in work(desk, conn)} == {first: 2, second: 1}
    assert first_wrong(conn) is None


def test_of_two_who_take_it_at_once_one_wins(desk: Desk, conn: Conn, database_url: str) -> None:
    raised(conn)
    (incident,) = work(desk, conn)
    with psycopg.connect(database_url) as one, psycopg.connect(database_url, autocommit=True) as other:
        store.act(one, store.locked(one, SITE.id, incident.id)[incident.id], Take(), WANG, NOW)
        other.execute("set lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            store.locked(other, SITE.id, incident.id)
        one.commit()
        with pytest.raises(Refused) as caught, other.transaction():
            store.act(other, store.locked(other, SITE.id, incident.id)[incident.id], Take(), Who("li", "guard"), NOW)
    assert (caught.value.key, caught.value.values) == ("incident_taken", ("wang",))
    assert actions(conn, incident) == ["incident.open", "incident.take"]


def test_the_log_is_the_audit_logs_and_a_changed_row_is_found(desk: Desk, conn: Conn) -> None:
    raised(conn)
    (incident,) = work(desk, conn)
    with conn.transaction():
        store.act(conn, incident, Remark("看见两个人"), WANG, NOW)
    assert store.log_of(conn, incident.id)[-1]["what"] == {"text": "看见两个人"}
    conn.execute("alter table audit disable trigger all")
    conn.execute("update audit set entry = replace(entry, '两', '三')")
    assert first_wrong(conn) == 2


def test_a_refused_act_leaves_nothing(desk: Desk, conn: Conn) -> None:
    raised(conn)
    (incident,) = work(desk, conn)
    with pytest.raises(Refused), conn.transaction():
        store.act(conn, incident, Close(Reason.DRILL), CHIEF, NOW)
    assert store.unclosed(conn, SITE.id) == [incident]
    assert actions(conn, incident) == ["incident.open"]


def test_a_child_that_is_stored_before_its_cause_is_not_told(desk: Desk, conn: Conn, clock: Clock) -> None:
    cause, switch = uuid4(), uuid4()
    child = raised(conn, 68, rule="camera-offline", parent=cause)
    clock.now += timedelta(seconds=70)
    assert work(desk, conn) == []
    raised(conn, 56, rule="camera-silent", id=cause, parent=switch, stored_at=clock.now)
    clock.now += timedelta(seconds=18)
    assert work(desk, conn) == []
    raised(conn, 60, rule="switch-down", id=switch, device="SW-01", stored_at=clock.now)
    (incident,) = work(desk, conn)
    assert (incident.rule, incident.occurrences, incident.children) == ("switch-down", 1, 2)
    assert set(places(conn)) == {cause, switch, child}


def test_a_child_whose_cause_never_comes_stands_alone(desk: Desk, conn: Conn, clock: Clock) -> None:
    raised(conn, 0, parent=uuid4())
    clock.now += timedelta(minutes=3)
    (incident,) = work(desk, conn)
    assert incident.occurrences == 1


def test_a_new_alarm_after_a_plan_is_over_opens_its_own(desk: Desk, conn: Conn) -> None:
    raised(conn, rule="fire-panel-alarm", device="FP-01", plan="fire", severity=1)
    (first,) = work(desk, conn)
    with conn.transaction():
        fill = fill_for(conn, desk.around, first)
        held = store.locked(conn, SITE.id, first.id)[first.id]
        plans.press_in(conn, held, Say("real", "no"), WANG, (NOW, NOW), fill)
    raised(conn, 300, rule="fire-panel-alarm", device="FP-01", plan="fire", severity=1)
    found = work(desk, conn)
    assert [(one.plan, one.plan_open) for one in found if one.id != first.id] == [("fire", True)]


def test_an_alert_that_cannot_be_dealt_with_stops_no_other(
    desk: Desk, conn: Conn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = raised(conn, 1), raised(conn, 2, device=DOORS[1])
    with monkeypatch.context() as broken:
        kept = store.belong
        spoilt = {bad}

        def belong(conn: Conn, incident: UUID, alert: Any, **how: Any) -> None:
            if alert.id in spoilt:
                raise ValueError("a row that nobody thought of")
            kept(conn, incident, alert, **how)

        broken.setattr(store, "belong", belong)
        work(desk, conn)
    assert set(places(conn)) == {good}
    clock.now += timedelta(minutes=2)
    work(desk, conn)
    assert set(places(conn)) == {good, bad}


def test_a_mute_of_a_whole_building_holds_back_no_fire(desk: Desk, conn: Conn) -> None:
    mute(conn, rule="", building=SITE.devices["FP-01"].building)
    raised(conn, 5, rule="fire-panel-alarm", device="FP-01", plan="fire", severity=1)
    (incident,) = work(desk, conn)
    assert incident.plan_open

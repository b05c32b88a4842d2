"""Incidents and plans over HTTP, as browsers ask: by several people at once, twice, by those who may not, and wrongly."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from schemas.plans.file import load_plans
from tests.dashboard.conftest import Served
from tests.waiting import wait_for
from trials.drill.crew import Crew
from trials.people import Visitor, client_of, people

ROLES = ("guard", "guard", "steward", "supervisor", "manager", "auditor")


@pytest.fixture(scope="module")
def crew(serving: Served) -> Iterator[dict[str, Visitor]]:
    """People of some roles, logged in; the second guard is `guard2`."""
    with (
        psycopg.connect(serving.stream.url, autocommit=True) as conn,
        people(serving.url, conn, "test", ROLES) as found,
    ):
        yield dict(zip(("guard", "guard2", "steward", "supervisor", "manager", "auditor"), found, strict=True))


@pytest.fixture
def alone(served: Served) -> Served:
    """The dashboard with no incident open: what is opened by hand is a new one."""
    served.stream.do("update incidents set state = 'closed', reason = 'real', closed_at = now() where state <> 'closed'")
    return served


@pytest.fixture
def incident(alone: Served) -> str:
    """One that a forced door has just opened, with no plan."""
    alone.stream.raise_alert("intrusion", 2, "C-0001")
    alone.gather()
    return str(alone.stream.ask("select id from incidents where state = 'open'")[0][0])


def act(who: Visitor, incident: str, **form: str) -> httpx.Response:
    """Send a form as the page does."""
    headers = {"x-csrftoken": who.token}
    return who.client.post("/incidents/act", data={"incident": incident, **form}, headers=headers)


def error(answer: httpx.Response) -> str:
    """The sentence of a refusal."""
    assert 400 <= answer.status_code < 500, answer.text
    return str(answer.json()["error"])


def seen(who: Visitor, incident: str) -> dict[str, Any]:
    """The incident as its page gets it."""
    return dict(who.client.get("/incident.json", params={"id": incident}).json())


def test_of_two_who_take_it_at_once_one_has_it_and_the_other_is_told_who(crew: dict[str, Visitor], incident: str) -> None:
    pair = [crew["guard"], crew["guard2"]]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda who: act(who, incident, act="take"), pair))
    (won,) = [who for who, answer in zip(pair, answers, strict=True) if answer.status_code == 200]
    (lost,) = [answer for answer in answers if answer.status_code != 200]
    assert won.name in error(lost)
    page = seen(crew["auditor"], incident)
    assert (page["owner"], page["state"], [entry["action"] for entry in page["log"]]) == (
        won.name,
        "acknowledged",
        ["incident.open", "incident.take"],
    )


def test_what_is_sent_again_is_done_once(crew: dict[str, Visitor], incident: str) -> None:
    once = str(uuid4())
    for _ in range(3):
        assert act(crew["guard"], incident, act="remark", text="two men", once=once).status_code == 200
    says = [entry["says"] for entry in seen(crew["guard"], incident)["log"]]
    assert says.count(["two men", "two men"]) == 1


def test_who_may_not_is_refused_by_the_door_and_the_page_offers_nothing(crew: dict[str, Visitor], incident: str) -> None:
    assert act(crew["auditor"], incident, act="take").status_code == 403
    assert seen(crew["auditor"], incident)["may"] == []
    assert "take" in seen(crew["guard"], incident)["may"]
    assert "resolve" not in seen(crew["guard"], incident)["may"]


def test_a_role_that_was_taken_away_counts_at_once(served: Served, crew: dict[str, Visitor], incident: str) -> None:
    served.stream.do("update accounts set role = 'auditor' where name = %s", crew["guard2"].name)
    answer = act(crew["guard2"], incident, act="take")
    served.stream.do("update accounts set role = 'guard' where name = %s", crew["guard2"].name)
    assert answer.status_code in (403, 409)
    assert seen(crew["guard"], incident)["owner"] is None


@pytest.mark.parametrize(
    ("form", "zh", "en"),
    [
        ({"act": "dance"}, "没有“dance”这种操作。", "There is no act dance."),
        ({"act": "close", "reason": "boredom"}, "关闭要选一个原因。", "Closing needs one of the five reasons."),
        ({"act": "resolve"}, "还没有人接手：请先接手。", "Nobody has it yet: take it first."),
        ({"act": "hand_on", "to": "nobody-here"}, "没有可以接手的账号nobody-here。", "No account nobody-here could take it."),
        ({"act": "tick", "step": "call_119"}, "这个事件没有预案。", "This incident has no plan."),
        ({"act": "severity", "severity": "7", "text": "!"}, "级别只能是1到4。", "A priority is 1 to 4."),
        ({"act": "remark", "text": " "}, "请写明原因。", "Say why: the text is missing."),
        (
            {"act": "split", "alerts": ""},
            "请选一部分告警，至少留下一条。",
            "Choose some of its alerts, and leave one at least.",
        ),
        ({"act": "open_plan", "plan": "picnic"}, "没有预案picnic。", "There is no plan picnic."),
    ],
)
def test_what_is_wrong_is_said_in_the_visitors_language_and_changes_nothing(
    crew: dict[str, Visitor], incident: str, form: dict[str, str], zh: str, en: str
) -> None:
    before = seen(crew["guard"], incident)["version"]
    for language, sentence in (("zh-CN", zh), ("en", en)):
        crew["guard"].client.headers["accept-language"] = language
        assert error(act(crew["guard"], incident, **form)) == sentence
    assert seen(crew["guard"], incident)["version"] == before


def test_an_incident_that_is_not_there_is_not_there(crew: dict[str, Visitor]) -> None:
    assert act(crew["guard"], str(uuid4()), act="take").status_code == 404
    assert act(crew["guard"], "7", act="take").status_code == 409


def test_a_plan_by_hand_is_worked_and_what_it_needs_is_there(served: Served, crew: dict[str, Visitor]) -> None:
    guard, chief = crew["guard"], crew["supervisor"]
    form = {"act": "open_plan", "plan": "fire", "building": "b08", "text": "smoke from a window"}
    answer = act(guard, "", **form)
    assert answer.status_code == 200, answer.text
    incident = answer.json()["goto"].partition("id=")[2]
    assert act(guard, incident, act="take").status_code == 200
    page = seen(guard, incident)
    assert (page["plan"]["id"], page["plan"]["done"], page["plan"]["next"]["step"]) == ("fire", 0, "real")
    assert act(guard, incident, act="tick", step="call_119").status_code == 409  # it waits for the answer
    assert act(guard, incident, act="answer", step="real", answer="yes").status_code == 200
    steps = {step["id"]: step for step in seen(guard, incident)["steps"]}
    assert "0539-1234567" in steps["call_119"]["draft"]["text"][0]
    assert "步行" not in steps["call_119"]["draft"]["text"][0]  # an engine comes by a gate for vehicles
    assert "8号楼" in steps["call_119"]["draft"]["text"][0]
    doors = steps["doors"]["rows"]
    assert doors
    for row in doors:
        assert act(guard, incident, act="row", step="doors", row=row["id"]).status_code == 200
    assert act(guard, incident, act="row", step="doors", row=doors[0]["id"]).status_code == 409
    assert {step["id"]: step["state"] for step in seen(guard, incident)["steps"]}["doors"] == "done"
    assert act(guard, incident, act="resolve").status_code == 409  # the plan runs
    assert act(guard, incident, act="stop_plan", text="a grill").status_code == 403  # who directs stops it
    assert act(chief, incident, act="stop_plan", text="a grill").status_code == 200
    assert act(chief, incident, act="close", reason="nuisance", text="a grill").status_code == 200
    assert seen(guard, incident)["reason"] == "nuisance"


def opened(visitor: Visitor, plan: str, **form: str) -> str:
    """The incident to which whoever opens a plan by hand is led."""
    answer = act(visitor, form.pop("incident", ""), act="open_plan", plan=plan, **form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["goto"].partition("id=")[2])


def test_one_rain_is_one_plan_whoever_opens_it_and_a_drill_stands_apart(crew: dict[str, Visitor], incident: str) -> None:
    guard, other = crew["guard"], crew["guard2"]
    first = opened(guard, "flood", building="b08")
    assert opened(other, "flood", building="b21", text="water at ramp 2") == first
    assert "water at ramp 2" in str(seen(guard, first)["log"])
    assert opened(guard, "flood", building="b08", drill="1") != first
    answer = act(guard, incident, act="open_plan", plan="flood")
    assert answer.status_code == 409 and str(seen(guard, first)["number"]) in error(answer)
    assert opened(guard, "snow", building="b08") != first


def test_two_who_open_the_same_plan_at_the_same_moment_open_one(crew: dict[str, Visitor]) -> None:
    with ThreadPoolExecutor(2) as both:
        pair = [crew["guard"], crew["guard2"]]
        assert len(set(both.map(lambda who: opened(who, "fire", building="b10"), pair))) == 1


def test_what_the_system_knows_stands_with_the_step(crew: dict[str, Visitor]) -> None:
    guard = crew["guard"]
    found = opened(guard, "fire", building="b08")
    act(guard, found, act="answer", step="real", answer="yes")
    steps = {step["id"]: step for step in seen(guard, found)["steps"]}
    assert any(fact[0].startswith("集合点") for fact in steps["evacuate"]["facts"])
    assert len(steps["footage"]["rows"]) == 6


def test_a_plan_by_hand_is_opened_at_any_place_and_for_the_whole_site(crew: dict[str, Visitor]) -> None:
    guard = crew["guard"]
    pool, gate, site = ["恒温泳池", "Heated pool"], ["南门", "South gate"], ["全小区", "Whole site"]
    for plan, building, name in (("fire", "pool", pool), ("fire", "gate-south", gate), ("snow", "*", site)):
        answer = act(guard, "", act="open_plan", plan=plan, building=building, drill="1")
        assert answer.status_code == 200, answer.text
        assert seen(guard, answer.json()["goto"].partition("id=")[2])["where"] == name
    refused = [act(guard, "", act="open_plan", plan="snow", building=building).status_code for building in ("", "moon")]
    assert refused == [409, 409]


def mute(who: Visitor, **form: str) -> httpx.Response:
    """Send a form about mutes as the page does."""
    return who.client.post("/mutes/act", data=form, headers={"x-csrftoken": who.token})


def test_a_mute_is_made_ahead_extended_and_ended_and_what_it_holds_can_be_read(
    served: Served, crew: dict[str, Visitor]
) -> None:
    served.stream.do("update incidents set state = 'closed', plan_open = false, reason = 'real', closed_at = now()")
    chief, now = crew["supervisor"], datetime.now(UTC)
    chief.client.headers["accept-language"] = "en"

    def at(minutes: float) -> str:
        return (now + timedelta(minutes=minutes)).isoformat()

    wanted = {"act": "create", "rule": "door-held-open", "reason": "the hinge is changed"}
    assert "after it begins" in error(mute(chief, **wanted, starts_at=at(60), ends_at=at(30)))
    assert "lies in the past" in error(mute(chief, **wanted, starts_at=at(-60), ends_at=at(-30)))
    assert mute(chief, **wanted, starts_at=at(60), ends_at=at(90)).json() == {}
    assert mute(chief, **{**wanted, "rule": "intrusion"}, ends_at=at(10)).json() == {}
    later, now_on = served.stream.ask("select id, starts_at, ends_at from mutes where ended_at is null order by rule")
    assert later[1] == now + timedelta(minutes=60)
    wait_for(lambda: datetime.now(UTC) - now_on[1] > timedelta(milliseconds=100), "what is raised now is raised within it")
    for _ in range(25):
        served.stream.raise_alert("intrusion", 2, "C-0001")
    served.gather()
    told = chief.client.get("/mutes.json").json()
    assert {one["id"]: one["held"] for one in told["mutes"]} == {str(later[0]): 0, str(now_on[0]): 25}
    assert len(told["held"]) == 20 and all(row["where"][0] and row["mute"] == str(now_on[0]) for row in told["held"])
    longer = {"act": "extend", "mute": str(now_on[0])}
    assert "Say why" in error(mute(chief, **longer, ends_at=at(40)))
    assert "later than it does now" in error(mute(chief, **longer, ends_at=at(5), reason="not ready"))
    assert mute(crew["guard"], **longer, ends_at=at(40), reason="not ready").status_code == 403
    assert mute(chief, **longer, ends_at=at(40), reason="not ready").json() == {}
    assert served.stream.ask("select ends_at from mutes where id = %s", now_on[0]) == [(now + timedelta(minutes=40),)]
    assert served.stream.ask("select count(*) from audit where entry like '%%mute.extend%%not ready%%'") == [(1,)]
    for one in (later, now_on):
        assert mute(chief, act="end", mute=str(one[0])).json() == {}


def test_a_mute_that_is_made_while_a_plan_runs_says_that_it_holds_nothing(crew: dict[str, Visitor]) -> None:
    chief = crew["supervisor"]
    chief.client.headers["accept-language"] = "en"
    incident = act(chief, "", act="open_plan", plan="fire", building="b08").json()["goto"].partition("id=")[2]
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    answer = mute(chief, act="create", rule="intrusion", reason="test", ends_at=until).json()
    assert f"the plan of incident {seen(chief, incident)['number']} runs" in answer["told"]


def test_two_who_tick_the_same_step_make_one_tick(served: Served, crew: dict[str, Visitor]) -> None:
    incident = act(crew["guard"], "", act="open_plan", plan="fire", building="b08").json()["goto"].partition("id=")[2]
    with ThreadPoolExecutor(2) as both:
        pair = [crew["guard"], crew["guard2"]]
        answers = list(both.map(lambda who: act(who, incident, act="tick", step="nearest"), pair))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    ticks = [entry for entry in seen(crew["guard"], incident)["log"] if entry["action"] == "plan.tick"]
    assert len(ticks) == 1


def test_a_tick_that_a_telephone_kept_has_its_own_time(served: Served, crew: dict[str, Visitor]) -> None:
    incident = act(crew["guard"], "", act="open_plan", plan="injury", building="b08").json()["goto"].partition("id=")[2]
    served.stream.do("update plan_runs set run = jsonb_set(run, '{opened_at}', to_jsonb(now() - interval '9 minutes'))")
    step = next(step for step in seen(crew["guard"], incident)["steps"] if step["mine"] and step["answers"])
    answer = next(one for one in step["answers"] if not one["ends"])
    pressed = datetime.now(UTC).isoformat()
    assert act(crew["guard"], incident, act="answer", step=step["id"], answer=answer["id"], at=pressed).status_code == 200
    done = next(one for one in seen(crew["guard"], incident)["steps"] if one["id"] == step["id"])
    assert done["done_at"] == pressed
    assert act(crew["guard"], incident, act="tick", step="x", at="yesterday").status_code == 409


def test_a_plan_that_was_edited_while_it_runs_goes_on_as_it_began_and_says_so(served: Served, crew: dict[str, Visitor]) -> None:
    incident = act(crew["guard"], "", act="open_plan", plan="injury", building="b08").json()["goto"].partition("id=")[2]
    assert seen(crew["guard"], incident)["plan_edited"] is None
    steps = seen(crew["guard"], incident)["steps"]
    older = "update plan_runs set run = jsonb_set(run, '{plan,version}', '99') where incident = %s"  # as if the file were newer
    served.stream.do(older, incident)
    now = seen(crew["guard"], incident)
    assert (now["plan_edited"], [step["id"] for step in now["steps"]]) == (
        load_plans()["injury"].version,
        [step["id"] for step in steps],
    )


def test_a_wall_and_a_stranger_see_no_incident(served: Served) -> None:
    with client_of(served.url) as nobody:
        assert nobody.get("/incidents.json").status_code == 401


def test_water_levels_are_told_against_the_lines_of_the_rules(served: Served, crew: dict[str, Visitor]) -> None:
    query = """
        insert into events_facility (id, site, kind, type, device, occurred_at, received_at, event_time, value, attributes,
                                     late, kafka_partition, kafka_offset)
        select gen_random_uuid(), %s, 'facility', 'water_level', 'WL-01', t, t, t, 0.1 + 0.01 * n, '{}', false, 0, n
        from generate_series(1, 20) n, lateral (select now() - n * interval '1 minute' as t) at"""
    served.stream.do(query, served.stream.site)
    told = crew["guard"].client.get("/levels.json").json()
    assert {line["at"] for line in told["lines"]} == {0.3, 0.2}
    points = {one["device"]: one["points"] for one in told["series"]}
    assert max(value for _, value in points["WL-01"]) == 0.3
    assert 10 <= len(points["WL-01"]) <= 11
    assert points["WL-02"] == []


def step_of(who: Visitor, incident: str, step: str) -> dict[str, Any]:
    """A step as its page gets it."""
    return next(one for one in seen(who, incident)["steps"] if one["id"] == step)


def done(answer: httpx.Response) -> None:
    """It was."""
    assert answer.status_code == 200, answer.text


def test_words_and_lines_are_kept_with_their_step_and_said_later(alone: Served, crew: dict[str, Visitor]) -> None:
    guard, incident = crew["guard"], opened(crew["guard"], "elevator", building="b08")
    done(act(guard, incident, act="answer", step="real", answer="yes"))
    assert "____" in step_of(guard, incident, "call_maintenance")["draft"]["text"][0]
    guard.client.headers["accept-language"] = "en"
    assert error(act(guard, incident, act="tick", step="where")).endswith("asks for words: write them down, then it is done.")
    done(act(guard, incident, act="tick", step="where", text="left car, 5th floor, two, all well"))
    assert "left car, 5th floor" in step_of(guard, incident, "call_maintenance")["draft"]["text"][1]
    done(act(guard, incident, act="entry", step="keep_talking", text="they are calm"))
    talking = step_of(guard, incident, "keep_talking")
    assert [(one["by"], one["text"]) for one in talking["entries"]] == [(guard.name, "they are calm")]
    assert (talking["state"], talking["reminds_since"]) == ("open", None)
    due = datetime.fromisoformat(talking["reminds_at"]) - datetime.fromisoformat(talking["entries"][0]["at"])
    assert due == timedelta(seconds=300)
    page = guard.client.get("/report", params={"id": incident}).text
    assert "they are calm" in page and "left car, 5th floor" in page


def test_an_answer_is_given_again_for_a_reason_and_one_that_ended_it_is_taken_back(
    alone: Served, crew: dict[str, Visitor]
) -> None:
    guard, incident = crew["guard"], opened(crew["guard"], "elevator", building="b08")
    done(act(guard, incident, act="answer", step="real", answer="yes"))
    done(act(guard, incident, act="answer", step="ill", answer="no"))
    assert step_of(guard, incident, "call_120")["state"] == "not_needed"
    assert (
        step_of(guard, incident, "ill")["may_answer_again"]
        and not step_of(crew["auditor"], incident, "ill")["may_answer_again"]
    )
    assert act(guard, incident, act="answer_again", step="ill", answer="yes").status_code == 409  # why?
    done(act(guard, incident, act="answer_again", step="ill", answer="yes", text="a child"))
    assert (step_of(guard, incident, "call_120")["state"], step_of(guard, incident, "ill")["answer"][1]) == ("open", "Yes")
    assert seen(guard, incident)["log"][-1]["says"][0].endswith("步改答：有（原答：都好）")
    done(act(guard, incident, act="answer_again", step="real", answer="empty", text="the car is empty"))
    assert seen(guard, incident)["plan"]["open"] is False
    assert step_of(guard, incident, "real")["may_undo"]
    done(act(guard, incident, act="undo", step="real"))
    assert seen(guard, incident)["plan"]["open"] is True
    assert step_of(guard, incident, "real")["state"] == "open"


def test_what_was_skipped_stands_in_the_list_with_who_did(alone: Served, crew: dict[str, Visitor]) -> None:
    guard, incident = crew["guard"], opened(crew["guard"], "theft", building="b08")
    done(act(guard, incident, act="answer", step="real", answer="yes"))
    done(act(guard, incident, act="skip", step="gates", text="they are shut at night"))
    listed = crew["supervisor"].client.get("/incidents.json").json()["incidents"]
    (mine,) = [one for one in listed if one["id"] == incident]
    assert mine["plan"]["skips"] == [{"no": step_of(guard, incident, "gates")["no"], "by": guard.name}]


def test_a_line_of_a_list_is_taken_back(alone: Served, crew: dict[str, Visitor]) -> None:
    guard, incident = crew["guard"], opened(crew["guard"], "fire", building="b08")
    done(act(guard, incident, act="answer", step="real", answer="yes"))
    door = step_of(guard, incident, "doors")["rows"][0]["id"]
    done(act(guard, incident, act="row", step="doors", row=door))
    assert step_of(guard, incident, "doors")["rows"][0]["may_undo"]
    done(act(guard, incident, act="undo", step="doors", row=door))
    assert step_of(guard, incident, "doors")["rows"][0]["state"] == "open"
    assert seen(guard, incident)["log"][-1]["action"] == "plan.undo_row"


def test_the_floor_that_the_panel_tells_stands_in_the_head_and_in_the_words_to_say(
    served: Served, crew: dict[str, Visitor]
) -> None:
    served.stream.do("update incidents set state = 'closed', reason = 'real', closed_at = now(), plan_open = false")
    alert, event = served.stream.raise_alert("fire-panel-alarm", 1, "FP-08"), str(uuid4())
    why = f'{{"events": [{{"id": "{event}"}}]}}'
    served.stream.do("update alerts set plan = 'fire', why = %s where id = %s", why, alert)
    query = """
        insert into events_facility (id, site, kind, type, device, occurred_at, received_at, event_time, zone, attributes, late,
                                     kafka_partition, kafka_offset)
        select %s, site, 'facility', 'fire_alarm', device, raised_at, raised_at, raised_at, '5F', '{"people": 2}', false, 0, 900
        from alerts where id = %s"""
    served.stream.do(query, event, alert)
    served.gather()
    incident = str(served.stream.ask("select incident from incident_alerts where alert = %s", alert)[0][0])
    assert seen(crew["guard"], incident)["where"] == ["8号楼5层", "Bldg 8, floor 5"]
    done(act(crew["guard"], incident, act="answer", step="real", answer="yes"))
    assert "8号楼5层" in step_of(crew["guard"], incident, "call_119")["draft"]["text"][0]


@pytest.mark.parametrize("plan", ["fire", "flood", "elevator", "snow", "theft", "injury"])
def test_the_crew_of_a_drill_works_every_plan_to_its_end(crew: dict[str, Visitor], plan: str) -> None:
    form = {"act": "open_plan", "plan": plan, "building": "b08", "drill": "1"}
    incident = act(crew["guard"], "", **form).json()["goto"].partition("id=")[2]
    whole = Crew([one for role, one in crew.items() if role != "auditor"]).work(incident)
    assert (whole["state"], whole["reason"]) == ("closed", "drill")
    assert {step["state"] for step in whole["steps"]} <= {"done", "not_needed"}
    assert all(step["note"] for step in whole["steps"] if step["asks"] and step["state"] == "done")
    assert all(step["entries"] for step in whole["steps"] if step["takes_entries"] and step["state"] == "done")


def test_cameras_look_where_it_was_told_of_last(served: Served, crew: dict[str, Visitor], incident: str) -> None:
    assert seen(crew["guard"], incident)["cameras"][0]["id"] == "C-0001"
    again = """
        insert into incident_alerts (alert, incident, raised_at, rule, device, subject, severity, child)
        select gen_random_uuid(), incident, raised_at + %s * interval '1 second', rule, %s, subject, severity, %s
        from incident_alerts where incident = %s and device = 'C-0001'"""
    served.stream.do(again, 1, "C-0647", False, incident)
    served.stream.do(again, 2, "C-0542", True, incident)  # follows from another, and was not told
    assert seen(crew["guard"], incident)["cameras"][0]["id"] == "C-0647"

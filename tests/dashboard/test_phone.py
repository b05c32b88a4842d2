"""The telephone's page in Chromium: worked with one thumb, without a network for a while, and sent later with its own time."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from dashboard.words import TABLES
from tests.browsers import telephone
from tests.dashboard.conftest import Served, log_in
from tests.waiting import wait_for
from trials.people import Visitor, people


@pytest.fixture(scope="module")
def guard(serving: Served) -> Iterator[Visitor]:
    """A guard with an account."""
    with psycopg.connect(serving.stream.url, autocommit=True) as conn, people(serving.url, conn, "phone", ["guard"]) as found:
        yield found[0]


@pytest.fixture
def phone(chromium: Browser, served: Served, guard: Visitor) -> Iterator[BrowserContext]:
    """The guard's telephone, logged in."""
    context = telephone(chromium)
    page = context.new_page()
    log_in(page, served.url, guard.name, guard.password)
    page.close()
    yield context
    context.close()


@pytest.fixture
def incident(served: Served, guard: Visitor) -> str:
    """A fire that somebody saw, and no other one."""
    served.stream.do("update incidents set state = 'closed', reason = 'real', closed_at = now() where state <> 'closed'")
    form = {"act": "open_plan", "plan": "fire", "building": "b08"}
    answer = guard.client.post("/incidents/act", data=form, headers={"x-csrftoken": guard.token})
    return str(answer.json()["goto"].partition("id=")[2])


def opened(phone: BrowserContext, served: Served, incident: str) -> Page:
    """The page of one incident, drawn, with its worker at work."""
    page = phone.new_page()
    page.goto(f"{served.url}/phone?id={incident}")
    page.wait_for_selector("html[data-ready='1'] .step")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    return page


def steps(guard: Visitor, incident: str) -> dict[str, dict[str, object]]:
    """The plan's steps as the server has them."""
    page = guard.client.get("/incident.json", params={"id": incident}).json()
    return {step["id"]: step for step in page["steps"]}


def test_the_first_step_is_answered_and_the_next_ones_appear(
    phone: BrowserContext, served: Served, guard: Visitor, incident: str
) -> None:
    page = opened(phone, served, incident)
    page.tap("text=确认，我来办")
    page.tap(".step button:has-text('着火了')")
    page.wait_for_selector("blockquote:has-text('8号楼')")
    assert page.get_attribute("blockquote a", "href") == "tel:119"
    done = steps(guard, incident)["real"]
    assert (done["state"], done["by"]) == ("done", guard.name)


def test_what_is_pressed_without_a_network_is_kept_and_sent_with_its_own_time(
    phone: BrowserContext, served: Served, guard: Visitor, incident: str
) -> None:
    page = opened(phone, served, incident)
    phone.set_offline(True)
    before = datetime.now(UTC)
    page.tap(".step button:has-text('看不清')")
    page.wait_for_selector("button.kept:has-text('待发送')")
    page.wait_for_selector("#off:has-text('没有网络')")
    pressed_by = datetime.now(UTC)
    assert steps(guard, incident)["real"]["state"] == "open"
    page.reload()  # the page itself is kept too
    page.wait_for_selector("button.kept:has-text('待发送')")
    phone.set_offline(False)
    wait_for(lambda: steps(guard, incident)["real"]["state"] == "done", "the kept answer is sent")
    page.wait_for_selector("#off", state="hidden")
    at = datetime.fromisoformat(str(steps(guard, incident)["real"]["done_at"]))
    assert before <= at <= pressed_by


def test_what_somebody_else_did_meanwhile_is_told_and_nothing_is_done_twice(
    phone: BrowserContext, served: Served, guard: Visitor, incident: str
) -> None:
    page = opened(phone, served, incident)
    phone.set_offline(True)
    page.tap(".step:has-text('最近的人') button:has-text('办好了')")
    page.wait_for_selector("button.kept")
    form = {"incident": incident, "act": "tick", "step": "nearest"}
    assert guard.client.post("/incidents/act", data=form, headers={"x-csrftoken": guard.token}).status_code == 200
    phone.set_offline(False)
    page.wait_for_selector(".problem:has-text('已办')")
    log = guard.client.get("/incident.json", params={"id": incident}).json()["log"]
    assert [entry["action"] for entry in log].count("plan.tick") == 1


def test_a_tick_of_a_slip_is_taken_back_and_an_answer_given_again(
    phone: BrowserContext, served: Served, guard: Visitor, incident: str
) -> None:
    page = opened(phone, served, incident)
    page.on("dialog", lambda dialog: dialog.accept("看清了"))
    page.tap(".step:has-text('最近的人') button:has-text('办好了')")
    page.tap("button:has-text('撤回')")
    wait_for(lambda: steps(guard, incident)["nearest"]["state"] == "open", "the tick is taken back")
    page.tap(".step button:has-text('看不清')")
    page.tap("button:has-text('改答')")
    page.tap(".step:has-text('看不清') button:has-text('着火了')")
    wait_for(lambda: steps(guard, incident)["real"]["answer"] == ["着火了", "Yes, fire"], "the answer is another")


def test_an_answer_that_ends_the_plan_is_asked_for_twice(
    phone: BrowserContext, served: Served, guard: Visitor, incident: str
) -> None:
    page, asked = opened(phone, served, incident), list[str]()

    def no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", no)
    page.tap(".step button:has-text('没着火')")
    wait_for(lambda: asked, "it asks first")
    assert "会结束预案" in asked[0]
    assert page.evaluate("phone.waiting().then((acts) => acts.length)") == 0
    assert steps(guard, incident)["real"]["state"] == "open"


def test_words_and_lines_are_written_on_the_phone(phone: BrowserContext, served: Served, guard: Visitor) -> None:
    form = {"act": "open_plan", "plan": "elevator", "building": "b08"}
    answer = guard.client.post("/incidents/act", data=form, headers={"x-csrftoken": guard.token})
    page = opened(phone, served, identity := str(answer.json()["goto"].partition("id=")[2]))
    page.on("dialog", lambda dialog: dialog.accept("5楼，两人"))
    page.tap(".step button:has-text('有人')")
    page.wait_for_selector(".remind time:has-text('下次提醒')")
    page.tap("button:has-text('做过了')")
    wait_for(lambda: steps(guard, identity)["keep_talking"]["entries"], "the line is kept")
    page.tap(".step:has-text('哪台电梯') button:has-text('办好了')")
    wait_for(lambda: steps(guard, identity)["where"]["note"] == "5楼，两人", "the words are kept")
    page.wait_for_selector("blockquote:has-text('5楼，两人')")
    assert "null" not in page.inner_text("main")


def test_more_than_is_kept_is_refused_with_a_sentence(phone: BrowserContext, served: Served, incident: str) -> None:
    page = opened(phone, served, incident)
    phone.set_offline(True)
    page.wait_for_selector("#off:has-text('没有网络')")
    page.evaluate(
        "async (id) => { for (let n = 0; n < 200; n++) await phone.press(id, { act: 'remark', text: `${n}` }, `${n}`) }",
        incident,
    )
    page.tap(".step button:has-text('看不清')")
    page.wait_for_selector(".problem:has-text('待发送的已有 200 项')")
    assert len(page.evaluate("phone.waiting()")) == 200


def test_the_list_shows_what_waits_and_leads_there(phone: BrowserContext, served: Served, incident: str) -> None:
    page = phone.new_page()
    page.goto(f"{served.url}/phone?lang=en")
    page.wait_for_selector(".list a")
    page.tap(f".list a[href='/phone?id={incident}']")
    assert page.wait_for_selector("text=Acknowledge, it is mine")


def test_no_key_stands_for_two_words() -> None:
    keys = [key for table in TABLES for key in table]
    assert len(keys) == len(set(keys))

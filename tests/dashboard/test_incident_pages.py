"""The pages of incidents in real browsers, on a real database: alerts become incidents by the desk's own turn."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from dashboard.words.incidents import INCIDENT_WORDS, SHARED
from tests.browsers import LONG_MS, screen
from tests.conftest import ROOT
from tests.dashboard.conftest import Served, Tab, log_in, session_of
from tests.waiting import wait_for

DOOR = "D-001"
LOSE_NEWS = """
    const heard = gatehouse.pushed;
    gatehouse.pushed = (text) => { if (JSON.parse(text).rows.length) gatehouse.pushed = heard; else heard(text); };
"""
PATIENT = "AbortSignal.timeout = () => new AbortController().signal"
TAKE_BACK = """() => new MutationObserver((_, watch) => {
    if (!document.querySelector("#toast .undo")) return;
    watch.disconnect();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "z", bubbles: true }));
}).observe(document.getElementById("toast"), { childList: true })"""
"""Z, as soon as it can be: a tick can be taken back for some seconds only."""
ONLY_BEATS = "() => { gatehouse.pushed = (text) => gatehouse.heard(JSON.parse(text)); }"
NO_FEED = "window.SharedWorker = function () { return { port: { start() {}, postMessage() {}, addEventListener() {} } }; }"
PEOPLE = {"wang": "guard", "zhou": "guard", "chief": "supervisor"}


@pytest.fixture(scope="module")
def staffed(serving: Served) -> Served:
    """The dashboard with two guards and a supervisor, who have the admin's password."""
    for name, role in PEOPLE.items():
        assert serving.run("users", "create", name, role).returncode == 0
    serving.stream.do(
        "update accounts set must_change = false, password_hash = (select password_hash from accounts where name = 'admin')"
    )
    return serving


@pytest.fixture
def staff(staffed: Served) -> Served:
    """The same with no incident open, its stream running."""
    staffed.stream.runs.set()
    staffed.stream.do("truncate incident_alerts, incident_log, incidents cascade")
    staffed.stream.do("delete from alerts")
    staffed.stream.do("select pg_notify('gatehouse_incidents', %s)", staffed.stream.site)
    return staffed


def incident(staff: Served, rule: str = "door-held-open", severity: int = 3, device: str = DOOR) -> str:
    """One that just opened; its id."""
    alert = staff.stream.raise_alert(rule, severity, device)
    staff.gather()
    return str(staff.stream.ask("select incident from incident_alerts where alert = %s", alert)[0][0])


@contextmanager
def visitor(browser: Browser, staff: Served, name: str, width: int = 1440, height: int = 900) -> Iterator[Page]:
    """A browser of its own, logged in."""
    context = screen(browser, width, height)
    page = context.new_page()
    log_in(page, staff.url, name)
    yield page
    context.close()


def open_page(page: Page, staff: Served, path: str = "/incidents") -> None:
    page.goto(staff.url + path)
    page.wait_for_selector("body[data-ready='1']")


def row(page: Page, identity: str) -> str:
    return f'#grid [row-id="{identity}"]'


def state_of(staff: Served, identity: str) -> tuple[str, str | None, str | None]:
    found = staff.stream.ask("select state, owner, reason from incidents where id = %s", identity)[0]
    return found[0], found[1], found[2]


def test_an_incident_appears_in_the_list_without_a_reload(staff: Served, tab: Tab) -> None:
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    assert "没有未关闭的事件" in tab.page.inner_text("#list-notice")
    identity = incident(staff)
    found = tab.page.locator(row(tab.page, identity))
    found.get_by_text("无人接手").wait_for()
    assert "1号楼" in found.inner_text()
    assert found.locator("svg.p3").count() == 1
    tab.page.locator("#side .why").wait_for()
    assert {urlsplit(url).netloc for url in tab.asked} == {urlsplit(staff.url).netloc}
    assert tab.said == []


def test_a_page_that_missed_a_push_asks_for_the_whole_list(staff: Served, tab: Tab) -> None:
    identity = incident(staff)
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    tab.page.locator(row(tab.page, identity)).wait_for()
    tab.page.wait_for_selector("#live b")
    tab.page.evaluate(f"() => {{ {LOSE_NEWS} }}")
    other = incident(staff, "door-forced", 2, "D-002")
    tab.page.locator(row(tab.page, other)).wait_for()
    assert {urlsplit(url).path for url in tab.asked if "whole" in url} == {"/incidents/whole.json"}
    assert tab.said == []


def test_of_two_who_take_one_incident_one_is_told_who_was_first(staff: Served, chromium: Browser) -> None:
    identity = incident(staff)
    with visitor(chromium, staff, "wang") as first, visitor(chromium, staff, "zhou") as second:
        for page in (first, second):
            open_page(page, staff)
            page.locator(row(page, identity)).wait_for()
            page.locator('#side [data-act="take"]:not([aria-disabled])').wait_for()
        second.evaluate(ONLY_BEATS)  # it does not learn of the other
        first.keyboard.press("t")
        wait_for(lambda: state_of(staff, identity)[1] == "wang", "the first has it")
        second.click('#side [data-act="take"]')
        second.locator("#toast", has_text="wang已先接手").wait_for()
        assert state_of(staff, identity)[:2] == ("acknowledged", "wang")


def test_from_the_list_to_closed_by_keyboard_alone(staff: Served, tab: Tab) -> None:
    page = tab.page
    other, identity = incident(staff, "camera-offline", 4, "C-0001"), incident(staff)
    log_in(page, staff.url, "wang")
    open_page(page, staff)
    page.locator(f"{row(page, identity)}.picked").wait_for()
    page.keyboard.press("j")
    page.locator(f"{row(page, other)}.picked").wait_for()
    page.keyboard.press("k")
    page.locator(f"{row(page, identity)}.picked").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incident?id={identity}")
    page.locator(".inchead h1").wait_for()
    page.keyboard.press("a")
    page.locator('.lines [data-action="incident.take"]').wait_for()
    page.keyboard.press("r")
    page.keyboard.type("门已推上")
    page.keyboard.press("Enter")
    page.locator(".lines .message", has_text="门已推上").wait_for()
    page.wait_for_function("document.activeElement === document.body")
    page.keyboard.press("c")
    page.locator("#dialog-body input:focus").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator('.lines [data-action="incident.close"]').wait_for()
    assert state_of(staff, identity) == ("closed", "wang", "nuisance")
    assert tab.said == []


def test_letters_are_text_in_a_field_and_escape_closes_a_dialog_without_a_change(staff: Served, tab: Tab) -> None:
    identity = incident(staff)
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    tab.page.locator(row(tab.page, identity)).wait_for()
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("tac")
    assert tab.page.input_value("#query") == "tac"
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("r")
    tab.page.locator("#dialog-body textarea:focus").wait_for()
    tab.page.keyboard.type("c")
    tab.page.keyboard.press("Escape")
    tab.page.locator("#dialog-body").wait_for(state="hidden")
    assert state_of(staff, identity) == ("open", None, None)


def test_nothing_is_shown_before_it_is_known_who_looks_and_then_all_works(staff: Served, tab: Tab) -> None:
    identity = incident(staff)
    held: list[Route] = []
    log_in(tab.page, staff.url, "wang")
    tab.page.add_init_script(PATIENT)
    tab.page.route("**/incidents.json", lambda route: held.append(route))
    with tab.page.expect_response("**/incident.json?*"):
        tab.page.goto(f"{staff.url}/incident?id={identity}")
    wait_for(lambda: tab.page.evaluate("Boolean(gatehouse.state.one && gatehouse.state.data)"), "all else has come")
    tab.page.evaluate("gatehouse.draw()")
    assert tab.page.locator(".inchead button").count() == 0
    held[0].continue_()
    tab.page.locator(".inchead h1").wait_for()
    tab.page.keyboard.press("t")
    tab.page.locator('.lines [data-action="incident.take"]').wait_for()


def test_a_letter_typed_while_a_dialog_comes_is_no_act(staff: Served, tab: Tab) -> None:
    identity = incident(staff)
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    tab.page.locator('#side [data-act="take"]:not([aria-disabled])').wait_for()
    for key in "rt":
        tab.page.evaluate("(key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))", key)
    tab.page.locator("#dialog-body textarea:focus").wait_for()
    tab.page.keyboard.press("Escape")
    tab.page.locator("#dialog-body").wait_for(state="hidden")
    assert state_of(staff, identity) == ("open", None, None)


def test_filters_stand_in_the_address_and_come_back_from_it(staff: Served, tab: Tab) -> None:
    high, low = incident(staff, "door-forced", 2, "D-002"), incident(staff, "camera-offline", 4, "C-0001")
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    tab.page.locator(row(tab.page, low)).wait_for()
    tab.page.click(".severities button:nth-child(2)")
    tab.page.locator(row(tab.page, low)).wait_for(state="detached")
    assert urlsplit(tab.page.url).query == "p=2"
    tab.page.reload()
    tab.page.locator(row(tab.page, high)).wait_for()
    assert tab.page.locator(row(tab.page, low)).count() == 0


def test_what_needs_a_hand_comes_first_and_the_group_says_why(staff: Served, tab: Tab) -> None:
    for rule, severity, device in (("camera-offline", 4, "C-0001"), ("door-held-open", 3, DOOR), ("door-forced", 2, "D-002")):
        incident(staff, rule, severity, device)
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    groups = tab.page.locator("#grid .cell.group")
    groups.nth(1).wait_for()
    expect(tab.page.locator("#grid .ag-row[row-id]:not([row-id^=group]) .shape")).to_have_count(3)
    assert [text.split()[0] for text in groups.all_inner_texts()] == ["待处理", "可以等"]
    assert "无人接手" in groups.nth(0).inner_text()
    shapes = tab.page.eval_on_selector_all(
        "#grid .ag-row[row-id]:not([row-id^=group]) .shape",
        "nodes => nodes.map((n) => [n.getBoundingClientRect().top, n.textContent]).sort((a, b) => a[0] - b[0])"
        ".map((n) => n[1])",
    )
    assert shapes == ["2", "3", "4"]


def test_a_supervisor_hands_on_raises_the_priority_and_merges(staff: Served, tab: Tab) -> None:
    page = tab.page
    identity, other = incident(staff), incident(staff, "camera-offline", 4, "C-0001")
    log_in(page, staff.url, "chief")
    open_page(page, staff, f"/incident?id={identity}")
    page.locator(".inchead h1").wait_for()
    page.keyboard.press("h")
    page.locator("#dialog-body label", has_text="zhou").click()
    page.click("#dialog-body button[type=submit]")
    page.locator('.lines [data-action="incident.hand_on"]').wait_for()
    page.keyboard.press("e")
    page.locator("#dialog-body label", has_text="高").click()
    page.fill("#dialog-body textarea", "门外有人")
    page.keyboard.press("Enter")
    page.locator('.lines [data-action="incident.severity"]').wait_for()
    page.keyboard.press("m")
    page.locator("#dialog-body label", has_text="#2").click()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incident?id={other}")
    assert state_of(staff, identity) == ("closed", "zhou", "duplicate")


def test_a_plan_is_answered_and_ticked_by_keys_and_a_tick_is_taken_back(staff: Served, tab: Tab) -> None:
    page = tab.page
    identity = with_plan(staff, "fire", "fire-panel-alarm", DOOR)
    log_in(page, staff.url, "wang")
    open_page(page, staff, f"/incident?id={identity}")
    page.locator(".step.now.mine").first.wait_for()
    page.evaluate(TAKE_BACK)
    page.keyboard.press("Space")
    page.locator('.lines [data-action="plan.undo"]').wait_for()
    page.locator('.step.now[data-step="nearest"]').wait_for()
    page.keyboard.press("y")
    page.locator('.step.done[data-step="real"]', has_text="答：着火了").wait_for()
    page.locator('.step.now[data-step="call_119"] blockquote').wait_for()
    assert page.locator('[data-step="reinforce"] button').count() == 0  # a supervisor's, and nothing is shown that is refused
    page.locator('[data-mark^="doors row"]').first.focus()
    page.keyboard.press("Enter")
    page.locator('[data-step="doors"] .line.done').wait_for()
    expect(page.locator('[data-mark^="doors row"]').first).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator('[data-mark="evacuate tick"]')).to_be_focused()
    assert "undefined" not in page.inner_text(".middle .found")
    assert page.locator('[data-act="close"][aria-disabled]').count() == 1


def test_a_plan_is_opened_by_keyboard_at_a_place_that_is_found_by_typing(staff: Served, tab: Tab) -> None:
    page = tab.page
    log_in(page, staff.url, "wang")
    open_page(page, staff)
    page.keyboard.press("p")
    page.locator("#dialog-body input:focus").wait_for()
    names = page.locator("#dialog-body optgroup").evaluate_all("nodes => nodes.map((node) => node.label)")
    assert names[0] == "楼栋" and {"大门", "车库、停车场", "坡道", "全小区"} <= set(names)
    page.locator("#dialog-body input[value=snow]").check()
    expect(page.locator("#dialog-body select[name=building]")).to_have_value("*")
    assert page.locator("#dialog-body optgroup").first.get_attribute("label") == "全小区"
    page.locator("#dialog-body input[value=fire]").check()
    expect(page.locator("#dialog-body select[name=building]")).to_have_value("")
    page.keyboard.press("Tab")
    expect(page.locator("#dialog-body input[type=search]")).to_be_focused()
    page.keyboard.type("8号楼")
    expect(page.locator("#dialog-body select[name=building]")).to_have_value("b08")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("garage")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incident?id=*")
    page.locator(".inchead .where", has_text="东地库").wait_for()
    assert tab.said == []


def test_what_is_real_stands_before_every_drill(staff: Served, tab: Tab) -> None:
    real = incident(staff, "door-forced", 2, "D-002")
    drill = incident(staff, "fire-panel-alarm", 1)
    staff.stream.do("update incidents set drill = true where id = %s", drill)
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    for identity in (real, drill):
        tab.page.locator(row(tab.page, identity)).wait_for()
    tops = [tab.page.locator(row(tab.page, one)).bounding_box() for one in (real, "group-drill", drill)]
    assert all(tops) and [box["y"] for box in tops if box] == sorted(box["y"] for box in tops if box)


@pytest.fixture
def no_mutes(staff: Served) -> Iterator[None]:
    """Nothing is muted after it."""
    yield
    staff.stream.do("truncate muted_alerts, mutes")


@pytest.mark.usefixtures("no_mutes")
def test_a_mute_is_made_in_the_browser_and_opens_to_what_it_holds_back(staff: Served, tab: Tab) -> None:
    page = tab.page
    log_in(page, staff.url, "chief")
    open_page(page, staff, "/incidents?view=mutes")
    page.locator("#list-notice .btn", has_text="新增屏蔽").click()
    assert page.input_value("#dialog-body input[name=from]")[10] == "T"
    page.select_option("#dialog-body select[name=rule]", "door-held-open")
    page.locator("#dialog-body label.option", has_text="30分").click()
    page.fill("#dialog-body textarea[name=reason]", "换合页")
    page.keyboard.press("Enter")
    article = page.locator("#list-notice article.mute")
    article.get_by_text("换合页").wait_for()
    staff.stream.raise_alert("door-held-open", 3, DOOR)
    staff.gather()
    article.get_by_role("button", name="拦下1条告警").click()
    held = article.locator(".held li", has_text="1号楼")
    held.wait_for()
    assert re.search(r"\d\d:\d\d", held.inner_text())
    assert page.locator(".banner.ending button").count() == 0
    assert tab.said == []


@pytest.mark.usefixtures("no_mutes")
def test_who_made_a_mute_and_supervisors_are_told_before_its_end_and_extend_it(staff: Served, chromium: Browser) -> None:
    staff.stream.do(
        "insert into mutes (id, site, rule, device, building, owner, reason, starts_at, ends_at)"
        " values (gen_random_uuid(), %s, 'intrusion', '', '', 'wang', 'test', now(), now() + interval '10 minutes')",
        staff.stream.site,
    )
    with (
        visitor(chromium, staff, "wang") as owner,
        visitor(chromium, staff, "chief") as chief,
        visitor(chromium, staff, "zhou") as other,
    ):
        for page in (owner, chief, other):
            open_page(page, staff)
        banners = [page.locator(".banner.ending", has_text="屏蔽快到期") for page in (owner, chief, other)]
        banners[0].wait_for()
        banners[1].wait_for()
        assert [banner.locator("button").count() for banner in banners] == [0, 2, 0]
        assert banners[2].count() == 0
        banners[1].get_by_role("button", name="延长").click()
        chief.fill("#dialog-body textarea[name=reason]", "还没换好")
        chief.keyboard.press("Enter")
        banners[1].wait_for(state="detached")
        banners[0].wait_for(state="detached")


def test_a_time_in_a_field_is_the_sites_own_whatever_the_browsers_zone(staff: Served, chromium: Browser) -> None:
    context = chromium.new_context(timezone_id="America/New_York", locale="zh-CN")
    context.set_default_timeout(LONG_MS)
    page = context.new_page()
    log_in(page, staff.url, "wang")
    open_page(page, staff)
    assert page.evaluate("gatehouse.localTime(Date.parse('2026-03-08T06:59:30Z'))") == "2026-03-08T14:59"
    assert page.evaluate("new Date(gatehouse.momentOf('2026-03-08T14:59')).toISOString()") == "2026-03-08T06:59:00.000Z"
    context.close()


def with_plan(staff: Served, plan: str, rule: str, device: str) -> str:
    """An incident whose alert opens this plan."""
    staff.stream.do(f"alter table alerts alter column plan set default '{plan}'")
    try:
        return incident(staff, rule, 1, device)
    finally:
        staff.stream.do("alter table alerts alter column plan drop default")


def states_of(staff: Served, identity: str) -> dict[str, str]:
    """How the steps of its plan stand."""
    run = staff.stream.ask("select run from plan_runs where incident = %s", identity)[0][0]
    return {name: step["state"] for name, step in run["steps"].items()}


def test_keys_of_the_plan_do_nothing_on_the_list_where_it_cannot_be_seen(staff: Served, tab: Tab) -> None:
    identity = with_plan(staff, "fire", "fire-panel-alarm", "FP-08")
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    tab.page.locator("#side .why").wait_for()
    before = states_of(staff, identity)
    for key in ("y", "n", "u", "Space"):
        tab.page.keyboard.press(key)
    tab.page.keyboard.press("t")
    wait_for(lambda: state_of(staff, identity)[1] == "wang", "what may be done there is done")
    assert states_of(staff, identity) == before


def test_an_answer_that_ends_the_plan_is_asked_for_twice_and_taken_back(staff: Served, tab: Tab) -> None:
    page, identity = tab.page, with_plan(staff, "fire", "fire-panel-alarm", "FP-08")
    log_in(page, staff.url, "wang")
    open_page(page, staff, f"/incident?id={identity}")
    page.locator('[data-mark="real answer no"]').wait_for()
    page.keyboard.press("n")
    page.locator("#dialog-body h1", has_text="会结束预案（误报）").wait_for()
    page.locator("#dialog-body button[type=submit]:focus").wait_for()
    assert states_of(staff, identity)["real"] == "open"
    page.keyboard.press("Enter")
    page.locator("#toast button", has_text="撤回").wait_for()
    page.keyboard.press("z")
    page.locator('.step.now[data-step="real"]').wait_for()
    page.locator('.step.now[data-step="nearest"]').wait_for()
    assert tab.said == []


def test_a_trapped_person_is_talked_to_again_and_what_was_asked_is_in_the_words_to_say(staff: Served, tab: Tab) -> None:
    page, identity = tab.page, with_plan(staff, "elevator", "person-trapped", "EL-001")
    log_in(page, staff.url, "wang")
    open_page(page, staff, f"/incident?id={identity}")
    page.click('[data-mark="real answer yes"]')
    page.locator('[data-step="keep_talking"] .reminder', has_text="下次提醒 ").wait_for()
    page.click('[data-mark="keep_talking again entry"]')
    page.locator('[data-step="keep_talking"] .line.done', has_text="wang").wait_for()
    page.click('[data-mark="where write"]')
    page.locator("#dialog-body textarea:focus").wait_for()
    page.keyboard.type("左梯，5楼，两人")
    page.keyboard.press("Enter")
    page.locator('.step.done[data-step="where"]', has_text="左梯，5楼，两人").wait_for()
    page.locator('[data-step="call_maintenance"] blockquote', has_text="左梯，5楼，两人").wait_for()
    assert "null" not in page.inner_text(".steplist")
    page.click('[data-mark="ill answer no"]')
    page.click('[data-mark="ill answer again"]')
    page.click("#dialog-body label.option >> nth=0")
    page.fill("#dialog-body textarea", "有孩子")
    page.click("#dialog-body button[type=submit]")
    page.locator('.step.now[data-step="call_120"] blockquote', has_text="照着说（打120）").wait_for()
    page.locator('.lines [data-action="plan.again"]', has_text="原答：都好").wait_for()
    assert tab.said == []


def test_who_directs_is_told_of_a_skip_at_once(staff: Served, chromium: Browser) -> None:
    identity = with_plan(staff, "theft", "door-forced", "D-002")
    with visitor(chromium, staff, "chief") as chief, visitor(chromium, staff, "wang") as guard:
        open_page(chief, staff)
        chief.locator(row(chief, identity)).wait_for()
        open_page(guard, staff, f"/incident?id={identity}")
        guard.click('[data-mark="real answer yes"]')
        guard.click('[data-mark="gates skip"]')
        guard.fill("#dialog-body textarea", "夜里本来就关着")
        guard.click("#dialog-body button[type=submit]")
        chief.locator("#toast", has_text="wang跳过第").wait_for()
        chief.locator(row(chief, identity), has_text="跳过1").wait_for()
        guard.locator('.step.skipped[data-step="gates"]').wait_for()
        assert guard.get_by_text("跳过1", exact=True).count() == 0


def test_a_page_that_hears_nothing_says_so_and_refuses_to_act(staff: Served, tab: Tab) -> None:
    identity = incident(staff)
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    tab.page.locator(row(tab.page, identity)).wait_for()
    tab.page.route("**/session", lambda route: route.abort())
    tab.page.evaluate("gatehouse.pushed = () => null")
    tab.page.locator("#live .loud", has_text="数据已停").wait_for()
    tab.page.locator(".banner", has_text="连接中断").wait_for()
    tab.page.keyboard.press("t")
    tab.page.locator("#toast", has_text="没有发送").wait_for()
    assert state_of(staff, identity) == ("open", None, None)


def test_the_list_that_cannot_be_read_says_so_and_what_still_works(staff: Served, tab: Tab) -> None:
    log_in(tab.page, staff.url, "wang")
    tab.page.route("**/incidents.json", lambda route: route.fulfill(status=503, json={"error": "数据库没有应答，请稍后再试。"}))
    tab.page.add_init_script(NO_FEED)
    open_page(tab.page, staff)
    assert "以大屏为准" in tab.page.inner_text("#list-notice")
    tab.page.unroute("**/incidents.json")
    tab.page.keyboard.press("r")
    tab.page.locator("#list-notice", has_text="没有未关闭的事件").wait_for()


def test_the_language_switches_and_keeps_the_view(staff: Served, tab: Tab) -> None:
    incident(staff)
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff, "/incidents?view=nobody")
    assert tab.page.get_attribute("html", "lang") == "zh-CN"
    tab.page.click("a[data-language]")
    tab.page.locator("html[lang=en] #grid", has_text="Needs action now").wait_for()
    tab.page.locator('.tabs [data-view="nobody"][aria-selected="true"]', has_text="Nobody yet").wait_for()
    assert tab.page.inner_text("nav a[aria-current]").strip() == "Incidents"


@pytest.mark.parametrize("path", ["/incidents", "/incident?id=0"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_no_page_is_wider_than_its_window(staff: Served, chromium: Browser, path: str, size: tuple[int, int]) -> None:
    identity = incident(staff)
    with visitor(chromium, staff, "wang", *size) as page:
        open_page(page, staff, path.replace("=0", f"={identity}"))
        page.locator(".inchead h1" if "?" in path else row(page, identity)).first.wait_for()
        over = page.evaluate(
            "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
        )
        assert over[0] <= 0
        assert over[1] <= 0 or size[0] < 720


def test_the_other_pages_count_the_same_open_incidents(staff: Served, tab: Tab) -> None:
    identity = incident(staff)
    log_in(tab.page, staff.url, "wang")
    open_page(tab.page, staff)
    tab.page.locator(row(tab.page, identity)).wait_for()

    def counted() -> list[str]:
        tab.page.goto(f"{staff.url}/patrols")
        return tab.page.locator("header a.strip .n b").all_inner_texts()

    wait_for(lambda: counted() == ["0", "0", "1", "0"], "they count what the list shows")


def test_a_reader_sees_and_may_do_nothing(staff: Served, tab: Tab) -> None:
    identity = incident(staff)
    log_in(tab.page, staff.url, "admin")
    open_page(tab.page, staff, f"/incident?id={identity}")
    acts = tab.page.locator(".inchead .acts button")
    acts.first.wait_for()
    expect(tab.page.locator(".inchead .acts button:not([aria-disabled])")).to_have_count(0)
    tab.page.keyboard.press("t")
    tab.page.locator("#toast", has_text="只能查看").wait_for()
    assert state_of(staff, identity) == ("open", None, None)


def test_a_walls_link_reaches_neither_the_pages_nor_their_socket(staff: Served) -> None:
    link = staff.run("kiosk", "create", "north").stdout.strip()
    with httpx.Client(base_url=staff.url) as client:
        assert client.get(link).status_code == 303
        for path in ("/incidents", "/incident", "/incidents.json", "/desk/assets/desk.css", "/desk/_dash-layout"):
            assert client.get(path).status_code == 403, path
        token = client.cookies["gatehouse_session"]
    address = staff.url.replace("http", "ws") + "/desk/_dash-ws-callback"
    headers = {"Cookie": f"gatehouse_session={token}"}
    with (
        pytest.raises((ConnectionClosed, InvalidStatus)),
        connect(address, origin=Origin(staff.url), additional_headers=headers, proxy=None) as line,
    ):
        line.recv(60)


def test_the_wall_loads_neither_grid_nor_dialogs(staff: Served) -> None:
    with httpx.Client(base_url=staff.url) as client:
        session_of(client)
        wall, page = client.get("/wall").text, client.get("/incidents").text
    for scripts in ("/dash_ag_grid/", "/dash_mantine_components/"):
        assert scripts not in wall and scripts in page


def test_every_word_of_the_scripts_is_in_the_table_and_no_other() -> None:
    folder = ROOT / "dashboard" / "incidents" / "assets"
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.js"))
    known = {*INCIDENT_WORDS, *SHARED}
    assert set(findall(r'G\.t\("(\w+)"|word: "(\w+)"', text)) <= known
    made = findall(r"`(\w+_)\$", text)  # a word whose end is a state, a view, an act
    said = {word for word in INCIDENT_WORDS if f'"{word}"' in text or any(word.startswith(begin) for begin in made)}
    assert {word for word in set(INCIDENT_WORDS) - said if not word.startswith("column_")} == set()


def findall(pattern: str, text: str) -> list[str]:
    """Whatever stands in the pattern's groups."""
    return [next(group for group in found.groups() if group) for found in re.finditer(pattern, text)]

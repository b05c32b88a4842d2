"""The wall in a real browser: from login to a revoked link, and from NOTIFY to an element."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, Page

from dashboard.live.hub import BURST, PUSHES_PER_S
from tests.browsers import LONG_MS, screen
from tests.dashboard.conftest import Served, Tab, log_in, open_wall, serve
from tests.waiting import wait_for

CAMERA, DOOR = "C-0001", "D-001"


def element(alert: object) -> str:
    return f'[data-alerts~="{alert}"]'


def keep_pushes(page: Page) -> None:
    """From now on the page keeps what it is pushed: the socket is its worker's, where a test sees nothing."""
    page.evaluate(
        """() => {
            const wall = window.dash_clientside.gatehouse, draw = wall.draw;
            window.pushes = [];
            wall.draw = (text) => { window.pushes.push(text); return draw(text); };
        }"""
    )


def pushes(page: Page) -> list[str]:
    """What it was pushed since."""
    return [str(text) for text in page.evaluate("window.pushes")]


def test_whoever_logs_in_sees_the_whole_site(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    counts = tab.page.evaluate(
        "() => Object.fromEntries(['camera', 'face', 'plate', 'door'].map("
        "(kind) => [kind, document.querySelectorAll(`.plan > .d.${kind}`).length]))"
    )
    assert counts == {"camera": 739, "face": 32, "plate": 17, "door": 223}
    assert tab.page.locator(".plan .house[data-place]").count() >= 53


def test_a_wrong_password_stays_outside_and_says_so(served: Served, tab: Tab) -> None:
    log_in(tab.page, served.url, password="not the password")
    assert "账号、密码或验证码不对" in tab.page.inner_text("main")
    tab.page.goto(f"{served.url}/wall")
    assert urlsplit(tab.page.url).path == "/login"


def test_an_alert_becomes_an_element_with_shape_number_and_place(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    alert = served.stream.raise_alert("door-held-open", 3, DOOR)
    found = tab.page.locator(element(alert))
    found.wait_for()
    assert found.locator("svg.p3 text").text_content() == "3"
    assert "1号楼" in (found.text_content() or "")
    tab.page.locator(f'.plan [data-id="{DOOR}"].hit.p3').wait_for(state="attached")


def test_an_alert_that_ends_leaves_the_list_and_stands_below_it(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    alert = served.stream.raise_alert("door-held-open", 3, DOOR)
    tab.page.locator(element(alert)).wait_for()
    served.stream.clear(alert)
    tab.page.locator(element(alert)).wait_for(state="detached")
    wait_for(lambda: "1号楼" in (tab.page.text_content(".past") or ""), "it stands among what ended lately")
    assert tab.page.locator(element(alert)).count() == 0


def test_a_critical_alert_takes_the_band(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    tab.page.locator("#band", has_text="无紧急情况").wait_for()
    low = served.stream.raise_alert("camera-silent", 4, CAMERA)
    high = served.stream.raise_alert("fire-panel-alarm", 1, DOOR)
    tab.page.locator("#band .verdict.p1").wait_for()
    tab.page.locator("#band", has_text="火警").wait_for()
    tab.page.locator(element(low)).wait_for()
    order = tab.page.eval_on_selector_all("[data-alerts]", "nodes => nodes.map((node) => node.dataset.alerts)")
    assert order == [str(high), str(low)]


def test_every_alert_of_a_flood_has_its_element(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    alerts = {str(served.stream.raise_alert("camera-silent", 4, f"C-{n:04d}")) for n in range(1, 31)}
    wait_for(lambda: alerts <= set(tab.page.evaluate("() => [...gatehouse.seen.keys()]")), "all thirty were seen")
    shown = tab.page.eval_on_selector_all("[data-alerts]", "nodes => nodes.map((node) => node.dataset.alerts)")
    assert sorted(shown) == sorted(alerts)


def test_a_flood_of_low_alerts_is_pushed_at_most_a_few_times_a_second(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    keep_pushes(tab.page)
    start = tab.page.evaluate("() => performance.now()")
    last = [served.stream.raise_alert("camera-silent", 4, f"C-{n:04d}") for n in range(1, 61)][-1]
    tab.page.locator(element(last)).wait_for(state="attached")
    seconds = (tab.page.evaluate("() => performance.now()") - start) / 1000
    assert 0 < len(pushes(tab.page)) <= PUSHES_PER_S * seconds + BURST + seconds + 2


def test_what_was_pushed_is_forgotten_for_a_wall_runs_for_weeks(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    keep_pushes(tab.page)
    wait_for(lambda: len(pushes(tab.page)) > 4, "some beats have come")
    assert tab.page.evaluate("Math.max(...window.dash_stores.map((one) => one.getState().history.past.length))") <= 1


def test_the_page_says_when_it_showed_an_alert(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    alert = served.stream.raise_alert("door-held-open", 3, DOOR)
    tab.page.locator(element(alert)).wait_for()
    assert tab.page.evaluate("(id) => Math.abs(Date.now() - gatehouse.seen.get(id)) < 60000", str(alert))
    rows = wait_for(
        lambda: served.stream.ask(
            "select shown_at >= stored_at from alert_shown join alerts on id = alert where id = %s", alert
        ),
        "the showing is noted",
    )
    assert rows == [(True,)]


def test_what_was_open_before_the_page_counts_for_no_latency(served: Served, tab: Tab) -> None:
    before = served.stream.raise_alert("door-held-open", 3, DOOR)
    open_wall(tab.page, served.url)
    tab.page.locator(element(before)).wait_for()
    later = served.stream.raise_alert("door-held-open", 3, DOOR)
    noted = wait_for(
        lambda: served.stream.ask("select array_agg(alert) from alert_shown having %s = any(array_agg(alert))", later),
        "the later one is noted",
    )
    assert before not in noted[0][0]


def test_the_clock_turns_red_by_itself_when_the_stream_stops_and_back(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    wait_for(lambda: tab.page.inner_text("#as-of") != "--:--:--", "the clock shows the stream's time")
    served.stream.runs.clear()
    tab.page.locator("body.stale #clock .filled.p1").wait_for()
    tab.page.locator("#band", has_text="数据已停").wait_for()
    tab.page.locator(".chain .bad", has_text="数据流").wait_for()
    served.stream.runs.set()
    tab.page.locator("body:not(.stale)").wait_for()


def test_a_device_never_heard_is_not_offline(served: Served, tab: Tab) -> None:
    served.stream.do("delete from device_state")
    columns = "site, device, kind, last_seen, last_type, last_event_time"
    query = f"insert into device_state ({columns}) values (%s, %s, 'camera', now(), %s, now())"
    served.stream.do(query, served.stream.site, "C-0001", None)
    served.stream.do(query, served.stream.site, "C-0002", "offline")
    open_wall(tab.page, served.url)
    for number, state in ((1, "fine"), (2, "gone"), (3, "unheard")):
        tab.page.wait_for_selector(f'.plan [data-id="C-000{number}"].{state}', state="attached")
    assert "1/739" in tab.page.inner_text(".online li").replace("\n", "")


def test_the_language_switches_by_key_and_is_kept(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    assert tab.page.get_attribute("html", "lang") == "zh-CN"
    tab.page.keyboard.press("l")
    assert tab.page.get_attribute("html", "lang") == "en"
    tab.page.locator("#band", has_text="No emergency").wait_for()
    tab.page.reload()
    tab.page.wait_for_selector("body[data-ready='1']")
    assert "Alerts this hour" in tab.page.inner_text("#right")


def test_the_address_may_ask_for_a_language(served: Served, tab: Tab) -> None:
    log_in(tab.page, served.url)
    tab.page.goto(f"{served.url}/wall?lang=en")
    tab.page.wait_for_selector("body[data-ready='1']")
    assert tab.page.get_attribute("html", "lang") == "en"


def test_the_theme_switches_by_key_and_is_kept(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    tab.page.keyboard.press("t")
    tab.page.reload()
    tab.page.wait_for_selector("body[data-ready='1']")
    assert tab.page.get_attribute("html", "data-theme") == "day"


def test_plates_are_masked_before_they_leave_the_server(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    keep_pushes(tab.page)
    alert = served.stream.raise_alert("plate-watch-list", 2, "P-01", "鲁QX0007")
    tab.page.locator(element(alert)).wait_for()
    assert "鲁Q·X•••7" in (tab.page.locator(element(alert)).text_content() or "")
    told = "".join(pushes(tab.page))
    assert "鲁Q·X•••7" in told and "鲁QX0007" not in told + tab.page.content()


def test_nothing_is_asked_of_anybody_else_and_nothing_complains(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    alert = served.stream.raise_alert("fire-panel-alarm", 1, DOOR)
    tab.page.locator(element(alert)).wait_for()
    assert {urlsplit(url).netloc for url in tab.asked} == {urlsplit(served.url).netloc}
    assert tab.said == []


def test_the_page_is_small(served: Served, chromium: Browser) -> None:
    context = screen(chromium)
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    open_wall(page, served.url)
    context.close()
    assert sum(sizes) < 2_000_000


def test_the_simulated_community_is_labelled_for_as_long_as_its_events_come(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    assert tab.page.locator("#simulated").is_hidden()
    served.stream.do(
        """insert into events_door (id, site, kind, type, device, occurred_at, received_at, event_time, attributes, late,
               kafka_partition, kafka_offset)
           values (gen_random_uuid(), %s, 'door', 'closed', 'D-001', now(), now(), now(), '{"simulated": true}',
                   false, 0, 0)""",
        served.stream.site,
    )
    tab.page.locator("#simulated").wait_for()
    assert "模拟小区" in tab.page.inner_text("#simulated")
    assert "示意图" in (tab.page.text_content(".scale") or "")


def test_the_simulated_community_is_labelled_however_far_the_stream_is_behind(served: Served, tab: Tab) -> None:
    behind = "now() - interval '20 minutes'"
    served.stream.runs.clear()
    served.stream.do("truncate events_door")
    served.stream.do(f"update progress set tick = {behind}")
    served.stream.do(
        f"""insert into events_door (id, site, kind, type, device, occurred_at, received_at, event_time, attributes, late,
               kafka_partition, kafka_offset)
           values (gen_random_uuid(), %s, 'door', 'closed', 'D-001', {behind}, {behind}, {behind}, '{{"simulated": true}}',
                   false, 0, 0)""",
        served.stream.site,
    )
    open_wall(tab.page, served.url)
    tab.page.locator("#simulated").wait_for()


def test_a_kiosk_link_opens_the_wall_without_staying_in_the_address(served: Served, tab: Tab) -> None:
    link = served.run("kiosk", "create", "lobby").stdout.strip()
    tab.page.goto(link)
    tab.page.wait_for_selector("body[data-ready='1']")
    assert tab.page.url == f"{served.url}/wall"
    listed = json.loads(served.run("kiosk", "list", "--json").stdout)
    assert [row["name"] for row in listed] == ["lobby"]
    assert link.split("=")[1] not in served.run("kiosk", "list").stdout


def test_a_revoked_link_closes_the_wall_that_uses_it(served: Served, tab: Tab) -> None:
    tab.page.goto(served.run("kiosk", "create", "gate").stdout.strip())
    tab.page.wait_for_selector("body[data-ready='1']")
    assert served.run("kiosk", "revoke", "gate").returncode == 0
    tab.page.wait_for_url("**/login")
    assert tab.page.locator(".plan").count() == 0
    assert served.run("kiosk", "revoke", "gate").returncode == 1


def test_a_logout_closes_the_walls_of_that_session(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    token = next(one["value"] for one in tab.page.context.cookies() if one.get("name") == "_csrf_token")
    assert tab.page.request.post(f"{served.url}/logout", headers={"X-CSRFToken": str(token)}).status == 204
    tab.page.wait_for_url("**/login")


def test_a_page_that_is_gone_is_not_fed_though_another_of_its_browser_is_there(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    other = tab.page.context.new_page()
    for _ in range(4):
        other.goto(f"{served.url}/incidents")
        other.wait_for_selector("body[data-ready='1']")
    wait_for(lambda: _browsers(served) == 2, "only the two that are there are fed")


def _browsers(served: Served) -> float:
    found = httpx.get(f"{served.url}/metrics").text.partition("\ngatehouse_dashboard_browsers ")[2]
    return float(found.partition("\n")[0])


def test_a_dead_server_turns_the_clock_red_without_its_help(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    tab.page.route("**/session", lambda route: route.abort())
    tab.page.evaluate("() => { window.dash_clientside.gatehouse.draw = () => window.dash_clientside.no_update; }")
    tab.page.locator("body.stale .chain .bad", has_text="服务器").wait_for()
    assert "数据已停" in tab.page.inner_text("#clock")


def test_the_wall_says_that_the_database_is_away_and_comes_back_by_itself(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    alert = served.stream.raise_alert("door-held-open", 3, DOOR)
    tab.page.locator(element(alert)).wait_for()
    with served.stream.database_away():
        tab.page.locator("body.stale .chain .bad", has_text="数据库").wait_for()
        assert tab.page.locator(element(alert)).count() == 1
        assert httpx.get(f"{served.url}/readyz").status_code == 503
        tab.page.reload(timeout=2 * LONG_MS)
        tab.page.wait_for_selector("body[data-ready='1']")
    tab.page.locator("body:not(.stale)").wait_for()
    later = served.stream.raise_alert("door-held-open", 3, "D-002")
    tab.page.locator(element(later)).wait_for()


def test_a_database_that_hangs_is_said_to_be_away(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    with served.stream.database_hangs():
        tab.page.locator("body.stale .chain .bad", has_text="数据库").wait_for()
    tab.page.locator("body:not(.stale)").wait_for()


def test_the_wall_comes_back_by_itself_after_a_restart_of_the_server(served: Served, tab: Tab, tmp_path: Path) -> None:
    with serve(served.stream.url, tmp_path) as second:
        open_wall(tab.page, second.url)
        second.restart()
        tab.page.locator("body.stale, body[data-ready='1']").first.wait_for()
        alert = served.stream.raise_alert("door-held-open", 3, DOOR)
        tab.page.locator(element(alert)).wait_for(timeout=LONG_MS)
        wait_for(lambda: not tab.page.locator("body.stale").count(), "the clock runs again")
        assert tab.page.locator(element(alert)).count() == 1

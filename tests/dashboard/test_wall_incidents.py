"""What is open on the wall: one line a cause, and whose it is; what is closed or muted is off it, what is taken is silent."""

import psycopg
from playwright.sync_api import expect

from dashboard.wall.lines import NAMED
from tests.dashboard.conftest import Served, Tab, open_wall
from tests.waiting import wait_for
from trials.people import people

DOOR, OTHER = "D-001", "D-006"
LINES = "#left .alerts > li"
SOUND = "() => window.gatehouse.soundState()"


def tell(served: Served, query: str, *given: object) -> None:
    """What somebody else did to incidents, told to the wall."""
    served.stream.do(query, *given)
    served.stream.do("select pg_notify('gatehouse_incidents', %s)", served.stream.site)


def burn(served: Served, device: str, plan: str = "fire", rule: str = "fire-panel-alarm", severity: int = 1) -> None:
    """An alert that opens a plan, and its incident."""
    alert = served.stream.raise_alert(rule, severity, device)
    served.stream.do("update alerts set plan = %s where id = %s", plan, alert)
    served.gather()


def late(served: Served, plan: str, n: int) -> None:
    """So many open steps of a plan are overdue."""
    dues = f"(select jsonb_agg(now() - interval '95 seconds') from generate_series(1, {n}))"
    tell(served, f"update plan_runs set summary = jsonb_set(summary, '{{dues}}', {dues}) where plan = %s", plan)


def test_forty_alerts_of_one_cause_are_one_line_and_each_was_seen(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    alerts = {str(served.stream.raise_alert("door-held-open", 3, DOOR)) for _ in range(40)}
    wait_for(lambda: alerts <= set(tab.page.evaluate("() => [...gatehouse.seen.keys()]")), "all were seen")
    served.gather()
    tab.page.wait_for_selector(f"{LINES} >> text=×40")
    expect(tab.page.locator(LINES)).to_have_count(1)
    assert alerts <= set((tab.page.get_attribute(LINES, "data-alerts") or "").split())


def test_an_alert_that_joins_an_incident_is_seen_on_its_line(served: Served, tab: Tab) -> None:
    served.stream.raise_alert("door-held-open", 3, DOOR)
    served.gather()
    open_wall(tab.page, served.url)
    alert = served.stream.raise_alert("door-held-open", 3, DOOR)
    served.gather()
    tab.page.wait_for_selector(f'{LINES}[data-alerts~="{alert}"]')
    wait_for(lambda: tab.page.evaluate("(id) => gatehouse.seen.has(id)", str(alert)), "it was seen")
    expect(tab.page.locator(LINES)).to_have_count(1)


def test_a_line_says_whose_it_is(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    served.stream.raise_alert("door-held-open", 3, DOOR)
    served.gather()
    tab.page.wait_for_selector(f"{LINES} .own.none:has-text('无人接手')")
    tell(served, "update incidents set owner = '李队长', state = 'acknowledged', version = version + 1 where state = 'open'")
    tab.page.wait_for_selector(f"{LINES} .own:not(.none):has-text('李队长')")
    tell(served, "update incidents set state = 'resolved', version = version + 1 where state = 'acknowledged'")
    tab.page.wait_for_selector(f"{LINES}.calm .own:has-text('已处置')")
    assert tab.page.locator(".pin").count() == 0


def test_closing_takes_it_off_the_wall_and_the_map_while_its_alert_is_open(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    served.stream.raise_alert("fire-panel-alarm", 1, DOOR)
    served.gather()
    tab.page.wait_for_selector(f'.plan [data-id="{DOOR}"].hit.p1', state="attached")
    tab.page.wait_for_selector("#band .verdict.p1")
    tell(served, "update incidents set state = 'closed', reason = 'nuisance', closed_at = now() where state <> 'closed'")
    tab.page.wait_for_selector(LINES, state="detached")
    tab.page.wait_for_selector(f'.plan [data-id="{DOOR}"]:not(.hit)', state="attached")
    tab.page.wait_for_selector("#band .verdict:not(.p1)")
    assert tab.page.locator(".pin").count() == 0
    wait_for(lambda: "火警" in (tab.page.text_content(".past") or ""), "it stands among what ended lately")


def test_whoever_takes_an_incident_silences_the_wall(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    served.stream.raise_alert("fire-panel-alarm", 1, DOOR)
    served.gather()
    wait_for(lambda: tab.page.evaluate(SOUND) == "ringing", "it rings")
    tell(served, "update incidents set owner = 'li', state = 'acknowledged', acknowledged_at = now() where state = 'open'")
    wait_for(lambda: tab.page.evaluate(SOUND) == "on", "it is silent")
    expect(tab.page.locator(LINES)).to_have_count(1)


def test_a_muted_alert_is_neither_shown_nor_rung_before_nor_after_the_desk_came_to_it(served: Served, tab: Tab) -> None:
    query = """
        insert into mutes (id, site, rule, device, building, owner, reason, starts_at, ends_at)
        values (gen_random_uuid(), %s, 'fire-panel-alarm', '', '', 'chief', 'works', now() - interval '1 hour',
                now() + interval '1 hour')"""
    served.stream.do(query, served.stream.site)
    open_wall(tab.page, served.url)
    served.stream.raise_alert("fire-panel-alarm", 1, DOOR)
    other = served.stream.raise_alert("door-held-open", 3, OTHER)
    tab.page.wait_for_selector(f'{LINES}[data-alerts~="{other}"]')
    served.gather()
    tab.page.wait_for_selector("#right .muted:has-text('拦下1条告警')")
    expect(tab.page.locator(LINES)).to_have_count(1)
    assert tab.page.evaluate("() => gatehouse.now.counts") == [0, 0, 1, 0]
    assert tab.page.evaluate(SOUND) == "on"
    tab.page.wait_for_selector(f'.plan [data-id="{DOOR}"]:not(.hit)', state="attached")
    tell(served, "update mutes set ended_at = now(), ended_by = 'chief'")
    tell(served, "update muted_alerts set released_at = now()")
    wait_for(lambda: tab.page.evaluate(SOUND) == "ringing", "what was held back is told")


def test_an_incident_opened_by_hand_is_on_the_wall_with_its_sound(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    with (
        psycopg.connect(served.stream.url, autocommit=True) as conn,
        people(served.url, conn, "test", ("guard",)) as (guard,),
    ):
        form = {"act": "open_plan", "plan": "injury", "building": "b03"}
        assert guard.client.post("/incidents/act", data=form, headers={"x-csrftoken": guard.token}).status_code == 200
    tab.page.wait_for_selector("body.staged #band .verdict.p1:has-text('3号楼')")
    wait_for(lambda: tab.page.evaluate(SOUND) == "ringing", "it rings")
    assert tab.page.locator(".pin.p1").count() == 1


def test_the_band_names_all_that_is_severe(served: Served, tab: Tab) -> None:
    for device in (DOOR, OTHER, "D-011"):
        served.stream.raise_alert("fire-panel-alarm", 1, device)
    served.gather()
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("#band .also:has-text('1号楼')")
    named = (tab.page.text_content("#band h1") or "") + (tab.page.text_content("#band .also") or "")
    assert all(f"{n}号楼" in named for n in (1, 2, 3))


def test_a_fire_takes_the_stage_from_a_flood_that_somebody_has_and_that_keeps_a_line(served: Served, tab: Tab) -> None:
    burn(served, "WL-01", "flood", "water-rising")
    tell(served, "update incidents set owner = 'li', state = 'acknowledged', acknowledged_at = now() where state = 'open'")
    late(served, "flood", 2)
    burn(served, "EL-001", "elevator", "person-trapped", 2)
    burn(served, "FP-09")
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("body.staged")
    assert tab.page.text_content("#stage h2 b") == "火灾"
    others = tab.page.eval_on_selector_all("#stage .others li", "nodes => nodes.map((node) => node.textContent)")
    assert len(others) == 2
    assert "2步逾期" in others[0]
    assert "#" in others[0]
    assert "困人" in others[1]
    assert tab.said == []


def test_more_steps_than_have_room_are_counted_and_what_is_overdue_stands_first(served: Served, tab: Tab) -> None:
    burn(served, "FP-10")
    steps = """
        update plan_runs set run = jsonb_set(run, '{steps}', (
            select jsonb_object_agg(key, value || jsonb_build_object(
                'state', 'open', 'opened_at', now() - interval '1 hour', 'due_at', now() - interval '1 minute'))
            from jsonb_each(run->'steps')))
        where ended_at is null"""
    tell(served, steps)
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("#stage .loud li.late")
    assert "逾期" in (tab.page.text_content("#stage .rest.late") or "")
    assert tab.page.locator("#stage .running li.late").count() == tab.page.locator("#stage .running li").count()


def test_of_many_plans_a_few_have_a_line_and_the_rest_are_counted(served: Served, tab: Tab) -> None:
    for n in range(NAMED + 2):
        burn(served, f"FP-{n + 11}")
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("body.staged #stage .others li")
    assert tab.page.locator("#stage .others li").count() == 4
    assert "3个预案" in (tab.page.text_content("#stage .others li:last-child") or "")

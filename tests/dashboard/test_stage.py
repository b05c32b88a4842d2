"""The wall while a plan runs: the stage, its clocks, a drill's frame, and what is real before what is a drill."""

import re

from tests.dashboard.conftest import Served, Tab, open_wall


def burn(served: Served, device: str, severity: int, *, drill: bool) -> None:
    """A fire alarm of this device, and its incident."""
    plan_for(served, "fire-panel-alarm", severity, device, plan="fire", drill=drill)


COLOURS = """() => {
    const { color, backgroundColor } = getComputedStyle(document.getElementById("simulated"));
    return [color, backgroundColor];
}"""


def plan_for(served: Served, rule: str, severity: int, device: str, *, plan: str, drill: bool = False) -> None:
    """An alert that opens a plan, and its incident."""
    alert = served.stream.raise_alert(rule, severity, device)
    served.stream.do("update alerts set plan = %s, drill = %s where id = %s", plan, drill, alert)
    served.gather()


def test_a_plan_takes_the_stage_and_what_is_overdue_is_large(served: Served, tab: Tab) -> None:
    open_wall(tab.page, served.url)
    burn(served, "FP-08", 1, drill=False)
    tab.page.wait_for_selector("body.staged #stage .running li")
    assert tab.page.text_content("#stage h2 b") == "火灾"
    assert "8号楼" in (tab.page.text_content("#band h1") or "")
    assert "无人接手" in (tab.page.text_content("#band .owns") or "")
    assert tab.page.locator("#eyes li").count() == 3
    assert not tab.page.is_visible("#left")
    late = "jsonb_set(run, '{steps,real,due_at}', to_jsonb(now() - interval '38 seconds'))"
    served.stream.do(f"update plan_runs set run = {late} where ended_at is null")
    served.stream.do("select pg_notify('gatehouse_incidents', %s)", served.stream.site)
    tab.page.wait_for_selector("#stage .loud li.late")
    assert re.match(r"\+\d+:\d\d", tab.page.text_content("#stage .loud strong") or "")
    assert tab.said == []


def test_a_flood_shows_the_water_against_the_lines(served: Served, tab: Tab) -> None:
    query = """
        insert into events_facility (id, site, kind, type, device, occurred_at, received_at, event_time, value, attributes,
                                     late, kafka_partition, kafka_offset)
        select gen_random_uuid(), %s, 'facility', 'water_level', 'WL-01', t, t, t, 0.05 * n, '{}', false, 0, n
        from generate_series(1, 12) n, lateral (select now() - (13 - n) * interval '20 minutes' as t) at"""
    served.stream.do(query, served.stream.site)
    plan_for(served, "water-rising", 2, "WL-01", plan="flood")
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("body.staged #eyes .levels path.level.on")
    assert "0.60 m" in (tab.page.text_content("#eyes .levels") or "")
    assert tab.page.locator("#eyes .levels path.line").count() == 2
    assert tab.page.locator("#eyes li").count() == 2
    assert tab.said == []


def test_a_reminder_s_clock_runs_on_the_stage_and_is_loud_until_it_is_heeded(served: Served, tab: Tab) -> None:
    plan_for(served, "person-trapped", 1, "EL-001", plan="elevator")
    step = "jsonb_build_object('state', 'open', 'opened_at', now() - interval '1 minute', 'reminded_at', {0}::timestamptz)"
    query = "update plan_runs set run = jsonb_set(run, '{{steps,keep_talking}}', {0}) where ended_at is null"
    served.stream.do(query.format(step.format("null")))
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("#stage q:not(.due):has-text('下次提醒')")
    served.stream.do(query.format(step.format("now()")))
    served.stream.do("select pg_notify('gatehouse_incidents', %s)", served.stream.site)
    tab.page.wait_for_selector("#stage q.due:has-text('到点了')")
    assert tab.said == []


def test_the_stage_is_left_when_the_plan_is_over(served: Served, tab: Tab) -> None:
    burn(served, "FP-09", 1, drill=False)
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("body.staged")
    served.stream.do("update incidents set plan_open = false where state <> 'closed'")
    served.stream.do("select pg_notify('gatehouse_incidents', %s)", served.stream.site)
    tab.page.wait_for_selector("body:not(.staged) #left")
    assert tab.page.is_visible("#right")


def test_a_drill_is_framed_and_named_and_a_real_alarm_takes_the_stage_from_it(served: Served, tab: Tab) -> None:
    burn(served, "FP-10", 1, drill=True)
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("body.staged.drill")
    assert tab.page.text_content("#stage h2 em") == "演练"
    assert "演练" in (tab.page.text_content("#band h1") or "")
    assert "119" in (tab.page.text_content("#band p") or "")
    burn(served, "FP-11", 2, drill=False)
    tab.page.wait_for_selector("body.staged:not(.drill)")
    assert "11号楼" in (tab.page.text_content("#band h1") or "")
    assert "演练" not in (tab.page.text_content("#band h1") or "")


def test_a_drill_is_in_no_figure(served: Served, tab: Tab) -> None:
    burn(served, "FP-12", 1, drill=True)
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("body.staged.drill")
    counts = tab.page.evaluate("window.gatehouse.now.counts")
    lines = tab.page.evaluate("window.gatehouse.now.lines")
    assert [line["drill"] for line in lines] == [True]
    assert counts == [0, 0, 0, 0]


def test_a_mute_at_work_is_seen_and_what_it_holds_back_is_counted(served: Served, tab: Tab) -> None:
    query = """
        insert into mutes (id, site, rule, device, building, owner, reason, starts_at, ends_at)
        values (gen_random_uuid(), %s, 'intrusion', '', '', 'chief', 'new fence', now(), now() + interval '2 hours')"""
    served.stream.do(query, served.stream.site)
    burn_quietly(served)
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("#right .muted:has-text('拦下1条告警')")
    served.stream.do("update mutes set ended_at = now(), ended_by = 'chief'")
    tab.page.wait_for_selector("#right .muted", state="hidden")


def burn_quietly(served: Served) -> None:
    """An alert that the mute holds back."""
    served.stream.raise_alert("intrusion", 2, "C-0001")
    served.stream.do("update alerts set raised_at = now() where rule = 'intrusion' and cleared_at is null")
    served.gather()


def test_the_stage_says_too_that_the_community_is_simulated(served: Served, tab: Tab) -> None:
    mark = served.local / "simulated"
    mark.touch()
    burn(served, "FP-13", 1, drill=False)
    open_wall(tab.page, served.url)
    tab.page.wait_for_selector("body.staged #eyes #simulated")
    of, behind = tab.page.evaluate(COLOURS)
    assert of != behind == tab.page.evaluate("getComputedStyle(document.body).color")  # it stands out, dark on light
    mark.unlink()
    tab.page.wait_for_selector("body.staged #eyes #simulated", state="hidden")

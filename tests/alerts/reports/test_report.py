"""The report says everything: what happened, what was late and by how much, what was left out and why."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.mutes import Mute
from alerts.plans.acts import Say, SayAgain, Tick
from alerts.plans.run import Entry, Is, begin
from alerts.reports.lines import acknowledged
from alerts.reports.model import EndedMute, How, Score, Stage
from alerts.reports.telling import Language, told
from alerts.reports.words import KINDS, LABELS, UNITS
from schemas.plans.file import load_plans
from schemas.rules import load_catalogue
from tests.alerts.made import NOW
from tests.alerts.reports.made import (
    CHIEF,
    DOORS,
    PANEL,
    SECOND,
    SITE,
    WHY,
    after,
    alert,
    closed,
    entry,
    fill,
    fire,
    log_of,
    made,
    pressed,
    rows,
)

BOTH = pytest.mark.parametrize("language", ["zh", "en"])
LATE = [(1, How.DONE, 9), (3, How.DONE, 125), (4, How.SKIPPED, 10), *((n, How.ENDED, 0) for n in (5, 6, 7, 8, 9, 10))]


def words(data: Any) -> Iterator[str]:
    """Every text in it."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from words(value if key not in {"language", "hash"} else None)
    elif isinstance(data, list):
        for value in data:
            yield from words(value)


def test_every_late_step_is_named_and_by_how_much() -> None:
    found = made().late
    assert [(one.number, one.how) for one in found] == [(number, how) for number, how, _ in LATE]
    assert [one.by_s for one in found][:3] == [9, 125, 10]
    late = {step.id for step, state in ((step, fire().steps[step.id]) for step in fire().plan.steps)
            if state.due_at and state.done_at and state.done_at > state.due_at}  # fmt: skip
    assert {fire().plan.steps[one.number - 1].id for one in found} == late


def test_an_open_step_is_late_by_the_report_s_own_time() -> None:
    run = fire()
    still = replace(run.steps["call_119"], state=Is.OPEN, done_at=None)
    found = made(run=replace(run, steps={**run.steps, "call_119": still}), as_of=after(150)).late
    assert next(one for one in found if one.number == 5) == replace(found[3], how=How.OPEN, by_s=51.0)


def test_a_skipped_step_shows_its_reason_and_an_answer_what_was_said() -> None:
    steps = told(made(), "en", SITE)["steps"]
    assert (steps[3]["state"], steps[3]["notes"]) == ("skipped", ["Skipped, because: the first team was enough"])
    assert steps[0]["notes"] == ["Answer: Yes, fire"]
    assert (steps[4]["state"], steps[4]["late"]) == ("left undone when the plan ended", "3 min 51 s late")


def test_a_list_s_lines_are_shown_with_who_and_plates_masked() -> None:
    lines = told(made(), "zh", SITE)["steps"][7]["rows"]
    assert lines == [["南单元门", "05-06 11:05:20 chief", "opened by hand"], ["鲁Q·7•••6，车主未登记", "未办", ""]]
    assert "鲁Q71236" in DOORS[1].zh


def test_the_timeline_has_every_row_and_marks_what_a_telephone_sent_later() -> None:
    found = made()
    assert [one.seq for one in found.timeline] == [10, 11, 12, 13, 90, 91]
    assert [one.done_at for one in found.timeline if one.done_at] == [after(45)]
    assert told(found, "en", SITE)["timeline"][3]["later"] == "done at 05-06 11:00:45, sent later by a telephone"


def test_that_papers_were_made_is_no_part_of_what_happened() -> None:
    again = log_of(entry(50, "report.make", 350, sha256="x", lang="zh", rows=13))
    assert made(log=again) == made()


def test_an_alert_shows_each_stage_with_its_milliseconds() -> None:
    one = alert()
    found = made(alerts=[one], log=log_of(alert_id=str(one["id"]))).alerts[0]
    assert [(passed.stage, passed.after_ms) for passed in found.stages] == list(
        zip(Stage, (0, 12, 30, 50, 400, 20_000), strict=True)
    )
    assert (found.version, found.thresholds) == (3, WHY["thresholds"])


def test_values_are_names_times_and_numbers_and_subjects_are_masked() -> None:
    found = dict(told(made(), "en", SITE)["alerts"][0]["values"])
    assert found == {
        "subject": "鲁Q·7•••6", "from": PANEL.name.en, "since": "05-06 10:59:00", "readings": "0.5, —", "direction": "busy",
    }  # fmt: skip
    assert dict(told(made(), "en", SITE)["alerts"][0]["thresholds"]) == {
        "window": "60 s",
        "devices": "2",
        "unsure below": "0.7",
    }


def test_an_alert_that_came_late_to_a_screen_is_named_a_slow_rule_is_not() -> None:
    late, slow = alert(shown_at=after(2.04)), alert(judged_at=after(9), stored_at=after(9), shown_at=after(9.1))
    assert [one.by_s for one in made(alerts=[late, slow]).late if one.how is How.SHOWN] == [2.01]
    assert not [one for one in made(alerts=[alert(shown_at=None), slow]).late if one.how is How.SHOWN]


def test_an_alert_is_acknowledged_when_somebody_takes_it_and_not_while_it_is_in_hand() -> None:
    log = [
        entry(1, "incident.open", 0, alert="a"), entry(2, "incident.take", 5), entry(3, "incident.alert", 6, alert="b"),
        entry(4, "incident.hand_on", 7), entry(5, "incident.again", 8, alert="c"), entry(6, "incident.take", 9),
    ]  # fmt: skip
    assert acknowledged(log) == {"a": after(5), "c": after(9)}


def test_an_alert_whose_reason_is_kept_no_longer_is_still_there() -> None:
    bare = dict.fromkeys(("why", "rule_version", "occurred_at", "received_at", "judged_at", "stored_at", "shown_at"))
    (one,) = told(made(alerts=[alert(**bare)]), "zh", SITE)["alerts"]
    assert (one["stages"], one["thresholds"], one["values"]) == ([], [], [])


def test_more_alerts_than_are_listed_are_counted_and_none_are_none() -> None:
    many = told(made(incident=closed(occurrences=600, children=2)), "en", SITE)
    assert (many["cut"], ["Alerts", "600, and 2 that follow from them"] in many["head"]) == ("The newest 1 of 602.", True)
    assert ["Alerts", "0"] in told(made(alerts=[]), "en", SITE)["head"]


def test_a_drill_is_scored_and_what_is_none_is_not() -> None:
    assert made(drill=True).score == Score(on_time=1, late=8, skipped=1, untimed=0)
    assert made().score is None
    assert made(drill=True, run=None).score is None


def test_it_says_how_it_was_closed_by_whom_and_what_was_remarked() -> None:
    found = made(log=log_of(entry(20, "incident.remark", 70, text="鲁Q71236 moved")))
    assert told(found, "en", SITE)["closing"] == ["Closed as real by chief, 2026-05-06 11:06:40", "a bin burned"]
    assert told(found, "en", SITE)["remarks"] == [["05-06 11:01:10", "chief", "鲁Q·7•••6 moved"]]
    still = closed(state="open", reason=None, closed_at=None)
    assert told(made(incident=still, log=log_of()[:3]), "en", SITE)["closing"] == ["It is not closed yet."]
    merged = entry(91, "incident.merge", 400, into="x", number=12)
    assert "Merged into incident 12" in told(made(log=[*log_of()[:-1], merged]), "en", SITE)["closing"]


@BOTH
def test_that_nobody_was_called_is_said_and_who_was_called_is_shown_with_the_words(language: Language) -> None:
    assert told(made(), language, SITE)["messages"] == []
    assert LABELS["no_messages"].in_language(language)
    run = pressed(begin(load_plans()["fire"], NOW, SITE.timezone, fill, drill=False), (5, Say("real", "yes"), CHIEF))
    drafted = replace(run.steps["call_119"], draft=("来人", "come"))
    run = pressed(replace(run, steps={**run.steps, "call_119": drafted}), (45, Tick("call_119"), SECOND))
    assert told(made(run=run), language, SITE)["messages"] == [
        ["05-06 11:00:45", "119", "deputy", "来人" if language == "zh" else "come"]
    ]


def test_what_was_written_to_a_step_stands_with_it() -> None:
    run = begin(load_plans()["fire"], NOW, SITE.timezone, fill, drill=False)
    run = pressed(run, (5, Say("real", "yes"), CHIEF), (8, Tick("nearest", "3F, bin"), SECOND))
    run = pressed(run, (20, SayAgain("real", "cannot_tell", "smoke"), CHIEF))
    talking = replace(run.steps["fire_team"], entries=(Entry(after(30), "wang", "call 13812345678"),))
    steps = told(made(run=replace(run, steps={**run.steps, "fire_team": talking})), "en", SITE)["steps"]
    assert steps[0]["notes"] == ["Answer: Cannot tell", "Answered again, because: smoke"]
    assert steps[1]["notes"] == ["Written down: 3F, bin"]
    assert steps[2]["notes"] == ["05-06 11:00:30 wang call •••78"]


def test_mutes_that_the_plan_ended_are_told_with_what_they_held_back() -> None:
    mute = Mute(closed().id, SITE.id, "door-forced", "", "b8", "chief", "locks are changed", NOW, NOW + timedelta(hours=1))
    (said,) = told(made(mutes=[EndedMute(mute, 3)]), "en", SITE)["mutes"]
    assert said.endswith("by chief, “locks are changed”, was to last until 05-06 12:00:00, had held back 3 alerts")


def test_no_report_reads_another_clock() -> None:
    assert made() == made()
    assert told(made(), "zh", SITE) == told(made(), "zh", SITE)


def test_neither_language_has_a_word_of_the_other() -> None:
    """Accounts and what people wrote stand as they were written, so here they are written in neither."""
    shift = rows(
        drill=True, log=[{**one, "what": {**one["what"], "text": "…"}} if "text" in one["what"] else one for one in log_of()]
    )
    steps = {name: replace(state, by="7", why="…", rows=()) for name, state in fire().steps.items()}
    run = replace(fire(drill=True), steps=steps)
    log = [{**one, "actor": "system"} for one in shift.log]
    plain = alert(why={"thresholds": {name: 1 for rule in load_catalogue().values() for name in rule.numbers}})
    report = made(
        drill=True, incident=closed(owner="7", drill=True, state="closed", reason="drill"), run=run, log=log, alerts=[plain]
    )
    zh, en = (" ".join(words(told(report, language, SITE))) for language in ("zh", "en"))
    assert not re.search(r"[A-Za-z]{2,}", zh.replace("AED", "")), zh
    assert not re.search(r"[\u4e00-\u9fff]", en), en


def test_every_threshold_of_the_catalogue_has_words() -> None:
    names = {name for rule in load_catalogue().values() for name in rule.numbers}
    ending = {name: next((end for end in UNITS if name.endswith(end)), "") for name in names}
    assert {name.removesuffix(ending[name]) for name in names} <= set(KINDS)

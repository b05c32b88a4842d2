"""Incidents: the file that asks for them, and that each provokes its rule, no more and no less, amid ordinary life."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from schemas.errors import SettingsError
from schemas.rules import load_catalogue
from schemas.site import Site
from streams.simulator.community import gather
from streams.simulator.incidents import read_rows
from streams.simulator.play import Order, compose
from streams.simulator.recipes import ALSO, RECIPES
from tests.streams.simulator.lived import live

START = datetime(2030, 5, 6, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
EVERY_S = 20
LENGTH = 720
RULES = list(load_catalogue().values())
TOLD_TOO = {rule: more for rule, more in ALSO.items() if rule != "door-held-open"}


@pytest.fixture
def one_of_each(tmp_path: Path) -> Path:
    file = tmp_path / "incidents.yaml"
    rows = (f"- {{rule: {rule}, at: {60 + EVERY_S * n}}}" for n, rule in enumerate(RECIPES))
    file.write_text("\n".join(rows), "utf-8")
    return file


def test_each_incident_provokes_its_rule_when_it_is_due_and_nothing_else_is_provoked(
    community_site: Site, one_of_each: Path
) -> None:
    lived = live(community_site, RULES, Order(4, 1.0, str(one_of_each), LENGTH), START, LENGTH)
    assert len(lived.begun) == len(RECIPES)
    assert Counter(alert.rule for alert in lived.alerts) == Counter(
        [*RECIPES, *(rule for more in ALSO.values() for rule in more)]
    )
    for incident in lived.begun:
        due = START + timedelta(seconds=incident.due)
        early = timedelta(seconds=10 if incident.silent else 0.002)  # a silence counts from the last word before it
        (alert,) = [
            alert
            for alert in lived.told
            if alert.rule == incident.rule
            and {alert.device, alert.subject} & {incident.device.id, incident.subject}
            and due - early <= alert.raised_at <= due + timedelta(seconds=0.002)
        ]
        assert alert.severity in {1, 2, 3, 4}


def test_ordinary_life_provokes_nothing(community_site: Site) -> None:
    lived = live(community_site, RULES, Order(11, 1.0, "none", 620), START, 620)
    assert [(alert.rule, alert.device) for alert in lived.alerts] == []
    assert lived.begun == []
    assert lived.events > 5_000


def test_the_mild_incidents_bring_at_most_six_alerts_an_hour(community_site: Site) -> None:
    script = compose(community_site, Order(1, 1.0, "", 0), START)
    begun = [next(script.schedule.incidents) for _ in range(80)]
    times = [incident.due for incident in begun for _ in (incident.rule, *TOLD_TOO.get(incident.rule, ()))]
    for begin in range(0, int(times[-1]) - 3600, 300):
        assert sum(begin <= time < begin + 3600 for time in times) <= 6


def test_a_run_that_jumps_over_an_incident_says_which(community_site: Site, one_of_each: Path) -> None:
    script = compose(community_site, Order(1, 1.0, str(one_of_each), 0), START)
    for k in range(30):
        script.second(k)
    spoilt = script.jump(300)
    begun = {incident.number: incident for incident in script.schedule.begun}
    assert spoilt
    assert all(begun[number].begin < 300 for number in spoilt)
    assert {i.number for i in begun.values() if i.end < 300 and (i.says or i.silent)} <= spoilt


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("- {rule: no-such-rule, at: 3}", "no-such-rule"),
        ("- {rule: five-denials, at: -1}", "at"),
        ("- {rule: five-denials}", "at"),
        ("- {rule: five-denials, at: 3, device: D-999999}", "D-999999"),
        ("- {rule: door-held-open, at: 3, pace: 0.5}", "pace"),
        ("- {rule: five-denials, at: 3, colour: red}", "colour"),
        ("rule: [", "YAML"),
    ],
)
def test_a_wrong_incidents_file_is_refused_with_a_sentence_that_names_it(
    community_site: Site, tmp_path: Path, text: str, named: str
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=named) as caught:
        read_rows(str(file), gather(community_site, 1))
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_there_is_named(community_site: Site) -> None:
    with pytest.raises(SettingsError, match="There is no incidents' file"):
        read_rows("absent.yaml", gather(community_site, 1))


def test_an_incident_happens_where_the_file_says(community_site: Site, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("- {rule: five-denials, at: 5, device: D-007, subject: '123'}", "utf-8")
    script = compose(community_site, Order(1, 1.0, str(file), 0), START + timedelta(days=1))
    incident = next(script.schedule.incidents, None) or script.schedule._next
    assert incident is not None
    assert incident.device.id == "D-007"
    assert {say.subject for say in incident.says} == {"123"}

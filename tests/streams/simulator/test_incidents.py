"""Incidents: the file that asks for them, and that each provokes its rule, no more and no less, amid ordinary life."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from schemas.errors import SettingsError
from schemas.events import Kind
from schemas.rules import load_catalogue
from schemas.site import Site
from streams.simulator.community import gather
from streams.simulator.incidents import Incident, read_rows
from streams.simulator.own import KINDS
from streams.simulator.play import Order, compose
from streams.simulator.recipes import RECIPES
from streams.simulator.words import Say
from trials import naive

START = datetime(2030, 5, 6, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LENGTH = 620
LATENESS_S = 2.0


@pytest.fixture
def one_of_each(tmp_path: Path) -> Path:
    file = tmp_path / "incidents.yaml"
    rows = (f"- {{rule: {rule}, at: {60 + 40 * n}}}" for n, rule in enumerate(RECIPES))
    file.write_text("\n".join(rows), "utf-8")
    return file


def played(site: Site, incidents: str, seed: int) -> tuple[list[naive.Row], list[Incident]]:
    """What the gateway would make of a run's words: each placed by a right clock, else by its arrival."""
    script = compose(site, Order(seed, 1.0, incidents, LENGTH), START)
    rows: list[naive.Row] = []
    begun: list[Incident] = []
    for k in range(LENGTH):
        rows += [row(say, len(rows) + n, script.voices.faults.clock_s) for n, say in enumerate(script.schedule.second(k))]
        begun += script.schedule.begun
        script.schedule.begun.clear()
    return rows, begun


def row(say: Say, number: int, clock_s: dict[str, float]) -> naive.Row:
    trusted = abs(clock_s.get(say.device.id, 0.0)) <= LATENESS_S
    at = say.happened + clock_s.get(say.device.id, 0.0) if trusted else say.due
    return naive.Row(
        kind=KINDS.get(say.device.kind, Kind.FACILITY),
        type=say.word,
        device=say.device.id,
        at=micros(at),
        received=micros(say.due),
        id=None if say.is_heartbeat else UUID(int=number + 1),
        subject=say.subject,
        value=say.value,
        late=say.due - at > LATENESS_S,
        offset=number,
    )


def micros(seconds: float) -> int:
    return round((START.timestamp() + seconds) * naive.SECOND)


def alerts(site: Site, rows: list[naive.Row]) -> list[naive.Raised]:
    return naive.judge(rows, load_catalogue().values(), site, micros(LENGTH - 1))


def test_each_incident_provokes_its_rule_when_it_is_due_and_nothing_else_is_provoked(
    community_site: Site, one_of_each: Path
) -> None:
    rows, begun = played(community_site, str(one_of_each), seed=4)
    found = {alert.rule: alert for alert in alerts(community_site, rows)}
    assert len(begun) == len(RECIPES)
    assert sorted(alert.rule for alert in alerts(community_site, rows)) == sorted(RECIPES)
    for incident in begun:
        alert = found[incident.rule]
        assert alert.key in {incident.device.id, incident.subject}
        early = 10 if incident.silent else 0  # a silence counts from the last word before it
        assert micros(incident.due - early) - 1 <= alert.at <= micros(incident.due) + 1


def test_ordinary_life_provokes_nothing(community_site: Site) -> None:
    rows, begun = played(community_site, "none", seed=11)
    assert alerts(community_site, rows) == []
    assert begun == []
    assert len(rows) > 50_000


def test_the_mild_incidents_bring_at_most_six_alerts_an_hour(community_site: Site) -> None:
    script = compose(community_site, Order(1, 1.0, "", 0), START)
    times = [next(script.schedule.incidents).due for _ in range(60)]
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

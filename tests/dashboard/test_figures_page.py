"""The page of figures and the audit log in words, over HTTP."""

from collections.abc import Iterator

import psycopg
import pytest
import yaml

from tests.dashboard.conftest import Served
from trials.people import Visitor, people


@pytest.fixture(scope="module")
def crew(serving: Served) -> Iterator[dict[str, Visitor]]:
    roles = ("guard", "manager")
    with psycopg.connect(serving.stream.url, autocommit=True) as conn, people(serving.url, conn, "figures", roles) as found:
        yield dict(zip(roles, found, strict=True))


def close(served: Served, rule: str, reason: str, *, drill: bool = False) -> None:
    """An incident of this rule, taken after 90 s and closed."""
    query = """
        insert into incidents (id, site, number, version, state, severity, severity_by, rule, device, building, drill, keys,
            owner, opened_at, acknowledged_at, resolved_at, closed_at, reason, occurrences, children, last_at, plan_open)
        select gen_random_uuid(), %s, coalesce(max(number), 0) + 1, 1, 'closed', 2, '', %s, 'C-0001', 'b01', %s, '{k}', 'wang',
            now() - interval '600 s', now() - interval '510 s', now(), now(), %s, 1, 0, now(), false from incidents"""
    served.stream.do(query, served.stream.site, rule, drill, reason)


def test_a_rule_that_cried_wolf_is_offered_stricter_as_a_file_for_the_back_test(
    served: Served, crew: dict[str, Visitor]
) -> None:
    for reason in ("real", *["nuisance"] * 5):
        close(served, "loitering-at-door", reason)
    close(served, "loitering-at-door", "drill", drill=True)
    page = crew["manager"].client.get("/figures", params={"days": 7, "lang": "en"}).text
    assert "1 of 6" in page
    assert "90 s" in page
    file = crew["manager"].client.get("/figures/rule.yaml", params={"rule": "loitering-at-door", "days": 7})
    assert file.headers["content-disposition"].endswith('"loitering-at-door.yaml"')
    (row,) = yaml.safe_load(file.text)
    assert row["id"] == "loitering-at-door"
    assert any("5 of 6 incidents" in threshold["reason"] for threshold in row["thresholds"].values())
    none = crew["manager"].client.get("/figures/rule.yaml", params={"rule": "nothing"})
    assert (none.status_code, none.headers["content-type"].startswith("text/html")) == (409, True)


def test_figures_are_for_those_who_answer_for_the_house(crew: dict[str, Visitor]) -> None:
    assert crew["guard"].client.get("/figures").status_code == 403
    assert 'href="/figures"' not in crew["guard"].client.get("/account").text
    assert 'href="/figures"' in crew["manager"].client.get("/account").text


def test_the_audit_log_is_told_in_words_and_leads_to_the_incident(served: Served, crew: dict[str, Visitor]) -> None:
    served.stream.raise_alert("intrusion", 2, "C-0001")
    served.gather()
    incident = str(served.stream.ask("select id from incidents where state = 'open' order by number desc limit 1")[0][0])
    form = {"act": "take", "incident": incident}
    crew["guard"].client.post("/incidents/act", data=form, headers={"x-csrftoken": crew["guard"].token})
    served.stream.do(
        "insert into audit select seq + 1, %s, hash from audit order by seq desc limit 1",
        '{"action": "incident.attach", "actor": "x", "role": "guard", "at": "2026-01-01T00:00:00+00:00", "about": "", '
        '"what": {"file": "no object"}}',
    )
    page = crew["manager"].client.get("/audit", params={"lang": "en"}).text
    assert "incident.attach" in page  # what somebody put in is named, and breaks nothing
    assert "acknowledged and took it" in page
    assert f'href="/incident?id={incident}"' in page
    assert "incident.take" not in page.partition("<table>")[2]


def test_a_person_whose_role_may_not_is_told_on_a_page_with_a_way_back(crew: dict[str, Visitor]) -> None:
    told = crew["guard"].client.get("/audit", params={"lang": "en"}, headers={"accept": "text/html"})
    assert (told.status_code, "This page is not for the role Guard." in told.text) == (403, True)
    assert 'href="/wall"' in told.text

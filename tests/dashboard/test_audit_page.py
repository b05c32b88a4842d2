"""The audit log's page: in parts, sought by an address that can be kept, taken as a file that proves itself."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import psycopg
import pytest

from alerts.audit import Fact, append
from dashboard.console.auditing import MOST
from dashboard.front import LANGUAGE_COOKIE
from tests.dashboard.conftest import Served
from trials.people import Visitor, people

LONG_AGO = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def auditor(serving: Served) -> Iterator[Visitor]:
    """Somebody who reads a log of more than a page: what wang did on one day, what li did on the next."""
    with psycopg.connect(serving.stream.url, autocommit=True) as conn, people(serving.url, conn, "audit", ["auditor"]) as found:
        with conn.transaction():
            for number in range(MOST + 40):
                day, who = divmod(number, MOST)
                fact = Fact(("wang", "li")[day], "guard", "list.export", "vehicles", {"rows": who})
                append(conn, fact, LONG_AGO + timedelta(days=day))
        yield found[0]


def page(auditor: Visitor, address: str = "/audit") -> str:
    """In the address's language, else in English: what a page before it chose is forgotten."""
    auditor.client.cookies.delete(LANGUAGE_COOKIE)
    answer = auditor.client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.text


def rows(text: str) -> list[int]:
    """The numbers of the rows that a page shows."""
    return [int(seq) for seq in re.findall(r'<td class="hint">(\d+)</td>', text)]


def way(text: str, word: str) -> str:
    """Where a button leads."""
    found = re.search(rf'<a class="button" href="([^"]*)">{word}', text)
    assert found is not None, word
    return found[1].replace("&amp;", "&")


def test_the_log_is_read_page_by_page_to_its_first_row_and_back(auditor: Visitor) -> None:
    first = page(auditor)
    seen, text = rows(first), first
    while ">Older<" in text:
        text = page(auditor, way(text, "Older"))
        seen += rows(text)
    assert seen == list(range(seen[0], 0, -1))
    assert len(rows(first)) == MOST
    assert rows(page(auditor, way(text, "Newer")))[-1] == rows(text)[0] + 1
    assert rows(page(auditor, way(text, "Newest")))[0] >= seen[0]


def test_what_is_sought_stands_in_the_address_in_both_languages(auditor: Visitor) -> None:
    text = page(auditor, "/audit?who=li&action=list.&from=2026-01-06&until=2026-01-06")
    table = text.partition("<table>")[2]
    assert (len(rows(text)), table.count("Vehicles"), table.count("took the list as a file")) == (40, 40, 40)
    assert 'value="2026-01-06"' in text and 'name="who" maxlength="100" value="li"' in text
    zh = re.search(r'href="(/audit\?[^"]*lang=zh)"', text)
    assert zh is not None
    other = page(auditor, zh[1].replace("&amp;", "&"))
    assert "导出名单" in other and rows(other) == rows(text)
    assert rows(page(auditor, "/audit?lang=en&who=li&until=2026-01-05")) == []
    assert rows(page(auditor, "/audit?lang=en&who=System")) == rows(page(auditor, "/audit?lang=zh&who=系统")) == [1]
    assert "makes no sense" in page(auditor, "/audit?from=soon&who=li")
    assert rows(page(auditor, "/audit?incident=999999")) == []


def test_an_incidents_rows_are_found_by_its_number(served: Served, auditor: Visitor) -> None:
    alert = served.stream.raise_alert("intrusion", 2, "C-0001")
    served.gather()
    number = served.stream.ask(
        "select number from incidents i join incident_alerts a on a.incident = i.id where a.alert = %s", alert
    )[0][0]
    text = page(auditor, f"/audit?incident={number}")
    assert len(rows(text)) == text.count(f">incident {number}</a>") > 0


def test_beside_what_is_sought_stands_what_the_last_walk_found_until_somebody_walks_again(
    served: Served, auditor: Visitor
) -> None:
    count = served.stream.ask("select count(*) from audit")[0][0]
    assert f"{count} rows, each as it was written" in page(auditor)
    served.stream.do("insert into audit select seq + 1, '{}', hash from audit order by seq desc limit 1")
    try:
        sought = page(auditor, "/audit?who=li")
        assert f"{count} rows, each as it was written" in sought
        assert f"Row {count + 1} is not as it was written" in page(auditor, way(sought, "Verify now"))
        assert page(auditor)  # what was put in breaks no page
    finally:
        served.stream.do("alter table audit disable trigger audit_kept")
        served.stream.do(f"delete from audit where seq > {count}")
        served.stream.do("alter table audit enable trigger audit_kept")


def test_the_file_proves_each_of_its_rows_and_is_noted(served: Served, auditor: Visitor) -> None:
    answer = auditor.client.get(way(page(auditor, "/audit?who=wang"), "CSV"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    found = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert (len(found), {row["actor"] for row in found}) == (MOST, {"wang"})
    for row in found:
        assert sha256(bytes.fromhex(row["hash_before"]) + row["entry"].encode()).hexdigest() == row["hash"]
    entry = served.stream.ask("select entry from audit order by seq desc limit 1")[0][0]
    assert '"audit.export"' in entry and f'"actor":"{auditor.name}"' in entry and f'"rows":{MOST}' in entry

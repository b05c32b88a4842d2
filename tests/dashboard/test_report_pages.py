"""The report over HTTP and at the prompt, against a dashboard that serves: who gets it, its proof, and that text stays text."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest

from alerts.incidents import store, together
from alerts.incidents.incident import Told, Who
from alerts.incidents.lifecycle import Remark, Take
from alerts.plans import store as runs
from alerts.plans.acts import Say, Skip, Tick
from alerts.plans.run import Filled
from dashboard.door import kiosk
from schemas.alerts import Severity
from schemas.plans.file import load_plans
from schemas.site import load_site
from tests.alerts.made import told
from tests.dashboard.conftest import SITE, Served, Tab, log_in, session_of

HERE = load_site(SITE)
PANEL = next(device for device in HERE.devices.values() if device.kind == "fire_panel")
CHIEF = Who("chief", "supervisor", directs=True)
MARKUP = '<img src=x onerror="document.title=1"> #panic("x") {{ 7*7 }} 鲁Q71236'


def fire(served: Served, *, drill: bool = False) -> UUID:
    """A fire of two minutes ago, answered late, one step skipped, one remark that tries to be more than text."""
    began = datetime.now(UTC) - timedelta(minutes=10)
    with psycopg.connect(served.stream.url) as conn:
        alert: Told = told(rule="fire-panel-alarm", device=PANEL.id, building=PANEL.building, severity=Severity.CRITICAL,
                           raised_at=began, plan="fire", drill=drill)  # fmt: skip
        one = store.write(conn, together.opened(conn, HERE.id, alert), CHIEF, began)
        store.belong(conn, one.id, alert)
        opening = runs.Opening(load_plans()["fire"], HERE.timezone, lambda step: Filled())
        one = runs.open_plan(conn, one, opening, CHIEF, began)
        acts = (
            (35, Say("real", "yes")),
            (40, Tick("nearest")),
            (170, Tick("fire_team")),
            (180, Skip("reinforce", "not needed: out")),
        )
        for second, act in acts:
            at = began + timedelta(seconds=second)
            one = runs.press_in(conn, one, act, CHIEF, (at, at), opening.fill)
        for what in (Take(), Remark(MARKUP)):
            one = store.act(conn, one, what, CHIEF, began + timedelta(seconds=200))
        return one.id


@pytest.fixture
def burned(served: Served) -> UUID:
    return fire(served)


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """Somebody who may see incidents."""
    with httpx.Client(base_url=served.url, timeout=60) as found:
        assert session_of(found).status_code == 303
        yield found


def makings(served: Served, incident: UUID) -> list[tuple[str, str]]:
    """Language and hash of each paper that the audit log knows of an incident."""
    query = """
        select entry::jsonb #>> '{what,lang}', entry::jsonb #>> '{what,sha256}' from audit
        where entry::jsonb ->> 'action' = 'report.make' and entry::jsonb ->> 'about' = %s order by seq"""
    return [(row[0], row[1]) for row in served.stream.ask(query, str(incident))]


def test_the_page_says_what_was_late_and_why_a_step_was_skipped(burned: UUID, client: httpx.Client) -> None:
    zh, en = (client.get("/report", params={"id": str(burned), "lang": lang}).text for lang in ("zh", "en"))
    assert "第1步“看附近摄像头：真的着火了吗？”：晚了5秒" in zh and "跳过，原因：not needed: out" in zh
    assert (
        "Step 1, “Look at the cameras nearby: is it really a fire?”: 5 s late" in en
        and "No step with words to say or send was done." in en
    )
    assert "鲁Q71236" not in en + zh
    assert all(address in en for address in ("/report.pdf?id=", "lang=zh", "lang=en", "/plan.pdf?id="))


def test_markup_in_a_remark_is_text(burned: UUID, served: Served, tab: Tab) -> None:
    log_in(tab.page, served.url)
    tab.page.goto(f"{served.url}/report?id={burned}")
    shown = tab.page.locator(".remarks td").nth(2).inner_text()
    assert shown == MARKUP.replace("鲁Q71236", "鲁Q·7•••6")
    assert tab.page.locator("main img").count() == 0
    assert tab.page.title() != "1"


def test_the_paper_is_a_download_and_the_same_bytes_ask_for_no_second_row(
    burned: UUID, served: Served, client: httpx.Client
) -> None:
    first, again = (client.get("/report.pdf", params={"id": str(burned), "lang": "en"}) for _ in range(2))
    number = served.stream.ask("select number from incidents where id = %s", burned)[0][0]
    assert first.headers["content-disposition"] == f'attachment; filename="incident-{number}-en.pdf"'
    assert (first.headers["content-type"], first.headers["x-content-type-options"]) == ("application/pdf", "nosniff")
    assert first.content == again.content
    assert makings(served, burned) == [("en", sha256(first.content).hexdigest())]
    client.get("/report.pdf", params={"id": str(burned), "lang": "zh"})
    assert [lang for lang, _ in makings(served, burned)] == ["en", "zh"]


def test_a_paper_in_the_other_language_leaves_the_visitor_s_own(burned: UUID, client: httpx.Client) -> None:
    client.get("/report", params={"id": str(burned), "lang": "zh"})
    client.get("/report.pdf", params={"id": str(burned), "lang": "en"})
    assert "事件报告" in client.get("/report", params={"id": str(burned)}).text


def test_the_plan_is_a_paper_of_its_own_as_it_runs(burned: UUID, served: Served, client: httpx.Client) -> None:
    answer = client.get("/plan.pdf", params={"id": str(burned), "lang": "en"})
    assert answer.content.startswith(b"%PDF-") and "plan-fire-en.pdf" in answer.headers["content-disposition"]
    drill = client.get("/plan.pdf", params={"id": str(fire(served, drill=True)), "lang": "en"})
    assert drill.content.startswith(b"%PDF-") and drill.content != answer.content
    whole = client.get("/incident.json", params={"id": str(burned)}).json()
    assert [client.get(whole[name]).status_code for name in ("plan_pdf", "report", "report_pdf")] == [200, 200, 200]


def test_what_is_not_there_is_said(served: Served, client: httpx.Client) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    assert [client.get("/report.pdf", params={"id": one}).status_code for one in (nobody, "x", "")] == [404, 409, 409]
    with psycopg.connect(served.stream.url) as conn:
        alert = told(raised_at=datetime.now(UTC))
        one = store.write(conn, together.opened(conn, HERE.id, alert), CHIEF, datetime.now(UTC))
    answer = client.get("/plan.pdf", params={"id": str(one.id), "lang": "en"})
    assert (answer.status_code, answer.text) == (409, "This incident has no plan.")
    assert client.get("/incident.json", params={"id": str(one.id)}).json()["plan_pdf"] is None


@pytest.mark.parametrize("address", ["/report", "/report.pdf", "/plan.pdf"])
def test_a_wall_and_a_stranger_get_none_and_leave_no_row(burned: UUID, served: Served, address: str) -> None:
    with psycopg.connect(served.stream.url, autocommit=True) as conn:
        token = kiosk.create(conn, f"screen {address}", datetime.now(UTC))
    with httpx.Client(base_url=served.url) as wall:
        wall.get("/wall", params={"kiosk": token})
        assert wall.get(address, params={"id": str(burned)}).status_code == 403
    assert httpx.get(f"{served.url}{address}", params={"id": str(burned)}).status_code == 401
    assert makings(served, burned) == []


def test_a_paper_is_verified_at_the_prompt_and_a_changed_byte_is_not(burned: UUID, served: Served, tmp_path: Path) -> None:
    paper = tmp_path / "report.pdf"
    number = served.stream.ask("select number from incidents where id = %s", burned)[0][0]
    for named in (str(number), str(burned)):
        done = served.run("report", named, "--lang", "en", "--out", str(paper))
        assert done.returncode == 0, done.stderr
    assert len(makings(served, burned)) == 1
    told = served.run("report", "verify", str(paper))
    assert (told.returncode, f"incident {number} ({burned}) in en" in told.stdout) == (0, True), told.stdout + told.stderr
    paper.write_bytes(paper.read_bytes()[:-1] + b"\0")
    told = served.run("report", "verify", str(paper))
    assert (told.returncode, "knows no report with these bytes" in told.stderr) == (1, True)


def test_the_prompt_says_what_is_not_there(served: Served, tmp_path: Path) -> None:
    for words in (("99999", "--out", str(tmp_path / "x.pdf")), ("nothing", "--out", str(tmp_path / "x.pdf"))):
        done = served.run("report", *words)
        assert (done.returncode, "There is no such incident." in done.stderr) == (1, True)
    done = served.run("report", "verify", str(tmp_path / "x.pdf"))
    assert (done.returncode, "cannot be read" in done.stderr) == (1, True)
    assert not (tmp_path / "x.pdf").exists()


def test_the_page_of_a_drill_is_framed_and_fits_a_telephone(served: Served, tab: Tab) -> None:
    incident = fire(served, drill=True)
    log_in(tab.page, served.url)
    for language in ("zh", "en"):
        for width in (1920, 390):
            tab.page.set_viewport_size({"width": width, "height": 1080})
            tab.page.goto(f"{served.url}/report?id={incident}&lang={language}")
            assert tab.page.locator("article.drill .mark").is_visible()
            assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    tab.page.locator("header a[data-language]").click()
    tab.page.locator("h1", has_text="事件报告").wait_for()
    assert tab.said == []

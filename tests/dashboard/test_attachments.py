"""Pictures and papers of an incident: over HTTP, in the console, on the telephone, on the report's page and paper."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import screen, telephone
from tests.dashboard.conftest import Served, log_in
from tests.pictures import picture
from tests.waiting import wait_for
from trials.people import Visitor, people

PAPER = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(scope="module")
def crew(serving: Served) -> Iterator[dict[str, Visitor]]:
    roles = ("guard", "supervisor", "auditor")
    with psycopg.connect(serving.stream.url, autocommit=True) as conn, people(serving.url, conn, "files", roles) as found:
        yield dict(zip(roles, found, strict=True))


@pytest.fixture
def snow(served: Served, crew: dict[str, Visitor]) -> str:
    """A snowfall that somebody saw, and no other one, with the list of what is cleared open."""
    served.stream.do("update incidents set state = 'closed', reason = 'real', closed_at = now() where state <> 'closed'")
    chief = crew["supervisor"]
    answer = act(chief, "", act="open_plan", plan="snow", building="b08")
    incident = str(answer.json()["goto"].partition("id=")[2])
    while (step := next(one for one in seen(chief, incident)["steps"] if one["state"] == "open"))["id"] != "clear":
        if step["answers"]:
            act(chief, incident, act="answer", step=step["id"], answer=step["answers"][0]["id"])
        elif step["rows"]:
            act(chief, incident, act="row", step=step["id"], row=next(r["id"] for r in step["rows"] if r["state"] == "open"))
        else:
            act(chief, incident, act="tick", step=step["id"], text="as asked")
    return incident


def act(who: Visitor, incident: str, **form: str) -> httpx.Response:
    answer = who.client.post("/incidents/act", data={"incident": incident, **form}, headers={"x-csrftoken": who.token})
    assert answer.status_code == 200, answer.text
    return answer


def attach(who: Visitor, incident: str, name: str, data: bytes, **form: str) -> httpx.Response:
    files = {"file": (name, data, "application/octet-stream")}
    headers = {"x-csrftoken": who.token}
    return who.client.post("/incidents/attach", data={"incident": incident, **form}, files=files, headers=headers)


def seen(who: Visitor, incident: str) -> dict[str, Any]:
    return dict(who.client.get("/incident.json", params={"id": incident}).json())


def clear(who: Visitor, incident: str) -> dict[str, Any]:
    """The first line of the step that asks for pictures."""
    return dict(next(one for one in seen(who, incident)["steps"] if one["id"] == "clear")["rows"][0])


def test_one_that_is_sent_twice_is_kept_once_and_given_out_as_it_was_kept(crew: dict[str, Visitor], snow: str) -> None:
    once = str(uuid4())
    for _ in range(2):
        assert attach(crew["guard"], snow, "receipt.pdf", PAPER, once=once, text="police").status_code == 200
    (kept,) = seen(crew["auditor"], snow)["attachments"]
    answer = crew["auditor"].client.get(kept["href"])
    assert (answer.content, answer.headers["content-type"]) == (PAPER, "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not kept["may_withdraw"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x.exe", b"MZ", "不是照片或PDF"),
        ("x.jpg", PAPER, "和名称不符"),
        ("x.pdf", PAPER + b" " * (5 * 1024 * 1024), "太大"),
        ("x.jpg", b"\xff\xd8 torn", "损坏"),
    ],
)
def test_what_is_not_kept_is_said_in_one_sentence(
    crew: dict[str, Visitor], snow: str, name: str, data: bytes, says: str
) -> None:
    before = seen(crew["guard"], snow)
    answer = attach(crew["guard"], snow, name, data)
    assert 400 <= answer.status_code < 500
    assert says in answer.json()["error"]
    assert seen(crew["guard"], snow)["version"] == before["version"]


def test_who_only_looks_attaches_nothing(crew: dict[str, Visitor], snow: str) -> None:
    assert attach(crew["auditor"], snow, "receipt.pdf", PAPER).status_code == 403
    assert not seen(crew["auditor"], snow)["attachments"]


def test_before_and_after_stand_in_the_list_and_on_the_paper(crew: dict[str, Visitor], snow: str) -> None:
    chief, row = crew["supervisor"], clear(crew["supervisor"], snow)
    bare = chief.client.get("/report.pdf", params={"id": snow}).content
    for side in ("before", "after"):
        assert attach(chief, snow, f"{side}.jpg", picture(), step="clear", row=row["id"], side=side).status_code == 200
    act(chief, snow, act="row", step="clear", row=row["id"])
    row = clear(chief, snow)
    assert (row["state"], bool(row["before"]), bool(row["after"])) == ("done", True, True)
    paper = chief.client.get("/report.pdf", params={"id": snow}).content
    assert len(paper) > len(bare) + len(picture()) // 2
    page = chief.client.get("/report", params={"id": snow}).text
    assert page.count('<img src="/attachment?id=') == 2


@pytest.fixture
def console(chromium: Browser, served: Served, crew: dict[str, Visitor], snow: str) -> Iterator[Page]:
    """The incident's page, as the supervisor sees it."""
    context = screen(chromium)
    page = context.new_page()
    log_in(page, served.url, crew["supervisor"].name, crew["supervisor"].password)
    page.goto(f"{served.url}/incident?id={snow}")
    page.wait_for_selector("[data-step='clear'] .line")
    yield page
    context.close()


def test_a_supervisor_attaches_by_keyboard_and_withdraws_what_was_wrong(console: Page) -> None:
    console.keyboard.press("i")
    chosen = console.locator("#dialog-body input[type=file]")
    expect(chosen).to_be_focused()
    chosen.set_input_files({"name": "gate.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    console.keyboard.press("Tab")
    console.keyboard.type("the south gate")
    console.keyboard.press("Enter")
    line = console.locator(".lines [data-action='incident.attach']")
    expect(line).to_contain_text("gate.jpg")
    expect(line).to_contain_text("the south gate")
    expect(line.locator("img")).to_have_js_property("naturalWidth", 640)
    line.locator("text=撤下").click()
    console.locator("#dialog-body textarea").fill("wrong gate")
    console.keyboard.press("Enter")
    expect(line).to_contain_text("已由")
    expect(line.locator("img")).to_have_count(0)


def test_a_line_is_photographed_before_and_after_and_ticked(console: Page) -> None:
    row = console.locator("[data-step='clear'] .line").first
    row.locator("text=办完").click()
    expect(console.locator("#dialog-body h1")).to_contain_text("为什么没有处理前后的照片")
    expect(console.locator("#dialog-body textarea")).to_be_focused()
    console.keyboard.press("Escape")
    for side in ("处理前", "处理后"):
        with console.expect_file_chooser() as choosing:
            row.locator(f"button:has-text('{side}')").click()
        choosing.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture((2400, 1600))})
        expect(row.locator(f".side:has-text('{side}') img")).to_have_js_property("naturalWidth", 1600)
    row.locator("text=办完").click()
    expect(console.locator("[data-step='clear'] .line.done .side img")).to_have_count(2)


def test_a_file_that_is_refused_is_said_on_the_page(console: Page) -> None:
    console.keyboard.press("i")
    console.set_input_files("#dialog-body input[type=file]", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"no"})
    console.click("#dialog-body button[type=submit]")
    expect(console.locator("#toast")).to_contain_text("“x.pdf”的内容和名称不符")


def test_a_photo_taken_without_a_network_is_sent_later_and_before_the_tick(
    chromium: Browser, served: Served, crew: dict[str, Visitor], snow: str
) -> None:
    context = telephone(chromium)
    page = context.new_page()
    log_in(page, served.url, crew["supervisor"].name, crew["supervisor"].password)
    page.goto(f"{served.url}/phone?id={snow}")
    row = page.locator(".rows li").first
    row.wait_for()
    context.set_offline(True)
    for side in ("处理前", "处理后"):
        with page.expect_file_chooser() as choosing:
            row.locator(f"button:has-text('{side}')").tap()
        choosing.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture((2400, 1600))})
        expect(row.locator(f"button.kept:has-text('{side}')")).to_be_visible()
    row.locator("button:text-is('✓')").tap()
    expect(row.locator("button.kept")).to_have_count(3)
    assert clear(crew["supervisor"], snow)["before"] == ""
    context.set_offline(False)
    wait_for(lambda: clear(crew["supervisor"], snow)["state"] == "done", "the pictures and the tick are sent")
    assert all(clear(crew["supervisor"], snow)[side] for side in ("before", "after"))
    context.close()

"""The registers' pages on a dashboard that serves: who may do what, forms, files, photos, a telephone."""

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from argon2 import PasswordHasher
from PIL import Image
from playwright.sync_api import Browser

from dashboard.door.roles import ADDRESSES, PEOPLE, UPLOADS, WRITE, Action, Role, may
from dashboard.registers.mistakes import told
from dashboard.words import WORDS
from dashboard.words.console import CONSOLE
from dashboard.words.refusals import REFUSALS
from dashboard.words.registers import REGISTERS
from tests.browsers import telephone
from tests.dashboard.conftest import PASSWORD, Served, log_in, session_of
from tests.pictures import picture

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
ALL_RIGHT = {"pressure": "ok", "seal": "ok", "hose": "ok", "place": "ok"}


class Person:
    """Somebody of one role, logged in."""

    def __init__(self, served: Served, role: Role, client: httpx.Client) -> None:
        self.served, self.role, self.client = served, role, client
        name = f"reg.{role}"
        served.stream.do(
            "insert into accounts (name, password_hash, created_at, role) values (%s, %s, %s, %s) on conflict do nothing",
            name,
            PasswordHasher().hash(PASSWORD),
            datetime.now(UTC),
            role,
        )
        assert session_of(client, account=name).status_code == 303

    def post(self, path: str, data: dict[str, str] | None = None, file: tuple[str, bytes] | None = None) -> httpx.Response:
        """Send a form; with a file as a browser does."""
        headers = {"x-csrftoken": self.client.cookies["_csrf_token"]}
        files = {"photo" if path in {"/extinguisher/look", "/checkpoint/pass"} else "file": file} if file else None
        return self.client.post(path, data=data, files=files, headers=headers)

    def done(self, path: str, data: dict[str, str] | None = None, file: tuple[str, bytes] | None = None) -> dict[str, Any]:
        """The same, and it must have been done."""
        answer = self.post(path, data, file)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def cannot(self, path: str, data: dict[str, str] | None = None, file: tuple[str, bytes] | None = None) -> str:
        """The same, and the sentence with which it was refused."""
        answer = self.post(path, data, file)
        assert answer.status_code == 400, answer.text
        return str(answer.json()["error"])


@pytest.fixture(scope="module")
def people(serving: Served) -> Iterator[dict[Role, Person]]:
    with ExitStack() as stack:
        made = {}
        for role in sorted(PEOPLE):
            client = stack.enter_context(httpx.Client(base_url=serving.url, timeout=30, headers={"Accept-Language": "en"}))
            made[role] = Person(serving, role, client)
        yield made


@pytest.fixture
def boss(people: dict[Role, Person]) -> Person:
    return people[Role.SUPERVISOR]


@pytest.fixture
def guard(people: dict[Role, Person]) -> Person:
    return people[Role.GUARD]


@pytest.fixture
def extinguisher(boss: Person) -> str:
    """A new one in the register, looked at two months ago."""
    identity = f"EX-{uuid4().hex[:6]}"
    file = f"id,place,kind,charged_on,looked_on\n{identity},8号楼大堂,干粉,{TODAY},{TODAY - timedelta(days=60)}\n"
    boss.done("/extinguishers/import", {"what": "import"}, ("register.csv", file.encode()))
    return identity


@pytest.fixture
def point(boss: Person) -> str:
    identity = f"PT-{uuid4().hex[:6]}"
    boss.done("/checkpoints/add", {"id": identity, "place": "水泵房", "windows": "00:00-24:00", "weekdays": ""})
    return identity


def test_every_role_may_what_the_table_says(people: dict[Role, Person]) -> None:
    asked = {Action.SEE_REGISTERS, Action.WORK_ROUNDS, Action.CHANGE_REGISTERS}
    asked |= {Action.ISSUE_PERMITS, Action.KEEP_LISTS, Action.UNMASK_LISTS}
    for (way, path), action in ADDRESSES.items():
        for role, person in people.items() if action in asked else ():
            answer = person.post(path) if way == WRITE else person.client.get(path)
            assert (answer.status_code == 403) == (not may(role, action)), (role, path)
            assert answer.status_code in {200, 400, 403}, (role, path, answer.text)
    assert {path for (way, path) in ADDRESSES if way == WRITE} >= UPLOADS


def test_a_page_offers_only_what_its_visitor_may(people: dict[Role, Person], extinguisher: str, point: str) -> None:
    for role, person in people.items():
        page = person.client.get(f"/extinguisher?id={extinguisher}").text
        assert ("/extinguisher/look" in page) == may(role, Action.WORK_ROUNDS)
        assert ("/extinguishers/remove" in page) == may(role, Action.CHANGE_REGISTERS)
        lists = person.client.get("/lists?list=care").text
        assert ("/lists/add" in lists) == may(role, Action.CHANGE_REGISTERS)
        permits = person.client.get("/lists?list=permits").text
        assert ("/permits/issue" in permits) == may(role, Action.ISSUE_PERMITS)


def test_a_right_that_was_taken_away_counts_at_once(served: Served, people: dict[Role, Person], extinguisher: str) -> None:
    steward = people[Role.STEWARD]
    served.stream.do("update accounts set role = 'auditor' where name = 'reg.steward'")
    try:
        assert steward.post("/extinguisher/look", {"id": extinguisher, **ALL_RIGHT}).status_code in {400, 403}
    finally:
        served.stream.do("update accounts set role = 'steward' where name = 'reg.steward'")


def test_a_file_is_tried_then_imported_and_comes_out_again(boss: Person) -> None:
    file = ("list.csv", f"编号,位置,类型,充装日期\nEX-A1,东门,干粉,{TODAY}\nEX-A2,西门,二氧化碳,{TODAY}\n".encode())
    tried = boss.done("/extinguishers/import", {"what": "try"}, file)
    assert tried["said"].startswith("Fine: 2 to add")
    assert "EX-A1" not in boss.client.get("/extinguishers.csv").text
    assert boss.done("/extinguishers/import", {"what": "import"}, file) == {}
    out = boss.client.get("/extinguishers.csv").content
    assert "EX-A2,西门,co2" in out.decode()
    again = boss.done("/extinguishers/import", {"what": "import"}, ("out.csv", out))
    assert again["said"] == "Read; there is nothing to change."


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_mistake_of_a_file_is_named_in_the_visitors_language(boss: Person, language: str) -> None:
    boss.client.get(f"/extinguishers?lang={language}")
    bad = ("bad.csv", "编号,位置,类型,充装日期\nA 1,,木头,2026-02-30\n".encode())
    answer = boss.post("/extinguishers/import", {"what": "import"}, bad).json()
    boss.client.get("/extinguishers?lang=en")
    assert len(answer["lines"]) == 4
    assert all(bool(re.search("[\u4e00-\u9fff]{3}", line)) == (language == "zh") for line in answer["lines"])


@pytest.mark.parametrize(
    "sentence",
    [
        "plate: 'xx' is no plate: write one such as 鲁Q12345.",
        "buildings: 'b1' names no building of the site by 'b1': did you mean 'b01'?",
        "There is no column 'plce': did you mean 'place'?",
        "There is no column card or face, by which permits knows its entries: name one so.",
        "E-1 is there already, at line 2: remove one of the two.",
        "valid_from: 2026-05-04 is after the last day, 2026-05-01: exchange them.",
        "This is an Excel workbook, which is not read: save it as CSV (UTF-8) and import that.",
        "note: '13912345678' holds a telephone or identity number of a person: leave it out.",
    ],
)
def test_a_mistake_has_a_twin_in_chinese(sentence: str) -> None:
    found = told(sentence, "zh")
    assert not re.search("[a-z]+ [a-z]+ [a-z]+", found), found
    assert found.endswith(("。", "？"))


def test_no_word_is_another_tables_and_each_has_the_same_places_for_values() -> None:
    assert not REGISTERS.keys() & (WORDS.keys() | CONSOLE.keys() | REFUSALS.keys())
    for key, name in REGISTERS.items():
        zh, en = (set(re.findall(r"\{(\d)", text)) for text in (name.zh, name.en))
        assert zh == en, key


def test_of_two_phones_the_second_is_told_and_a_repeated_form_is_one_look(
    people: dict[Role, Person], extinguisher: str
) -> None:
    guard, steward = people[Role.GUARD], people[Role.STEWARD]
    form = {"id": extinguisher, "seen": "", "once": str(uuid4()), **ALL_RIGHT}
    guard.done("/extinguisher/look", form)
    guard.done("/extinguisher/look", form)
    assert "reg.guard has looked at it" in steward.cannot("/extinguisher/look", {**form, "once": str(uuid4())})
    looks = guard.served.stream.ask(f"select who, wrong from inspections where extinguisher = '{extinguisher}'")
    assert looks == [("reg.guard", [])]
    assert "all in order" in guard.client.get(f"/extinguisher?id={extinguisher}").text


def test_a_finding_with_a_photo_is_seen_and_rectified(guard: Person, boss: Person, point: str) -> None:
    form = {"id": point, "what": "finding", "text": "堆放纸箱", "owner": "工程部", "due": str(TODAY + timedelta(days=2))}
    guard.done("/checkpoint/pass", form, ("a.png", picture(kind="PNG")))
    page = boss.client.get("/patrols").text
    assert "堆放纸箱" in page
    photo = boss.client.get(page.split('<img class="thumb" src="')[1].split('"')[0])
    assert (photo.status_code, photo.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(photo.content)).size == (640, 480)
    rows = guard.served.stream.ask(f"select id from findings where thing = '{point}'")
    guard.done("/findings/rectify", {"finding": str(rows[0][0]), "remark": "清走"})
    assert "no such finding" in guard.cannot("/findings/rectify", {"finding": str(rows[0][0])})
    assert "清走" in boss.client.get("/patrols").text


def test_a_photo_that_lies_or_is_too_large_is_one_clear_sentence_and_nothing_is_kept(guard: Person, point: str) -> None:
    form = {"id": point, "what": "finding", "text": "x", "owner": "y", "due": str(TODAY + timedelta(days=2))}
    assert guard.cannot("/checkpoint/pass", form, ("a.jpg", b"MZ not a picture")) == (
        "This is no JPEG or PNG, or it is damaged."
    )
    large = picture((200, 200)) + b"\0" * (5 * 1024 * 1024)
    assert guard.cannot("/checkpoint/pass", form, ("a.jpg", large)) == "The photo is too large: 5 MB at most."
    assert guard.served.stream.ask(f"select 1 from visits where checkpoint = '{point}'") == []
    fits = picture((200, 200)) + b"\0" * (4 * 1024 * 1024)
    guard.done("/checkpoint/pass", form, ("a.jpg", fits))


def test_only_where_files_are_handed_in_may_a_request_be_large(boss: Person) -> None:
    body = {"id": "x" * 100_000}
    assert boss.post("/extinguishers/add", body).status_code == 413
    assert boss.post("/checkpoint/pass", {"id": "x"}, ("a.jpg", b"\0" * (9 * 1024 * 1024))).status_code == 413


def test_a_thing_is_removed_with_a_reason_and_its_page_says_so(boss: Person, extinguisher: str) -> None:
    assert boss.cannot("/extinguishers/remove", {"id": extinguisher, "reason": " "}) == "Say why: the text is missing."
    boss.done("/extinguishers/remove", {"id": extinguisher, "reason": "scrapped"})
    assert "may have been removed" in boss.client.get(f"/extinguisher?id={extinguisher}").text
    assert boss.served.stream.ask(f"select reason from extinguishers where id = '{extinguisher}'") == [("scrapped",)]


def test_a_service_moves_what_is_due(boss: Person, extinguisher: str) -> None:
    assert "does not fit" in boss.cannot(
        "/extinguishers/serve", {"id": extinguisher, "charged_on": str(TODAY + timedelta(days=3))}
    )
    boss.done("/extinguishers/serve", {"id": extinguisher, "charged_on": "2026-01-01"})
    assert "2028-01-01" in boss.client.get(f"/extinguisher?id={extinguisher}").text


def test_a_guard_issues_a_permit_whose_code_shows_it_alone_and_ends_it(guard: Person, boss: Person) -> None:
    form = {"trade": "瓦工", "buildings": "8号楼", "weekdays": "1-6", "hours": "08:00-18:00", "valid_until": "2027-06-30"}
    for subject in ("W-1", "W-1x"):
        guard.done("/permits/issue", {**form, "subject": subject})
    assert "buildings: is empty" in guard.cannot("/permits/issue", {**form, "subject": "W-2", "buildings": ""}).lower()
    shown = guard.client.get("/lists?list=permits&subject=W-1").text
    assert "<b>W-1</b>" in shown and "W-1x" not in shown
    assert guard.client.get("/permit.pdf?subject=W-1").content.startswith(b"%PDF-")
    guard.done("/permits/end", {"subject": "W-1", "reason": "work is done"})
    assert "No permit of W-1 stands" in boss.client.get("/lists?list=permits&subject=W-1").text
    assert guard.post("/lists/add", {**form, "list": "permits", "subject": "W-3"}).status_code == 403
    told_ = boss.served.stream.ask("select entry from audit order by seq desc limit 1")[0][0]
    assert '"action":"list.remove"' in told_ and '"actor":"reg.guard"' in told_


def test_who_does_not_keep_lists_sees_enough_to_recognise_and_says_what_more_is_for(
    people: dict[Role, Person], boss: Person, guard: Person
) -> None:
    boss.done("/lists/add", {"list": "vehicles", "subject": "鲁Q71236", "household": "8号楼/1单元/1203"})
    boss.done("/lists/add", {"list": "vehicles", "subject": "鲁Q71237", "household": "8号楼/1单元/1204"})
    for role, person in people.items():
        page = person.client.get("/lists?list=vehicles&find=8号楼").text
        assert ("鲁Q71236" in page, "1203" in page) == (may(role, Action.KEEP_LISTS),) * 2
        assert "1203" not in person.client.get("/lists?list=vehicles&find=7123").text or may(role, Action.KEEP_LISTS)
        assert "鲁Q·7•••6" in person.client.get("/lists?list=vehicles&find=鲁Q·71236").text or may(role, Action.KEEP_LISTS)
    form = {"list": "vehicles", "find": "鲁Q71236"}
    assert guard.cannot("/lists/unmask", {**form, "purpose": " "}) == "Say what it is for."
    assert "there are 0" in guard.cannot("/lists/unmask", {**form, "find": "", "purpose": "all of them"})
    assert guard.done("/lists/unmask", {**form, "purpose": "blocks the lane"})["lines"] == ["鲁Q71236 · 8号楼/1单元/1203"]
    (entry,) = boss.served.stream.ask("select entry from audit order by seq desc limit 1")[0]
    assert all(part in entry for part in ('"list.unmask"', '"blocks the lane"', '"鲁Q71236"', '"reg.guard"'))


def test_a_list_is_taken_whole_by_who_keeps_it_and_that_is_noted(people: dict[Role, Person], boss: Person) -> None:
    boss.done("/lists/add", {"list": "parking_permits", "subject": "鲁Q55501", "household": "1-1-101"})
    before = boss.served.stream.ask("select count(*) from audit")[0][0]
    assert people[Role.GUARD].client.get("/lists.csv?list=parking_permits").status_code == 403
    assert boss.served.stream.ask("select count(*) from audit")[0][0] == before
    assert "鲁Q55501" in boss.client.get("/lists.csv?list=parking_permits").text
    rows = boss.served.stream.ask("select entry from audit order by seq desc limit 1")
    assert all(part in rows[0][0] for part in ('"list.export"', '"about":"parking_permits"', '"rows":1', '"reg.supervisor"'))


def test_who_is_looked_after_stands_in_a_building_of_the_site(boss: Person) -> None:
    form = {"list": "care", "subject": "F-88", "household": "3-2-501"}
    assert "buildings: is empty" in boss.cannot("/lists/add", form).lower()
    assert "names no building" in boss.cannot("/lists/add", {**form, "buildings": "99号楼"})
    boss.done("/lists/add", {**form, "buildings": "8号楼"})
    page = boss.client.get("/lists?list=care&find=F-88").text
    assert "3-2-501" in page and boss.served.stream.ask("select body from list_entries where subject = 'F-88'") == [
        ({"buildings": ["b08"], "household": "3-2-501"},)
    ]
    out = boss.client.get("/lists.csv?list=care").text
    assert "b08" in out
    assert boss.done("/lists/import", {"list": "care", "what": "try"}, ("care.csv", out.encode()))["said"].startswith("Read;")


def test_a_list_is_added_to_searched_printed_and_taken_from(boss: Person) -> None:
    form = {"list": "permits", "subject": "W-17", "trade": "水电", "buildings": "b01;2号楼", "weekdays": "1-5"}
    boss.done("/lists/add", {**form, "hours": "08:00-18:00", "valid_until": "2027-06-30"})
    assert "W-17" in boss.client.get("/lists?list=permits&find=水电").text
    assert "W-17" not in boss.client.get("/lists?list=permits&find=nobody").text
    permit = boss.client.get("/permit.pdf?subject=W-17")
    assert permit.content.startswith(b"%PDF-")
    out = boss.client.get("/lists.csv?list=permits").content
    again = boss.done("/lists/import", {"list": "permits", "what": "try"}, ("permits.csv", out))
    assert again["said"] == "Read; there is nothing to change."
    assert "missing" in boss.cannot("/lists/remove", {"list": "permits", "subject": "W-17", "reason": ""})
    boss.done("/lists/remove", {"list": "permits", "subject": "W-17", "reason": "work is done"})
    assert "W-17" not in boss.client.get("/lists?list=permits").text
    told_ = boss.served.stream.ask("select what from config_revisions order by revision desc limit 1")[0][0]
    assert told_ == "remove W-17 from permits. work is done"


def test_a_list_refuses_what_is_no_plate_and_lists_that_have_no_page(boss: Person) -> None:
    assert "is no plate" in boss.cannot("/lists/add", {"list": "vehicles", "subject": "xx"})
    assert boss.cannot("/lists/add", {"list": "watch_plates", "subject": "鲁Q12345"}) == "There is no such list."


def test_labels_are_printed_for_all_and_for_one(boss: Person, extinguisher: str, point: str) -> None:
    for path in ("/extinguishers/labels.pdf", f"/extinguishers/labels.pdf?id={extinguisher}", "/checkpoints/labels.pdf"):
        answer = boss.client.get(path)
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert boss.client.get("/checkpoints/labels.pdf?id=nobody").status_code == 400


def test_strange_ids_and_texts_are_answered(boss: Person) -> None:
    for identity in ("", "%00", quote("<script>"), "x" * 500, quote("'; drop table audit")):
        for page in ("extinguisher", "checkpoint", "photo", "permit.pdf", "lists"):
            assert boss.client.get(f"/{page}?id={identity}&subject={identity}&find={identity}").status_code in {200, 400}
    assert boss.post("/checkpoint/pass", {"id": "a\0b"}).status_code == 400


def test_the_command_line_reads_writes_and_tells_what_is_due(served: Served, extinguisher: str) -> None:
    out = served.local / "out.csv"
    assert served.run("registers", "extinguishers", "export", "--out", str(out)).returncode == 0
    assert extinguisher in out.read_text("utf-8")
    tried = served.run("registers", "extinguishers", "import", str(out), "--dry-run")
    assert (tried.returncode, tried.stdout.endswith("nothing was written.\n")) == (0, True)
    due = served.run("registers", "extinguishers", "due")
    assert due.returncode == 1
    assert extinguisher in due.stdout
    assert served.run("registers", "checkpoints", "due", "--json").returncode in {0, 1}
    out.write_text("id,place\nx,y\n", "utf-8")
    assert served.run("registers", "checkpoints", "import", str(out)).returncode == 1


def test_a_phone_ticks_an_inspection(served: Served, chromium: Browser, extinguisher: str) -> None:
    served.stream.do("update accounts set role = 'guard' where name = 'admin'")
    context = telephone(chromium)
    try:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, served.url)
        page.wait_for_url("**/wall*")
        page.goto(f"{served.url}/extinguisher?id={extinguisher}")
        page.wait_for_selector("html[data-ready]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.get_by_text("逾期").count() == 1
        for name in ("pressure", "seal", "place"):
            page.locator(f"input[name={name}]").tap()
        page.get_by_text("提交检查").tap()
        page.locator("#said.problem", has_text="没打勾的要写明问题").wait_for()
        page.get_by_text("有问题时填写").tap()
        page.fill("textarea[name=text]", "软管开裂")
        page.set_input_files("input[name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture((2400, 1800))})
        page.get_by_text("提交检查").tap()
        page.get_by_text("不正常：软管").wait_for()
        assert page.get_by_text("逾期").count() == 0
        page.goto(f"{served.url}/patrols")
        assert page.locator("img.thumb").count() >= 1
        assert errors == []
    finally:
        context.close()
        served.stream.do("update accounts set role = 'admin' where name = 'admin'")

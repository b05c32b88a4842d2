"""Accounts: the table of roles walked from outside, passwords chosen, codes asked, sessions ended."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import AsyncConnectionPool

from alerts.audit import newest
from dashboard.door import accounts
from dashboard.door.access import Access, Busy, Proof, Visitor
from dashboard.door.accounts import AccountError
from dashboard.door.guard import CSRF_COOKIE
from dashboard.door.passwords import address_of, bad_name, bad_password, new_key, one_time, step_of
from dashboard.door.roles import ADDRESSES, INSIDE, MAY, PEOPLE, Action, Role, asked_by, may
from dashboard.words.console import CONSOLE
from tests.dashboard.conftest import PASSWORD, Served
from trials.access_inside import FORMS

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OWN = "correct horse battery"


@contextmanager
def in_as(served: Served, name: str, password: str, code: str = "") -> Iterator[httpx.Client]:
    """A client that is logged in, or whose status says that it is not."""
    with httpx.Client(base_url=served.url, headers={"accept-language": "en"}) as client:
        form = client.get("/login").text.partition('name="form" value="')[2].partition('"')[0]
        answer = client.post("/login", data={"form": form, "account": name, "password": password, "code": code})
        client.headers["x-csrftoken"] = client.cookies.get(CSRF_COOKIE) or ""
        assert answer.status_code in {303, 401}
        yield client


def is_in(client: httpx.Client) -> bool:
    """Whether the client has a session."""
    return client.get("/session").status_code == 204


def someone(served: Served, name: str, role: str = "guard", *, chosen: bool = True) -> str:
    """A new account's password."""
    made = served.run("users", "create", name, role)
    assert made.returncode == 0, made.stderr
    if chosen:
        served.stream.do("update accounts set must_change = false where name = %s", name)
    return made.stdout.strip()


# The table.


def test_every_cell_of_the_table_is_so_over_http_and_over_the_websocket(served: Served) -> None:
    told = served.run("access-matrix", "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(told.stdout) == {"ok": True, "cells": (len(ADDRESSES) + len(FORMS)) * (len(Role) + 1), "wrong": []}
    assert served.stream.ask("select count(*) from accounts where name like 'matrix%%'") == [(0,)]
    assert served.stream.ask("select count(*) from incidents") == [(0,)]
    assert MAY[Action.CHANGE_ACCOUNTS] == {Role.ADMIN}  # the table is right in itself where it matters most
    assert FORMS["stop a plan"].may == {Role.SUPERVISOR, Role.MANAGER}


def test_every_action_has_a_row_and_an_address() -> None:
    assert set(MAY) == set(Action) == {*ADDRESSES.values(), *INSIDE}
    assert INSIDE.isdisjoint(ADDRESSES.values())
    assert not may(Role.WALL, Action.OWN_ACCOUNT)
    assert asked_by("read", "/nothing") is None


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_what_no_row_names_is_nowhere_for_everybody(served: Served, role: str) -> None:
    name = f"nowhere-{role}"
    with in_as(served, name, someone(served, name, role)) as client:
        found = [client.get(path).status_code for path in ("/nothing", "/docs", "/accounts/", "/_dash", "/assets")]
        written = [client.post(path).status_code for path in ("/wall", "/_dash-update-component", "/accounts")]
    assert (set(found), set(written)) == ({404}, {404})


def test_a_role_that_is_taken_away_is_gone_at_once_and_its_sockets_with_it(served: Served) -> None:
    password = someone(served, "was-manager", "manager")
    with in_as(served, "was-manager", password) as client:
        assert client.get("/accounts").status_code == 200
        assert served.run("users", "role", "was-manager", "guard").returncode == 0
        assert client.get("/accounts").status_code == 403
        assert "not for the role Guard" in client.get("/accounts").json()["error"]


# Passwords.


def test_a_first_password_opens_nothing_but_the_choice_of_another(served: Served) -> None:
    password = someone(served, "newcomer", chosen=False)
    with in_as(served, "newcomer", password) as client:
        page = client.get("/wall", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (303, "/account")
        assert client.get("/plan.json").status_code == 403
        assert "Choose a password" in client.get("/account").text
        wrong = {"old": password, "new": OWN, "again": "another horse battery"}
        assert client.post("/account/password", data=wrong).json() == {"error": "The two new passwords differ."}
        assert client.post("/account/password", data={"old": "guess", "new": OWN, "again": OWN}).status_code == 400
        assert client.get("/plan.json").status_code == 403
        assert client.post("/account/password", data={"old": password, "new": OWN, "again": OWN}).json() == {}
        assert client.get("/plan.json").status_code == 200
    with in_as(served, "newcomer", password) as client:
        assert not is_in(client)


PAGE = {"Accept": "text/html"}
LINK = "/extinguisher?id=E-01"


def landed(client: httpx.Client, asked: str, name: str, password: str, code: str = "") -> httpx.Response:
    """Follow a link to the login and fill in what its form asks, hidden fields as they stand there."""
    page = client.get(asked, headers=PAGE, follow_redirects=True).text
    hidden = {field: unescape(page.partition(f'name="{field}" value="')[2].partition('"')[0]) for field in ("form", "next")}
    return client.post("/login", data={**hidden, "account": name, "password": password, "code": code})


def test_a_login_leads_to_the_page_that_was_asked_for_also_after_a_wrong_try(served: Served) -> None:
    password = someone(served, "label.reader")
    with httpx.Client(base_url=served.url) as client:
        wrong = landed(client, LINK, "label.reader", "no")
        assert (wrong.status_code, f'name="next" value="{LINK}"' in wrong.text) == (401, True)
        assert f"/login?lang=en&amp;next={quote(LINK, safe='')}" in wrong.text
        right = landed(client, LINK, "label.reader", password)
        assert (right.status_code, right.headers["location"]) == (303, LINK)


@pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "https://evil.example", "/%09/evil.example"])
def test_a_login_leads_nowhere_else(served: Served, evil: str) -> None:
    with httpx.Client(base_url=served.url) as client:
        page = client.get("/login", params={"next": evil}).text
        assert "evil" not in page
        form = page.partition('name="form" value="')[2].partition('"')[0]
        given = {"form": form, "next": evil, "account": "admin", "password": PASSWORD}
        assert client.post("/login", data=given).headers["location"] == "/wall"


def test_the_page_that_was_asked_for_comes_after_the_choice_of_a_password(served: Served) -> None:
    password = someone(served, "first.day", chosen=False)
    with httpx.Client(base_url=served.url) as client:
        first = landed(client, LINK, "first.day", password).headers["location"]
        turned = client.get(first, headers=PAGE)
        assert turned.headers["location"] == f"/account?next={quote(LINK, safe='')}"
        assert f'action="/account/password" data-go="{LINK}"' in client.get(turned.headers["location"]).text
        assert 'data-go="/wall"' in client.get("/account", params={"next": "//evil.example"}).text


def test_a_changed_password_ends_every_other_session(served: Served) -> None:
    password = someone(served, "twice")
    with in_as(served, "twice", password) as here, in_as(served, "twice", password) as there:
        assert here.post("/account/password", data={"old": password, "new": OWN, "again": OWN}).json() == {}
        assert (is_in(here), is_in(there)) == (True, False)


def test_signing_out_everywhere_ends_this_one_too(served: Served) -> None:
    password = someone(served, "leaver")
    with in_as(served, "leaver", password) as here, in_as(served, "leaver", password) as there:
        assert here.post("/account/sign-out-everywhere").json() == {}
        assert (is_in(here), is_in(there)) == (False, False)


def test_a_stolen_session_does_not_guess_the_password_without_end(served: Served) -> None:
    with in_as(served, "stolen", someone(served, "stolen")) as client:
        guesses = [client.post("/account/password", data={"old": f"guess {n}", "new": OWN, "again": OWN}) for n in range(9)]
    assert ["Too many tries" in guess.json()["error"] for guess in guesses] == [False] * 8 + [True]


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", "password_short"),
        ("x" * 513, "password_short"),
        ("my-name-is-Guard1", "password_name"),
        ("aaaabbbbcccc", "password_simple"),
        ("1234567890", "password_simple"),
        ("poiuytrewq", "password_simple"),
        ("1q2w3e4r5t", "password_simple"),
        ("1234512345", "password_simple"),
        ("Password12", "password_simple"),
        ("p@ssw0rd!!2024", "password_simple"),
        ("gatehouse1", "password_simple"),
        ("woaini1314520", "password_simple"),
        ("雨夜巡更第三遍灯还亮着", ""),
        (OWN, ""),
    ],
)
def test_a_password_may_be_long_and_may_not_be_easy(password: str, problem: str) -> None:
    assert bad_password(password, "guard1") == problem


def test_what_we_make_up_is_good_enough_for_us() -> None:
    made = {one_time() for _ in range(100)}
    assert len(made) == 100
    assert {bad_password(password, "guard1") for password in made} == {""}


@pytest.mark.parametrize(("name", "problem"), [("guard.1", ""), ("Guard", "bad_name"), ("a", "bad_name"), ("é1", "bad_name")])
def test_a_name_is_small_letters(name: str, problem: str) -> None:
    assert bad_name(name) == problem


async def test_the_first_accounts_making_stands_in_the_audit_log_once(database_url: str) -> None:
    async with AsyncConnectionPool(database_url, min_size=1, max_size=2, open=False) as pool:
        await pool.open()
        assert [await Access(pool).ensure_admin(OWN, NOW) for _ in range(2)] == [True, False]
    with psycopg.connect(database_url) as conn:
        told = [(row["actor"], row["action"], row["about"], row["what"]) for row in newest(conn, 9)]
    assert told == [("system", "account.create", "admin", {"role": "admin"})]


async def test_what_changes_while_somebody_logs_in_or_chooses_is_not_overrun(database_url: str) -> None:
    async with AsyncConnectionPool(database_url, min_size=1, max_size=2, open=False) as pool:
        await pool.open()
        access = Access(pool)
        await access.ensure_admin(OWN, NOW)
        row = await access.proven("admin", Proof(OWN), NOW)
        assert row is not None
        with psycopg.connect(database_url) as conn:
            accounts.create(conn, "second", "admin", NOW)
            accounts.reset(conn, "admin", NOW)
        assert not await access.choose_password(row, "another horse battery", "token", NOW)
        assert await access._open(row, NOW) is None
        assert await access.log_in("admin", Proof(OWN), NOW) is None


async def test_who_comes_when_too_many_log_in_is_told_to_wait(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.door.access.HASHES_WAITING", 3)
    async with AsyncConnectionPool(database_url, min_size=1, max_size=2, open=False) as pool:
        await pool.open()
        access = Access(pool)
        asked = [access.proven(f"nobody-{n}", Proof("guess"), NOW) for n in range(12)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(one) for one in found} == {Busy, type(None)}
        assert await access.proven("nobody", Proof("guess"), NOW) is None


async def test_strangers_who_log_in_leave_room_for_those_who_are_known(database_url: str) -> None:
    async with AsyncConnectionPool(database_url, min_size=1, max_size=2, open=False) as pool:
        await pool.open()
        access = Access(pool)
        await access.ensure_admin(OWN, NOW)
        asked = [asyncio.ensure_future(access.log_in(f"nobody-{n}", Proof("guess"), NOW)) for n in range(30)]
        while not any(one.done() for one in asked):  # Busy at once, when all places of strangers are taken
            await asyncio.sleep(0)
        assert await access.log_in("admin", Proof(OWN), NOW, stranger=False) is not None
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(one) for one in found} == {Busy, type(None)}


async def test_of_codes_only_a_few_are_tried_from_wherever_they_come(database_url: str) -> None:
    async with AsyncConnectionPool(database_url, min_size=1, max_size=2, open=False) as pool:
        await pool.open()
        access, key = Access(pool), new_key()
        await access.ensure_admin(OWN, NOW)
        await access.start_code("admin", key)
        await access.confirm_code(Visitor(Role.ADMIN, "admin"), key, 0, NOW)
        right = pyotp.TOTP(key).at(NOW)
        for _ in range(8):
            assert await access.proven("admin", Proof(OWN, "000000"), NOW) is None
        assert await access.proven("admin", Proof(OWN, right), NOW) is None
        later = NOW + timedelta(minutes=6)
        assert await access.proven("admin", Proof(OWN, pyotp.TOTP(key).at(later)), later) is not None


def test_a_right_that_is_taken_away_is_gone_also_behind_the_door(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as conn:
        accounts.create(conn, "first", "admin", NOW)
        accounts.create(conn, "second", "admin", NOW)
        with conn.transaction():
            assert accounts.role_now(conn, "first") is Role.ADMIN
        accounts.disable(conn, "first", NOW)
        with pytest.raises(AccountError, match="any more"), conn.transaction():
            accounts.role_now(conn, "first")


def test_without_the_database_only_the_wall_goes_on(served: Served) -> None:
    with in_as(served, "admin", PASSWORD) as admin:
        assert is_in(admin)
        with served.stream.database_away():
            assert admin.get("/plan.json").status_code == 200
            assert (admin.get("/account").status_code, admin.post("/links/create").status_code) == (503, 503)


# One-time codes.


def test_a_code_is_asked_once_it_was_shown_and_counts_once(served: Served) -> None:
    password = someone(served, "careful")
    with in_as(served, "careful", password) as client:
        assert client.post("/account/code/new", data={"old": "wrong"}).status_code == 400
        assert client.post("/account/code/new", data={"old": password}).json() == {}
        assert client.post("/account/code/cancel").json() == {}
        assert 'class="qr"' not in client.get("/account").text
        assert client.post("/account/code/new", data={"old": password}).json() == {}
        page = client.get("/account").text
        key = page.partition('<p class="mono">')[2].partition("<")[0]
        assert 'class="qr"' in page
        assert "code is wrong" in client.post("/account/code/confirm", data={"code": "000000"}).json()["error"]
        assert client.post("/account/code/confirm", data={"code": pyotp.TOTP(key).now()}).json() == {}
    with in_as(served, "careful", password) as client:
        assert not is_in(client)
    code = pyotp.TOTP(key).at(datetime.now(UTC) + timedelta(seconds=30))  # the one that confirmed was used
    with httpx.Client(base_url=served.url) as first, in_as(served, "careful", password) as again:
        assert landed(first, LINK, "careful", password).status_code == 401
        assert landed(first, LINK, "careful", password, code).headers["location"] == LINK
        assert landed(again, LINK, "careful", password, code).status_code == 401
        assert (is_in(first), is_in(again)) == (True, False)
    assert served.run("users", "no-code", "careful").returncode == 0
    with in_as(served, "careful", password) as client:
        assert is_in(client)


@given(st.integers(1_600_000_000, 2_200_000_000), st.integers(-100, 100))
def test_a_code_is_good_for_its_step_and_the_ones_beside_it_and_once(second: int, off: int) -> None:
    key, now = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", datetime.fromtimestamp(second, UTC)
    step, code = (second + off) // 30, pyotp.TOTP(key).at(second + off)
    found = step_of(key, code, now, 0)
    assert (found == step) == (abs(step - second // 30) <= 1)
    assert found is None or step_of(key, code, now, found) is None


def test_what_is_no_code_is_none() -> None:
    key = new_key()
    assert [step_of(key, word, NOW, 0) for word in ("", "abc", "１２３４５６", "1" * 10_000)] == [None] * 4
    assert address_of(key, "guard1").startswith("otpauth://totp/Gatehouse:guard1?secret=")


# Closing accounts.


def test_a_disabled_account_is_out_at_once_and_cannot_come_in(served: Served) -> None:
    password = someone(served, "gone")
    with in_as(served, "gone", password) as client:
        assert is_in(client)
        assert served.run("users", "disable", "gone").returncode == 0
        assert not is_in(client)
    with in_as(served, "gone", password) as client:
        assert not is_in(client)
    assert served.run("users", "enable", "gone").returncode == 0
    with in_as(served, "gone", password) as client:
        assert is_in(client)


def test_the_last_admin_stays(served: Served) -> None:
    served.stream.do("delete from accounts where name <> 'admin'")
    for words in (("disable", "admin"), ("role", "admin", "guard")):
        refused = served.run("users", *words)
        assert (refused.returncode, "last admin" in refused.stderr) == (1, True)
    with in_as(served, "admin", PASSWORD) as client:
        told = client.post("/accounts/change", data={"name": "admin", "what": "disable"})
        assert told.json() == {"error": "Change your own account on its page; another admin changes your role."}
        assert is_in(client)


def test_an_admin_makes_and_changes_accounts_in_the_browsers_way(served: Served) -> None:
    with in_as(served, "admin", PASSWORD) as admin:
        password = admin.post("/accounts/create", data={"name": "fresh", "role": "steward"}).json()["secret"]
        again = admin.post("/accounts/create", data={"name": "fresh", "role": "steward"})
        assert (again.status_code, again.json()["error"]) == (400, "There is an account 'fresh' already.")
        assert admin.post("/accounts/create", data={"name": "wall-1", "role": "wall"}).status_code == 400
        assert admin.post("/accounts/change", data={"name": "fresh", "what": "fly"}).status_code == 400
        assert "fresh" in admin.get("/accounts").text
        with in_as(served, "fresh", password) as client:
            assert client.get("/account").status_code == 200
            assert "secret" in admin.post("/accounts/change", data={"name": "fresh", "what": "password"}).json()
            assert client.get("/account").status_code == 401


def test_nobody_changes_their_own_role_by_another_spelling_of_their_name(served: Served) -> None:
    with in_as(served, "admin", PASSWORD) as admin:
        told = [
            admin.post("/accounts/change", data={"name": name, "what": "no-code"}) for name in ("admin", "admin\0", "ad\0min")
        ]
    assert [answer.status_code for answer in told] == [400, 400, 400]


def test_of_two_admins_who_disable_each_other_one_is_told_that_it_may_not_any_more(served: Served) -> None:
    names = ("first.admin", "second.admin")
    passwords = {name: someone(served, name, "admin") for name in names}
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        clients = {name: stack.enter_context(in_as(served, name, passwords[name])) for name in names}
        pairs = [(names[0], names[1]), (names[1], names[0])]
        told = list(pool.map(lambda p: clients[p[0]].post("/accounts/change", data={"name": p[1], "what": "disable"}), pairs))
    assert sorted(answer.status_code for answer in told) in ([200, 400], [200, 401])
    assert len(served.stream.ask("select 1 from accounts where right(name, 6) = '.admin' and disabled_at is null")) == 1


def test_a_link_is_shown_once_and_revoked(served: Served) -> None:
    with in_as(served, "admin", PASSWORD) as admin:
        address = admin.post("/links/create", data={"name": "gate house"}).json()["secret"]
        assert admin.post("/links/create", data={"name": "gate house"}).status_code == 400
        assert admin.post("/links/create", data={"name": ""}).status_code == 400
        with httpx.Client() as wall:
            assert wall.get(address, follow_redirects=True).status_code == 200
            assert admin.post("/links/revoke", data={"name": "gate house"}).json() == {}
            assert wall.get(f"{served.url}/plan.json").status_code == 401
        assert admin.post("/links/revoke", data={"name": "gate house"}).status_code == 400
        assert address.partition("kiosk=")[2] not in admin.get("/links").text


def test_a_link_serves_the_first_browser_that_opens_it_until_it_is_released(served: Served) -> None:
    with in_as(served, "admin", PASSWORD) as admin, httpx.Client() as first, httpx.Client() as second:
        second.headers["accept-language"] = "en"
        address = admin.post("/links/create", data={"name": "one screen"}).json()["secret"]
        assert admin.post("/links/release", data={"name": "one screen"}).status_code == 400
        assert [first.get(address, follow_redirects=True).status_code for _ in range(2)] == [200, 200]
        assert "serves another screen" in second.get(address, follow_redirects=True).text
        second.cookies.set("gatehouse_session", address.partition("kiosk=")[2])
        assert second.get(f"{served.url}/plan.json").status_code == 401
        second.cookies.clear()
        assert "127.0.0.1" in admin.get("/links").text
        assert admin.post("/links/release", data={"name": "one screen"}).json() == {}
        assert first.get(f"{served.url}/plan.json").status_code == 401
        assert second.get(address, follow_redirects=True).status_code == 200
        assert "serves another screen" in first.get(address, follow_redirects=True, headers={"accept-language": "en"}).text
        assert second.get(f"{served.url}/plan.json").status_code == 200


def told_of(served: Served) -> list[dict[str, Any]]:
    """The audit log, the oldest first."""
    lines = served.run("audit", "list", "-n", "10000", "--json").stdout.splitlines()
    return [json.loads(line) for line in lines][::-1]


def test_every_change_stands_in_the_audit_log_and_what_could_not_be_does_not(served: Served) -> None:
    before = len(told_of(served))
    someone(served, "noted", "guard")
    assert served.run("users", "role", "noted", "wall").returncode == 1
    with in_as(served, "admin", PASSWORD) as admin:
        assert admin.post("/accounts/change", data={"name": "noted", "what": "role", "role": "steward"}).json() == {}
        assert admin.post("/accounts/change", data={"name": "nobody", "what": "disable"}).status_code == 400
        lied = {"name": "noted gate", "what": "revoke", "role": "chief"}
        secret = admin.post("/links/create", data=lied).json()["secret"]
        page = admin.get("/audit").text
    told = told_of(served)
    assert [(row["actor"], row["action"], row["about"], row["what"]) for row in told[before:]] == [
        ("command line", "account.create", "noted", {"role": "guard"}),
        ("admin", "log_in", "", {}),
        ("admin", "account.role", "noted", {"role": "steward"}),
        ("admin", "link.create", "noted gate", {}),
    ]
    assert "gave the role" in page and "made the wall link" in page and "each as it was written" in page
    assert secret.partition("kiosk=")[2] not in json.dumps(told)
    verdict = json.loads(served.run("audit", "verify", "--json").stdout)
    assert (verdict["ok"], verdict["rows"], verdict["wrong"]) == (True, len(told), None)


def test_every_action_of_a_form_has_a_name_for_people() -> None:
    forms = {
        "account.create",
        "account.role",
        "link.create",
        "link.release",
        "link.revoke",
        *(f"account.{what}" for what in accounts.CHANGES),
    }
    assert {f"act.{action}" for action in forms} <= set(CONSOLE)


def test_what_cannot_be_leaves_everything_as_it_was(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as conn:
        accounts.create(conn, "admin", "admin", NOW)
        before = accounts.accounts(conn, NOW)
        for wrong in (
            lambda: accounts.create(conn, "Bad Name", "guard", NOW),
            lambda: accounts.create(conn, "other", "wall", NOW),
            lambda: accounts.set_role(conn, "admin", "guard"),
            lambda: accounts.disable(conn, "admin", NOW),
            lambda: accounts.reset(conn, "nobody", NOW),
        ):
            with pytest.raises(AccountError):
                wrong()
        assert accounts.accounts(conn, NOW) == before


def test_without_the_database_the_pages_say_so_and_change_nothing(served: Served) -> None:
    with in_as(served, "admin", PASSWORD) as admin:
        assert is_in(admin)
        with served.stream.database_away():
            told = admin.post("/accounts/create", data={"name": "lost", "role": "guard"})
            assert (told.status_code, "does not answer" in told.json()["error"]) == (503, True)
            assert admin.get("/accounts").status_code == 503
        assert "lost" not in served.run("users", "list").stdout

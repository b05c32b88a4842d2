"""The door, from outside: nothing without a session, no write without its page's token, for a kiosk only reading."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from socket import create_connection

import httpx
import pytest
from psycopg_pool import AsyncConnectionPool
from starlette.types import Receive, Scope, Send
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from dashboard.door.access import Access
from dashboard.door.guard import Guard
from dashboard.door.tries import MOST_OF_STRANGERS
from tests.dashboard.conftest import PASSWORD, PROBE_KEY, Served, session_of
from tests.waiting import wait_for

CLOSED = (
    "/",
    "/wall",
    "/index",
    "/plan.json",
    "/session",
    "/_dash-layout",
    "/_dash-dependencies",
    "/_dash-component-suites/dash/deps/react@18.3.1.min.js",
    "/_reload-hash",
    "/assets/wall.css",
    "/assets/wall-draw.js",
    "/docs",
    "/openapi.json",
    "/nothing",
)
CALLBACKS = "/_dash-ws-callback"


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """A client that is logged in."""
    with httpx.Client(base_url=served.url) as client:
        session_of(client)
        yield client


def raw(served: Served, path: str, session: str) -> str:
    """The answer to a path as it is written, which a client would tidy up."""
    host, _, port = served.url.removeprefix("http://").partition(":")
    head = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: gatehouse_session={session}\r\nConnection: close\r\n\r\n"
    with create_connection((host, int(port)), 10) as line:
        line.sendall(head.encode())
        return b"".join(iter(lambda: line.recv(65536), b"")).decode("utf-8", "replace")


def socket(served: Served, path: str, cookies: httpx.Cookies | None = None, origin: str = "") -> ClientConnection:
    """Open a websocket as a page of this server does, or one of another `origin`."""
    given = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    address = served.url.replace("http", "ws") + path
    return connect(address, origin=Origin(origin or served.url), additional_headers={"Cookie": given}, proxy=None)


@pytest.mark.parametrize("path", CLOSED)
def test_no_page_without_a_session(served: Served, path: str) -> None:
    assert httpx.get(served.url + path).status_code == 401
    sent_away = httpx.get(served.url + path, headers={"Accept": "text/html"})
    assert (sent_away.status_code, sent_away.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", ["/_dash-update-component", "/shown", "/logout"])
def test_no_callback_and_no_write_without_a_session(served: Served, path: str) -> None:
    assert httpx.post(served.url + path, json={}).status_code == 401


def test_no_socket_without_a_session(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        socket(served, CALLBACKS)
    assert refused.value.response.status_code == 403


def test_a_made_up_session_opens_nothing(served: Served) -> None:
    made_up = httpx.Cookies({"gatehouse_session": "0" * 43})
    assert httpx.get(f"{served.url}/wall", cookies=made_up).status_code == 401
    with pytest.raises(InvalidStatus):
        socket(served, CALLBACKS, made_up)


def test_an_open_socket_is_closed_with_4403_when_its_session_ends(served: Served, client: httpx.Client) -> None:
    with socket(served, CALLBACKS, client.cookies) as open_one:
        served.stream.do("delete from sessions")
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                open_one.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403


def test_a_session_ends_at_its_time_though_the_database_is_away(served: Served, client: httpx.Client) -> None:
    served.stream.do("update sessions set expires_at = now() + interval '20 seconds'")
    assert client.get("/session").status_code == 204
    with served.stream.database_away():
        wait_for(lambda: client.get("/session").status_code == 401, "the session's time is over")


def test_a_session_is_kept_hashed_and_its_cookie_is_out_of_reach(served: Served, client: httpx.Client) -> None:
    assert client.get("/plan.json").status_code == 200
    token = client.cookies["gatehouse_session"]
    kept = served.stream.ask("select token_hash from sessions")
    assert all(token.encode() not in bytes(row[0]) for row in kept)
    with httpx.Client(base_url=served.url) as other:
        answer = session_of(other)
    session = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("gatehouse_session="))
    assert "HttpOnly" in session
    assert "samesite=strict" in session.lower()


def test_a_write_needs_the_pages_own_token_and_origin(served: Served, client: httpx.Client) -> None:
    token = {"X-CSRFToken": client.cookies["_csrf_token"]}
    assert client.post("/shown", json={"ids": []}).status_code == 403
    assert client.post("/shown", json={"ids": []}, headers={"X-CSRFToken": "0" * 48}).status_code == 403
    assert client.post("/shown", json={"ids": []}, headers=token | {"Origin": "http://elsewhere"}).status_code == 403
    assert client.post("/shown", json={"ids": []}, headers=token | {"Origin": "http://["}).status_code == 403
    assert client.post("/shown", json={"ids": []}, headers=token | {"Origin": "null"}).status_code == 403
    assert client.post("/shown", json={"ids": []}, headers=token).status_code == 204


def test_no_socket_for_a_page_of_another_origin(served: Served, client: httpx.Client) -> None:
    with pytest.raises(InvalidStatus) as refused:
        socket(served, CALLBACKS, client.cookies, origin="http://127.0.0.1:1")
    assert refused.value.response.status_code == 403


def test_a_strange_cookie_of_another_program_does_not_hide_the_session(served: Served, client: httpx.Client) -> None:
    given = f"a b[]=(1; gatehouse_session={client.cookies['gatehouse_session']}"
    assert httpx.get(f"{served.url}/plan.json", headers={"Cookie": given}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "//wall",
        "/wall/",
        "/login/",
        "/login/../wall",
        "/healthz/../plan.json",
        "/assets/../assets/wall.css",
        "/assets/login.css/../wall.css",
        "/assets/%2e%2e/app.py",
        "/assets/login.css%00",
        "/%77all",
        "/LOGIN",
    ],
)
def test_a_twisted_path_opens_nothing(served: Served, client: httpx.Client, path: str) -> None:
    assert raw(served, path, "").startswith("HTTP/1.1 401")
    inside = raw(served, path, client.cookies["gatehouse_session"])
    assert "import " not in inside
    assert "location: http" not in inside.lower().replace(f"location: {served.url}", "")


@pytest.mark.parametrize("body", [{"ids": ["x"]}, {"ids": 5}, {}, [], {"ids": [1]}, {"ids": ["0" * 32] * 101}])
def test_an_unreadable_word_about_shown_alerts_is_refused(client: httpx.Client, body: object) -> None:
    answer = client.post("/shown", json=body, headers={"X-CSRFToken": client.cookies["_csrf_token"]})
    assert answer.status_code == 400


def test_a_body_that_is_too_long_or_hides_its_length_is_not_read(client: httpx.Client) -> None:
    token = {"X-CSRFToken": client.cookies["_csrf_token"]}
    assert client.post("/shown", content=b"x" * 70_000, headers=token).status_code == 413
    assert client.post("/shown", content=iter([b"x"]), headers=token).status_code == 411


@pytest.mark.parametrize(
    ("speech", "said"),
    [
        ("zh-CN", ("太大", "8 MB", "别的网站", "没有这个地址", "页面已过期", "请先登录")),
        ("en", ("too large", "8 MB", "another site", "nothing at this address", "too old", "log in first")),
    ],
)
def test_what_the_door_refuses_is_said_in_the_language_of_who_asks(
    client: httpx.Client, speech: str, said: tuple[str, ...]
) -> None:
    mine, token = {"Accept-Language": speech}, {"X-CSRFToken": client.cookies["_csrf_token"]}
    client.cookies.delete("gatehouse_language")
    large = client.post("/incidents/attach", headers=mine | token, files={"file": ("a.jpg", b"\0" * (9 << 20))})
    foreign = client.post("/shown", headers=mine | token | {"Origin": "http://elsewhere"})
    nothing, stale = client.get("/nothing", headers=mine), client.post("/shown", headers=mine)
    stranger = httpx.get(f"{client.base_url}/wall", headers=mine)
    told = [answer.json()["error"] for answer in (large, large, foreign, nothing, stale, stranger)]
    assert all(part in sentence for part, sentence in zip(said, told, strict=True)), told
    page = client.get("/nothing", headers=mine | {"Accept": "text/html"})
    assert (page.status_code, told[3] in page.text) == (404, True)


def test_a_kiosk_reads_and_does_nothing_else(served: Served) -> None:
    link = served.run("kiosk", "create", "reader").stdout.strip()
    with httpx.Client(base_url=served.url, follow_redirects=True) as kiosk:
        assert kiosk.get(link).status_code == 200
        token = {"X-CSRFToken": kiosk.cookies["_csrf_token"]}
        assert kiosk.post("/shown", json={"ids": []}, headers=token).status_code == 204
        assert kiosk.post("/links/create", json={}, headers=token).status_code == 403
        assert kiosk.get("/account").status_code == 403
        assert kiosk.post("/logout", headers=token).status_code == 403
        served.run("kiosk", "revoke", "reader")
        assert kiosk.get("/plan.json").status_code == 401


def test_a_link_takes_nobodys_session(served: Served, client: httpx.Client) -> None:
    link = served.run("kiosk", "create", "sent-round").stdout.strip()
    before = client.cookies["gatehouse_session"]
    assert client.get(link).status_code == 303
    assert (client.cookies["gatehouse_session"], client.get("/account").status_code) == (before, 200)


def test_a_screen_that_was_dark_comes_back_without_its_cookie_and_no_other_takes_a_link_that_is_shown(served: Served) -> None:
    link = served.run("kiosk", "create", "forgetful").stdout.strip()
    with httpx.Client(base_url=served.url) as first, httpx.Client(base_url=served.url) as second:
        assert first.get(link).status_code == 303
        refused = second.get(link, headers={"Accept": "text/html"})
        assert (refused.status_code, 'http-equiv="refresh"' in refused.text) == (409, True)
        assert first.get("/plan.json").status_code == 200
        served.stream.do("update kiosk_links set last_seen_at = now() - interval '4 minutes' where name = 'forgetful'")
        assert second.get(link).status_code == 303
        assert second.get("/plan.json").status_code == 200
        assert first.get("/plan.json").status_code == 401


async def test_a_dashboard_that_starts_before_its_database_sends_nobody_to_the_login(served: Served) -> None:
    pool = AsyncConnectionPool(served.stream.url, min_size=1, open=False)  # one that never opens: the database is away
    guard = Guard(_nothing, Access(pool), lambda: datetime.now(UTC))
    transport = httpx.ASGITransport(app=guard)
    async with httpx.AsyncClient(transport=transport, base_url="http://wall", cookies={"gatehouse_session": "x"}) as wall:
        page = await wall.get("/wall", headers={"Accept": "text/html"})
        assert (page.status_code, 'http-equiv="refresh"' in page.text) == (503, True)
        assert (await wall.get("/session")).status_code == 503
        assert (await wall.get("/wall?kiosk=y", headers={"Accept": "text/html"})).status_code == 503


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("nobody is let in")


def test_a_revoked_or_invented_link_leads_to_the_login(served: Served) -> None:
    answer = httpx.get(f"{served.url}/wall?kiosk=invented", follow_redirects=True, headers={"Accept-Language": "en"})
    assert "revoked" in answer.text


def test_a_kiosk_name_is_taken_until_it_is_revoked(served: Served) -> None:
    assert served.run("kiosk", "create", "twice").returncode == 0
    again = served.run("kiosk", "create", "twice")
    assert again.returncode == 1
    assert "twice" in again.stderr
    served.run("kiosk", "revoke", "twice")
    assert served.run("kiosk", "create", "twice").returncode == 0


def test_a_login_form_of_another_page_is_refused(served: Served) -> None:
    answer = httpx.post(f"{served.url}/login", data={"account": "admin", "password": PASSWORD, "form": "theirs"})
    assert answer.status_code == 403
    assert "set-cookie" in answer.headers
    assert "gatehouse_session" not in answer.cookies


def test_an_account_that_no_text_can_hold_is_a_wrong_one(served: Served) -> None:
    with httpx.Client(base_url=served.url) as stranger:
        assert session_of(stranger, "x", "ad\0min").status_code == 401
        assert session_of(stranger, "x", "a" * 60_000).status_code == 401


def test_a_guesser_who_invents_a_known_browser_each_time_is_slowed_too(served: Served) -> None:
    with httpx.Client(base_url=served.url) as guesser:
        codes = []
        for n in range(9):
            guesser.cookies.set("gatehouse_browser", f"{n:043}")
            codes.append(session_of(guesser, "guess", "invented").status_code)
    assert codes == [401] * 8 + [429]


def test_a_guesser_from_many_addresses_is_slowed_too(served: Served) -> None:
    with httpx.Client(base_url=served.url) as guesser:
        codes = []
        for n in range(MOST_OF_STRANGERS + 1):
            guesser.headers["X-Forwarded-For"] = f"10.9.8.{n}"
            codes.append(session_of(guesser, "guess", "scattered").status_code)
    assert codes == [401] * MOST_OF_STRANGERS + [429]


def test_of_many_guesses_at_once_only_the_first_few_are_looked_at(served: Served) -> None:
    with httpx.Client(base_url=served.url, timeout=60) as guesser, ThreadPoolExecutor(24) as at_once:
        form = guesser.get("/login").text.split('name="form" value="')[1].split('"')[0]
        given = {"account": "many", "password": "guess", "form": form}
        codes = list(at_once.map(lambda _: guesser.post("/login", data=given).status_code, range(24)))
    assert sorted(codes) == [401] * 8 + [429] * 16


def test_a_logout_ends_the_session_and_says_when_it_cannot(served: Served, client: httpx.Client) -> None:
    session, token = client.cookies["gatehouse_session"], {"X-CSRFToken": client.cookies["_csrf_token"]}
    assert client.get("/session").status_code == 204
    with served.stream.database_away():
        assert client.post("/logout", headers=token).status_code == 503
    wait_for(lambda: client.post("/logout", headers=token).status_code == 204, "the database is back")
    assert httpx.get(f"{served.url}/plan.json", headers={"Cookie": f"gatehouse_session={session}"}).status_code == 401


def test_guessing_is_slowed_down_and_locks_nobody_else_out(served: Served, client: httpx.Client) -> None:
    with httpx.Client(base_url=served.url) as guesser:
        codes = [session_of(guesser, "guess").status_code for _ in range(9)]
        assert codes == [401] * 8 + [429]
        assert session_of(guesser, PASSWORD).status_code == 429
    assert client.get("/plan.json").status_code == 200
    assert session_of(client, PASSWORD).status_code == 303
    with httpx.Client(base_url=served.url) as somebody:
        assert session_of(somebody, PASSWORD, "somebody").status_code == 401


@pytest.mark.parametrize("in_header", [True, False])
def test_a_probe_with_its_key_gets_every_snapshot(served: Served, in_header: bool) -> None:
    address = served.url.replace("http", "ws") + "/probe" + ("" if in_header else f"?key={PROBE_KEY}")
    headers = {"X-Gatehouse-Key": PROBE_KEY} if in_header else {}
    with connect(address, additional_headers=headers, proxy=None) as probe:
        first, second = (json.loads(probe.recv(timeout=60)) for _ in range(2))
    assert second["seq"] > first["seq"]
    assert {"as_of", "last_events", "lines", "map"} <= set(second)


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong"])
def test_a_probe_without_its_key_gets_nothing(served: Served, query: str) -> None:
    with pytest.raises(InvalidStatus):
        socket(served, f"/probe{query}")


def test_health_and_figures_need_no_session(served: Served) -> None:
    assert httpx.get(f"{served.url}/healthz").json() == {"alive": True}
    wait_for(lambda: httpx.get(f"{served.url}/readyz").json()["facts"]["database"]["ok"], "the board says that all is well")
    assert "gatehouse_dashboard_push_seconds_bucket" in httpx.get(f"{served.url}/metrics").text


def test_a_page_allows_no_inline_script_but_dashs_own(client: httpx.Client) -> None:
    policy = client.get("/wall").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "'sha256-" in scripts

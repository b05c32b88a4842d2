"""Where a login leads: to the page that was asked for, and never out of the house."""

from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.door.onward import LONGEST, WALL, choice_for, login_for, onward


@pytest.mark.parametrize(
    "page", ["/incidents", "/incident?id=7&lang=en", "/extinguisher?id=E-01", "/phone", "/incidents?q=%E9%B2%81"]
)
def test_a_page_of_ours_is_gone_back_to(page: str) -> None:
    assert onward(page) == page


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "//evil.example/incidents",
        "/\\evil.example/incidents",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "https://evil.example/incidents",
        "https:/incidents",
        "https:incidents",
        "javascript:alert(1)",
        "///evil.example",
        "//[evil",
        "incidents",
        "?next=/incidents",
        "/incidents/../../evil",
        "/incidents@evil.example",
        "/.evil.example",
        "/login",
        "/logout",
        "/incidents/act",
        "/desk/assets/desk.css",
        "/incidents?q=鲁",
        f"/incidents?q={'a' * LONGEST}",
        "/incidents\0",
    ],
)
def test_what_is_not_plainly_a_page_of_ours_leads_to_the_wall(elsewhere: str) -> None:
    assert onward(elsewhere) == WALL


def test_the_address_of_the_login_carries_the_page_whole() -> None:
    address = urlsplit(login_for("/incident", "id=7&lang=en"))
    assert (address.path, parse_qs(address.query)) == ("/login", {"next": ["/incident?id=7&lang=en"], "lang": ["en"]})
    assert choice_for("/incidents", "") == "/account?next=%2Fincidents"
    assert login_for("/wall", "theme=day") == "/login"
    assert login_for("/nothing", "") == "/login"


@pytest.mark.parametrize(("path", "query", "to"), [("/wall", "lang=zh", "/login?lang=zh"), ("/wall", "lang=fr", "/login")])
def test_the_language_that_was_asked_for_is_kept(path: str, query: str, to: str) -> None:
    assert login_for(path, query) == to
    both = parse_qs(urlsplit(login_for("/incidents", query)).query)
    assert both["next"] == [f"/incidents?{query}"]

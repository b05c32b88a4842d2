"""Where a login leads: back to the page that was asked for, where that is one of ours, else to the wall. Pure.

An address comes from a link that anybody may have written, so it is read as strictly as a browser reads it loosely: a browser
takes `/\\elsewhere` and `/<tab>/elsewhere` for another server. What is not plainly a page of the table of roles is not gone to.
"""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from dashboard.door.roles import ADDRESSES, READ, Action
from dashboard.words import LANGUAGES

WALL = "/wall"
LONGEST = 500


def onward(asked: str) -> str:
    """The page to show after the login."""
    return asked if _is_page(asked) else WALL


def login_for(path: str, query: str) -> str:
    """The login page's address for who came to this one."""
    return _with_next("/login", path, query)


def choice_for(path: str, query: str) -> str:
    """The same for who has to choose a password first."""
    return _with_next("/account", path, query)


def _with_next(page: str, path: str, query: str) -> str:
    """With the language that was asked for, and the page where it is not the wall."""
    asked = f"{path}?{query}" if query else path
    given = {"next": asked} if onward(asked) != WALL else {}
    spoken = {name: value for name, value in parse_qsl(query) if name == "lang" and value in LANGUAGES}
    return f"{page}?{urlencode({**given, **spoken}, quote_via=quote, safe='')}" if given or spoken else page


def _is_page(asked: str) -> bool:
    if len(asked) > LONGEST or not asked.isascii() or not asked.isprintable() or "\\" in asked or " " in asked:
        return False
    try:
        parts = urlsplit(asked)
    except ValueError:
        return False
    ours = not parts.scheme and not parts.netloc and not asked.startswith("//")
    return ours and ADDRESSES.get((READ, parts.path), Action.SEE_WALL) is not Action.SEE_WALL

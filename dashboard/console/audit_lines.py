"""A row of the audit log as a line for people. Of one that was tampered with it shows what it can; nothing breaks a page."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.audit import COMMAND_LINE
from alerts.incidents.incident import SYSTEM
from dashboard.console.pages import NAMES, Console
from dashboard.door.accounts import Conn
from dashboard.door.roles import ROLE_NAMES, Role
from dashboard.front import language
from dashboard.incidents.sentences import SAYS, said
from dashboard.words import say
from dashboard.words.incidents import INCIDENT_WORDS
from schemas.masking import text_masked
from schemas.site import Name

ACTIONS = sorted({key.removeprefix("act.") for key in NAMES if key.startswith("act.")} | set(SAYS))
UNREAD = "?"

Entry = Mapping[str, Any]


def lines(console: Console, conn: Conn, entries: Sequence[Entry]) -> list[Mapping[str, Any]]:
    """The rows in the visitor's language, with the numbers of the incidents that they are about."""
    numbers = _numbers(conn, entries)
    return [
        {
            "seq": entry["seq"],
            "when": _when(console, entry),
            "who": _who(entry),
            "role": _role(entry["role"]),
            "did": _did(console, entry),
            "about": _about(entry),
            "incident": entry["about"] if str(entry["about"]) in numbers else "",
            "number": numbers.get(str(entry["about"])),
            "detail": _detail(entry),
        }
        for entry in entries
    ]


def called(action: str) -> str:
    """An action's name; one without stands for itself."""
    known = NAMES.get(f"act.{action}")
    return known.in_language(language.get()) if known is not None else action


def _numbers(conn: Conn, entries: Sequence[Entry]) -> Mapping[str, int]:
    ids = {str(one["about"]) for one in entries if str(one["action"]).startswith(("incident.", "plan.", "report."))}
    query = "select id::text, number from incidents where id::text = any(%s)"
    return dict(conn.execute(query, ([one.replace("\0", "") for one in ids],)).fetchall())


def _when(console: Console, entry: Entry) -> str:
    with suppress(ValueError, OverflowError):
        return f"{datetime.fromisoformat(str(entry['at'])).astimezone(ZoneInfo(console.site.timezone)):%Y-%m-%d %H:%M:%S}"
    return UNREAD


NOT_PEOPLE: Mapping[str, Name] = {SYSTEM: INCIDENT_WORDS["system"], COMMAND_LINE: NAMES[COMMAND_LINE]}
"""Who acts and has no account; behind the command line may stand whom it named."""


def _who(entry: Entry) -> str:
    first, colon, named = str(entry["actor"]).partition(": ")
    known = NOT_PEOPLE.get(first)
    return f"{known.in_language(language.get()) if known else first}{colon}{named}"


def actor_of(text: str) -> str:
    """Who is meant by what the page shows of them."""
    first, colon, named = text.partition(": ")
    return next((actor for actor, name in NOT_PEOPLE.items() if first in (name.zh, name.en)), first) + colon + named


def _role(role: object) -> str:
    with suppress(ValueError):
        return ROLE_NAMES[Role(str(role))].in_language(language.get())
    return ""


def _did(console: Console, entry: Entry) -> str:
    """What a row says somebody did; of one that was tampered with what it says of that."""
    action = str(entry["action"])
    if action in SAYS:
        with suppress(TypeError, AttributeError, LookupError, ValueError):
            return text_masked(said(entry, console.names.rule, console.names.device).says.in_language(language.get()))
    return called(action)


def _about(entry: Entry) -> str:
    """A list or its subject; whom or what else it is about."""
    about = str(entry["about"])
    return _listed(about) if str(entry["action"]).startswith("list.") else about


def _listed(word: object) -> str:
    """A list by its name, or a list's subject."""
    known = NAMES.get(f"list_{word}")
    return known.in_language(language.get()) if known is not None else text_masked(str(word))


def _detail(entry: Entry) -> str:
    """The role that was given; of lists and rules which, how many rows, and the reason or purpose that was said."""
    what = entry["what"] if isinstance(entry["what"], dict) else {}
    words = [_role(what.get("role"))]
    if str(entry["action"]).startswith(("list.", "audit.", "rule.")):
        words += [_listed(what["list"])] if "list" in what else []
        words += [say("audit_rows", language.get(), what["rows"])] if isinstance(what.get("rows"), int) else []
        words += [text_masked(str(what[key])) for key in ("what", "purpose", "reason") if isinstance(what.get(key), str)]
    return " · ".join(filter(None, words))

"""A form of the registers' pages becomes a change, in one transaction: whole, or refused with a sentence and nothing done.

The visitor's right is looked at again inside, and a form that comes twice with the same `once` is done once.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from alerts.incidents.incident import Refused
from alerts.photos import Photo, checked
from alerts.registers import looking, store
from alerts.registers.columns import CHECKPOINTS, EXTINGUISHERS, day
from alerts.registers.extinguishers import Point
from alerts.registers.looking import Ids, Looked, Noted
from alerts.registers.sheets import Sheet, of_cells, read
from alerts.registers.store import Act, Made
from dashboard.door.accounts import Conn
from dashboard.door.actor import actor, is_new
from dashboard.door.forms import Form
from dashboard.door.roles import WRITE, asked_by
from dashboard.front import language
from dashboard.registers.here import Here
from dashboard.registers.mistakes import told
from dashboard.upload import Filled
from dashboard.words import say

Answer = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form, and the photo in it."""

    filled: Filled
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A form, who sends it and when, and the photo in it."""

    here: Here
    filled: Filled
    act: Act
    photo: Photo | None = None

    @property
    def form(self) -> Form:
        """Its fields."""
        return self.filled.form

    @property
    def site(self) -> str:
        """The site's id."""
        return self.here.site.id

    def ids(self) -> Ids:
        """Ids for what is made."""
        return Ids(self.here.new_id(), self.here.new_id(), self.here.new_id())


Doing = Callable[[Conn, Asked], Answer]


def perform(here: Here, path: str, name: str, sent: Sent, do: Doing) -> Answer:
    """Do what the form asks as this account. Refused leaves nothing behind."""

    def done(conn: Conn) -> Answer:
        act = Act(actor(conn, name, asked_by(WRITE, path)), here.now(), here.today())
        form = sent.filled.form
        once = _uuid(form, "once") if form.get("once") else None
        return do(conn, Asked(here, sent.filled, act, sent.photo)) if is_new(conn, once, act.who, act.now) else {}

    return here.ask(done)


async def unpacked(here: Here, path: str, filled: Filled) -> Sent:
    """What was sent, its photo unpacked: one at a time, so that memory stays bounded; who waits holds no thread."""
    if filled.file is None or path not in PHOTOS:
        return Sent(filled)
    async with here.unpacking:
        return Sent(filled, await asyncio.to_thread(checked, filled.file.data))


def _uuid(form: Form, name: str) -> UUID:
    try:
        return UUID(form.get(name, ""))
    except ValueError as err:
        raise Refused("thing_unknown", form.get(name, "")[:40]) from err


# On the rounds.


def look(conn: Conn, asked: Asked) -> Answer:
    """This month's inspection: a point that is not ticked is not in order."""
    wrong = [point for point in Point if asked.form.get(str(point)) != "ok"]
    looked = Looked(asked.form.get("seen", ""), wrong, _noted(asked))
    looking.look(conn, asked.site, asked.form.get("id", ""), looked, asked.ids(), asked.act)
    return {}


def pass_by(conn: Conn, asked: Asked) -> Answer:
    """A checkpoint was passed, with or without a finding."""
    noted = _noted(asked)
    if asked.form.get("what") == "finding" and noted is None:
        raise Refused("defect_missing")
    looking.visit(conn, asked.site, asked.form.get("id", ""), noted, asked.ids(), asked.act)
    return {}


def rectify(conn: Conn, asked: Asked) -> Answer:
    """What was found is in order again."""
    looking.rectify(conn, asked.site, _uuid(asked.form, "finding"), asked.form.get("remark", ""), asked.act)
    return {}


def _noted(asked: Asked) -> Noted | None:
    form = asked.form
    if not form.get("text", "").strip() and asked.photo is None:
        return None
    return Noted(form.get("text", "").strip(), form.get("owner", "").strip(), _day(form, "due"), asked.photo)


def _day(form: Form, name: str) -> date:
    try:
        return day(form.get(name, ""))
    except ValueError as err:
        raise Refused("due_unfit", form.get(name, "")[:40]) from err


# The registers.

Put = Callable[..., Made]


def _add(sheet: Sheet[T], put: Put) -> Doing:
    def do(conn: Conn, asked: Asked) -> Answer:
        rows, wrong = of_cells(sheet, asked.form)
        if wrong:
            raise Refused("row_wrong", told(wrong[0], language.get()))
        put(conn, asked.site, rows, asked.act)
        return {}

    return do


def _import(sheet: Sheet[T], put: Put) -> Doing:
    def do(conn: Conn, asked: Asked) -> Answer:
        if asked.filled.file is None:
            raise Refused("file_missing")
        found = read(sheet, asked.filled.file.data, Path(asked.filled.file.name or "list.csv"))
        if found.mistakes:
            return wrong_file([(one.line, one.sentence) for one in found.mistakes])
        dry = asked.form.get("what") != "import"
        made = put(conn, asked.site, found.rows, asked.act, dry=dry)
        return outcome(made.added, made.changed, (), dry=dry)

    return do


def _remove(register: str) -> Doing:
    def do(conn: Conn, asked: Asked) -> Answer:
        store.remove(conn, asked.site, register, asked.form.get("id", ""), asked.form.get("reason", ""), asked.act)
        return {}

    return do


def serve(conn: Conn, asked: Asked) -> Answer:
    """It was charged or serviced on a day."""
    one = store.extinguisher(conn, asked.site, asked.form.get("id", ""), hold=True)
    charged = _day(asked.form, "charged_on")
    if charged > asked.act.today:
        raise Refused("due_unfit", str(charged))
    store.put_extinguishers(conn, asked.site, [replace(one, charged_on=charged)], asked.act)
    return {}


def wrong_file(mistakes: list[tuple[int, str]]) -> Answer:
    """What is wrong with a file, every mistake with its line."""
    speech = language.get()
    lines = [f"{say('line', speech, line)}{told(text, speech)}" if line else told(text, speech) for line, text in mistakes]
    return {"error": say("file_wrong", speech, len(mistakes)), "lines": lines}


def outcome(added: tuple[str, ...], changed: tuple[str, ...], removed: tuple[str, ...], *, dry: bool) -> Answer:
    """What an import does, or would do."""
    speech = language.get()
    counts = (len(added), len(changed), len(removed))
    if not any(counts):
        return {"said": say("import_nothing", speech)}
    if not dry:
        return {}
    kinds = (("import_added", added), ("import_changed", changed), ("import_removed", removed))
    lines = [say(key, speech, ", ".join(names)) for key, names in kinds if names]
    return {"said": say("import_would", speech, *counts), "lines": lines}


PHOTOS = frozenset({"/extinguisher/look", "/checkpoint/pass"})

FORMS: Mapping[str, Doing] = {
    "/extinguisher/look": look,
    "/extinguishers/add": _add(EXTINGUISHERS, store.put_extinguishers),
    "/extinguishers/serve": serve,
    "/extinguishers/remove": _remove("extinguisher"),
    "/extinguishers/import": _import(EXTINGUISHERS, store.put_extinguishers),
    "/checkpoint/pass": pass_by,
    "/findings/rectify": rectify,
    "/checkpoints/add": _add(CHECKPOINTS, store.put_checkpoints),
    "/checkpoints/remove": _remove("checkpoint"),
    "/checkpoints/import": _import(CHECKPOINTS, store.put_checkpoints),
}

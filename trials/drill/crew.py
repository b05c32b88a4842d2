"""The scripted crew: people with accounts of their own who work an incident over the same HTTP as a browser.

Each form carries a `once`, so that what is sent again after a server was killed is done once.
"""

import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image, ImageDraw, ImageFont

from schemas.errors import Unavailable
from trials.people import Visitor

ROLES = ("guard", "guard", "steward", "supervisor", "manager")
POLL_S = 0.05
WORDS = "drill"  # what a step asks to be written
PATIENCE_S = 90.0  # a dashboard that was killed is back within ten

Json = Mapping[str, Any]
Files = Mapping[str, tuple[str, bytes, str]] | None


def _picture() -> tuple[str, bytes, str]:
    """A picture that says what it is, for steps that ask for one before and one after."""
    drawn, out = Image.new("RGB", (640, 400), "#6d28d9"), io.BytesIO()
    ImageDraw.Draw(drawn).text((40, 160), "DRILL", "white", ImageFont.load_default(80))
    drawn.save(out, "JPEG")
    return "drill.jpg", out.getvalue(), "image/jpeg"


PICTURE = _picture()


@dataclass(slots=True)
class Crew:
    """`acted` hears after each act how many there were, so that something may be killed in the middle."""

    people: Sequence[Visitor]
    acted: Callable[[int], None] = lambda number: None
    _acts: int = field(default=0)

    def find(self, fits: Callable[[Json], bool]) -> Json:
        """The first incident of the list that fits; waits for it."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = next(filter(fits, self.read("/incidents.json", {})["incidents"]), None)
            if found is not None:
                return dict(found)
            time.sleep(POLL_S)
        raise Unavailable("No incident came of the drill's event: see `gatehouse status`.")

    def work(self, incident: str) -> Json:
        """Take it, do every step of its plan, resolve and close it as a drill; what it looks like then."""
        self._act(self.of("guard"), incident, act="take")
        while (step := self._next(incident)) is not None:
            self._do(incident, step)
        self._act(self.of("supervisor"), incident, act="resolve", text="drill")
        self._act(self.of("supervisor"), incident, act="close", reason="drill")
        return self.look(incident)

    def look(self, incident: str) -> Json:
        """The incident as the supervisor sees it."""
        return self.read("/incident.json", {"id": incident})

    def of(self, role: str, but: str = "") -> Visitor:
        """Somebody of a role; where only another will do, somebody who directs."""
        wanted = (role, "supervisor", "manager")
        return next(one for want in wanted for one in self.people if one.role == want and one.name != but)

    def read(self, path: str, query: Mapping[str, str]) -> Json:
        """Read JSON as the supervisor, again while the dashboard is away."""
        answer = _patient(lambda: self.of("supervisor").client.get(path, params=query))
        return dict(answer.json())

    def _next(self, incident: str) -> Json | None:
        return next((step for step in self.look(incident)["steps"] if step["state"] == "open"), None)

    def _do(self, incident: str, step: Json) -> None:
        who = self.of(step["role"])
        if step["takes_entries"]:
            self._note(who, incident, step)
        if step["answers"]:
            answer = next(one for one in step["answers"] if not one["ends"])
            self._act(who, incident, act="answer", step=step["id"], answer=answer["id"])
            return
        for row in (row for row in step["rows"] if row["state"] == "open"):
            for side in ("before", "after") if step["pictures"] else ():
                self._send(who, "/incidents/attach", {"file": PICTURE}, incident, step=step["id"], row=row["id"], side=side)
            self._act(who, incident, act="row", step=step["id"], row=row["id"])
        if not step["rows"] or step["two_people"]:
            words = {"text": WORDS} if step["asks"] else {}
            self._act(who, incident, act="tick", step=step["id"], **words)
        if step["two_people"]:
            self._act(self.of(step["role"], but=who.name), incident, act="tick", step=step["id"])

    def _note(self, who: Visitor, incident: str, step: Json) -> None:
        """A line for each line of its list, or one for the step."""
        for row in [row["id"] for row in step["rows"] if row["state"] == "open"] or [""]:
            self._act(who, incident, act="entry", step=step["id"], row=row, text=WORDS)

    def _act(self, who: Visitor, incident: str, **form: str) -> None:
        self._send(who, "/incidents/act", None, incident, **form)

    def _send(self, who: Visitor, path: str, files: Files, incident: str, **form: str) -> None:
        body = {"incident": incident, "once": str(uuid4()), **form}
        answer = _patient(lambda: who.client.post(path, data=body, files=files, headers={"x-csrftoken": who.token}))
        if answer.status_code != httpx.codes.OK:
            raise Unavailable(f"{who.role} could not {form}: {answer.text}")
        self._acts += 1
        self.acted(self._acts)


def _patient(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask again while nobody answers, or the server says that it cannot just now."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = ask()
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer
        except httpx.TransportError as err:
            if time.monotonic() > until:
                raise Unavailable(f"The dashboard does not answer ({type(err).__name__}): see `gatehouse status`.") from err
        time.sleep(POLL_S)

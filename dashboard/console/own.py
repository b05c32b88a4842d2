"""What somebody does to their own account: password, one-time codes, sessions. The present password is asked each time."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import segno
from starlette.requests import Request

from dashboard.door.access import Access, Proof, Row, Visitor
from dashboard.door.accounts import AccountError
from dashboard.door.forms import Form, visitor_of
from dashboard.door.guard import SESSION_COOKIE
from dashboard.door.passwords import address_of, bad_password, new_key, step_of
from dashboard.door.tries import Tries
from schemas.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Own:
    """The forms; each answers None or raises AccountError, after which nothing has changed."""

    access: Access
    tries: Tries
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]

    async def choose_password(self, request: Request, form: Form) -> None:
        """Change the password; every other session of the account ends."""
        visitor, new = visitor_of(request), form.get("new", "")
        if key := _bad_choice(form, visitor.name):
            raise AccountError(key)
        row = await self._prove(visitor, form)
        if not await self.access.choose_password(row, new, request.cookies[SESSION_COOKIE], self.clock()):
            raise AccountError("old_wrong")

    async def sign_out_everywhere(self, request: Request, form: Form) -> None:
        """End every session, this one too."""
        await self.access.sign_out_everywhere(visitor_of(request), self.clock())

    async def start_code(self, request: Request, form: Form) -> None:
        """Make a key that waits for its first code; until then nothing is asked."""
        visitor = visitor_of(request)
        await self._prove(visitor, form)
        await self.access.start_code(visitor.name, new_key())

    async def confirm_code(self, request: Request, form: Form) -> None:
        """The first code of the waiting key: from now on codes are asked."""
        visitor = visitor_of(request)
        _, pending = await self.codes(visitor)
        step = step_of(pending, form.get("code", ""), self.clock(), 0) if pending else None
        if step is None:
            raise AccountError("code_wrong")
        if not await self.access.confirm_code(visitor, pending, step, self.clock()):
            raise AccountError("code_wrong")

    async def cancel_code(self, request: Request, form: Form) -> None:
        """Forget the waiting key."""
        await self.access.cancel_code(visitor_of(request).name)

    async def stop_code(self, request: Request, form: Form) -> None:
        """Ask for no code any more."""
        visitor = visitor_of(request)
        await self._prove(visitor, form)
        await self.access.stop_code(visitor, self.clock())

    async def codes(self, visitor: Visitor) -> tuple[bool, str]:
        """Whether a code is asked, and the key that waits."""
        return await self.access.codes(visitor.name)

    def picture(self, key: str, account: str) -> str:
        """The waiting key as a QR code, an SVG element."""
        out = io.BytesIO()
        segno.make(address_of(key, account), error="m").save(
            out, kind="svg", xmldecl=False, svgns=False, border=0, omitsize=True
        )
        return out.getvalue().decode()

    async def _prove(self, visitor: Visitor, form: Form) -> Row:
        """A stolen session guesses no faster than a stranger at the door."""
        if wait := self.tries.wait_s(visitor.name, "own", self.monotonic()):
            raise AccountError("too_often", wait)
        self.tries.tried(visitor.name, "own", self.monotonic())
        try:
            row = await self.access.proven(visitor.name, Proof(form.get("old", ""), form.get("code", "")), self.clock())
        except Unavailable:
            self.tries.unseen(visitor.name, "own")
            raise
        if row is None:
            raise AccountError("old_wrong")
        self.tries.succeeded(visitor.name, "own")
        return row


def _bad_choice(form: Form, name: str) -> str:
    """Why the new password cannot be, as a key of the words."""
    new = form.get("new", "")
    if new != form.get("again", ""):
        return "password_differ"
    return "password_same" if new == form.get("old", "") else bad_password(new, name)

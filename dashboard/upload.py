"""A form that may have a file in it."""

from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from alerts.incidents.incident import Refused
from dashboard.door.forms import Form, form_of

MOST_FIELDS = 40


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a form, and what its sender calls it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields, and the file where there is one."""

    form: Form
    file: File | None = None


async def filled(request: Request) -> Filled:
    """What was sent; Refused where it cannot be read as a form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Filled(_checked(await form_of(request)))
    try:
        async with request.form(max_files=1, max_fields=MOST_FIELDS) as sent:
            fields = {name: value for name, value in sent.items() if isinstance(value, str)}
            file = next((value for value in sent.values() if isinstance(value, UploadFile)), None)
            data = await file.read() if file is not None else b""
    except (HTTPException, MultiPartException) as err:
        raise Refused("form_broken") from err
    return Filled(_checked(fields), File(file.filename or "", data) if file is not None and data else None)


def _checked(form: Form) -> Form:
    """No text in PostgreSQL may hold a NUL."""
    if any("\0" in text for text in form.values()):
        raise Refused("text_broken")
    return form

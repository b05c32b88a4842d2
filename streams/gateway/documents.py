"""A body as documents (XML or JSON values) and pictures, whatever it was wrapped in.

A part that can't be read is rejected by itself; the ones beside it are kept. Pictures never leave this module: what is
handed on is their BLAKE2b, by every name under which a document may speak of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl

from schemas.decoded import Rejected
from schemas.errors import PayloadError
from streams.gateway.json_value import parse_json
from streams.gateway.parts import Part, split
from streams.gateway.xml_tree import parse_xml

_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"GIF8", b"RIFF")
_PICTURE_NAMES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp")


@dataclass(frozen=True, slots=True)
class Document:
    """One value, and where it stood. `root` is the XML root's name; empty for JSON."""

    value: Any
    at: str
    root: str = ""


@dataclass(slots=True)
class Documents:
    """Everything that a body held. `pictures` maps each name of a picture to its reference, in the order sent."""

    found: list[Document] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)


def read_documents(body: bytes, content_type: str, depth: int) -> Documents:
    """Read all parts; never raises on what a device sent."""
    result = Documents()
    try:
        parts = split(body, content_type)
    except PayloadError as err:
        return Documents(rejected=[Rejected(err.reason, err.at)])
    for part in parts:
        _read_part(part, depth, result)
    if not (result.found or result.rejected):
        result.rejected.append(Rejected("The message holds neither XML nor JSON.", "body"))
    return result


def _read_part(part: Part, depth: int, result: Documents) -> None:
    if _is_picture(part):
        _remember(part, result.pictures)
        return
    try:
        result.found.append(_document(part, depth))
    except PayloadError as err:
        at = ", ".join(text for text in (part.at if part.at != "body" else "", err.at) if text)
        result.rejected.append(Rejected(err.reason, at or part.at))


def _is_picture(part: Part) -> bool:
    named = part.filename.lower().endswith(_PICTURE_NAMES)
    return part.content_type.startswith("image/") or named or part.body.startswith(_MAGIC)


def _remember(part: Part, pictures: dict[str, str]) -> None:
    reference = picture_reference(part.body)
    for name in (part.filename, part.name, part.content_id):
        if name:
            pictures.setdefault(name, reference)
    if not (part.filename or part.name or part.content_id):
        pictures.setdefault(part.at, reference)


def picture_reference(data: bytes) -> str:
    """How events speak of a picture: by its content."""
    return f"blake2b:{blake2b(data, digest_size=16).hexdigest()}"


def _document(part: Part, depth: int) -> Document:
    data = part.body.strip()
    first = data.removeprefix(b"\xef\xbb\xbf")[:1]
    if first == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        root, value = parse_xml(data, depth)
        return Document(value, part.at, root)
    if (first and first in b"{[") or data.startswith(b"//"):
        return Document(parse_json(data, depth), part.at)
    if part.content_type == "application/x-www-form-urlencoded":
        return Document(_form(data), part.at)
    raise PayloadError("This is neither XML nor JSON.", "" if part.at != "body" else "byte 0")


def _form(data: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(data.decode("utf-8", "replace"), max_num_fields=64))
    except ValueError as err:
        raise PayloadError(f"The form can't be read: {err}.", "byte 0") from err

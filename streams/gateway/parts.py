"""Splitting a pushed body into its parts, as devices write them and not as the standard says.

Seen in the field and read here: a Content-Length that is wrong, line feeds alone, a last boundary that is missing, a
stream that was joined in its middle (the first boundary is missing), a boundary that no header names.
A part ends at its Content-Length only where a boundary follows there; else at the next boundary line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.errors import TooLarge

MOST = 64
"""Parts in one message: an event with three pictures has four, a captured stream some tens."""

HEAD = 4096
"""Bytes in which a part's header must end: real ones stay under 300."""

_NOTHING = b" \t\r\n\x00"
"""What may stand before the first boundary and behind the last: programs in C leave zeros there."""

_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s;]+))')
_BOUNDARY_LINE = re.compile(rb"(?:\A|\n)--([0-9A-Za-z'()+_,./:=?-]{1,70}?)(?:--)?[ \t]*\r?\n")
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_HEADER = re.compile(rb"^[A-Za-z][A-Za-z0-9-]*:")


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `name` and `filename` as in its Content-Disposition; `at` tells people which one it is."""

    body: bytes
    at: str
    content_type: str = ""
    name: str = ""
    filename: str = ""
    content_id: str = ""


def split(body: bytes, content_type: str) -> list[Part]:
    """The parts of a multipart body, or the body itself as the only part; TooLarge over MOST parts."""
    boundary = _boundary(body, content_type)
    if not boundary:
        return [Part(body, "body", content_type.partition(";")[0].strip().lower())]
    parts = [_part(piece, number) for number, piece in enumerate(_pieces(body, boundary), 1)]
    return [part for part in parts if part.body.strip()]


def _boundary(body: bytes, content_type: str) -> bytes:
    """The boundary that the header names, if the body has it; else the one that the body's lines show."""
    if (named := parameters(content_type).get("boundary", "").encode("latin-1", "replace")) and b"--" + named in body:
        return named
    sniffed = _BOUNDARY_LINE.search(body) if b"Content-" in body or b"content-" in body else None
    return sniffed[1] if sniffed else b""


def parameters(header: str) -> Mapping[str, str]:
    """The parameters of a header: `boundary`, `name`, `filename`."""
    return {key.lower(): quoted or plain for key, quoted, plain in _PARAMETER.findall(header)}


def _pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Everything between boundary lines, what stands before the first included."""
    delimiter = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?=\r?\n|\Z)")
    start, count, lines = 0, 0, 0
    while start < len(body):
        end = delimiter.search(body, _declared_end(body, start, delimiter))
        piece = body[start : end.start()] if end else body[start:]
        lines += 1
        if piece.strip(_NOTHING):
            count += 1
            yield piece
        if count > MOST or lines > 2 * MOST:
            raise TooLarge(f"The message has more than {MOST} parts.", f"part {count}")
        if not end:
            return
        start = end.end()


def _declared_end(body: bytes, start: int, delimiter: re.Pattern[bytes]) -> int:
    """Where to look for the next boundary: the declared end if one stands right there, else the part's start."""
    headers_end = _HEADERS_END.search(body, start, start + HEAD)
    if not headers_end or delimiter.search(body, start, headers_end.start() + 1):
        return start  # a boundary stands before the header's end: that header is the next part's
    declared = re.search(rb"content-length:[ \t]*(\d{1,9})", body[start : headers_end.start()], re.IGNORECASE)
    if not declared:
        return start
    end = headers_end.end() + int(declared[1])
    return end if delimiter.match(body, end) else start


def _part(piece: bytes, number: int) -> Part:
    piece = piece.lstrip(b"\r\n")
    if not _HEADER.match(piece):
        return Part(piece, f"part {number}")
    end = _HEADERS_END.search(piece, 0, HEAD)
    head, body = (piece[: end.start()], piece[end.end() :]) if end else (piece[:HEAD], b"")
    headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in _lines(head))}
    disposition = parameters(headers.get("content-disposition", ""))
    return Part(
        body=body,
        at=f"part {number}" + (f" {disposition['name']}" if disposition.get("name") else ""),
        content_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
        name=disposition.get("name", ""),
        filename=disposition.get("filename", ""),
        content_id=headers.get("content-id", "").strip("<> "),
    )


def _lines(head: bytes) -> list[str]:
    return head.decode("utf-8", "replace").splitlines()

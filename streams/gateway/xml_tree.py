"""XML as plain values: a dict an element, text at the leaves, a list where a name repeats. Names lose their prefix.

Refused: document types and entities (so nothing is ever expanded), nesting or size beyond the limits, and what is not
well formed, with the line. Attributes and comments are left out: no message of ours carries meaning there.
"""

import re
from typing import Any
from xml.parsers import expat

from schemas.errors import PayloadError, TooLarge

ELEMENTS = 20_000
"""Elements of one document: the longest real list of regions has some hundreds."""

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.-]+)[\"'][^>]*\?>")
_CHINESE = {"gb2312", "gbk", "gb18030"}
_CONTROL = bytes(number for number in range(32) if number not in b"\t\n\r")
_BARE_AND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")


def parse_xml(data: bytes, depth: int) -> tuple[str, Any]:
    """(name of the root, its value); PayloadError with the line.

    Read although it is wrong: an encoding that is not the declared one, control characters, and an & that is not escaped, which
    devices write where a person named a channel.
    """
    text = _as_utf8(data.strip()).translate(None, _CONTROL)
    try:
        return _parsed(text, depth)
    except PayloadError:
        mended = _BARE_AND.sub(b"&amp;", text)
        if mended == text:
            raise
        return _parsed(mended, depth)


def _parsed(text: bytes, depth: int) -> tuple[str, Any]:
    builder = _Builder(depth)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(text, True)
    except expat.ExpatError as err:
        raise PayloadError(f"The XML is broken: {expat.errors.messages[err.code]}.", f"line {err.lineno}") from err
    return builder.name, builder.value


def _as_utf8(data: bytes) -> bytes:
    """In the encoding that it declares; else UTF-8; else Chinese, which older devices write whatever they declare."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(data[:200])
    name = declared[1].decode().lower() if declared else "utf-8"
    for encoding in ("gb18030" if name in _CHINESE else name, "utf-8"):
        try:
            return data if data.isascii() else data.decode(encoding).encode()
        except (LookupError, ValueError):
            continue
    return data.decode("gb18030", "replace").encode()


class _Builder:
    """Collects elements into values; a stack of (name, children, text)."""

    def __init__(self, depth: int) -> None:
        self.name, self.value = "", None
        self._depth, self._count = depth, 0
        self._stack: list[tuple[str, dict[str, Any], list[str]]] = []

    def refuse(self, *_: object) -> None:
        """A document type or an entity."""
        raise PayloadError("The XML holds a document type or an entity, which no device needs.", "prolog")

    def start(self, name: str, _: object) -> None:
        """An element begins, within the limits."""
        self._count += 1
        if len(self._stack) >= self._depth or self._count > ELEMENTS:
            raise TooLarge("The XML is nested deeper or longer than any message is.", f"element {self._count}")
        self._stack.append((name.rpartition(":")[2], {}, []))

    def text(self, text: str) -> None:
        """Characters of the innermost element."""
        if self._stack:
            self._stack[-1][2].append(text)

    def end(self, _: str) -> None:
        """An element is whole: hand it to the one around it."""
        name, children, texts = self._stack.pop()
        value: Any = children or "".join(texts).strip()
        if not self._stack:
            self.name, self.value = name, value
            return
        _put(self._stack[-1][1], name, value)


def _put(siblings: dict[str, Any], name: str, value: Any) -> None:
    if name not in siblings:
        siblings[name] = value
    elif isinstance(siblings[name], list):
        siblings[name].append(value)
    else:
        siblings[name] = [siblings[name], value]

"""JSON as a value, within limits: broken text is refused with its line and column, too deep nesting too.

Comments are read over. They stand only in makers' documentation, whose samples are then good for trying things out.
NaN and infinities are not JSON and are refused.
"""

import re
from typing import Any

import orjson

from schemas.errors import PayloadError, TooLarge

# Every quote is consumed with its string, closed or not, so that no text makes this slower than linear.
_COMMENT = re.compile(rb'("(?:[^"\\\n]|\\.)*"?)|//[^\n]*')


def parse_json(data: bytes, depth: int) -> Any:
    """The value; PayloadError with line and column."""
    text = _as_utf8(data)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as err:
        value = _without_comments(text, err)
    _check_depth(value, depth)
    return value


def _as_utf8(data: bytes) -> bytes:
    """Without a byte order mark, or the zeros that C programs leave at the end; a Chinese encoding where it is not UTF-8."""
    text = data.removeprefix(b"\xef\xbb\xbf").rstrip(b"\x00 \t\r\n")
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode("gb18030", "replace").encode()
    return text


def _without_comments(text: bytes, broken: orjson.JSONDecodeError) -> Any:
    reason = PayloadError(f"The JSON is broken: {broken.msg}.", f"line {broken.lineno} column {broken.colno}")
    if b"//" not in text:
        raise reason from broken
    try:
        return orjson.loads(_COMMENT.sub(lambda match: match[1] or b"", text))
    except orjson.JSONDecodeError as err:
        raise reason from err


def _check_depth(value: Any, limit: int) -> None:
    """Level by level, so that no nesting can exhaust the stack."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > limit:
            raise TooLarge(f"The JSON is nested deeper than {limit} levels.", f"level {depth}")
        level = [child for item in level if isinstance(item, dict | list) for child in _children(item)]


def _children(item: Any) -> list[Any]:
    children = item.values() if isinstance(item, dict) else item
    return [child for child in children if isinstance(child, dict | list)]

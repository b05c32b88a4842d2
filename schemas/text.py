"""What a string may be before it is stored: PostgreSQL's text holds no NUL, UTF-8 no lone surrogate, a row no novel."""

from collections.abc import Mapping
from typing import Any

LIMIT = 512
"""Characters kept of one string: names and words stay under 100; a longer one is cut, not refused."""

KEPT = 64
"""Entries kept of one list or mapping in attributes: real ones stay under 20."""

DEPTH = 6
"""Levels kept of attributes: real ones stay under 4."""

TEMPLATES = ("template", "featuredata", "facefeature", "facemodel", "modeldata", "embedding", "fingerdata", "facedata")
"""Parts of the names under which vendors send biometric templates: these never enter attributes."""


def clean(text: str, limit: int = LIMIT) -> str:
    """The text without NUL and lone surrogates, cut to the limit."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text[:limit]


def is_template(name: str) -> bool:
    """Whether a field's name says that it holds a biometric template."""
    word = name.lower().replace("_", "").replace("-", "")
    return any(part in word for part in TEMPLATES)


def clean_value(value: Any, depth: int = DEPTH) -> Any:
    """A JSON value with every string cleaned, templates left out, and size and depth bounded."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        pairs = [(str(k), v) for k, v in value.items() if not is_template(str(k))][:KEPT]
        return {clean(k, 64): clean_value(v, depth - 1) for k, v in pairs} if depth > 0 else {}
    if isinstance(value, list | tuple):
        return [clean_value(item, depth - 1) for item in value[:KEPT]] if depth > 0 else []
    if isinstance(value, bool | int | float) or value is None:
        return value
    return clean(str(value))

"""Reading vendors' fields, which come as text, number, blank or not at all."""

import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from schemas.text import clean

Row = Mapping[str, Any]

BLANK = frozenset({"", "null", "none", "undefined", "invalid", "n/a"})
"""What devices write where they have nothing to say."""

HUMAN = frozenset({"human", "people", "person", "pedestrian", "man", "head"})
VEHICLE = frozenset({"vehicle", "motorvehicle", "car", "truck", "bus"})
ANIMAL = frozenset({"animal", "pet", "cat", "dog"})
NEITHER = frozenset({"others", "other", "unknown", "all"})

_INTEGER = re.compile(r"^-?\d{1,18}$")


def text(value: Any, limit: int = 512) -> str:
    """A scalar as clean text; empty for anything else and for the words of BLANK."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    word = clean(str(value).strip(), limit)
    return "" if word.lower() in BLANK else word


def first(row: Row, *names: str) -> str:
    """The first of these fields that says something."""
    return next((word for name in names if (word := text(row.get(name)))), "")


def integer(value: Any) -> int | None:
    """A whole number, also where it came as text; None where it is none or absurdly long."""
    if isinstance(value, bool):
        return None
    word = str(value).strip() if isinstance(value, str | int) else ""
    return int(word) if _INTEGER.match(word) else None


def number(value: Any) -> float | None:
    """A finite number, also where it came as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def share(value: Any) -> float | None:
    """A confidence as 0..1: devices send 0..1 or 0..100; what is outside both is no confidence."""
    found = number(value)
    if found is None or not 0 <= found <= 100:
        return None
    return found if found <= 1 else found / 100


def percent(value: Any) -> float | None:
    """A confidence that is always sent as 0..100, so that 1 means one per cent."""
    found = number(value)
    return found / 100 if found is not None and 0 <= found <= 100 else None


def rows(value: Any, *keys: str) -> list[Row]:
    """The objects of a list; of an object, those under one of the keys, else the object itself."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, Mapping)]
    if not isinstance(value, Mapping):
        return []
    inner = next((value[key] for key in keys if key in value), None)
    return [value] if inner is None else rows(inner)


def row(value: Any) -> Row:
    """The object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def target(word: str) -> str:
    """What was seen: human, vehicle, animal, nothing where the camera took it for none of these, or the vendor's own word."""
    lower = word.lower().replace("_", "")
    known = {"human": HUMAN, "vehicle": VEHICLE, "animal": ANIMAL, "": NEITHER}
    return next((name for name, words in known.items() if lower in words), lower)


def url(value: Any) -> str | None:
    """An address of a picture without any user or password in it; None where there is none."""
    word = text(value, 1024)
    if not word or not word.startswith(("http://", "https://", "/")):
        return None
    try:
        parts = urlsplit(word)
    except ValueError:
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def said(**pairs: Any) -> dict[str, Any]:
    """Attributes without those that say nothing."""
    return {key: value for key, value in pairs.items() if value not in (None, "", [], {})}

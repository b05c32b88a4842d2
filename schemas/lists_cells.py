"""A cell as the value that an entry holds. Each function raises ValueError with what to write instead."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from schemas.site import Site
from schemas.site_file_mistakes import instead

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领军空海"
LAST = "挂学警港澳试超领使"
COLOURS_OF_PLATES = "蓝黄白黑绿"
_PLATE = re.compile(f"[{PROVINCES}]?(?=[A-Z0-9]*[0-9])[A-Z0-9]{{4,9}}[{LAST}]?")
_NO_PART = " ·.•・‧∙-\t\u3000"

_NUMBER_OF_PERSON = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
_SHORTENED = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")
_MANY = re.compile(r"[;；、,，|\n]+")

COLOURS: Mapping[str, str] = {
    "grey": "gray", "白": "white", "黑": "black", "银": "silver", "灰": "gray", "红": "red", "蓝": "blue", "黄": "yellow",
    "绿": "green", "棕": "brown", "褐": "brown", "粉": "pink", "紫": "purple", "橙": "orange", "青": "cyan",
}  # fmt: skip
"""Colours as cameras say them."""

_DAYS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)},
    **{word: number for number, word in enumerate("一二三四五六日", 1)},
    **{str(number): number for number in range(1, 8)},
    "天": 7,
}
_SPANS: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("工作日", "workdays"), (1, 2, 3, 4, 5)),
    **dict.fromkeys(("周末", "weekend"), (6, 7)),
    **dict.fromkeys(("每天", "每日", "daily", "all"), ()),
}
_FOR_EVER = frozenset({"长期", "永久", "永久有效", "长期有效", "permanent", "never", "-", "/"})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(.*)", re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?")
_RANGE = re.compile(r"\s*(?:~|～|—|–|至|到| - )\s*")


def plate(cell: str) -> str:
    """A plate as cameras read it: upper case, no dot or blank, no colour before it, full-width letters made plain."""
    found = "".join(char for char in unicodedata.normalize("NFKC", cell).upper() if char not in _NO_PART)
    if len(found) > 2 and found[0] in COLOURS_OF_PLATES and not found[1].isascii():
        found = found[1:]
    if not _PLATE.fullmatch(found):
        raise ValueError("is no plate: write one such as 鲁Q12345.")
    return found


def number(cell: str) -> str:
    """A card's, face's, person's or bay's number, as it stands there."""
    found = unicodedata.normalize("NFKC", cell).strip()
    if _SHORTENED.fullmatch(found):
        raise ValueError("was shortened by a spreadsheet: make the column text there, and write the number whole.")
    if len(found) > 200 or not found.isprintable():
        raise ValueError("is no number: write up to 200 printable characters.")
    return found


def building_of(household: str, site: Site) -> tuple[str, ...]:
    """The building that a level of a household's path names, such as 8号楼/1单元/101; none where no level does."""
    known = {word: place.id for place in site.buildings for word in (place.name.zh, place.name.en, place.id)}
    levels = (level.strip() for level in re.split(r"[/\\>]", household))
    return next(((known[level],) for level in levels if level in known), ())


def several(cell: str, one: Callable[[str], str]) -> tuple[str, ...]:
    """Several of them in one cell, each once."""
    return tuple(dict.fromkeys(one(part) for part in _MANY.split(cell) if part.strip()))


def impersonal(cell: str) -> str:
    """A text that holds no telephone or identity number."""
    if _NUMBER_OF_PERSON.search(cell):
        raise ValueError("holds a telephone or identity number of a person: leave it out.")
    return number(cell)


def household(organisation: str) -> str:
    """The household that a platform's organisation names: a path of three levels or more that ends with a room; else none."""
    levels = [level.strip() for level in re.split(r"[/\\>]", organisation) if level.strip()]
    is_room = len(levels) >= 3 and re.fullmatch(r"[A-Za-z]?\d{1,5}[A-Za-z]?[室房户号]?", levels[-1])
    return "/".join(levels) if is_room else ""


def colour(cell: str) -> str:
    """A colour in the cameras' word."""
    word = cell.strip().lower().removesuffix("色")
    return COLOURS.get(word, word)


def day(cell: str, zone: str) -> date | None:
    """A local date; a time of day beside it is dropped. None: for ever."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if text.lower() in _FOR_EVER:
        return None
    try:
        if "T" in text and (text.endswith("Z") or re.search(r"[+-]\d{2}:?\d{2}$", text)):
            return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).date()
        found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
        if found and not re.sub(r"[\sT:.0-9]", "", (found.groups()[3:] or ("",))[0]):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise ValueError("is no date: write YYYY-MM-DD, such as 2026-05-04.")


def days(cell: str, zone: str) -> tuple[date | None, date | None]:
    """A span of dates, or the last one alone."""
    parts = _RANGE.split(cell.strip())
    if len(parts) > 2:
        raise ValueError("is no span of dates: write 2026-05-04 ~ 2026-06-30.")
    return (day(parts[0], zone) if len(parts) == 2 else None), day(parts[-1], zone)


def clock(cell: str) -> str:
    """A time of day, HH:MM."""
    found = _CLOCK.fullmatch(cell.strip())
    text = f"{int(found[1]):02}:{found[2]}" if found else ""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", text):
        raise ValueError("is no time of day: write HH:MM, from 00:00 to 24:00.")
    return text


def clocks(cell: str) -> tuple[str, str]:
    """A span of the day."""
    parts = re.split(r"\s*[-~～—–至到]\s*", cell.strip())
    if len(parts) != 2:
        raise ValueError("is no span of the day: write 08:00-18:00.")
    return clock(parts[0]), clock(parts[1])


def weekdays(cell: str) -> tuple[int, ...]:
    """Days of the week, Monday 1; empty for every day."""
    if cell.strip().lower() in _SPANS:
        return _SPANS[cell.strip().lower()]
    found = {number for part in re.split(r"[;；、,，|\s]+", cell) if part for number in _weekdays(part)}
    return tuple(sorted(found)) if len(found) < 7 else ()


def _weekdays(part: str) -> Iterator[int]:
    ends = [_weekday(word) for word in re.split(r"[-~～至到]", part)]
    if len(ends) > 2:
        raise ValueError("is no day of the week: write 1 (Monday) to 7 (Sunday), such as 1-5 or 周一至周五.")
    yield from range(ends[0], ends[-1] + 1) if ends[0] <= ends[-1] else (*range(ends[0], 8), *range(1, ends[-1] + 1))


def _weekday(word: str) -> int:
    bare = re.sub(r"^(周|星期|礼拜)", "", word.strip().lower())
    found = _DAYS.get(bare) or _DAYS.get(bare[:3] if bare.endswith("day") else "")
    if not found:
        raise ValueError("is no day of the week: write 1 (Monday) to 7 (Sunday), such as 1-5 or 周一至周五.")
    return found


def buildings(cell: str, site: Site) -> tuple[str, ...]:
    """Buildings of the site, by id or name."""
    known = {word: place.id for place in site.buildings for word in (place.name.zh, place.name.en, place.id)}

    def one(word: str) -> str:
        if word.strip() not in known:
            raise ValueError(f"names no building of the site by {word.strip()!r}: {instead(word.strip(), known)}")
        return known[word.strip()]

    return several(cell, one)

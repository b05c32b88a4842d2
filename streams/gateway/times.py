"""Devices' times: RFC 3339, compact, without a zone, or nonsense."""

import re
from datetime import UTC, datetime, tzinfo

YEARS = (1970, 2100)
"""From a clock that was never set to a year that no device of today will see."""

_UNSIGNED_ZONE = re.compile(r"^(\d{8}T\d{6})(\d{2})(\d{2})$")
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{1,6})?$")


def parse_time(text: object, zone: tzinfo) -> datetime | None:
    """The instant in UTC; a time without a zone is local; None where it is no time or lies outside YEARS."""
    if not isinstance(text, str) or not 8 <= len(text.strip()) <= 40:
        return None
    try:
        time = datetime.fromisoformat(_iso(text.strip()))
        if not YEARS[0] <= time.year < YEARS[1]:
            return None
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> str:
    """The forms that `fromisoformat` does not read: a zone without its sign, digits only, slashes."""
    if match := _UNSIGNED_ZONE.match(text):
        return f"{match[1]}+{match[2]}{match[3]}"
    if match := _COMPACT.match(text):
        year, month, day, hour, minute, second, fraction = match.groups()
        return f"{year}-{month}-{day}T{hour}:{minute}:{second}.{(fraction or '0').ljust(6, '0')}"
    return text.replace("/", "-")

"""Fields of forms that are more than text."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from alerts.incidents.incident import Refused


def uuid_in(form: Mapping[str, str], name: str) -> UUID:
    """A field that names a thing; Refused where it is no id."""
    given = form.get(name, "")
    try:
        return UUID(given)
    except ValueError as err:
        raise Refused("id_unreadable", given[:40]) from err


def once_in(form: Mapping[str, str]) -> UUID | None:
    """The id by which a form that comes twice is done once; None where it has none."""
    return uuid_in(form, "once") if form.get("once") else None


def time_in(form: Mapping[str, str], name: str) -> datetime | None:
    """A field that is a time with its zone; None where it is empty, Refused where it is none."""
    given = form.get(name, "")
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as err:
        raise Refused("time_unreadable", given[:40]) from err
    if moment.tzinfo is None:
        raise Refused("time_unreadable", given[:40])
    return moment

"""The one way to a database connection."""

from collections.abc import Mapping
from typing import Any

import psycopg

from schemas.errors import SettingsError, Unavailable
from schemas.settings import Settings

CONNECT_TIMEOUT_S = 5  # loopback answers in 10 ms; a host that is down should not hold a process for a minute
_ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A host that is gone without a word is noticed within some 10 s, not within the hours of the system's own settings."""
HOW: Mapping[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, "options": "-c timezone=UTC", **_ALIVE}
AWAY = "The database does not answer: `gatehouse doctor` says why."


def address(settings: Settings) -> str:
    """Where the database is, password and all; SettingsError where nobody has said so yet."""
    url = settings.database_url.get_secret_value()
    if not url:
        raise SettingsError("No database is known yet: `gatehouse up` brings one, or set GATEHOUSE_DATABASE_URL.")
    return url


def connect(settings: Settings, *, autocommit: bool = False) -> psycopg.Connection:
    """A connection in UTC; Unavailable where the database does not answer. Never puts the password in an error."""
    try:
        return psycopg.connect(address(settings), autocommit=autocommit, **HOW)
    except psycopg.OperationalError as err:
        raise Unavailable(AWAY) from err


async def connect_async(settings: Settings, *, autocommit: bool = False) -> psycopg.AsyncConnection:
    """As `connect`, for an event loop."""
    try:
        return await psycopg.AsyncConnection.connect(address(settings), autocommit=autocommit, **HOW)
    except psycopg.OperationalError as err:
        raise Unavailable(AWAY) from err

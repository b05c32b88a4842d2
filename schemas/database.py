"""The one way to a database connection."""

import psycopg

from schemas.errors import Unavailable
from schemas.settings import Settings

CONNECT_TIMEOUT_S = 5  # loopback answers in 10 ms; a host that is down should not hold a process for a minute


def connect(settings: Settings, *, autocommit: bool = False) -> psycopg.Connection:
    """A connection in UTC; Unavailable where the database does not answer. Never puts the password in an error."""
    try:
        return psycopg.connect(
            settings.database_url.get_secret_value(),
            autocommit=autocommit,
            connect_timeout=CONNECT_TIMEOUT_S,
            options="-c timezone=UTC",
        )
    except psycopg.OperationalError as err:
        raise Unavailable("The database does not answer: `gatehouse doctor` says why.") from err


async def connect_async(settings: Settings, *, autocommit: bool = False) -> psycopg.AsyncConnection:
    """As `connect`, for an event loop."""
    try:
        return await psycopg.AsyncConnection.connect(
            settings.database_url.get_secret_value(),
            autocommit=autocommit,
            connect_timeout=CONNECT_TIMEOUT_S,
            options="-c timezone=UTC",
        )
    except psycopg.OperationalError as err:
        raise Unavailable("The database does not answer: `gatehouse doctor` says why.") from err

"""How many messages could not be read and wait to be looked at."""

import psycopg

from schemas.database import connect
from schemas.settings import Settings


def waiting_letters(settings: Settings) -> int:
    """Dead letters that nobody has posted again yet; Unavailable where the database does not answer."""
    with connect(settings) as connection:
        try:
            row = connection.execute("SELECT count(*) FROM dead_letters WHERE retried_at IS NULL").fetchone()
        except psycopg.errors.UndefinedTable:  # before the first migration there are none
            return 0
    return int(row[0]) if row else 0

"""Whether the services answer."""

import psycopg

from host.services.admin import admin_client, listens
from schemas.errors import Unavailable

PATIENCE_S = 3


def database_answers(url: str) -> str:
    """Empty where the database takes a connection, else what it says; never the password."""
    try:
        psycopg.connect(url, connect_timeout=PATIENCE_S).close()
    except psycopg.OperationalError as err:
        lines = [line for line in str(err).strip().splitlines() if not line.startswith("\t")]  # libpq's hints are indented
        return lines[-1].rstrip(".")[:200]
    except psycopg.ProgrammingError:
        return "its address cannot be read; it is postgresql://user:password@host:port/database"
    return ""


def kafka_answers(bootstrap: str) -> str:
    """Empty where a broker answers, else what is wrong."""
    if not listens(bootstrap):
        return f"nothing listens at {bootstrap}"
    try:
        with admin_client(bootstrap) as client:
            client.describe_cluster()
    except Unavailable as err:
        return str(err)
    return ""

"""What the desk's tests share: a connection to a database of the test's own."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest


@pytest.fixture
def conn(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """One that commits each statement, as the desk's does."""
    with psycopg.connect(database_url, autocommit=True) as found:
        yield found

"""What the worker's tests share: a writer of its topics, a connection to its database."""

from collections.abc import Iterator

import psycopg
import pytest

from schemas.settings import Settings
from tests.streams.worker.log import LogWriter


@pytest.fixture
def log(settings: Settings) -> Iterator[LogWriter]:
    """Writes to the test's topics."""
    writer = LogWriter(settings.kafka, settings.topic_prefix, settings.partitions)
    yield writer
    writer.close()


@pytest.fixture
def database(settings: Settings) -> Iterator[psycopg.Connection]:
    """The test's database, in autocommit and UTC."""
    url = settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC") as connection:
        yield connection

"""Fixtures that every room's tests share: real services, a database and topics of one's own, settings for them.

`services` is started once a session, when the first test asks for it. TEST_DATABASE_URL (superuser) and TEST_KAFKA name
services that already run.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import pytest

from host.services.topics import ensure_topics
from schemas.migrate import apply
from schemas.settings import PREFIX, Settings
from tests.services import Services, database, given, own, topics_deleted

ROOT = Path(__file__).parents[1]
PARTITIONS = 4

for _name in [name for name in os.environ if name.startswith(PREFIX)]:
    del os.environ[_name]  # a test's settings are its own, whatever the shell exports


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Kafka and TimescaleDB that answer."""
    if (already := given()) is not None:
        yield already
        return
    with own(tmp_path_factory.mktemp("services")) as mine:
        yield mine


class Databases:
    """Makes databases: `with databases() as url` for fixtures of a module's own scope."""

    def __init__(self, superuser_url: str) -> None:
        self._superuser_url = superuser_url

    def __call__(self) -> AbstractContextManager[str]:
        """An empty database, dropped at the end."""
        return database(self._superuser_url)


@pytest.fixture(scope="session")
def databases(services: Services) -> Databases:
    """Maker of empty databases, for a fixture with another scope than a function's."""
    return Databases(services.superuser_url)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A fresh database with this version's tables."""
    with databases() as url:
        apply(url)
        yield url


@pytest.fixture(scope="session")
def kafka(services: Services) -> str:
    """Kafka's bootstrap address."""
    return services.kafka


@pytest.fixture
def topic_prefix(kafka: str) -> Iterator[str]:
    """A prefix of its own, under which all topics exist with PARTITIONS partitions."""
    with topics_deleted(kafka, f"test-{uuid4().hex[:12]}") as prefix:
        ensure_topics(kafka, prefix, PARTITIONS)
        yield prefix


@pytest.fixture
def settings(database_url: str, kafka: str, topic_prefix: str, tmp_path: Path) -> Settings:
    """Settings for a database, topics and a `.local` of the test's own."""
    local = tmp_path / ".local"
    local.mkdir()
    return Settings(
        database_url=database_url,
        kafka=kafka,
        topic_prefix=topic_prefix,
        partitions=PARTITIONS,
        local=local,
        site=ROOT / "sites" / "aozheng" / "site.yaml",
    )

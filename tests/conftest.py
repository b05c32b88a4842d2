"""Fixtures that every room's tests share: real services, a database and topics of one's own, settings for them.

Each service is started once a session, when the first test asks for it. TEST_DATABASE_URL (superuser) and TEST_KAFKA name
services that already run.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import httpx
import hypothesis
import pytest

from host.services.topics import ensure_topics
from schemas.settings import PREFIX, Settings
from tests.services import database, own_database, own_kafka, topics_deleted, with_tables

ROOT = Path(__file__).parents[1]
PARTITIONS = 4

for _name in [name for name in os.environ if name.startswith(PREFIX)]:
    del os.environ[_name]  # a test's settings are its own, whatever the shell exports


for _part in ("connect", "read", "write", "pool"):
    setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, _part, 60.0)  # where nothing else is said: the machine may be busy

hypothesis.settings.register_profile("gatehouse", hypothesis.settings(deadline=None))
hypothesis.settings.load_profile("gatehouse")  # how long an example takes is the machine's, not the code's


@pytest.fixture(scope="session")
def superuser_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's address of a TimescaleDB that answers."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with own_database(tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bootstrap address of a Kafka that answers."""
    if given := os.environ.get("TEST_KAFKA"):
        yield given
        return
    with own_kafka(tmp_path_factory.mktemp("kafka")) as bootstrap:
        yield bootstrap


class Databases:
    """Makes databases, dropped at the end: `with databases() as url` for fixtures of a module's own scope."""

    def __init__(self, superuser_url: str, template: str) -> None:
        self._superuser_url, self._template = superuser_url, template

    def __call__(self) -> AbstractContextManager[str]:
        """A fresh database with this version's tables."""
        return database(self._superuser_url, self._template)

    def empty(self) -> AbstractContextManager[str]:
        """One without tables."""
        return database(self._superuser_url)


@pytest.fixture(scope="session")
def databases(superuser_url: str) -> Iterator[Databases]:
    """Maker of databases, for a fixture with another scope than a function's."""
    with with_tables(superuser_url) as template:
        yield Databases(superuser_url, template)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A fresh database with this version's tables."""
    with databases() as url:
        yield url


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

"""Connections: in UTC, and what is wrong as a sentence without the password."""

import pytest

from schemas.database import connect, connect_async
from schemas.errors import SettingsError, Unavailable
from schemas.settings import Settings


def test_a_connection_speaks_utc(database_url: str) -> None:
    with connect(Settings(database_url=database_url)) as connection:
        assert connection.execute("show timezone").fetchone() == ("UTC",)


async def test_a_database_that_is_away_is_said_without_its_password() -> None:
    away = Settings(database_url="postgresql://u:hunter2@127.0.0.1:1/d")
    with pytest.raises(Unavailable) as caught:
        connect(away)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(Unavailable):
        await connect_async(away)


def test_a_database_that_nobody_named_is_a_setting_that_lacks() -> None:
    with pytest.raises(SettingsError, match="GATEHOUSE_DATABASE_URL"):
        connect(Settings())

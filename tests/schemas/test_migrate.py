"""Migrations on a real TimescaleDB."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from schemas.errors import Unavailable
from schemas.events import Kind
from schemas.migrate import apply, pending
from tests.conftest import Databases


def test_an_empty_database_gets_all_tables_once(databases: Databases) -> None:
    with databases.empty() as url:
        names = pending(url)
        assert names == tuple(sorted(names))
        assert apply(url) == len(names)
        assert apply(url) == 0
        assert pending(url) == ()
        with psycopg.connect(url) as connection:
            rows = connection.execute("SELECT hypertable_name FROM timescaledb_information.hypertables").fetchall()
            assert {row[0] for row in rows} >= {*(f"events_{kind}" for kind in Kind), "alerts"}
            assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_two_that_migrate_at_once_take_turns(databases: Databases) -> None:
    with databases.empty() as url, ThreadPoolExecutor(2) as threads:
        counts = sorted(threads.map(apply, [url, url]))
    assert counts[0] == 0
    assert counts[1] > 0


def test_a_lock_that_a_killed_process_left_does_not_stop_the_next(databases: Databases) -> None:
    with databases.empty() as url:
        apply(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 1)")
        assert apply(url) == 0


def test_a_database_that_does_not_answer_is_one_sentence_without_the_password() -> None:
    with pytest.raises(Unavailable) as error:
        apply("postgresql://somebody:s3cret@127.0.0.1:1/nothing")
    assert "s3cret" not in str(error.value)

"""The spool on a real disk."""

import sqlite3
import time
from pathlib import Path

import pytest

from schemas.errors import Unavailable
from streams.gateway.record import Record
from streams.gateway.spool import Full, Spool


def record(number: int, size: int = 10) -> Record:
    return Record("t.camera", number % 4, "site", "application/json", str(number).encode().ljust(size))


def test_what_was_put_comes_out_in_order_after_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s" / "spool.sqlite", 1 << 20)
    futures = [spool.put(record(number)) for number in range(300)]
    assert [future.result(10) for future in futures] == [None] * 300
    spool.close()
    again = Spool(tmp_path / "s" / "spool.sqlite", 1 << 20)
    assert again.depth == 300 and again.size == sum(record(number).size for number in range(300))
    taken = again.oldest(1000, 1 << 30).result(10)
    assert [kept for _, kept in taken] == [record(number) for number in range(300)]
    again.close()


def test_a_full_spool_refuses_and_writes_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 1000)
    spool.put(record(1, 400)).result(10)
    with pytest.raises(Full):
        spool.put(record(2, 400))
    assert spool.depth == 1
    spool.close()


def test_room_that_was_drained_is_room_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 1000)
    spool.put(record(1, 400)).result(10)
    spool.remove(spool.oldest(10, 1 << 20).result(10)).result(10)
    assert (spool.depth, spool.size) == (0, 0)
    spool.put(record(2, 400)).result(10)
    spool.close()


def test_a_read_is_bounded_by_bytes_but_gives_at_least_one(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 1 << 20)
    for number in range(5):
        spool.put(record(number, 1000)).result(10)
    assert len(spool.oldest(10, 2500).result(10)) == 2
    assert len(spool.oldest(10, 1).result(10)) == 1
    spool.close()


def test_it_is_written_with_full_synchronisation(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 1 << 20)
    asked = spool._ask(
        lambda c: (c.execute("PRAGMA journal_mode").fetchone()[0], c.execute("PRAGMA synchronous").fetchone()[0])
    )
    assert asked.result(10) == ("wal", 2)
    spool.close()


def test_a_record_that_kafka_will_never_take_is_kept_apart(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 1 << 20)
    spool.put(record(7)).result(10)
    taken = spool.oldest(1, 100).result(10)
    spool.set_aside(taken[0][0], "too large").result(10)
    spool.remove(taken).result(10)
    spool.close()
    with sqlite3.connect(tmp_path / "spool.sqlite") as connection:
        assert connection.execute("SELECT reason FROM refused").fetchall() == [("too large",)]
    connection.close()


def test_a_disk_that_fails_fails_the_put_and_is_not_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 1 << 20)
    spool._ask(lambda c: c.execute("PRAGMA query_only=ON")).result(10)
    with pytest.raises(Unavailable):
        spool.put(record(1)).result(10)
    assert (spool.depth, spool.size) == (0, 0)
    spool.close()


def test_a_removal_in_the_middle_of_a_put_is_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 1 << 20)
    spool.put(record(1)).result(10)
    taken = spool.oldest(1, 1 << 20).result(10)
    asked: list[int] = []

    class Interrupted(Record):
        """While its size is counted the spool's thread forgets a drained record."""

        @property
        def size(self) -> int:
            asked.append(1)
            if len(asked) == 2:
                spool.remove(taken).result(10)
                while spool.size:
                    time.sleep(0.001)
            return 300

    spool.put(Interrupted("t.camera", 0, "site", "application/json", b"x")).result(10)
    spool.close()
    assert (spool.depth, spool.size) == (1, 300)

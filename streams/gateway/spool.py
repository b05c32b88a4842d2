"""The disk spool: records that Kafka can't take now, in order, synced before anyone is told so.

SQLite in WAL mode with synchronous=FULL, on one thread of its own. What is asked while a commit runs is answered by the
next one, together (group commit). Bounded by bytes: over the limit it raises Full and nothing is written.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import astuple
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from schemas.errors import Unavailable
from streams.gateway.record import Record

log = logging.getLogger(__name__)

_TABLE = """
CREATE TABLE IF NOT EXISTS records (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL, partition INTEGER NOT NULL, key TEXT NOT NULL, content_type TEXT NOT NULL, value BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS refused (number INTEGER PRIMARY KEY, reason TEXT NOT NULL, topic TEXT NOT NULL, value BLOB NOT NULL);
"""
TOGETHER = 256
"""Jobs in one commit, so that the first of a long queue does not wait for the last."""

Job = tuple[Callable[[sqlite3.Connection], Any], "Future[Any]"]


class Full(Unavailable):
    """The spool has no room: the device must come again."""


class Spool:
    """Records on disk. `depth` and `size` count what was asked for, so that a record on its way to the disk is in them."""

    def __init__(self, path: Path, limit_bytes: int) -> None:
        """Open or make the file; what was left behind is in it, in order."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._limit = limit_bytes
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_TABLE)
        row = self._connection.execute("SELECT count(*), coalesce(sum(length(value) + 256), 0) FROM records").fetchone()
        self.depth, self.size = int(row[0]), int(row[1])
        self._counting = threading.Lock()  # both threads count, and a count that is off by one would stop the time for ever
        self._thread = threading.Thread(target=self._work, name="spool", daemon=True)
        self._thread.start()

    @property
    def limit(self) -> int:
        """Most bytes that it holds."""
        return self._limit

    def put(self, record: Record) -> "Future[None]":
        """Done when the record is synced to disk; Full at once where there is no room for it."""
        if self.size + record.size > self._limit:
            raise Full("The spool is full: Kafka has been away for too long.")
        self._count(1, record.size)
        future = self._ask(lambda c: c.execute(_INSERT, astuple(record)) and None)
        future.add_done_callback(lambda done: self._count(-1, -record.size) if done.exception() else None)
        return future

    def _count(self, records: int, size: int) -> None:
        with self._counting:
            self.depth, self.size = self.depth + records, self.size + size

    def oldest(self, most: int, most_bytes: int) -> "Future[list[tuple[int, Record]]]":
        """The first records with their numbers, oldest first: at least one where there is one, then up to both limits."""

        def read(connection: sqlite3.Connection) -> list[tuple[int, Record]]:
            """Runs on the spool's thread."""
            taken: list[tuple[int, Record]] = []
            size = 0
            for row in connection.execute(_OLDEST, (most,)):
                size += len(row[5])
                if taken and size > most_bytes:
                    break
                taken.append((row[0], Record(*row[1:])))
            return taken

        return self._ask(read)

    def remove(self, taken: Sequence[tuple[int, Record]]) -> "Future[None]":
        """Forget records that Kafka has acknowledged."""
        last, size = taken[-1][0], sum(record.size for _, record in taken)
        future = self._ask(lambda c: c.execute("DELETE FROM records WHERE number <= ?", (last,)) and None)
        future.add_done_callback(lambda done: None if done.exception() else self._count(-len(taken), -size))
        return future

    def set_aside(self, number: int, reason: str) -> "Future[None]":
        """Keep a record that Kafka will never take apart from the others, so that it stops nothing."""

        def move(connection: sqlite3.Connection) -> None:
            connection.execute(_SET_ASIDE, (reason, number))

        return self._ask(move)

    def close(self) -> None:
        """Finish what was asked, then close."""
        self._jobs.put(None)
        self._thread.join(timeout=10)
        self._connection.close()

    def _ask(self, work: Callable[[sqlite3.Connection], Any]) -> "Future[Any]":
        future: Future[Any] = Future()
        self._jobs.put((work, future))
        return future

    def _work(self) -> None:
        while job := self._jobs.get():
            jobs = [job]
            while len(jobs) < TOGETHER and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    self._jobs.put(None)
                    break
                jobs.append(following)
            self._commit(jobs)

    def _commit(self, jobs: list[Job]) -> None:
        """All in one transaction; answers are given only after its sync."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            results = [work(self._connection) for work, _ in jobs]
            self._connection.execute("COMMIT")
        except sqlite3.Error as err:
            log.error("The spool can't be written: %s.", err)
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            for _, future in jobs:
                future.set_exception(Unavailable("The spool can't be written: look at the disk."))
            return
        for (_, future), result in zip(jobs, results, strict=True):
            future.set_result(result)


_INSERT = "INSERT INTO records (topic, partition, key, content_type, value) VALUES (?, ?, ?, ?, ?)"
_OLDEST = "SELECT number, topic, partition, key, content_type, value FROM records ORDER BY number LIMIT ?"
_SET_ASIDE = "INSERT OR REPLACE INTO refused SELECT number, ?, topic, value FROM records WHERE number = ?"

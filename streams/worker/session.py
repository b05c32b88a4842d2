"""A lane's connections: opened when needed, opened anew when they broke, psycopg's errors translated.

Every error is one of three: the database is away or cannot now (Unavailable: wait, the block is kept), somebody else owns
the partition (Fenced), or the rows themselves are refused (RecordError: waiting would not help).
"""

import threading
from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

import psycopg

from schemas.errors import GatehouseError, RecordError, Unavailable
from schemas.events import Kind
from streams.worker.id_set import Bools
from streams.worker.records import Places, Record
from streams.worker.recover import Doubt, Recovered, load, look_up
from streams.worker.store import Block, Store

Connect = Callable[[], psycopg.Connection]
T = TypeVar("T")

_REFUSED = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded)
"""What the rows themselves are to blame for. The last is a text longer than an index takes, which psycopg counts as the
server's trouble: waiting for that to pass would be for ever."""


class Refused(GatehouseError):
    """PostgreSQL refuses a block's rows. `lone` is its only record; of several records, one up to `end` is bad."""

    def __init__(self, reason: str, end: Places, lone: Record | None) -> None:
        super().__init__(reason)
        self.end, self.lone = end, lone


class Session:
    """One partition's two connections: one writes blocks, one answers look-ups while a block is being written."""

    def __init__(self, connect: Connect, prefix: str, store: Store, partition: int) -> None:
        self._connect, self._prefix, self._store, self._partition = connect, prefix, store, partition
        self._writing: psycopg.Connection | None = None
        self._asking: psycopg.Connection | None = None
        self._doubtful: Block | None = None
        self._turn = threading.Lock()

    def load(self, logs: Mapping[Kind, UUID]) -> Recovered:
        """The partition's place in the database, where Kafka's topics are these logs."""
        return self._ask(lambda connection: load(connection, self._prefix, self._partition, logs))

    def look_up(self, doubt: Doubt) -> Bools:
        """Which of the events are stored already."""
        return self._ask(lambda connection: look_up(connection, self._partition, doubt))

    def commit(self, block: Block) -> None:
        """Write the block once, also when it is given again because the answer was lost.

        A lane that starts again may leave a commit behind it that is still under way: the next one waits for it.
        """
        with self._turn:
            self._commit(block)

    def _commit(self, block: Block) -> None:
        try:
            self._writing = self._writing or self._connect()
            if self._doubtful is block and self._store.took_effect(self._writing, block):
                return
            self._doubtful = block
            self._store.commit(self._writing, block)
        except _REFUSED as err:
            raise RecordError(f"The database refuses the rows: {err.diag.message_primary or type(err).__name__}.") from err
        except psycopg.Error as err:
            self._drop_writing()
            raise Unavailable(f"The database cannot write now ({_short(err)}): the block is kept.") from err

    def close(self) -> None:
        """Close both connections."""
        self._drop_writing()
        self._drop_asking()

    def _drop_writing(self) -> None:
        if self._writing is not None:
            self._writing.close()
        self._writing = None

    def _drop_asking(self) -> None:
        if self._asking is not None:
            self._asking.close()
        self._asking = None

    def _ask(self, question: Callable[[psycopg.Connection], T]) -> T:
        try:
            self._asking = self._asking or self._connect()
            return question(self._asking)
        except psycopg.Error as err:
            self._drop_asking()
            raise Unavailable(f"The database does not answer ({_short(err)}).") from err


def _short(err: psycopg.Error) -> str:
    return (err.diag.message_primary or type(err).__name__)[:200]

"""The yardstick: the same rows by bare binary COPY into an equal hypertable, from one connection that does nothing else.

The bytes are encoded beforehand and sent in transactions of the worker's block size, so it is as fast as the database alone.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import psycopg
import pyarrow as pa

from streams.worker.copy_rows import COLUMNS, encode_rows

TABLE = "bench_events"
_EQUAL = f"""
DROP TABLE IF EXISTS {TABLE};
CREATE TABLE {TABLE} (LIKE events_camera);
SELECT create_hypertable('{TABLE}', 'event_time', chunk_time_interval => INTERVAL '1 day', create_default_indexes => false);
CREATE UNIQUE INDEX ON {TABLE} (event_time, id);
CREATE INDEX ON {TABLE} (id) WHERE event_time <> occurred_at;
CREATE INDEX ON {TABLE} USING brin (received_at)
"""
_COPY = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)"


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows written and the seconds that it took."""

    rows: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def copy_bare(connection: psycopg.Connection, blocks: Sequence[pa.RecordBatch]) -> Copied:
    """Write each block (no repetitions, no heartbeats) in a transaction of its own; the connection is in autocommit."""
    for statement in _EQUAL.split(";\n"):
        connection.execute(statement.strip().rstrip(";"))
    streams = [
        encode_rows(block, np.zeros(block.num_rows, dtype=np.bool_), 0, np.zeros(block.num_rows, dtype=np.int64))
        for block in blocks
    ]
    began = time.perf_counter()
    for stream in streams:
        with connection.transaction(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(stream)
    seconds = time.perf_counter() - began
    return Copied(sum(block.num_rows for block in blocks), seconds)

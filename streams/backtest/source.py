"""Where events come from: a file of JSON Lines, CSV or Parquet, or the database between two times."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.events import HEARTBEAT
from streams.backtest.database import of_database
from streams.backtest.errors import EventsError
from streams.backtest.form import Assumed
from streams.backtest.json_lines import Unreadable, of_json_lines
from streams.backtest.tables import ROWS, of_csv, of_parquet

JSON_LINES, CSV, PARQUET = (".jsonl", ".ndjson", ".json"), (".csv",), (".parquet", ".pq")
_PIECE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or the database from one arrival until before another. `rows` is about how many (0: nobody knows), `lives`
    whether heartbeats are among them."""

    path: Path | None
    since: datetime | None
    until: datetime | None
    assumed: Assumed
    rows: int
    lives: bool

    def read(self, unreadable: Unreadable) -> Iterator[pa.RecordBatch]:
        """The rows in FORM (form.py), in the order in which they stand there."""
        if self.path is None:
            assert self.since is not None and self.until is not None
            return of_database(self.since, self.until, self.assumed)
        if self.path.suffix in JSON_LINES:
            return of_json_lines(self.path, self.assumed, unreadable)
        return of_csv(self.path, self.assumed) if self.path.suffix in CSV else of_parquet(self.path, self.assumed)


def file_source(path: Path, assumed: Assumed) -> Source:
    """A file as a source, looked through once for heartbeats; EventsError where it is none of ours."""
    if path.suffix not in (*JSON_LINES, *CSV, *PARQUET):
        raise EventsError(f"{path}: events come as {', '.join((*JSON_LINES, *CSV, *PARQUET))}; the name's ending says which.")
    try:
        rows, lives = _parquet(path) if path.suffix in PARQUET else _text(path)
    except (OSError, pa.ArrowException) as err:
        raise EventsError(f"{path} cannot be read: {err}.") from err
    return Source(path, None, None, assumed, rows, lives or assumed.type == HEARTBEAT)


def database_source(since: datetime, until: datetime, assumed: Assumed) -> Source:
    """The database as a source."""
    return Source(None, since, until, assumed, rows=0, lives=False)


def _parquet(path: Path) -> tuple[int, bool]:
    with pq.ParquetFile(path) as file:
        rows = file.metadata.num_rows
        if "type" not in file.schema_arrow.names:
            return rows, False
        types = (batch.column(0).cast(pa.string()).unique().to_pylist() for batch in file.iter_batches(ROWS, columns=["type"]))
        return rows, any(HEARTBEAT in found for found in types)


def _text(path: Path) -> tuple[int, bool]:
    word, lines, lives, tail = HEARTBEAT.encode(), 0, False, b""
    with path.open("rb") as file:
        for piece in itertools.takewhile(bool, iter(lambda: file.read(_PIECE), None)):
            lines += piece.count(b"\n")
            lives = lives or word in tail + piece[: len(word)] or word in piece
            tail = piece[-len(word) :]
    return lines, lives

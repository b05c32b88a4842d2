"""Events of CSV and Parquet files, a batch at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from streams.backtest.errors import EventsError
from streams.backtest.form import Assumed, shaped

ROWS = 65_536
"""In one batch: the worker's own blocks are half that; larger ones are no faster."""

_CSV_BYTES = 8 * 1024 * 1024
_TEXTS = (
    *("id", "site", "kind", "type", "device", "occurred_at", "received_at", "event_time", "time"),
    *("subject", "zone", "direction", "attributes", "picture"),
)
_TYPES = dict.fromkeys(_TEXTS, pa.string()) | {
    "score": pa.float64(),
    "value": pa.float64(),
    "kafka_offset": pa.int64(),
    "kafka_partition": pa.int32(),
    "late": pa.bool_(),
    "initial": pa.bool_(),
}
COLUMNS = tuple(_TYPES)
"""What is read of a file; other columns are not looked at."""


def of_parquet(path: Path, assumed: Assumed) -> Iterator[pa.RecordBatch]:
    """A Parquet file's rows in FORM."""
    try:
        with pq.ParquetFile(path) as file:
            names = [name for name in file.schema_arrow.names if name in COLUMNS]
            yield from _each(file.iter_batches(ROWS, columns=names), assumed)
    except (OSError, pa.ArrowException) as err:
        raise EventsError(f"{path} cannot be read as Parquet: {err}.") from err


def of_csv(path: Path, assumed: Assumed) -> Iterator[pa.RecordBatch]:
    """A CSV file's rows in FORM."""
    try:
        with path.open("rb") as file:
            yield from csv_rows(file, assumed)
    except (OSError, pa.ArrowException) as err:
        raise EventsError(f"{path} cannot be read as CSV: {err}.") from err


def csv_rows(file: BinaryIO | Any, assumed: Assumed) -> Iterator[pa.RecordBatch]:
    """The rows of CSV text with a header. An empty field that is not quoted is no value."""
    reader = pc_csv.open_csv(
        file,
        read_options=pc_csv.ReadOptions(block_size=_CSV_BYTES),
        parse_options=pc_csv.ParseOptions(newlines_in_values=True),
        convert_options=pc_csv.ConvertOptions(
            column_types=_TYPES,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t", "true", "True", "TRUE", "1"],
            false_values=["f", "false", "False", "FALSE", "0"],
        ),
    )
    with reader:
        yield from _each(reader, assumed)


def _each(batches: Iterator[pa.RecordBatch] | Any, assumed: Assumed) -> Iterator[pa.RecordBatch]:
    row = 0
    for batch in batches:
        if batch.num_rows:
            yield shaped(batch, assumed, row)
            row += batch.num_rows

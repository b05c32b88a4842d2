"""Rows in the order of their arrival, as a log has them."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import pyarrow as pa

from streams.backtest.tables import ROWS
from streams.worker.copy_rows import Int64s, times_of

Batches = Iterator[pa.RecordBatch]
Found = TypeVar("Found")


def arrivals(batch: pa.RecordBatch) -> Int64s:
    """When each row was received, in microseconds."""
    return times_of(batch.column("received_at"))


class OutOfOrder(Exception):
    """A batch holds an arrival before the last one of the batch before: only all rows together can be sorted."""


def in_order(batches: Batches) -> Batches:
    """Each batch sorted by (arrival, offset); OutOfOrder where that does not put the whole in order."""
    last = None
    for batch in batches:
        ordered = _sorted(batch)
        received = arrivals(ordered)
        if last is not None and received[0] < last:
            raise OutOfOrder
        last = received[-1]
        yield ordered


def _sorted(batch: pa.RecordBatch) -> pa.RecordBatch:
    received = arrivals(batch)
    if (np.diff(received) > 0).all():
        return batch
    places = np.lexsort((_offsets(batch), received))
    return batch if (np.diff(places) == 1).all() else batch.take(pa.array(places))


def _offsets(batch: pa.RecordBatch | pa.Table) -> Int64s:
    found: Int64s = batch.column("offset").to_numpy()
    return found


def sorted_whole(batches: Batches) -> Batches:
    """All rows, sorted in memory: some 200 bytes a row."""
    parts = list(batches)
    if not parts:
        return
    table = pa.Table.from_batches(parts)
    received = np.concatenate([arrivals(batch) for batch in parts])
    places = np.lexsort((_offsets(table), received))
    for start in range(0, len(places), ROWS):
        yield table.take(pa.array(places[start : start + ROWS])).combine_chunks().to_batches()[0]


def ordered_by(read: Callable[[], Batches], use: Callable[[Batches], Found]) -> Found:
    """What `use` makes of the rows in order: a batch at a time where they are in order already, else from all at once."""
    try:
        return use(in_order(read()))
    except OutOfOrder:
        return use(sorted_whole(read()))

"""Arrow batches as one matrix of 64-bit numbers, a column of the matrix an event."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from streams.rules.names import Ints, Names

TIME, ID_HIGH, ID_LOW, OFFSET, DEVICE, SUBJECT, VALUE, OCCURRED, RECEIVED, KIND, BITS, COLUMNS = range(12)
"""Rows of the matrix. TIME is where the event is judged; VALUE holds the bits of a float64, NaN for null; BITS see filters."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def times(column: pa.Array) -> Ints:
    """A timestamp[us] column without nulls as microseconds since the epoch."""
    values: Ints = np.frombuffer(column.buffers()[1], np.int64)
    return values[column.offset : column.offset + len(column)]


def ids(column: pa.Array) -> Ints:
    """The two halves of 16-byte ids, shape (2, n); each half's bits are the big-endian number's."""
    raw = np.frombuffer(column.buffers()[1], ">u8").reshape(-1, 2)[column.offset : column.offset + len(column)]
    return np.ascontiguousarray(raw.T.astype(np.uint64)).view(np.int64)


def floats(column: pa.Array) -> Floats:
    """A float64 column, NaN for null."""
    values: Floats = column.to_numpy(zero_copy_only=False)
    return values.astype(np.float64, copy=False)


def flags(column: pa.Array) -> Flags:
    """A boolean column without nulls."""
    values: Flags = column.to_numpy(zero_copy_only=False)
    return values.astype(np.bool_, copy=False)


def matrix(batch: pa.RecordBatch, offsets: Ints, names: Names, *, subjects: bool) -> Ints:
    """The batch's numbers, KIND and BITS zero; (COLUMNS, n). Subjects are numbered where a rule looks at them."""
    rows = np.zeros((COLUMNS, batch.num_rows), np.int64)
    rows[TIME] = times(batch.column("event_time"))
    rows[ID_HIGH : ID_LOW + 1] = ids(batch.column("id"))
    rows[OFFSET] = offsets
    rows[DEVICE] = names.numbers(batch.column("device"))
    if subjects:
        rows[SUBJECT] = names.numbers(batch.column("subject"))
    rows[VALUE] = floats(batch.column("value")).view(np.int64)
    rows[OCCURRED] = times(batch.column("occurred_at"))
    rows[RECEIVED] = times(batch.column("received_at"))
    return rows


def in_order(rows: Ints) -> Ints:
    """The columns sorted by (time, id, offset); ids compare as their bytes do."""
    order: Ints = np.argsort(rows[TIME], kind="stable")
    same = np.diff(rows[TIME][order]) == 0
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same)) if same.any() else np.empty(0, np.int64)
    if len(tied):  # few where clocks count microseconds: only their runs are sorted again, in their places
        some = rows[:, order[tied]]
        high, low = some[ID_HIGH].view(np.uint64), some[ID_LOW].view(np.uint64)
        order[tied] = order[tied][np.lexsort((some[OFFSET], low, high, some[TIME]))]
    return rows[:, order]


def joined(parts: Sequence[Ints]) -> Ints:
    """Several matrices beside one another."""
    return parts[0] if len(parts) == 1 else np.concatenate([empty(), *parts], axis=1)


def empty() -> Ints:
    """A matrix of no events."""
    return np.empty((COLUMNS, 0), np.int64)

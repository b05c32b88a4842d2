"""Rows of events as PostgreSQL's binary COPY, written by a compiled kernel outside the interpreter's lock.

COLUMNS is the order of the fields on the wire. A uuid is its 16 bytes, a time microseconds since 2000, jsonb its text after
a version byte. Nothing is checked here: PostgreSQL refuses what it cannot hold.
"""

from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.codec import to_batch

_FIXED = ("id", "occurred_at", "received_at", "event_time", "late", "kafka_partition", "kafka_offset", "score", "value")
_TEXTS = ("site", "kind", "type", "device", "subject", "zone", "direction", "attributes", "picture")
COLUMNS = _FIXED + _TEXTS

_EPOCH_2000_US = 946_684_800 * 1_000_000  # PostgreSQL counts from 2000-01-01
_JSONB = _TEXTS.index("attributes")
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)  # no flags, no extension
_TRAILER = b"\xff\xff"
_FIXED_BYTES = 2 + (4 + 16) + 3 * (4 + 8) + (4 + 1) + (4 + 4) + (4 + 8) + 2 * (4 + 8) + len(_TEXTS) * 4 + 1

N = TypeVar("N", bound=np.generic)
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


def encode_rows(batch: pa.RecordBatch, late: Bools, partition: int, offsets: Int64s) -> memoryview:
    """The rows of a batch of schemas.codec.SCHEMA as one COPY stream, header and trailer included.

    `late` and `offsets` (of the Kafka records) have one entry a row.
    """
    n = batch.num_rows
    texts = [_text(batch.column(name)) for name in _TEXTS]
    room = len(_HEADER) + len(_TRAILER) + n * _FIXED_BYTES + sum(int(ends[-1] - ends[0]) for ends, _, _ in texts)
    out = np.empty(room, dtype=np.uint8)
    out[: len(_HEADER)] = np.frombuffer(_HEADER, dtype=np.uint8)
    times = np.stack([_int64(batch.column(name)) for name in _FIXED[1:4]]) - _EPOCH_2000_US
    numbers = np.stack([_float_bits(batch.column(name)) for name in _FIXED[-2:]])
    given = np.stack([_valid(batch.column(name)) for name in _FIXED[-2:]])
    ends, data, valid = (tuple(parts) for parts in zip(*texts, strict=True))
    end = _fill(out, len(_HEADER), _ids(batch.column("id")), times, late, partition, offsets, numbers, given, ends, data, valid)
    out[end : end + len(_TRAILER)] = np.frombuffer(_TRAILER, dtype=np.uint8)
    return out.data[: end + len(_TRAILER)]


def warm() -> None:
    """Load or compile the kernel."""
    encode_rows(to_batch(()), np.zeros(0, np.bool_), 0, np.zeros(0, np.int64))


def ids_of(column: pa.FixedSizeBinaryArray) -> npt.NDArray[np.uint64]:
    """Ids as an (n, 2) array of their halves, as they lie in memory."""
    return _ids(column).view(np.uint64)


def times_of(column: pa.TimestampArray) -> Int64s:
    """Times as microseconds since 1970."""
    return _int64(column)


def _ids(column: Any) -> Bytes:
    whole = np.frombuffer(column.buffers()[1] or b"", dtype=np.uint8)
    return _kept(whole[column.offset * 16 : (column.offset + len(column)) * 16].reshape(-1, 16))


def _int64(column: Any) -> Int64s:
    whole = np.frombuffer(column.buffers()[1] or b"", dtype=np.int64)
    return _kept(whole[column.offset : column.offset + len(column)])


def _kept(array: npt.NDArray[N]) -> npt.NDArray[N]:
    """The array as read-only: the compiled kernel wants all columns alike, and Arrow's buffers are of both sorts."""
    array.setflags(write=False)
    return array


def _float_bits(column: Any) -> Int64s:
    return _int64(column)


def _valid(column: Any) -> Bools:
    if column.null_count == 0:
        return _kept(np.ones(len(column), dtype=np.bool_))
    return _kept(np.asarray(column.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_))


def _text(column: Any) -> tuple[npt.NDArray[np.int32], Bytes, Bools]:
    """Offsets (n + 1), bytes, and which are not null."""
    _, ends, data = column.buffers()
    starts = np.frombuffer(ends or bytes(4), dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    return _kept(starts), _kept(np.frombuffer(data or b"", dtype=np.uint8)), _valid(column)


@numba.njit(cache=True, nogil=True, inline="always")
def _put(out: Bytes, at: int, value: int, width: int) -> int:
    for i in range(width):
        out[at + i] = (value >> (8 * (width - 1 - i))) & 0xFF
    return at + width


@numba.njit(cache=True, nogil=True)
def _fill(  # the kernel's arrays are its columns
    out: Bytes,
    at: int,
    ids: Bytes,
    times: Int64s,
    late: Bools,
    partition: int,
    offsets: Int64s,
    numbers: Int64s,
    given: Bools,
    ends: tuple[npt.NDArray[np.int32], ...],
    data: tuple[Bytes, ...],
    valid: tuple[Bools, ...],
) -> int:
    fields = 7 + numbers.shape[0] + len(ends)
    for row in range(ids.shape[0]):
        at = _put(out, at, fields, 2)
        at = _put(out, at, 16, 4)
        for i in range(16):
            out[at + i] = ids[row, i]
        at += 16
        for column in range(times.shape[0]):
            at = _put(out, at, 8, 4)
            at = _put(out, at, times[column, row], 8)
        at = _put(out, at, 1, 4)
        out[at] = 1 if late[row] else 0
        at = _put(out, at + 1, 4, 4)
        at = _put(out, at, partition, 4)
        at = _put(out, at, 8, 4)
        at = _put(out, at, offsets[row], 8)
        for column in range(numbers.shape[0]):
            if given[column, row]:
                at = _put(out, at, 8, 4)
                at = _put(out, at, numbers[column, row], 8)
            else:
                at = _put(out, at, -1, 4)
        for column in range(len(ends)):
            if not valid[column][row]:
                at = _put(out, at, -1, 4)
                continue
            start, stop = ends[column][row], ends[column][row + 1]
            versioned = column == _JSONB
            at = _put(out, at, stop - start + (1 if versioned else 0), 4)
            if versioned:
                out[at] = 1
                at += 1
            for i in range(start, stop):
                out[at] = data[column][i]
                at += 1
    return at

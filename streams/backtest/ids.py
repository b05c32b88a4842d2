"""Columns of ids as 16 bytes each, whatever a file keeps them as; no loop over rows."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_DIGITS = np.full(256, 255, np.uint8)
_DIGITS[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16)
_DIGITS[np.frombuffer(b"ABCDEF", np.uint8)] = np.arange(10, 16)
_TEXT = 36
_HYPHENS = (8, 13, 18, 23)
_HEX = np.delete(np.arange(_TEXT), _HYPHENS)


def binary_ids(column: pa.Array, beats: pa.Array) -> pa.Array | None:
    """The ids, zero for heartbeats and where there is none to say; None where some are no UUIDs, or an event has none."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if column.null_count and pc.any(pc.and_(pc.is_null(column), pc.invert(beats))).as_py():
        return None
    if pa.types.is_fixed_size_binary(column.type) and column.type.byte_width == 16:
        return pc.fill_null(column, pa.scalar(bytes(16), pa.binary(16)))
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return None
    return _of_texts(pc.cast(column, pa.string()))


def _of_texts(column: pa.Array) -> pa.Array | None:
    texts = pc.fill_null(column, "00000000-0000-0000-0000-000000000000")
    if not pc.all(pc.equal(pc.binary_length(texts), _TEXT)).as_py():
        return None
    _, ends, data = texts.buffers()
    start = int(np.frombuffer(ends, np.int32)[texts.offset])
    letters = np.frombuffer(data, np.uint8)[start : start + _TEXT * len(texts)].reshape(-1, _TEXT)
    digits = _DIGITS[letters[:, _HEX]]
    if (digits == 255).any() or (letters[:, _HYPHENS] != ord("-")).any():
        return None
    raw = (digits[:, 0::2] << 4 | digits[:, 1::2]).astype(np.uint8)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(texts), [None, pa.py_buffer(raw.tobytes())])

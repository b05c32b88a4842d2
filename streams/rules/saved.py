"""Rule state as bytes: a magic word with the form's number, a checksum, a JSON header, and arrays, compressed.

Arrays and JSON only, so reading runs nothing. A dump that is damaged, of another form or another site is refused (StateError).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from schemas.errors import StateError
from streams.rules.columns import COLUMNS, empty
from streams.rules.machine import State
from streams.rules.names import Ints

MAGIC = b"gatehouse rules 2\n"
DIGEST = 16
CODEC = "zstd"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that an engine's next step depends on.

    `machines`: the rules' states by id. `codes` and `slots`: what codes and attribute slots of the pending rows mean. `beside`:
    what plain Python keeps (open alerts, notes, causes, devices that spoke), as orjson takes it.
    """

    site: str
    watermark: int
    partition: int
    machines: Mapping[str, State] = field(default_factory=dict)
    codes: Sequence[Sequence[str]] = ()
    slots: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pending: Ints = field(default_factory=empty)
    names: Mapping[int, str] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)


def pack(state: Snapshot) -> bytes:
    """The state as bytes; equal states give equal bytes."""
    arrays = [state.pending, *(array for one in state.machines.values() for array in (one.keys, one.heads, one.words))]
    header = {
        "site": state.site,
        "watermark": state.watermark,
        "partition": state.partition,
        "machines": [[rule, one.fit, one.many] for rule, one in state.machines.items()],
        "codes": [list(pair) for pair in state.codes],
        "slots": {kind: list(names) for kind, names in state.slots.items()},
        "names": [[number, text] for number, text in sorted(state.names.items())],
        "beside": state.beside,
        "shapes": [array.shape for array in arrays],
    }
    text = orjson.dumps(header, option=orjson.OPT_SERIALIZE_NUMPY)
    parts: list[bytes | memoryview] = [
        len(text).to_bytes(8, "little"),
        text,
        *(np.ascontiguousarray(array).data for array in arrays),
    ]
    packed = sum(memoryview(part).nbytes for part in parts).to_bytes(8, "little") + _compressed(parts)
    return MAGIC + blake2b(packed, digest_size=DIGEST).digest() + packed


def _compressed(parts: Iterable[bytes | memoryview]) -> bytes:
    """The parts in a row, compressed without ever standing whole in memory."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, CODEC) as out:
        for part in parts:
            out.write(part)
    return bytes(sink.getvalue())


def unpack(dump: bytes, site: str) -> Snapshot:
    """The state of bytes that `pack` wrote for this site."""
    if not dump.startswith(MAGIC):
        raise StateError("The saved rule state is of another form: rules start with nothing, and alerts open before stay open.")
    digest, packed = dump[len(MAGIC) : len(MAGIC) + DIGEST], dump[len(MAGIC) + DIGEST :]
    if blake2b(packed, digest_size=DIGEST).digest() != digest:
        raise StateError("The saved rule state is damaged: rules start with nothing, and alerts open before stay open.")
    size = int.from_bytes(packed[:8], "little")
    body = pa.decompress(packed[8:], decompressed_size=size, codec=CODEC, asbytes=True)
    length = int.from_bytes(body[:8], "little")
    try:
        header = orjson.loads(body[8 : 8 + length])
    except orjson.JSONDecodeError as err:  # an older version also wrote numbers that JSON has not
        raise StateError(
            "The saved rule state cannot be read: rules start with nothing, and alerts open before stay open."
        ) from err
    if header["site"] != site:
        raise StateError(f"The saved rule state is of site {header['site']}, not {site}: rules start with nothing.")
    return _snapshot(header, _arrays(header["shapes"], body[8 + length :]))


def _arrays(shapes: Sequence[Sequence[int]], body: bytes) -> Iterator[Ints]:
    start = 0
    for shape in shapes:
        count = int(np.prod(shape, dtype=np.int64))
        yield np.frombuffer(body, np.int64, count, start).reshape(shape)
        start += 8 * count


def _snapshot(header: Mapping[str, Any], arrays: Iterator[Ints]) -> Snapshot:
    pending = next(arrays)
    return Snapshot(
        site=header["site"],
        watermark=header["watermark"],
        partition=header["partition"],
        machines={rule: State(fit, many, next(arrays), next(arrays), next(arrays)) for rule, fit, many in header["machines"]},
        codes=header["codes"],
        slots=header["slots"],
        pending=pending.reshape(-1, COLUMNS),
        names=dict(header["names"]),
        beside=header["beside"],
    )

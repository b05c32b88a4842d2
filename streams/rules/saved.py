"""Rule state as bytes: a magic word with the form's number, a checksum, a JSON header, and arrays, compressed.

Arrays only, so reading runs nothing. A dump that is damaged, of another form or of another site is refused with StateError.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa

from schemas.errors import StateError
from streams.rules.columns import COLUMNS, empty
from streams.rules.endings import Open
from streams.rules.names import Ints

MAGIC = b"gatehouse rules 1\n"
DIGEST = 16
CODEC = "zstd"

Table = tuple[Ints, Ints, Ints]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that an engine's next step depends on.

    `machines`: keys, heads, words by rule@version. `parts`: what each bit of the pending rows means, by kind. `logs`: keys and
    times of clearing events by rule@version.
    """

    site: str
    watermark: int
    partition: int
    machines: Mapping[str, Table] = field(default_factory=dict)
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pending: Ints = field(default_factory=empty)
    names: Mapping[int, str] = field(default_factory=dict)
    open: Mapping[str, Sequence[Open]] = field(default_factory=dict)
    logs: Mapping[str, tuple[Ints, Ints]] = field(default_factory=dict)


def pack(state: Snapshot) -> bytes:
    """The state as bytes; equal states give equal bytes."""
    arrays = [state.pending, *(part for table in state.machines.values() for part in table)]
    arrays += [part for log in state.logs.values() for part in log]
    header = {
        "site": state.site,
        "watermark": state.watermark,
        "partition": state.partition,
        "machines": list(state.machines),
        "parts": {kind: list(names) for kind, names in state.parts.items()},
        "names": [[number, text] for number, text in sorted(state.names.items())],
        "open": {name: [_plain(alert) for alert in alerts] for name, alerts in state.open.items()},
        "logs": list(state.logs),
        "shapes": [array.shape for array in arrays],
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    body = len(text).to_bytes(8, "little") + text + b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)
    packed = len(body).to_bytes(8, "little") + bytes(pa.compress(body, codec=CODEC, asbytes=True))
    return MAGIC + blake2b(packed, digest_size=DIGEST).digest() + packed


def unpack(dump: bytes, site: str) -> Snapshot:
    """The state of bytes that `pack` wrote for this site."""
    if not dump.startswith(MAGIC):
        raise StateError("The saved rule state is of another form: delete the row of rule_state, and rules start with nothing.")
    digest, packed = dump[len(MAGIC) : len(MAGIC) + DIGEST], dump[len(MAGIC) + DIGEST :]
    if blake2b(packed, digest_size=DIGEST).digest() != digest:
        raise StateError("The saved rule state is damaged: delete the row of rule_state, and rules start with nothing.")
    size = int.from_bytes(packed[:8], "little")
    body = pa.decompress(packed[8:], decompressed_size=size, codec=CODEC, asbytes=True)
    length = int.from_bytes(body[:8], "little")
    header = json.loads(body[8 : 8 + length])
    if header["site"] != site:
        raise StateError(f"The saved rule state is of site {header['site']}, not {site}: rules start with nothing.")
    return _snapshot(header, _arrays(header["shapes"], body[8 + length :]))


def _arrays(shapes: Sequence[Sequence[int]], body: bytes) -> list[Ints]:
    arrays, start = [], 0
    for shape in shapes:
        count = int(np.prod(shape, dtype=np.int64))
        arrays.append(np.frombuffer(body, np.int64, count, start).reshape(shape))
        start += 8 * count
    return arrays


def _snapshot(header: Mapping[str, Any], arrays: list[Ints]) -> Snapshot:
    pending, rest = arrays[0], iter(arrays[1:])
    return Snapshot(
        site=header["site"],
        watermark=header["watermark"],
        partition=header["partition"],
        machines={name: (next(rest), next(rest), next(rest)) for name in header["machines"]},
        parts=header["parts"],
        pending=pending.reshape(COLUMNS, -1),
        names=dict(header["names"]),
        open={name: [_open(row) for row in rows] for name, rows in header["open"].items()},
        logs={name: (next(rest), next(rest)) for name in header["logs"]},
    )


def _plain(alert: Open) -> list[Any]:
    return [alert.due, alert.rule, alert.key, alert.raised, str(alert.id)]


def _open(row: Sequence[Any]) -> Open:
    due, rule, key, raised, identity = row
    return Open(due, rule, key, raised, UUID(identity))

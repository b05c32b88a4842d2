"""The load of the bench: a seeded mix of events as the site's devices send them, in Arrow batches like the gateway's.

Rows are made column by column, because a million Python objects would take longer than what is measured. Cameras say most;
a few events repeat, a few come late. Every rule has something to chew on: denials, strangers, levels, doors left open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from schemas import codec
from schemas.events import HEARTBEAT, Kind
from schemas.site import DeviceKind, Site

SHARE = {Kind.CAMERA: 0.70, Kind.FACE: 0.08, Kind.PLATE: 0.05, Kind.DOOR: 0.12, Kind.PARKING: 0.03, Kind.FACILITY: 0.02}
"""Of all rows, heartbeats included: nuisance motion outnumbers everything else."""

TYPES: dict[Kind, tuple[tuple[str, float], ...]] = {
    Kind.CAMERA: (("motion", 0.55), (HEARTBEAT, 0.25), ("line_crossed", 0.1), ("intrusion", 0.05), ("vehicle", 0.05)),
    Kind.FACE: (("known", 0.8), ("captured", 0.15), ("stranger", 0.05)),
    Kind.PLATE: (("read", 0.97), ("unreadable", 0.03)),
    Kind.DOOR: (("granted", 0.35), ("opened", 0.3), ("closed", 0.3), ("denied", 0.04), ("held_open", 0.01)),
    Kind.PARKING: (("entered", 0.3), ("left", 0.3), ("barrier_opened", 0.2), ("barrier_closed", 0.2)),
    Kind.FACILITY: (("water_level", 0.9), ("elevator_fault", 0.05), ("elevator_restored", 0.05)),
}

DEVICES: dict[Kind, tuple[DeviceKind, ...]] = {
    Kind.CAMERA: (DeviceKind.CAMERA,),
    Kind.FACE: (DeviceKind.FACE,),
    Kind.PLATE: (DeviceKind.PLATE,),
    Kind.DOOR: (DeviceKind.DOOR,),
    Kind.PARKING: (DeviceKind.BARRIER,),
    Kind.FACILITY: (DeviceKind.WATER_LEVEL, DeviceKind.ELEVATOR),
}

SUBJECTS = {Kind.FACE: ("person", 1800), Kind.PLATE: ("car", 900), Kind.DOOR: ("card", 2200)}
REPEATED = 0.01
LATE = 0.002


@dataclass(frozen=True, slots=True)
class Batch:
    """One record: a batch of one kind, as the gateway would have written it at `received_us`."""

    kind: Kind
    rows: pa.RecordBatch
    received_us: int


def batches(site: Site, events: int, per_second: int, start_us: int, seed: int, rows_each: int) -> Iterator[Batch]:
    """About `events` events from `start_us` on, in the order of arrival, `rows_each` rows in a batch."""
    draw = np.random.default_rng(seed)
    kinds = list(SHARE)
    made = 0
    while made < events:
        for kind in draw.choice(len(kinds), size=64, p=[SHARE[kind] for kind in kinds]):
            received_us = start_us + made * 1_000_000 // per_second
            yield Batch(kinds[kind], _rows(site, kinds[kind], rows_each, received_us, per_second, draw), received_us)
            made += rows_each
            if made >= events:
                return


def _rows(site: Site, kind: Kind, n: int, received_us: int, per_second: int, draw: np.random.Generator) -> pa.RecordBatch:
    names = [word for word, _ in TYPES[kind]]
    types = draw.choice(names, size=n, p=[share for _, share in TYPES[kind]])
    alive = types == HEARTBEAT
    received = received_us + np.sort(draw.integers(0, max(1, n * 1_000_000 // per_second), size=n))
    happened = received - draw.integers(5_000, 400_000, size=n)
    happened[draw.random(n) < LATE] -= 30_000_000
    ids = draw.integers(1, 256, size=(n, 16), dtype=np.uint8)
    again = np.flatnonzero((draw.random(n) < REPEATED) & (np.arange(n) > 0))
    ids[again], happened[again] = ids[again - 1], happened[again - 1]
    ids[alive] = 0
    columns = {
        "id": pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), n, [None, pa.py_buffer(ids.tobytes())]),
        "site": pa.array([site.id] * n),
        "kind": pa.array([str(kind)] * n),
        "type": pa.array(types.tolist()),
        "device": pa.array(_names(site, kind, n, draw)),
        "occurred_at": _times(happened),
        "received_at": _times(received),
        "event_time": _times(happened),
        "subject": _subjects(kind, n, alive, draw),
        "score": pa.array(np.round(draw.uniform(0.5, 1.0, n), 3), mask=alive | (kind is not Kind.FACE)),
        "value": pa.array(np.round(draw.uniform(0.0, 0.28, n), 3), mask=types != "water_level"),
        "zone": pa.nulls(n, pa.string()),
        "direction": pa.nulls(n, pa.string()),
        "attributes": pa.array(["{}" if one else '{"channel":"1","region":[0.1,0.2,0.5,0.6]}' for one in alive]),
        "picture": pa.nulls(n, pa.string()),
        "initial": pa.array(np.zeros(n, dtype=np.bool_)),
    }
    return pa.RecordBatch.from_arrays([columns[field.name] for field in codec.SCHEMA], schema=codec.SCHEMA)


def _names(site: Site, kind: Kind, n: int, draw: np.random.Generator) -> Sequence[str]:
    """Devices of the kind; some speak far more than others."""
    names = sorted(device.id for device in site.devices.values() if device.kind in DEVICES[kind])
    busy = (len(names) * draw.beta(0.6, 1.6, size=n)).astype(np.int64)
    return [names[i] for i in busy]


def _subjects(kind: Kind, n: int, alive: np.ndarray, draw: np.random.Generator) -> pa.Array:
    if kind not in SUBJECTS:
        return pa.nulls(n, pa.string())
    word, number = SUBJECTS[kind]
    return pa.array([None if one else f"{word}-{i:04}" for one, i in zip(alive, draw.integers(0, number, size=n), strict=True)])


def _times(us: np.ndarray) -> pa.Array:
    return pa.array(us, pa.int64()).cast(pa.timestamp("us", tz="UTC"))

"""What a lane works on: one Kafka record as it came, what was read of it, and the lane's place in its six logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from schemas.events import Kind
from schemas.letters import Letter


@dataclass(frozen=True, slots=True)
class Record:
    """One record of one of the six topics. `timestamp_ms` is Kafka's; `content_type` is empty where the header is absent."""

    kind: Kind
    offset: int
    timestamp_ms: int
    key: bytes
    content_type: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Rows:
    """A record's events and heartbeats (schemas.codec.SCHEMA; may be empty), and what of it could not be read."""

    batch: pa.RecordBatch
    letters: Sequence[Letter] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A record that states the time for one site."""

    site: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lane stands in one topic: the next offset to take, and the newest tick before it."""

    next_offset: int = 0
    tick_us: int | None = None


Places = dict[Kind, Place]

"""What the screens read all the time, made from a block's rows: events a minute, and the newest word of each device."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.events import HEARTBEAT
from streams.worker.copy_rows import times_of

Counts = dict[tuple[str, str, int], int]
"""Events by site, kind and minute (minutes since 1970)."""

_MINUTE_US = 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """When a device was last heard, and its last word (none yet where it sent only heartbeats). Times in microseconds."""

    kind: str
    seen_us: int
    type: str | None = None
    event_us: int | None = None
    value: float | None = None

    def merged(self, later: "Seen") -> "Seen":
        """Both together: the newest life, and the word with the newest event time."""
        older = later.event_us is None or (self.event_us is not None and later.event_us < self.event_us)
        word = self if older else later
        value = later.value if not older and later.value is not None else self.value
        return Seen(word.kind, max(self.seen_us, later.seen_us), word.type, word.event_us, value)


def count(batch: pa.RecordBatch, into: Counts) -> None:
    """Add a batch's events (no heartbeats) by the minute of their event time."""
    minutes = times_of(batch.column("event_time")) // _MINUTE_US
    table = pa.table({"site": batch.column("site"), "kind": batch.column("kind"), "minute": minutes})
    for row in table.group_by(["site", "kind", "minute"]).aggregate([([], "count_all")]).to_pylist():
        key = (row["site"], row["kind"], row["minute"])
        into[key] = into.get(key, 0) + row["count_all"]


def newest(batch: pa.RecordBatch, into: dict[tuple[str, str], Seen]) -> None:
    """Merge a batch's rows (of one kind, heartbeats included) into the newest word of each device."""
    coded = {name: pc.dictionary_encode(batch.column(name)) for name in ("site", "device")}
    sites, devices = coded["site"].dictionary, coded["device"].dictionary
    codes = np.asarray(coded["site"].indices).astype(np.int64) * len(devices) + np.asarray(coded["device"].indices)
    received, happened = times_of(batch.column("received_at")), times_of(batch.column("event_time"))
    words = np.flatnonzero(np.asarray(pc.not_equal(batch.column("type"), HEARTBEAT)))
    last_word = _last(codes[words], happened[words])
    for code, row in _last(codes, received).items():
        key = (sites[code // len(devices)].as_py(), devices[code % len(devices)].as_py())
        seen = Seen(batch.column("kind")[row].as_py(), int(received[row]))
        if code in last_word:
            seen = seen.merged(_word(batch, int(words[last_word[code]]), int(received[row])))
        into[key] = into[key].merged(seen) if key in into else seen


def _last(codes: np.ndarray, times: np.ndarray) -> Mapping[int, int]:
    """By code, the row with the greatest time; of equal ones the last."""
    order = np.argsort(times, kind="stable")
    return dict(zip(codes[order].tolist(), order.tolist(), strict=True))


def _word(batch: pa.RecordBatch, row: int, seen_us: int) -> Seen:
    return Seen(
        batch.column("kind")[row].as_py(),
        seen_us,
        batch.column("type")[row].as_py(),
        int(times_of(batch.column("event_time"))[row]),
        batch.column("value")[row].as_py(),
    )

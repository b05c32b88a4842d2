"""What the screens read all the time, made from a block's rows: events a minute, and the newest word of each device."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.events import HEARTBEAT
from streams.worker.copy_rows import times_of

Counts = dict[tuple[str, str, int], int]
"""Events by site, kind and minute (minutes since 1970)."""

_MINUTE_US = 60 * 1_000_000
_SEEN = ["site", "device", "kind", "type", "received_at", "event_time", "value"]


@dataclass(frozen=True, slots=True)
class Seen:
    """When a device was last heard, and its last word (none where it sent only heartbeats). Times in microseconds."""

    kind: str
    seen_us: int
    type: str | None = None
    event_us: int | None = None
    value: float | None = None


def count(batch: pa.RecordBatch, into: Counts) -> None:
    """Add the events (no heartbeats) of a batch of one kind by the minute of their event time."""
    minutes = times_of(batch.column("event_time")) // _MINUTE_US
    sites = pc.dictionary_encode(batch.column("site"))
    numbers = np.asarray(sites.indices).astype(np.int64)
    kind, names = batch.column("kind")[0].as_py(), sites.dictionary.to_pylist()
    first = int(minutes.min())
    span = int(minutes.max()) - first + 1
    cells, sizes = np.unique(numbers * span + (minutes - first), return_counts=True)
    for cell, size in zip(cells.tolist(), sizes.tolist(), strict=True):
        key = (names[cell // span], kind, cell % span + first)
        into[key] = into.get(key, 0) + size


class Newest:
    """Gathers rows of all kinds, heartbeats included, until somebody asks for the newest word of each device."""

    def __init__(self) -> None:
        self._batches: list[pa.RecordBatch] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Gather a batch; it is kept until `take`."""
        self._batches.append(batch.select(_SEEN))

    def take(self) -> dict[tuple[str, str], Seen]:
        """By site and device, what was gathered since the last time."""
        batches, self._batches = self._batches, []
        if not batches:
            return {}
        rows = pa.concat_batches(batches)
        codes = _codes(rows)
        heard = _last(codes, times_of(rows.column("received_at")))
        words = np.flatnonzero(np.asarray(pc.not_equal(rows.column("type"), HEARTBEAT)))
        said = words[_last(codes[words], times_of(rows.column("event_time"))[words])]
        word_of = dict(zip(codes[said].tolist(), _words(rows, said), strict=True))
        keys = zip(*(rows.column(name).take(pa.array(heard)).to_pylist() for name in ("site", "device", "kind")), strict=True)
        found = {}
        for code, seen_us, key in zip(
            codes[heard].tolist(), times_of(rows.column("received_at"))[heard].tolist(), keys, strict=True
        ):
            kind, *word = word_of.get(code, (key[2],))
            found[key[:2]] = Seen(kind, seen_us, *word)
        return found


def _words(rows: pa.RecordBatch, said: npt.NDArray[np.int64]) -> Iterator[tuple[str, str, int, float | None]]:
    """Kind, type, event time and value of some rows."""
    kinds, types, values = (rows.column(name).take(pa.array(said)).to_pylist() for name in ("kind", "type", "value"))
    return zip(kinds, types, times_of(rows.column("event_time"))[said].tolist(), values, strict=True)


def _codes(rows: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """One number for each pair of site and device."""
    site, device = pc.dictionary_encode(rows.column("site")), pc.dictionary_encode(rows.column("device"))
    sites: npt.NDArray[np.int64] = np.asarray(site.indices).astype(np.int64)
    codes: npt.NDArray[np.int64] = sites * len(device.dictionary) + np.asarray(device.indices)
    return codes


def _last(codes: npt.NDArray[np.int64], times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each code the row with the greatest time; of equal ones the last."""
    order = np.argsort(times, kind="stable")
    last = np.full(int(codes.max(initial=-1)) + 1, -1, dtype=np.int64)
    last[codes[order]] = order  # of several for one code numpy keeps the last
    return last[last >= 0]

"""Heartbeats: 45 million of cameras and 11 million of everything else a week, an hour at a time, from columns made once.

Each device beats at its own phase of the period. What is silent or whose link is down does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from schemas.codec import SCHEMA
from schemas.events import HEARTBEAT, Kind
from schemas.site import Device, Site
from streams.simulator.faults import FLAP_EVERY_S, FLAP_S
from streams.simulator.rhythm import HOUR_S
from streams.simulator.schedule import CAMERA_BEAT_S, MUTE_KINDS, OTHER_BEAT_S
from streams.simulator.week_lines import SKEW_LIMIT_S, Lines
from streams.simulator.week_rows import KIND_OF, KINDS, Flags, Floats
from streams.simulator.week_scribe import Scribe


@dataclass(slots=True)
class Choir:
    """The devices of one kind and their period; `columns` are those that are the same in every hour."""

    site: Site
    kind: Kind
    devices: Sequence[Device]
    period: float
    lines: Lines
    columns: dict[str, pa.Array] = field(init=False)
    _off: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Make the columns for an hour in which nobody is silent."""
        rounds, many = int(HOUR_S / self.period), len(self.devices)
        n = rounds * many
        names = pa.array([device.id for device in self.devices])
        self.columns = {
            "id": pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), n, [None, pa.py_buffer(bytes(16 * n))]),
            "site": pa.repeat(self.site.id, n),
            "kind": pa.repeat(str(self.kind), n),
            "type": pa.repeat(HEARTBEAT, n),
            "device": names.take(pa.array(np.tile(np.arange(many), rounds))),
            "attributes": pa.repeat("{}", n),
            "initial": pa.repeat(False, n),
        }
        self._off = np.tile([self.lines.faults.clock_s.get(device.id, 0.0) for device in self.devices], rounds)

    def hour(self, scribe: Scribe, hour: int, rng: np.random.Generator) -> tuple[pa.RecordBatch, Floats, Floats]:
        """The beats that arrive of those of this hour, their arrival and the time they are ordered by."""
        phases = np.arange(len(self.devices)) / len(self.devices) * self.period
        at = (hour * HOUR_S + np.arange(0, HOUR_S, self.period)[:, None] + phases[None, :]).ravel()
        sent = np.maximum.accumulate(at + rng.uniform(0.05, 0.3, len(at)))
        occurred = at + self._off
        event = np.where(np.abs(self._off) > SKEW_LIMIT_S, sent, occurred)
        times = {"occurred_at": occurred, "received_at": sent, "event_time": event}
        made = {name: pa.array(scribe.micros(column)).cast(pa.timestamp("us", tz="UTC")) for name, column in times.items()}
        columns = self.columns | made
        nothing = {one.name: pa.nulls(len(at), one.type) for one in SCHEMA if one.name not in columns}
        batch = pa.RecordBatch.from_arrays([(columns | nothing)[one.name] for one in SCHEMA], schema=SCHEMA)
        heard = self._heard(at, hour)
        return batch.filter(pa.array(heard)), sent[heard], event[heard]

    def _heard(self, at: Floats, hour: int) -> Flags:
        heard = np.ones((len(at) // len(self.devices), len(self.devices)), np.bool_)
        moments, place = at.reshape(heard.shape), {device.id: n for n, device in enumerate(self.devices)}
        for silence in self.lines.between(hour * HOUR_S, (hour + 1) * HOUR_S):
            if (n := place.get(silence.device)) is not None:
                heard[:, n] &= (moments[:, n] < silence.begin) | (moments[:, n] >= silence.end)
        for device, begin in self.lines.faults.flap_at.items():
            if (n := place.get(device)) is not None:
                heard[:, n] &= np.mod(moments[:, n] - begin, FLAP_EVERY_S) >= FLAP_S
        return heard.ravel()


def choirs(site: Site, lines: Lines) -> Iterator[Choir]:
    """One a kind of message; switches, recorders and controllers say nothing themselves."""
    speaking = [device for device in site.devices.values() if device.kind not in MUTE_KINDS]
    for kind in KINDS:
        mine = [device for device in speaking if KIND_OF.get(device.kind, Kind.FACILITY) is kind]
        period = CAMERA_BEAT_S if kind is Kind.CAMERA else OTHER_BEAT_S
        if mine:
            yield Choir(site, kind, mine, period, lines)

"""A simulated week of the whole site: ordinary life, nuisance, incidents, and the truth about them. Rules see the log alone.

Everything follows from site, seed and days: the same gives the same bytes. Blocks come an hour at a time in the order of
arrival, one batch a kind, repeated messages still in them, with the ticks that a gateway writes. Cameras beat every ten
seconds and everything else every twenty-five, as vendors' devices do: 57 million heartbeats a week. The week has a prelude:
people counted in the weeks before, and the inspections and rounds before it began.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from schemas.lists import Lists
from schemas.site import Site
from streams.simulator import (
    week_counts,
    week_incidents_camera,
    week_incidents_door,
    week_incidents_face,
    week_incidents_facility,
    week_incidents_outage,
    week_incidents_parking,
    week_incidents_plate,
    week_incidents_seen,
)
from streams.simulator.community import gather
from streams.simulator.faults import Faults, draw
from streams.simulator.rhythm import HOUR_S
from streams.simulator.week_beats import Choir, choirs
from streams.simulator.week_cars import Cars
from streams.simulator.week_habits import habits
from streams.simulator.week_ledger import Truth
from streams.simulator.week_life import Life, raining_at
from streams.simulator.week_lines import Lines
from streams.simulator.week_mass import Masses
from streams.simulator.week_people import lists_of, settle
from streams.simulator.week_rounds import inspections, looked_after, patrols, registers
from streams.simulator.week_rows import KINDS, Flags, Floats, Ints, Rows, Word, joined
from streams.simulator.week_scribe import Scribe
from streams.simulator.week_stage import Stage, stage_all
from streams.simulator.week_strangers import strangers
from streams.simulator.week_trouble import Nuisance
from streams.simulator.week_troubles import troubles

MONDAY = (2026, 3, 9)
"""Without holidays, when rain, snow and insects are all possible; the pool is closed on Mondays."""

TICK_S = 0.25
LATENESS_S = 2.0

PLOTS = (
    *week_incidents_outage.PLOTS,
    *week_counts.PLOTS,
    *week_incidents_parking.PLOTS,
    *week_incidents_facility.PLOTS,
    *week_incidents_plate.PLOTS,
    *week_incidents_face.PLOTS,
    *week_incidents_door.PLOTS,
    *week_incidents_camera.PLOTS,
    *week_incidents_seen.PLOTS,
)
"""What needs many devices at once is placed first."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one kind as they arrive; `ticks` is the topic's time at each, microseconds. Beats travel by themselves."""

    batch: pa.RecordBatch
    ticks: Ints
    late: Flags
    beats: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """An hour of the log, and the watermark after it."""

    batches: tuple[Batch, ...]
    watermark_us: int


@dataclass(slots=True)
class Week:
    """One week; `truths` and `lists` are there at once, `blocks()` draws the log."""

    site: Site
    seed: int
    days: int
    begin: datetime = field(init=False)
    truths: tuple[Truth, ...] = field(init=False)
    lists: Lists = field(init=False)
    wet: list[bool] = field(init=False)
    _scribe: Scribe = field(init=False)
    _masses: Masses = field(init=False)
    _lines: Lines = field(init=False)
    _said: Rows = field(init=False)
    _choirs: tuple[Choir, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Play everything that is written by hand; the masses are drawn with the blocks."""
        self.begin = datetime(*MONDAY, tzinfo=ZoneInfo(self.site.timezone))
        faults = self._faults()
        stage = self._stage(faults)
        self.wet = [raining_at(stage, self.seed, hour * HOUR_S) for hour in range(24 * self.days)]
        stage_all(stage, PLOTS, self.seed)
        words = self._living(stage)
        self.truths = tuple(sorted(stage.truths, key=lambda truth: (truth.begin, truth.rule, sorted(truth.devices))))
        self.lists = stage.lists
        self._scribe = Scribe(self.site, self.micros(0.0))
        rng = np.random.default_rng([self.seed, 0, 2])
        self._said = self._scribe.rows([*words, *stage.words], rng)
        self._masses = Masses(stage, self._scribe, self.seed, self.wet)
        self._lines = Lines(self._scribe, faults, tuple(stage.silences))
        self._choirs = tuple(choirs(self.site, self._lines))

    @property
    def end(self) -> float:
        """Seconds."""
        return self.days * 24 * HOUR_S

    def micros(self, second: float) -> int:
        """A second of the week in microseconds since the epoch."""
        return round((self.begin.timestamp() + second) * 1e6)

    def _faults(self) -> Faults:
        return draw(self.site.devices.values(), self.seed, (), 1.0)

    def _stage(self, faults: Faults) -> Stage:
        community = gather(self.site, self.seed)
        people = settle(community, self.seed)
        lists = lists_of(people, self.site, self.begin.date())
        unsound = frozenset(faults.flap_at)
        return Stage(community, people, lists, self.days, self.begin, unsound, Random(0))

    def _living(self, stage: Stage) -> list[Word]:
        life = Life(stage, self.seed, self.wet)
        cars = Cars(life)
        trouble = Nuisance(stage, self.seed, self.wet).play(troubles(cars))
        return [
            *trouble,
            *life.words(),
            *strangers(life),
            *cars.words(),
            *habits(life),
            *looked_after(life),
            *patrols(stage, self.seed),
            *inspections(stage, self.seed),
            *registers(stage, self.seed),
            *week_counts.counts(stage, self.seed, self.wet),
        ]

    def blocks(self) -> Iterator[Block]:
        """The prelude, then the log hour by hour; what arrives after an hour's end stands in the next."""
        before = self._said.where(self._said.at < 0)
        yield from self._prelude(before)
        waiting = self._said.where(np.zeros(len(self._said), np.bool_))
        for hour in range(24 * self.days):
            first, last = np.searchsorted(self._said.at, [hour * HOUR_S, (hour + 1) * HOUR_S])
            rng = np.random.default_rng([self.seed, hour, 3])
            said = self._lines.sent(joined([self._said.where(np.arange(first, last)), self._masses.hour(hour)]), rng)
            rows = joined([waiting, said])
            waits = rows.sent >= (hour + 1) * HOUR_S
            waiting = rows.where(waits)
            block = self._block(rows.where(~waits), (hour + 1) * HOUR_S)
            yield Block((*block.batches, *self._beating(hour, rng)), block.watermark_us)

    def _beating(self, hour: int, rng: np.random.Generator) -> Iterator[Batch]:
        for choir in self._choirs:
            batch, sent, event = choir.hour(self._scribe, hour, rng)
            yield Batch(batch, *self._placed(sent, event), beats=True)

    def _placed(self, sent: Floats, event: Floats) -> tuple[Ints, Flags]:
        """The topic's time at each row, and whether the row is late there."""
        ticks = self._scribe.micros(np.floor(sent / TICK_S) * TICK_S)
        return ticks, self._scribe.micros(event) <= ticks - round(LATENESS_S * 1e6)

    def _block(self, rows: Rows, end: float) -> Block:
        rows = rows.where(np.argsort(rows.sent, kind="stable"))
        mine = [rows.where(rows.kind == kind) for kind in range(len(KINDS))]
        return Block(tuple(self._batch(one) for one in mine if len(one)), self.micros(end - LATENESS_S))

    def _batch(self, rows: Rows) -> Batch:
        occurred, event = self._lines.times(rows)
        return Batch(self._scribe.batch(rows, occurred, event), *self._placed(rows.sent, event))

    def _prelude(self, said: Rows) -> Iterator[Block]:
        """What was before: at the end of each day of it a block."""
        rows = said
        if not len(rows):
            return
        days = np.floor(rows.at / 86400)
        for day in np.unique(days):
            yield self._block(rows.where(days == day), (float(day) + 1) * 86400)

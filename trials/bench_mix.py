"""The catalogue over a real mix: a morning of the simulated week as the worker gets it, on one core, nothing else in the loop.

What is measured is `Engine.step` alone: Arrow batches in, alerts out. Figures are taken in turn in one process, so that ratios
do not hang on what else the machine does; the best of some runs.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from schemas.lists import Lists
from schemas.rules import Rule
from schemas.site import Site
from streams.rules.engine import Admitted, Engine
from streams.simulator.week import Block, Week
from trials.week_intake import Intake

SEED = 1
HOURS = 4
FIRST_HOUR = 7  # the morning: doors, faces, cars and motion are all busy
PIECE_S = 300.0  # a step judges five minutes: some 30,000 rows, the most that a worker takes in one block
RUNS = 3
COPIES = 9


@dataclass(frozen=True, slots=True)
class Mix:
    """Rows a second of the whole catalogue, with ten times the rules, and at the end of a long history beside its beginning."""

    rows: int
    heartbeats: int
    alerts: int
    rules: int
    per_s: float
    ten_times_rules: int
    ten_times_per_s: float
    late_history_per_s: float
    keys: int
    state_bytes_per_key: float
    largest_state_bytes_per_key: Mapping[str, float]

    @property
    def cost_of_ten_times(self) -> float:
        """How many times longer ten times the rules take."""
        return self.per_s / self.ten_times_per_s

    @property
    def cost_of_history(self) -> float:
        """How many times longer a row takes after the longest history measured."""
        return self.per_s / self.late_history_per_s


Step = tuple[list[Admitted], int]


def measure(site: Site, rules: Sequence[Rule]) -> Mix:
    """All of it."""
    week = Week(site, SEED, 1)
    blocks = [block for block in week.blocks() if _hour(block, week) in range(FIRST_HOUR, FIRST_HOUR + HOURS)]
    steps = [step for block in blocks for step in _cut(block)]
    many = [*rules, *(_copy(rule, number) for number in range(COPIES) for rule in rules)]
    best: dict[int, float] = {}
    for _ in range(RUNS):
        for number, some in ((1, rules), (10, many)):
            engine = _warm(site, some, week.lists)
            best[number] = min(best.get(number, np.inf), _run(engine, steps)[0])
            if number == 1:
                one = engine
    rows = sum(batch.batch.num_rows for admitted, _ in steps for batch in admitted)
    _, alerts = _run(engine := _warm(site, rules, week.lists), steps)
    late = min(_run(engine, _later(steps, day))[0] for day in range(1, 5))
    beats = sum(batch.batch.num_rows for block in blocks for batch in block.batches if batch.beats)
    sizes = {machine.rule.id: machine.size() / len(machine) for machine in one.machines() if len(machine)}
    total = sum(machine.size() for machine in one.machines())
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    return Mix(
        rows=rows, heartbeats=beats, alerts=alerts, rules=len(rules), per_s=rows / best[1], ten_times_rules=len(many),
        ten_times_per_s=rows / best[10], late_history_per_s=rows / late, keys=one.keys(),
        state_bytes_per_key=round(total / max(1, one.keys()), 1), largest_state_bytes_per_key=dict(largest),
    )  # fmt: skip


def _hour(block: Block, week: Week) -> int:
    return int((block.watermark_us - week.micros(0.0)) // 3_600_000_000)


def _copy(rule: Rule, number: int) -> Rule:
    """The same rule under another name, which speaks of the others of its own copy."""

    def named(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{one}-{number}" for one in ids)

    own = {"id": f"{rule.id}-{number}", "muted_by": named(rule.muted_by), "children": named(rule.children)}
    return rule.model_copy(update=own)


def _cut(block: Block) -> list[Step]:
    """The block in pieces of a minute, each with the watermark that its ticks give."""
    intake = Intake()
    whole = [intake.admit(batch) for batch in block.batches]
    first = min(int(one.ticks.min()) for one in whole)
    ends = np.arange(first, block.watermark_us, round(PIECE_S * 1e6))[1:].tolist()
    return [
        ([_piece(one, begin, end) for one in whole], end - 2_000_000)
        for begin, end in zip([-(2**62), *ends], [*ends, block.watermark_us + 2_000_000], strict=True)
    ]


def _piece(one: Admitted, begin: int, end: int) -> Admitted:
    low, high = np.searchsorted(one.ticks, [begin, end]).tolist()
    return Admitted(
        one.batch.slice(low, high - low), one.partition, one.offsets[low:high], one.ticks[low:high], one.late[low:high]
    )


def _later(steps: Sequence[Step], days: int) -> list[Step]:
    """The same so many days later."""
    by = days * 86_400_000_000
    return [([_moved(one, by) for one in admitted], watermark + by) for admitted, watermark in steps]


def _moved(one: Admitted, by: int) -> Admitted:
    batch = one.batch
    for name in ("occurred_at", "received_at", "event_time"):
        place = batch.schema.get_field_index(name)
        micros = batch.column(name).cast(pa.int64()).to_numpy() + by
        batch = batch.set_column(place, batch.schema.field(name), pa.array(micros).cast(batch.schema.field(name).type))
    return Admitted(batch, one.partition, one.offsets, one.ticks + by, one.late)


def _warm(site: Site, rules: Sequence[Rule], lists: Lists) -> Engine:
    engine = Engine(site, rules, lists)
    engine.warm()
    return engine


def _run(engine: Engine, steps: Sequence[Step]) -> tuple[float, int]:
    """Seconds, and how many alerts."""
    alerts = 0
    began = time.perf_counter()
    for admitted, watermark in steps:
        alerts += len(engine.step(admitted, watermark).alerts)
    return time.perf_counter() - began, alerts

"""The rules of one site, over its events.

What it promises: the alerts, their ids, parents and clearings are a function of what was admitted and of the last watermark,
for any interleaving of kinds, any cutting into blocks and any order of arrival within the allowance. A rule of the `each`
kernel answers when it reads: where it has a hold, the event that it shows is the first of the window that was *read*, but the
alert's id is the window's. See docs/rules.md.

It reads no clock, and is not thread-safe: one lane has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from schemas.alerts import Alert, Clearing, SeverityChange
from schemas.codec import kind_of
from schemas.kernels import Kernel
from schemas.lists import Lists
from schemas.rules import Rule
from schemas.site import Site
from streams.rules import beside, saved
from streams.rules import columns as at
from streams.rules.block import Block
from streams.rules.causes import Causes
from streams.rules.columns import Flags
from streams.rules.dispatch import DOUBT, Dispatch, Picked, slots_of
from streams.rules.doubts import Doubts
from streams.rules.endings import Endings
from streams.rules.frames import SECOND
from streams.rules.layout import LONG_AGO, RAISE
from streams.rules.machine import Machine, Signal, State
from streams.rules.names import NOBODY, SWEEP_FROM, Ints
from streams.rules.pending import Pending
from streams.rules.saved import Snapshot
from streams.rules.spoken import Spoken
from streams.rules.verdict import Clerk
from streams.rules.world import World

ALLOWANCE = 600 * SECOND
"""How late an event may be for a rule of one event: a fire alarm that a switch held up for five minutes is still a fire."""

FIRST = 1
"""The bit of a kernel's first role."""

NO_ROWS = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Events to judge: a batch of one site and one kind in schemas.codec.SCHEMA, heartbeats included, duplicates removed.

    A fact a row: the Kafka offset, its topic's time where it stands (microseconds; LONG_AGO while there is none), whether it is
    late.
    """

    batch: pa.RecordBatch
    partition: int
    offsets: Ints
    ticks: Ints
    late: Flags


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a step decided, in the order of event time."""

    alerts: list[Alert] = field(default_factory=list)
    clearings: list[Clearing] = field(default_factory=list)
    changes: list[SeverityChange] = field(default_factory=list)


@dataclass(slots=True)
class _Step:
    """What the kernels said in a step: alerts with their keys' texts, those of rules that answer at once apart."""

    now: list[Alert] = field(default_factory=list)
    ordered: list[tuple[Alert, str]] = field(default_factory=list)


class Engine:
    """Rules at work for one site; see the module."""

    def __init__(self, site: Site, rules: Sequence[Rule], lists: Lists | None = None, revision: int = 0) -> None:
        self._site = site
        self._rules, self._lists, self._revision = tuple(rules), lists or Lists(), revision
        self._start()

    def _start(self) -> None:
        """Know nothing."""
        self._world = World(self._site, self._lists, slots_of(self._rules))
        self._pending, self._spoken = Pending(), Spoken(self._site.devices)
        self._endings = Endings(self._by_id())
        self._doubts = Doubts(self._by_id(), self._world)
        self._causes = Causes(self._site, self._by_id(), self._spoken)
        self._watermark, self._partition, self._sweep_at = LONG_AGO, 0, SWEEP_FROM
        self._seat()

    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self._rules}

    def _seat(self) -> None:
        seated = [rule for rule in self._rules if rule.kernel is not Kernel.OUTAGE]
        self._machines = [Machine(rule, self._world, _allowance(rule)) for rule in seated]
        self._dispatch = Dispatch(seated, self._world)
        self._clerk = Clerk(self._world, self._revision)

    def configure(self, rules: Sequence[Rule], lists: Lists, revision: int) -> None:
        """Go on with other rules and lists, between two steps. What a rule remembers is kept where it still fits."""
        states = {machine.rule.id: machine.state() for machine in self._machines}
        before = self._world.slots
        self._rules, self._lists, self._revision = tuple(rules), lists, revision
        self._world.configure(lists, slots_of(rules))
        waiting = self._pending.take(np.iinfo(np.int64).max)
        for kind in before:
            at.move(waiting, kind, before[kind], self._world.slots[kind])
        self._pending.add(waiting)
        self._seat()
        self._endings.configure(self._by_id(), self._taken_over(states), self._watermark)
        self._doubts.configure(self._by_id())
        self._causes.configure(self._by_id(), self._watermark)

    def step(self, admitted: Sequence[Admitted], watermark_us: int | None) -> Judgement:
        """Read what was admitted; judge up to the watermark (microseconds since the epoch; None while there is none)."""
        step = _Step()
        for each in admitted:
            if each.batch.num_rows:
                self._read(each, step)
        judgement = Judgement(alerts=step.now)
        if watermark_us is not None and watermark_us >= self._watermark:
            before, self._watermark = self._watermark, watermark_us
            if watermark_us > before or judgement.alerts:
                self._judge(step, judgement, before)
        judgement.alerts.sort(key=lambda alert: (alert.raised_at, alert.severity, alert.id))
        judgement.clearings.sort(key=lambda clearing: (clearing.cleared_at, clearing.id))
        judgement.changes.sort(key=lambda change: (change.at, change.id))
        if len(self._world.names) > self._sweep_at:
            self._sweep()
        return judgement

    def warm(self) -> None:
        """Load every kernel that the rules use, compiling what no cache holds: seconds the first time, then milliseconds."""
        for machine in self._machines:
            machine.warm()

    def keys(self) -> int:
        """How many keys have state, over all rules."""
        return sum(len(machine) for machine in self._machines)

    # Reading: at once, in the order of the log.

    def _read(self, admitted: Admitted, step: _Step) -> None:
        batch = admitted.batch
        self._partition = admitted.partition
        kind = kind_of(batch.column("kind")[0].as_py())
        rows, devices = at.matrix(batch, kind, admitted.offsets, self._world.names, self._world.slots[kind])
        in_time = rows[:, at.TIME] > admitted.ticks - ALLOWANCE
        for seat, picked in self._dispatch.at_once(rows, in_time).items():
            self._at_once(seat, picked, rows, step)
        # Who writes to the log may claim any arrival; a late row that ends something never does so before its topic's time.
        late = np.flatnonzero(admitted.late)
        rows[late, at.TIME] = np.maximum(rows[late, at.RECEIVED], admitted.ticks[late])
        rows[late, at.FLAGS] |= at.LATE
        self._spoken.note(devices, rows, self._watermark)
        self._pending.add(rows[self._dispatch.wanted[rows[:, at.CODE]] & (rows[:, at.TIME] > self._watermark)])

    def _at_once(self, seat: int, picked: Picked, rows: Ints, step: _Step) -> None:
        machine = self._machines[seat]
        chosen = np.sort(np.concatenate(picked.rows))
        roles = np.ones(len(chosen), np.int64)
        for signal in machine.fold(Block(self._world, rows), chosen, roles, self._watermark):
            step.now.append(self._raised(machine.rule, signal, rows))

    # Judging: in the order of (event time, id), up to the watermark.

    def _judge(self, step: _Step, judgement: Judgement, before: int) -> None:
        """Judge what lies between the watermark before and that of now."""
        rows = self._pending.take(self._watermark)
        picked = self._dispatch.in_order(rows)
        block = Block(self._world, rows)
        for seat, machine in enumerate(self._machines):
            if (mine := picked.get(seat)) is not None:
                self._fold(machine, mine, block, step, before)
            self._say(machine, machine.fire(self._watermark), None, step)
        self._doubts.forget(self._watermark)
        settled = self._endings.settle(self._watermark, ALLOWANCE)
        told = self._causes.step(step.ordered, settled.clearings, settled.changes, self._watermark)
        judgement.alerts.extend(told.alerts)
        judgement.clearings.extend(told.clearings)
        judgement.changes.extend(told.changes)

    def _fold(self, machine: Machine, picked: Picked, block: Block, step: _Step, before: int) -> None:
        if machine.rule.alike:
            self._note_looks(machine, picked, block)
        if picked.rows:
            chosen, roles = block.folded(picked)
            self._say(machine, machine.fold(block, chosen, roles, before), block.rows, step)
        for role, parts in picked.beside.items():
            for chosen in parts:
                mine = block.some(chosen)
                self._endings.note(machine.rule.id, role, machine.keys_of(mine), mine[:, at.TIME])

    def _note_looks(self, machine: Machine, picked: Picked, block: Block) -> None:
        """Before anything of the block is judged: what is raised looks at all that came until then."""
        parts = [rows for rows, bit in zip(picked.rows, picked.bits, strict=True) if bit & FIRST]
        firsts, doubts = (np.concatenate([NO_ROWS, *some]) for some in (parts, picked.beside.pop(DOUBT, [])))
        known = block.rows[firsts]
        self._doubts.note(machine.rule.id, known[machine.keys_of(known) != NOBODY], block.rows[doubts])

    def _say(self, machine: Machine, signals: Sequence[Signal], rows: Ints | None, step: _Step) -> None:
        for signal in signals:
            if signal.what == RAISE and self._doubts.silences(machine.rule.id, signal):
                continue
            if signal.what == RAISE:
                step.ordered.append((self._raised(machine.rule, signal, rows), self._clerk.key(signal)))
            else:
                self._endings.cleared(machine.rule.id, signal.key, signal.time)

    def _raised(self, rule: Rule, signal: Signal, rows: Ints | None) -> Alert:
        alert = self._clerk.alert(rule, signal, rows, self._partition)
        self._endings.opened(rule, signal.key, signal.time, alert.id)
        return alert

    # Saved state.

    def dump(self) -> bytes:
        """Everything that the next step depends on; see saved.py for the form."""
        self._sweep()
        return saved.pack(
            Snapshot(
                site=self._site.id,
                watermark=self._watermark,
                partition=self._partition,
                machines={machine.rule.id: machine.state() for machine in self._machines},
                codes=[(str(kind), name) for kind, name in at.CODES],
                slots={str(kind): slots for kind, slots in self._world.slots.items()},
                pending=self._pending.rows(),
                names=self._world.names.texts(),
                beside={
                    "endings": beside.endings_json(self._endings),
                    "causes": beside.causes_json(self._causes),
                    "spoken": self._spoken.saved(),
                    "doubts": self._doubts.saved(),
                },
            )
        )

    def restore(self, dump: bytes) -> None:
        """Forget all and go on from a dump of this site. StateError where it is damaged, of another form or another site.

        A rule goes on where the dump has its id and what it remembers still fits; another starts with nothing. What was
        open of a rule that is gone ends with the next step.
        """
        found = saved.unpack(dump, self._site.id)
        self._start()
        self._watermark, self._partition = found.watermark, found.partition
        self._world.names.remember(found.names)
        self._pending.add(self._translated(found))
        kept = self._taken_over(found.machines)
        self._spoken.remember(found.beside["spoken"])
        self._doubts.remember(found.beside.get("doubts", {}))
        beside.endings_from(found.beside["endings"], self._endings)
        self._endings.configure(self._by_id(), kept, self._watermark)
        beside.causes_from(found.beside["causes"], self._causes)
        self._causes.configure(self._by_id(), self._watermark)

    def _taken_over(self, states: Mapping[str, State]) -> set[str]:
        """The rules that go on from their states, those that keep none among them."""
        gone = {m.rule.id for m in self._machines if m.rule.id not in states or not m.take_over(states[m.rule.id])}
        return set(self._by_id()) - gone

    def _translated(self, found: Snapshot) -> Ints:
        """The waiting rows in today's codes and slots; rows of a type that is gone are forgotten."""
        rows = found.pending.copy()
        table = np.array([_code(*pair) for pair in found.codes] or [-1], np.int64)
        rows[:, at.CODE] = table[rows[:, at.CODE]]
        rows = rows[rows[:, at.CODE] >= 0]
        for kind in at.KINDS:
            at.move(rows, kind, found.slots.get(str(kind), ()), self._world.slots[kind])
        return rows[self._dispatch.wanted[rows[:, at.CODE]]]

    def machines(self) -> list[Machine]:
        """Each rule at work."""
        return self._machines

    def _sweep(self) -> None:
        """Forget the keys and texts that nothing needs any more."""
        for machine in self._machines:
            machine.evict(self._watermark)
        live = [machine.live() for machine in self._machines]
        open_now = np.array(self._endings.live(), np.int64)
        self._world.names.keep([*live, *self._world.live(), *self._pending.texts(), open_now])
        self._sweep_at = SWEEP_FROM + 2 * len(self._world.names)


def _allowance(rule: Rule) -> int:
    return ALLOWANCE if rule.kernel is Kernel.EACH else 0


def _code(kind: str, name: str) -> int:
    return next((code for code, pair in enumerate(at.CODES) if pair == (kind, name)), -1)

"""The rules of one site, over its events.

What it promises: the alerts, their ids and their clearings are a function of what was admitted and of the last watermark,
for any interleaving of kinds, any cutting into blocks and any order of arrival within the allowance. One exception is meant:
a rule of the `each` kernel answers when it reads, so where it has a hold, the first of two events *read* is the one that
raises. All events of such a rule stand in one topic, so this too is a function of the log. See docs/architecture.md.

It reads no clock, and is not thread-safe: one lane has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from schemas.alerts import Alert, Clearing
from schemas.codec import kind_of
from schemas.events import Kind
from schemas.rules import Kernel, Rule
from schemas.site import Site
from streams.rules import columns as at
from streams.rules import saved
from streams.rules.columns import Flags
from streams.rules.endings import Endings, Open
from streams.rules.filters import CLEARS, Filter, Part, translated, translation
from streams.rules.frames import SECOND
from streams.rules.layout import LONG_AGO, NEVER, RAISE
from streams.rules.machine import NOTHING, Machine, Signal
from streams.rules.names import SWEEP_FROM, Ints, Names
from streams.rules.pending import Pending
from streams.rules.places import Places
from streams.rules.saved import Snapshot
from streams.rules.verdict import Clerk

ALLOWANCE = 600 * SECOND
"""How late an event may be for a rule of one event: a fire alarm that a switch held up for five minutes is still a fire."""

KINDS = tuple(Kind)


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


@dataclass(frozen=True, slots=True)
class _Seat:
    """A rule's machine and its bits within a row's: `clears` is the bit of what ends its alerts, 0 where there is none."""

    machine: Machine
    lowest: int
    roles: int
    clears: int

    @property
    def rule(self) -> Rule:
        return self.machine.rule


class Engine:
    """Rules at work for one site; see the module."""

    def __init__(self, site: Site, rules: Sequence[Rule]) -> None:
        self._site = site
        self._rules = tuple(rules)
        self._start()

    def _start(self) -> None:
        """Know nothing."""
        self._names = Names()
        self._places = Places(self._site, self._names)
        self._clerk = Clerk(self._site.id, self._names, self._places)
        by_kind = {kind: [rule for rule in self._rules if rule.kind is kind] for kind in KINDS}
        self._filters = {kind: Filter(kind, mine, self._site) for kind, mine in by_kind.items() if mine}
        self._seats = {kind: self._seated(filters.parts) for kind, filters in self._filters.items()}
        self._pending = Pending()
        self._endings = Endings()
        self._watermark = LONG_AGO
        self._partition = 0
        self._sweep_at = SWEEP_FROM

    def _seated(self, parts: Sequence[Part]) -> tuple[_Seat, ...]:
        seats = []
        for rule in {part.rule.id: part.rule for part in parts}.values():
            bits = {part.role: part.bit for part in parts if part.rule.id == rule.id}
            clears = bits.pop(CLEARS, 0)
            machine = Machine(rule, self._places, ALLOWANCE if rule.kernel is Kernel.EACH else 0)
            seats.append(_Seat(machine, min(bits.values()).bit_length() - 1, sum(bits.values()), clears))
        return tuple(seats)

    def step(self, admitted: Sequence[Admitted], watermark_us: int | None) -> Judgement:
        """Read what was admitted; judge up to the watermark (microseconds since the epoch; None while there is none)."""
        judgement = Judgement()
        for each in admitted:
            if each.batch.num_rows:
                self._read(each, judgement)
        if watermark_us is not None and watermark_us >= self._watermark:
            before, self._watermark = self._watermark, watermark_us
            if watermark_us > before or judgement.alerts:
                self._judge(judgement, before)
        judgement.alerts.sort(key=lambda alert: (alert.raised_at, alert.severity, alert.id))
        judgement.clearings.sort(key=lambda clearing: (clearing.cleared_at, clearing.id))
        if len(self._names) > self._sweep_at:
            self._sweep()
        return judgement

    def warm(self) -> None:
        """Load every kernel that the rules use, compiling what no cache holds: seconds the first time, then milliseconds."""
        for machine in self.machines():
            machine.warm()

    def keys(self) -> int:
        """How many keys have state, over all rules."""
        return sum(len(machine) for machine in self.machines())

    # Reading: at once, in the order of the log.

    def _read(self, admitted: Admitted, judgement: Judgement) -> None:
        batch = admitted.batch
        self._partition = admitted.partition
        kind = kind_of(batch.column("kind")[0].as_py())
        filters = self._filters.get(kind)
        if filters is None:
            return
        rows = at.matrix(batch, admitted.offsets, self._names, subjects=filters.subjects)
        rows[at.KIND] = KINDS.index(kind)
        bits = filters.initial(filters.bits(batch, rows[at.SUBJECT]), at.flags(batch.column("initial")))
        in_time = rows[at.TIME] > admitted.ticks - ALLOWANCE
        for seat in self._seats[kind]:
            if seat.rule.kernel is Kernel.EACH:
                self._at_once(seat, rows, np.flatnonzero((bits & seat.roles != 0) & in_time), judgement)
                bits &= ~seat.roles
        rows[at.BITS] = filters.late(bits, admitted.late)
        # Who writes to the log may claim any arrival; a late row that ends something never does so before its topic's time.
        rows[at.TIME] = np.where(admitted.late, np.maximum(rows[at.RECEIVED], admitted.ticks), rows[at.TIME])
        self._pending.add(rows[:, (rows[at.BITS] != 0) & (rows[at.TIME] > self._watermark)])

    def _at_once(self, seat: _Seat, rows: Ints, chosen: Ints, judgement: Judgement) -> None:
        if len(chosen):
            mine = rows[:, chosen]
            signals = seat.machine.fold(mine, np.ones(len(chosen), np.int64), self._watermark)
            self._say(seat.rule, signals, mine, judgement)

    # Judging: in the order of (event time, id), up to the watermark.

    def _judge(self, judgement: Judgement, before: int) -> None:
        """Judge what lies between the watermark before and that of now."""
        rows = self._pending.take(self._watermark)
        for kind, seats in self._seats.items():
            mine = rows[:, rows[at.KIND] == KINDS.index(kind)] if rows.shape[1] else rows
            for seat in seats:
                self._fold(seat, mine, judgement, before)
        judgement.clearings.extend(self._endings.settle(self._watermark, ALLOWANCE))

    def _fold(self, seat: _Seat, rows: Ints, judgement: Judgement, before: int) -> None:
        bits = rows[at.BITS]
        if (bits & seat.roles).any():
            chosen = rows[:, bits & seat.roles != 0]
            chosen = _starts_first(chosen, (chosen[at.BITS] & seat.roles) >> seat.lowest)
            roles = (chosen[at.BITS] & seat.roles) >> seat.lowest
            self._say(seat.rule, seat.machine.fold(chosen, roles, before), chosen, judgement)
        self._say(seat.rule, seat.machine.fire(self._watermark), None, judgement)
        if seat.clears and (bits & seat.clears).any():
            chosen = rows[:, bits & seat.clears != 0]
            self._endings.note(seat.rule.id, seat.machine.keys_of(chosen), chosen[at.TIME])

    def _say(self, rule: Rule, signals: Sequence[Signal], rows: Ints | None, judgement: Judgement) -> None:
        for signal in signals:
            if signal.what != RAISE:
                judgement.clearings.extend(self._endings.cleared(rule.id, signal.key, signal.time))
                continue
            alert = self._clerk.alert(rule, signal, rows, self._partition)
            due = NEVER if rule.clear_after_s is None else signal.time + round(rule.clear_after_s * SECOND)
            self._endings.opened(Open(due, rule.id, signal.key, signal.time, alert.id))
            judgement.alerts.append(alert)

    # Saved state.

    def dump(self) -> bytes:
        """Everything that the next step depends on; see saved.py for the form."""
        self._sweep()
        machines = {_version(machine.rule): machine for machine in self.machines()}
        return saved.pack(
            Snapshot(
                site=self._site.id,
                watermark=self._watermark,
                partition=self._partition,
                machines={name: machine.state() for name, machine in machines.items()},
                parts={str(kind): [part.name for part in filters.parts] for kind, filters in self._filters.items()},
                pending=self._pending.rows(),
                names=self._names.texts(),
                open={name: self._endings.alerts(machine.rule.id) for name, machine in machines.items()},
                logs={name: self._endings.log(machine.rule.id) for name, machine in machines.items()},
            )
        )

    def restore(self, dump: bytes) -> None:
        """Forget all and go on from a dump of this site. StateError where it is damaged, of another form or another site.

        A rule goes on where the dump has its id and version; another starts with nothing, and what was open of a rule
        that is gone or changed ends with the next step, at the dump's watermark.
        """
        found = saved.unpack(dump, self._site.id)
        self._start()
        self._watermark, self._partition = found.watermark, found.partition
        self._names.remember(found.names)
        self._pending.add(self._translated(found))
        kept = {_version(m.rule) for m in self.machines() if m.take_over(*found.machines.get(_version(m.rule), NOTHING))}
        for name, alerts in found.open.items():
            for alert in alerts:
                self._endings.opened(
                    alert if name in kept else replace(alert, due=min(alert.due, max(alert.raised, found.watermark)))
                )
        for name, (keys, times) in found.logs.items():
            if name in kept:
                self._endings.note(name.partition("@")[0], keys, times)

    def _translated(self, found: Snapshot) -> Ints:
        rows = found.pending.copy()
        for kind, filters in self._filters.items():
            mine = np.flatnonzero(rows[at.KIND] == KINDS.index(kind))
            table = translation(found.parts.get(str(kind), ()), filters.parts)
            rows[at.BITS, mine] = translated(rows[at.BITS, mine], table)
        known = np.isin(rows[at.KIND], [KINDS.index(kind) for kind in self._filters])
        return rows[:, known & (rows[at.BITS] != 0)]

    def machines(self) -> list[Machine]:
        """Each rule at work, by kinds."""
        return [seat.machine for seats in self._seats.values() for seat in seats]

    def _sweep(self) -> None:
        """Forget the keys and texts that nothing needs any more."""
        for machine in self.machines():
            machine.evict(self._watermark)
        live = [machine.live() for machine in self.machines()]
        self._names.keep([*live, self._places.live(), self._pending.rows()[[at.DEVICE, at.SUBJECT]]])
        self._sweep_at = SWEEP_FROM + 2 * len(self._names)


def _version(rule: Rule) -> str:
    return f"{rule.id}@{rule.version}"


def _starts_first(rows: Ints, roles: Ints) -> Ints:
    """At the same instant what begins stands before what ends: devices' clocks count whole seconds."""
    lowest = roles & -roles
    same = rows[at.TIME][1:] == rows[at.TIME][:-1]
    if not (same & (lowest[1:] < lowest[:-1])).any():
        return rows
    return rows[:, np.lexsort((lowest, rows[at.TIME]))]

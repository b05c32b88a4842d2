"""Which rows play which role in which rule: one bit for each role of each rule of a kind.

A row's bits come from its type by a table, then the conditions on subject and numbers take bits away. A row that reports an
initial state keeps only life; a late row keeps only what ends or clears, at its arrival: it raises nothing new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from schemas.errors import RuleError
from schemas.events import HEARTBEAT, TYPES, Kind
from schemas.rules import FORMS, Condition, Rule
from schemas.site import Site
from streams.rules.columns import Flags, floats
from streams.rules.names import Ints, number_of

MOST_BITS = 63
LIFE, CLEARS = "life", "clears"
ENDING = frozenset({"life", "clears", "unless", "ends"})
"""Roles that a late row may still play: they raise nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """One role of one rule, and its bit."""

    rule: Rule
    role: str
    bit: int

    @property
    def condition(self) -> Condition:
        """What a row must be."""
        return self.rule.match[self.role]

    @property
    def name(self) -> str:
        """What the bit means, for saved state."""
        return f"{self.rule.id}@{self.rule.version}/{self.role}"


def parts_of(rules: Sequence[Rule]) -> tuple[Part, ...]:
    """The parts of one kind's rules; roles in their kernel's order, so that a lower bit comes first at the same instant."""
    roles = [
        (rule, role)
        for rule in rules
        for role in (*FORMS[rule.kernel].roles, *FORMS[rule.kernel].optional_roles)
        if role in rule.match
    ]
    if len(roles) > MOST_BITS:
        raise RuleError(
            f"{rules[0].kind} has {len(roles)} conditions; one worker takes {MOST_BITS}: join rules or leave some out."
        )
    return tuple(Part(rule, role, 1 << place) for place, (rule, role) in enumerate(roles))


class Filter:
    """The rules of one kind, as tables."""

    def __init__(self, kind: Kind, rules: Sequence[Rule], site: Site) -> None:
        self.parts = parts_of(rules)
        self.subjects = any(rule.key == "subject" or "life" not in rule.match for rule in rules)
        self._by_type = {name: _bits(self.parts, name) for name in TYPES[kind]}
        self._other = _bits(self.parts, None)
        self._life_only = sum(part.bit for part in self.parts if part.condition.heartbeats)
        self._initial = sum(part.bit for part in self.parts if part.role == LIFE)
        self._late = sum(part.bit for part in self.parts if part.role in ENDING)
        self._lists = {
            "watch_plates": np.array(sorted(number_of(plate) for plate in site.watch_plates), np.int64),
        }

    def bits(self, batch: pa.RecordBatch, subjects: Ints) -> Ints:
        """The roles that each row plays, before initial and late are looked at."""
        coded = batch.column("type").dictionary_encode()
        table = [self._of_type(name) for name in coded.dictionary.to_pylist()]
        bits: Ints = np.array([*table, 0], np.int64)[coded.indices.to_numpy(zero_copy_only=False)]
        if bits.any():
            for part in self.parts:
                self._narrow(part, batch, subjects, bits)
        return bits

    def initial(self, bits: Ints, initial: Flags) -> Ints:
        """What rows that report an initial state still play: life."""
        return np.where(initial, bits & self._initial, bits) if initial.any() else bits

    def late(self, bits: Ints, late: Flags) -> Ints:
        """What late rows still play: what raises nothing."""
        return np.where(late, bits & self._late, bits) if late.any() else bits

    def _of_type(self, name: str) -> int:
        return self._life_only if name == HEARTBEAT else self._by_type.get(name, self._other)

    def _narrow(self, part: Part, batch: pa.RecordBatch, subjects: Ints, bits: Ints) -> None:
        """Take the part's bit from the rows that its condition on subject or numbers leaves out; writes `bits`."""
        condition = part.condition
        if not (condition.subject_in or condition.at_least or condition.at_most):
            return
        rows = np.flatnonzero(bits & part.bit)
        fits = np.ones(len(rows), np.bool_)
        if condition.subject_in:
            fits &= np.isin(subjects[rows], self._lists[condition.subject_in])
        for column, name in condition.at_least.items():
            fits &= floats(batch.column(column))[rows] >= part.rule.thresholds[name].value
        for column, name in condition.at_most.items():
            fits &= floats(batch.column(column))[rows] <= part.rule.thresholds[name].value
        bits[rows[~fits]] &= ~part.bit


def _bits(parts: Sequence[Part], name: str | None) -> int:
    return sum(part.bit for part in parts if not part.condition.types or name in part.condition.types)


def translation(old: Sequence[str], parts: Sequence[Part]) -> Mapping[int, int]:
    """From the bits of saved rows to today's, for the parts that are still there."""
    today = {part.name: part.bit for part in parts}
    return {1 << place: today[name] for place, name in enumerate(old) if name in today}


def translated(bits: Ints, table: Mapping[int, int]) -> Ints:
    """Rows' bits rewritten by such a table."""
    found = np.zeros_like(bits)
    for old, new in table.items():
        found |= np.where(bits & old, new, 0)
    return found

"""Each kernel alone: rows of numbers through compiled code, on one core. Two cases a kernel.

Sparse is what most rows are: of many keys, and nothing comes of them. Densest is the worst: all rows of one key, as many kept
as the catalogue's greediest rule keeps, and as many raises as rows allow. Speed is in rows a second; the best of some runs,
because whatever else the machine does only ever adds time.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.kernels import Kernel
from schemas.lists import Lists
from schemas.rules import Rule
from schemas.site import Site
from streams.rules import layout as at
from streams.rules.columns import Floats
from streams.rules.dispatch import slots_of
from streams.rules.frames import SECOND
from streams.rules.machine import Machine
from streams.rules.names import Ints
from streams.rules.world import World

ROWS = 1_000_000
KEYS = 1_320  # as many as the site has devices
RUNS = 3
START = 1_767_225_600 * SECOND


@dataclass(frozen=True, slots=True)
class Case:
    """Rows a second of one kernel."""

    sparse_per_s: float
    densest_per_s: float


def measure(rules: Mapping[str, Rule], site: Site) -> Mapping[str, Case]:
    """Every kernel that a rule of these uses, by its greediest rule (the one that keeps the most for a key)."""
    world = World(site, Lists(), slots_of(list(rules.values())))
    greediest: dict[Kernel, Machine] = {}
    for rule in rules.values():
        if rule.kernel is not Kernel.OUTAGE:
            machine = Machine(rule, world)
            known = greediest.get(rule.kernel)
            greediest[rule.kernel] = machine if known is None or machine.words > known.words else known
    return {str(kernel): _case(machine.rule, world) for kernel, machine in greediest.items()}


def _case(rule: Rule, world: World) -> Case:
    return Case(_speed(rule, world, KEYS, dense=False), _speed(rule, world, 1, dense=True))


def _speed(rule: Rule, world: World, keys: int, *, dense: bool) -> float:
    best = np.inf
    for _ in range(RUNS):
        machine, facts = prepared(rule, world, keys, dense=dense)
        began = time.perf_counter()
        fold(machine, facts)
        best = min(best, time.perf_counter() - began)
    return ROWS / best


Prepared = tuple[Machine, Ints]


def prepared(rule: Rule, world: World, keys: int = KEYS, *, dense: bool = False) -> Prepared:
    """A machine that knows its keys, and rows of theirs as its kernel takes them."""
    machine = Machine(rule, world)
    machine.warm()
    machine.claim(np.arange(1, keys + 1))
    return machine, _facts(rule, machine, keys, dense=dense)


def fold(machine: Machine, facts: Ints) -> None:
    """What the kernel says is overwritten, not read."""
    row = 0
    while row < len(facts):
        row, _ = machine.run_kernel(row, facts)


def _facts(rule: Rule, machine: Machine, keys: int, *, dense: bool) -> Ints:
    """Rows whose keys take turns. Dense: 50 within a window. Sparse: no two of a key within its window, or for what speaks up
    when nothing comes (absence) or holds back what comes again (each), all of them. What counts by intervals (deviation) has
    its work at their ends: dense is every row in an interval of its own."""
    facts = np.zeros((ROWS, at.MARK + machine.frame.width), np.int64)
    facts[:, at.SLOT] = np.arange(ROWS) % keys
    window = rule.limit("interval", 0) or rule.limit("window", 0)
    close = dense != (rule.kernel is Kernel.DEVIATION) or rule.kernel in {Kernel.ABSENCE, Kernel.EACH}
    step = max(1, round((window / 50 if close else window * 2) * SECOND / keys))
    facts[:, at.MARK] = START + np.arange(ROWS) * step
    facts[:, at.MARK + 1] = np.arange(ROWS)
    roles, numbers = ROLES.get(rule.kernel, (_ones, None))
    facts[:, at.ROLES] = roles(ROWS, dense)
    if numbers is not None:
        facts[:, at.EXTRA] = numbers(ROWS, dense)
        facts[:, -1] = facts[:, at.EXTRA]
    return facts


Draw = Callable[[int, bool], Any]


def _ones(n: int, dense: bool) -> Ints:
    return np.ones(n, np.int64)


def _turns(n: int, dense: bool) -> Ints:
    """Densest: begin and end in turn. Sparse: only ends, which change nothing."""
    return np.arange(n) % 2 + 1 if dense else np.full(n, 2)


def _different(n: int, dense: bool) -> Ints:
    return np.arange(n) % 64 + 1


def _sides(n: int, dense: bool) -> Ints:
    return np.where(np.arange(n) // 8 % 2, 1, -1) if dense else np.full(n, -1)


def _nowhere(n: int, dense: bool) -> Ints:
    return np.arange(n) % 2 if dense else np.zeros(n, np.int64)


def _amounts(n: int, dense: bool) -> Ints:
    values: Floats = np.ones(n)
    return values.view(np.int64)


ROLES: Mapping[Kernel, tuple[Draw, Draw | None]] = {
    Kernel.DISTINCT: (_ones, _different),
    Kernel.SEQUENCE: (_turns, None),
    Kernel.WITHOUT: (_turns, None),
    Kernel.DWELL: (_turns, None),
    Kernel.LEVEL: (_ones, _sides),
    Kernel.TRAVEL: (_ones, _nowhere),
    Kernel.SURPLUS: (_turns, _different),
    Kernel.MISMATCH: (_turns, _different),
    Kernel.DEVIATION: (_ones, _amounts),
}

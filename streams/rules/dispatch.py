"""Which rules listen to which kind and type, as which role: a table by code, so that a row costs what its listeners cost."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from schemas.conditions import Condition
from schemas.errors import RuleError
from schemas.events import HEARTBEAT, Kind
from schemas.kernels import FORMS, Kernel
from schemas.rules import Key, Rule
from streams.rules import asked
from streams.rules import columns as at
from streams.rules.columns import Flags
from streams.rules.names import Ints
from streams.rules.world import World

CLEARS, RISES, FALLS, DOUBT = "clears", "rises", "falls", "doubt"
BESIDE = (CLEARS, RISES, FALLS, DOUBT)
"""Roles that are not the kernel's: they end an alert, change its severity, or say that it need not be."""

LIFE, WITNESS = "life", "witness"
ENDING = frozenset({LIFE, CLEARS, FALLS, DOUBT, "unless", "ends", "under", "allow", "own"})
"""Roles that a late row may still play: they raise nothing. A row that reports an initial state plays LIFE alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """A rule's role: its bit for the kernel (0 for those BESIDE), and what it asks beyond the type, as text and at work."""

    seat: int
    role: str
    bit: int
    asks: str
    question: asked.Question | None


@dataclass(slots=True)
class Picked:
    """The rows of a block that play a role in one rule: indices in order, the kernel's bits, and those BESIDE by role."""

    rows: list[Ints] = field(default_factory=list)
    bits: list[int] = field(default_factory=list)
    beside: dict[str, list[Ints]] = field(default_factory=dict)

    def folded(self, times: Ints) -> tuple[Ints, Ints]:
        """Rows and bits for the kernel, in the order of judgement: at one instant a lower role stands before a higher one."""
        if len(self.rows) == 1:
            return self.rows[0], np.full(len(self.rows[0]), self.bits[0], np.int64)
        roles = np.zeros(len(times), np.int64)
        for rows, bit in zip(self.rows, self.bits, strict=True):
            roles[rows] |= bit
        chosen = np.flatnonzero(roles)
        roles = roles[chosen]
        lowest, when = roles & -roles, times[chosen]
        if ((when[1:] == when[:-1]) & (lowest[1:] < lowest[:-1])).any():
            order = np.lexsort((lowest, when))
            chosen, roles = chosen[order], roles[order]
        return chosen, roles


class Dispatch:
    """The rules' parts by code. Seats are indices into the rules; what `each` rules answer at once has a table of its own."""

    def __init__(self, rules: Sequence[Rule], world: World) -> None:
        self._now: dict[int, list[Part]] = defaultdict(list)
        self._ordered: dict[int, list[Part]] = defaultdict(list)
        for seat, rule in enumerate(rules):
            for part, codes in _parts(seat, rule, world):
                at_once = rule.kernel is Kernel.EACH and part.role == "event"
                for code in codes:
                    (self._now if at_once else self._ordered)[code].append(part)
        self.wanted = np.zeros(len(at.CODES), np.bool_)
        self.wanted[list(self._ordered)] = True

    def at_once(self, rows: Ints, in_time: Flags) -> Mapping[int, Picked]:
        """By seat, the rows of a batch that an `each` rule answers when it reads them."""
        picked: dict[int, Picked] = defaultdict(Picked)
        codes = rows[:, at.CODE]
        heard = [code for code in self._now if (codes == code).any()] if self._now else []
        for code in heard:
            fits = (codes == code) & in_time & (rows[:, at.FLAGS] & at.INITIAL == 0)
            self._pick(self._now[code], rows, np.flatnonzero(fits), picked)
        return picked

    def in_order(self, rows: Ints) -> Mapping[int, Picked]:
        """By seat, the rows of a block in the order of judgement that play a role."""
        picked: dict[int, Picked] = defaultdict(Picked)
        if not len(rows):
            return picked
        codes = rows[:, at.CODE]
        order = np.argsort(codes.astype(np.uint16), kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(at.CODES)))
        for code, parts in self._ordered.items():
            mine = order[ends[code - 1] if code else 0 : ends[code]]
            if len(mine):
                self._pick(parts, rows, mine, picked)
        return picked

    def _pick(self, parts: Sequence[Part], rows: Ints, mine: Ints, picked: dict[int, Picked]) -> None:
        """Give each part its rows of one code; parts that ask the same are answered once, with the very same array."""
        marks = rows[mine, at.FLAGS]
        marked = bool((marks & (at.LATE | at.INITIAL)).any())
        answers: dict[tuple[bool, bool, str], Ints] = {}
        for part in parts:
            life, ends = part.role == LIFE, part.role in ENDING
            asked_as = (life, ends, part.asks) if marked else (True, True, part.asks)
            chosen = answers.get(asked_as)
            if chosen is None:
                chosen = mine[_may(life, ends, marks)] if marked else mine
                if part.question is not None and len(chosen):
                    chosen = chosen[part.question(rows[chosen])]
                answers[asked_as] = chosen
            if not len(chosen):
                continue
            if part.bit:
                picked[part.seat].rows.append(chosen)
                picked[part.seat].bits.append(part.bit)
            else:
                picked[part.seat].beside.setdefault(part.role, []).append(chosen)


def _may(life: bool, ends: bool, marks: Ints) -> Flags:
    """Which rows may play a role, by their LATE and INITIAL."""
    fits = np.ones(len(marks), np.bool_)
    if not life:
        fits &= marks & at.INITIAL == 0
    if not ends:
        fits &= marks & at.LATE == 0
    return fits


def _parts(seat: int, rule: Rule, world: World) -> Iterator[tuple[Part, list[int]]]:
    """Every part with the codes that it listens to."""
    own = FORMS[rule.kernel].roles + FORMS[rule.kernel].optional_roles
    for role in rule.match:
        bit = 1 << own.index(role) if role in own else 0
        raises = role not in ENDING and role not in BESIDE and role != WITNESS
        for kind, condition in rule.branches(role):
            asks = _text(rule, condition, hours=raises)
            part = Part(seat, role, bit, asks, asked.asked(rule, kind, condition, world, hours=raises))
            yield part, list(_codes(kind, condition))


def _text(rule: Rule, condition: Condition, *, hours: bool) -> str:
    """The same for conditions that ask the same of the rows of one code."""
    limits = {name: rule.thresholds[name].value for part in condition.parts() for _, name in part.columns}
    bare = condition.model_copy(update={"types": frozenset(), "heartbeats": False})
    return f"{bare!r} {limits} {rule.hours if hours else None!r}"


def _codes(kind: Kind, condition: Condition) -> Iterator[int]:
    types = condition.listens()
    for code, (other, name) in enumerate(at.CODES):
        if other is not kind:
            continue
        if name == HEARTBEAT:
            if condition.heartbeats:
                yield code
        elif types is None or name in types:
            yield code


def slots_of(rules: Sequence[Rule]) -> Mapping[Kind, Sequence[str]]:
    """The attributes that the rules ask of each kind; RuleError where they are more than there is room for."""
    wanted: dict[Kind, dict[str, None]] = {kind: {} for kind in Kind}
    for rule in rules:
        for kind, condition in (branch for role in rule.match for branch in rule.branches(role)):
            for slot in (*asked.slots(condition, rule.key is Key.BAY), *rule.alike):
                wanted[kind][slot] = None
    for kind, slots in wanted.items():
        if len(slots) > at.SLOTS:
            raise RuleError(
                f"The rules ask for {len(slots)} attributes of {kind} ({', '.join(slots)}); there is room for {at.SLOTS}."
            )
    return {kind: tuple(sorted(slots)) for kind, slots in wanted.items()}

"""What is written down about incidents: the truth, who is silent, how lots fill, and who is taken when."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Truth:
    """One alert that should come: the rule's id, who it is about, from when to when it may be raised (seconds since the begin).

    `also` are rules that may answer the same incident and then count for nothing. `must` False: may be raised, need not.
    """

    rule: str
    begin: float
    due: float
    by: float
    devices: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    must: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """A device is not heard from `begin` until before `end`; `beats`: only its heartbeats are lost.

    `stored`: it is the network that is gone; what controllers and terminals keep (all but cameras) is told afterwards.
    """

    device: str
    begin: float
    end: float
    beats: bool = False
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A lot's counter between `begin` and `end`: full (or nearly) between `there` and `gone`, or `difference` cars off."""

    lot: str
    begin: float
    there: float
    gone: float
    full: bool | None = None
    difference: int = 0


@dataclass(slots=True)
class Ledger:
    """Who is taken when: keys are devices, places, subjects, or a rule's own."""

    _taken: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def free(self, key: str, begin: float, end: float) -> bool:
        """Whether nobody has the key in this time."""
        return all(end <= first or begin >= last for first, last in self._taken.get(key, ()))

    def take(self, key: str, begin: float, end: float) -> None:
        """Reserve it."""
        self._taken.setdefault(key, []).append((begin, end))

    def busy(self, key: str, when: float) -> bool:
        """Whether an incident has the key at this moment."""
        taken = self._taken.get(key)
        return taken is not None and not self.free(key, when, when + 1e-6)

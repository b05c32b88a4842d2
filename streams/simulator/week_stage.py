"""Where incidents are played: devices and people reserved so that no two collide, words said, the truth written down.

The truth never looks at a rule's numbers: `due` follows from what the catalogue's sentence says (five denials, three minutes in
the fire lane), `by` adds what a guard would grant the machine.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from schemas.lists import Entry, ListName, Lists
from schemas.site import Device
from streams.simulator.community import Community
from streams.simulator.rhythm import DAY_S, HOUR_S
from streams.simulator.week_ledger import Fill, Ledger, Silence, Truth
from streams.simulator.week_people import People
from streams.simulator.week_rows import Word, facts

LEAD_S = 60.0
"""Nobody uses a door from so long before an incident: what was opened has closed by then."""


@dataclass(slots=True)
class Stage:
    """Everything that a plot needs. `unsound` devices have links of their own trouble and take no part in incidents."""

    community: Community
    people: People
    lists: Lists
    days: int
    begin: datetime
    unsound: frozenset[str]
    rng: Random
    ledger: Ledger = field(default_factory=Ledger)
    words: list[Word] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    hanging: dict[str, list[Device]] = field(default_factory=dict)
    hard: bool = False
    """Whether the incident at hand arrives out of order."""

    @property
    def end(self) -> float:
        """The last second."""
        return self.days * DAY_S

    def say(self, at: float, device: Device | str, type_: str, *, delay: float | None = None, **more: Any) -> None:
        """One staged word; `facts` is a dict of attributes. A hard incident's words overtake each other by up to 1.5 s."""
        name = device if isinstance(device, str) else device.id
        if (known := more.pop("facts", None)) is not None:
            more["attributes"] = facts(**known)
        if delay is None and self.hard:
            delay = self.rng.uniform(0.03, 1.5)
        self.words.append(Word(at, name, type_, delay=delay, staged=True, **more))

    def true(self, rule: str, begin: float, due: float, grant: float, **more: Any) -> None:
        """One row of the truth, due at `due`, at the latest `grant` seconds later."""
        for name in ("devices", "subjects", "also"):
            more[name] = frozenset(more.get(name, ()))
        self.truths.append(Truth(rule, begin, due, due + grant, **more))

    def pick(
        self, among: Sequence[Device], begin: float, end: float, before: float = HOUR_S, after: float = 4 * HOUR_S
    ) -> Device:
        """A sound device that no incident has for a good while before and after; reserved."""
        sound = [device for device in among if device.id not in self.unsound]
        for device in self.rng.sample(sound, len(sound)):
            if self.ledger.free(f"incident {device.id}", begin - before, end + after):
                self.reserve(device.id, begin, end, before, after)
                return device
        raise Crowded(f"No device is free from {begin:.0f} to {end:.0f}.")

    def reserve(self, key: str, begin: float, end: float, before: float = HOUR_S, after: float = HOUR_S) -> None:
        """Keep ordinary life away from a key, and other incidents for longer."""
        self.ledger.take(key, begin - LEAD_S, end + LEAD_S)
        self.ledger.take(f"incident {key}", begin - before, end + after)

    def claim(self, key: str, begin: float, end: float, before: float = HOUR_S, after: float = HOUR_S) -> None:
        """Reserve this very key, or Crowded."""
        if not self.ledger.free(f"incident {key}", begin - before, end + after):
            raise Crowded(f"{key} is taken.")
        self.reserve(key, begin, end, before, after)

    def hush(self, devices: Iterable[str], begin: float, end: float, *, stored: bool = False) -> None:
        """Devices that say nothing, or (`stored`) say it later."""
        self.silences += [Silence(device, begin, end, stored=stored) for device in devices]

    def enlist(self, name: ListName, *entries: Entry) -> None:
        """More entries for a list: an incident's own people."""
        self.lists = replace(self.lists, entries={**self.lists.entries, name: (*self.lists.of(name), *entries)})

    def day(self, when: float, plus: int = 0) -> date:
        """The local date of a second, so many days on."""
        return (self.begin + timedelta(seconds=when, days=plus)).date()


class Crowded(Exception):
    """An incident found no free device at its time; another time is drawn."""


@dataclass(frozen=True, slots=True)
class Plot:
    """How often a week an incident is played, at which hours (weights), how long it lasts at most, and how."""

    name: str
    times: int
    hours: tuple[float, ...]
    lasts_s: float
    act: Callable[[Stage, float], None]
    reason: str


def stage_all(stage: Stage, plots: Sequence[Plot], seed: int) -> None:
    """Every plot, so often as its row says for the days there are; each incident from a generator of its own."""
    for plot in plots:
        times = plot.times if stage.days >= 7 else max(1, round(plot.times * stage.days / 7))
        for n in range(times):
            stage.rng = Random(f"{seed}/{plot.name}/{n}")
            if stage.end > plot.lasts_s + HOUR_S:
                _try(stage, plot)


def _try(stage: Stage, plot: Plot) -> None:
    latest = stage.end - plot.lasts_s - HOUR_S
    for _ in range(200):
        begin = _moment(stage, plot)
        slot = f"{plot.name}"
        if not HOUR_S / 2 < begin < latest or not stage.ledger.free(slot, begin, begin + 1800):
            continue
        marks = len(stage.words), len(stage.truths), len(stage.silences)
        stage.hard = stage.rng.random() < 0.3
        try:
            plot.act(stage, begin)
        except Crowded:
            del stage.words[marks[0] :], stage.truths[marks[1] :], stage.silences[marks[2] :]
            continue
        stage.ledger.take(slot, begin - 1800, begin + 1800)
        return


def _moment(stage: Stage, plot: Plot) -> float:
    day = stage.rng.randrange(stage.days)
    hour = stage.rng.choices(range(24), plot.hours)[0]
    return day * DAY_S + hour * HOUR_S + stage.rng.uniform(0, HOUR_S)

"""Nuisance: what looks like an incident and is none, as week_rates.py says. week_troubles.py has the table of acts.

Where chance makes something true after all (a mover who props a door for half an hour, a camera that takes over a minute to
start), the same function writes the truth: it follows from what was done, never from what a rule said.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from schemas.site import Device
from streams.simulator.rhythm import HOUR_S
from streams.simulator.week_rates import RATES, Rate, Trouble
from streams.simulator.week_rows import Word, facts
from streams.simulator.week_stage import Stage

MISCALLED = 0.05
"""The share of false triggers without a target that a classifying camera calls human all the same."""


@dataclass(slots=True)
class Nuisance:
    """Draws the troubles of the week; `devices` by name are looked up once."""

    stage: Stage
    seed: int
    wet: list[bool]
    rng: Random = field(init=False)
    words: list[Word] = field(default_factory=list)
    _cameras: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Device]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A generator of its own."""
        self.rng = Random(f"{self.seed}/trouble")

    def play(self, acts: Mapping[Trouble, "Act"]) -> list[Word]:
        """All troubles, at their moments."""
        for row in RATES:
            self.rng = Random(f"{self.seed}/trouble/{row.trouble}")
            for at in self._moments(row):
                acts[row.trouble](self, at)
        return [word for word in self.words if 0 <= word.at < self.stage.end]

    def _moments(self, row: Rate) -> Iterator[float]:
        for hour in range(24 * self.stage.days):
            often = row.per_day * (float(self.wet[hour]) if row.raining else row.hours[hour % 24]) / HOUR_S
            at = hour * HOUR_S + (self.rng.expovariate(often) if often > 0 else HOUR_S)
            while at < (hour + 1) * HOUR_S:
                yield at
                at += self.rng.expovariate(often)

    def free(self, among: list[Device], at: float, lasts: float = 0.0) -> Device | None:
        """A device that no incident has meanwhile."""
        device = self.rng.choice(among)
        busy = not self.stage.ledger.free(device.id, at - 60, at + lasts + 60)
        return None if busy else device

    def camera(self, at: float, lasts: float = 0.0, *words: str, places: tuple[str, ...] = ()) -> Device | None:
        """A camera by its name or the kind of its place."""
        if (words, places) not in self._cameras:
            site = self.stage.community.site
            self._cameras[words, places] = [
                camera
                for camera in self.stage.community.cameras
                if (not words or any(word in camera.name.en for word in words))
                and (not places or (camera.place and site.places[camera.place].kind in places))
            ]
        return self.free(self._cameras[words, places], at, lasts)

    def say(self, at: float, device: Device, type_: str, **more: object) -> None:
        """One word of ordinary life."""
        if (known := more.pop("facts", None)) is not None:
            more["attributes"] = facts(**known)  # type: ignore[arg-type]
        self.words.append(Word(at, device.id, type_, **more))  # type: ignore[arg-type]

    def unsure(self, low: float = 0.3, high: float = 0.65) -> float:
        """The score of what is not really there."""
        return round(self.rng.uniform(low, high), 3)

    def called(self) -> dict[str, str]:
        """What a classifying camera calls nobody."""
        return {"target": "human" if self.rng.random() < MISCALLED else ""}


Act = Callable[[Nuisance, float], None]

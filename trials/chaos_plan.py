"""What is done to the installation, in which order: a pure function of how many kills, how long the outages, and the seed."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.5, 4.0
BOTH = 0.2  # share of the kills that hit gateway and worker in the same moment
VICTIMS = ("gateway", "worker")


class Blow(StrEnum):
    """A kill is -9 at no matter what moment; an outage is a service stopped and started again."""

    KILL = "kill"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class Step:
    """After a wait of so many seconds, a blow to these. An outage lasts `outage_s`; in its middle `meanwhile` are killed."""

    blow: Blow
    targets: tuple[str, ...]
    wait_s: float
    outage_s: float = 0.0
    meanwhile: tuple[str, ...] = ()


OUTAGES = ((2 / 3, "timescaledb", "worker"), (1 / 3, "kafka", "gateway"))
"""After which share of the kills which service stops, and who holds what it can't take, and is killed with it in hand."""


def plan(kills: int, outage_s: float, seed: int) -> list[Step]:
    """So many kills in all; Kafka's outage after the first third of them, the database's after the second."""
    rng = Random(f"{seed}/plan")
    inside = min(len(OUTAGES), kills - 1)
    steps = [Step(Blow.KILL, _victims(rng), _wait(rng)) for _ in range(kills - inside)]
    for n, (share, service, holder) in enumerate(OUTAGES):
        meanwhile = (holder,) if n < inside else ()
        steps.insert(round((kills - inside) * share), Step(Blow.OUTAGE, (service,), _wait(rng), outage_s, meanwhile))
    return steps


def _wait(rng: Random) -> float:
    return rng.uniform(SHORTEST_WAIT_S, LONGEST_WAIT_S)


def _victims(rng: Random) -> tuple[str, ...]:
    return VICTIMS if rng.random() < BOTH else (rng.choice(VICTIMS),)

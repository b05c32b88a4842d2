"""What comes round: people who are looked after are seen, patrols touch their points, extinguishers are inspected.

Here incidents are absences, so their truth is computed from what was really said: a gap longer than the catalogue's sentence allows.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

from streams.simulator.rhythm import DAY_S, HOUR_S
from streams.simulator.week_life import Life
from streams.simulator.week_rows import Word, facts
from streams.simulator.week_stage import Stage, Truth

PATROL_POINTS = 20
EXTINGUISHERS = 60
MONTH_S = 31 * DAY_S
FORGOTTEN = 8
"""Extinguishers whose month runs out in the week with nobody coming."""


def looked_after(life: Life) -> list[Word]:
    """Sightings of everybody on the care list: in the morning and in the afternoon, unless they are away; and the truth."""
    stage, said = life.stage, []
    for who in stage.people.cared_for:
        rng, seen = Random(f"{life.seed}/care/{who.face}"), []
        for day in range(stage.days):
            for hour in (rng.uniform(7.5, 10), rng.uniform(15, 18)):
                at = day * DAY_S + hour * HOUR_S
                if not stage.ledger.busy(f"away {who.face}", at):
                    point, walk = life.gate(at, "out" if hour < 12 else "in", who.unit)
                    if stage.ledger.free(f"incident {point.id}", at - 60, at + 60):
                        said.append(Word(at, point.id, "known", who.face, round(rng.uniform(0.88, 0.98), 3), direction=point.direction))
                        seen.append(at)
                    del walk
        stage.truths += _gaps("resident-not-seen", seen, DAY_S, 300, stage.end, subjects=frozenset({who.face, who.card}))
    return said


def patrols(stage: Stage, seed: int) -> list[Word]:
    """Every point once a day between nine and a quarter to ten, unless it is forgotten; and the truth."""
    said = []
    for number in range(PATROL_POINTS):
        rng, seen, tag = Random(f"{seed}/patrol/{number}"), [], f"PT-{number:02d}"
        for day in range(-1, stage.days):
            at = day * DAY_S + rng.uniform(9, 9.75) * HOUR_S
            if day < 0 or not stage.ledger.busy(f"patrol {number}", at):
                said.append(Word(at, tag, "patrol_checked", zone=tag, attributes=facts(point=tag)))
                seen.append(at)
        stage.truths += _gaps("patrol-missed", seen, 25 * HOUR_S, 300, stage.end, devices=frozenset({tag}))
    return said


def inspections(stage: Stage, seed: int) -> list[Word]:
    """Monthly inspections, the last ones before the week among them; and the truth."""
    said = []
    for number in range(EXTINGUISHERS):
        rng, tag = Random(f"{seed}/extinguisher/{number}"), f"EX-{number:03d}"
        if number < FORGOTTEN:
            last = rng.uniform(0.2, max(0.3, stage.days - 1.5)) * DAY_S - MONTH_S
            seen = [last, last + MONTH_S + rng.uniform(0.5, 3) * DAY_S]
        else:
            last = -rng.uniform(1, 29) * DAY_S
            seen = [last, last + rng.uniform(28, 30.5) * DAY_S]
        seen = [at for at in seen if at < stage.end]
        said += [Word(at, tag, "extinguisher_checked", attributes=facts(tag=tag)) for at in seen]
        stage.truths += _gaps("extinguisher-overdue", seen, MONTH_S, 300, stage.end, devices=frozenset({tag}))
    return said


def _gaps(rule: str, seen: Sequence[float], longest: float, grant: float, end: float, **who: frozenset[str]) -> Iterator[Truth]:
    """One truth for every gap that is longer, while the week lasts; a gap that ends or is cut within the grant need not be told."""
    for at, after in pairwise([*seen, end]):
        if after - at > longest:
            yield Truth(rule, at, at + longest, at + longest + grant, must=after - at > longest + grant, **who)

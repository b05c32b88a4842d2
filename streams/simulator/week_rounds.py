"""What comes round: people who are looked after are seen, patrols touch their points, extinguishers are inspected.

Here incidents are absences: their truth is computed from what was really said, a gap longer than the catalogue's sentence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from streams.simulator.rhythm import DAY_S, HOUR_S
from streams.simulator.week_ledger import Truth
from streams.simulator.week_life import Life
from streams.simulator.week_rows import Word, facts
from streams.simulator.week_stage import Stage

PATROL_POINTS = 20
EXTINGUISHERS = 60
MONTH_S = 31 * DAY_S
GRANT_S = 300.0
TOLD = 3
"""Dates and windows of the registers that pass in the week."""
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
                    point, _ = life.gate(at, "out" if hour < 12 else "in", who.unit)
                    if stage.ledger.free(f"incident {point.id}", at - 60, at + 60):
                        score = round(rng.uniform(0.88, 0.98), 3)
                        said.append(Word(at, point.id, "known", who.face, score, direction=point.direction))
                        seen.append(at)
        gone = Truth("resident-not-seen", 0, 0, 0, subjects=frozenset({who.face, who.card}))
        stage.truths += _gaps(gone, seen, DAY_S, stage.end)
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
        stage.truths += _gaps(Truth("patrol-missed", 0, 0, 0, devices=frozenset({tag})), seen, 25 * HOUR_S, stage.end)
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
        stage.truths += _gaps(Truth("extinguisher-overdue", 0, 0, 0, devices=frozenset({tag})), seen, MONTH_S, stage.end)
    return said


def registers(stage: Stage, seed: int) -> list[Word]:
    """What the house's registers tell: a date that passes at midnight, a window that nobody keeps; later both are made good."""
    said = []
    for rule, word, tag, hour in (
        ("extinguisher-date-passed", "extinguisher_overdue", "EX-9", 0.0),
        ("patrol-window-missed", "patrol_missed", "PT-9", 22.0),
        ("finding-past-due", "finding_overdue", "PT-8", 0.0),
    ):
        for number in range(TOLD):
            rng, device = Random(f"{seed}/{word}/{number}"), f"{tag}{number:02d}"
            at = rng.randrange(stage.days) * DAY_S + hour * HOUR_S + rng.uniform(1, 60)
            said += [Word(at, device, word), Word(at + rng.uniform(1, 20) * HOUR_S, device, f"{word}_ended")]
            stage.truths.append(Truth(rule, at, at, at + 30, devices=frozenset({device})))
    return [word for word in said if word.at < stage.end]


def _gaps(who: Truth, seen: Sequence[float], longest: float, end: float) -> Iterator[Truth]:
    """One truth for every longer gap, while the week lasts; one that ends or is cut within the grant need not be told."""
    for at, after in pairwise([*seen, end]):
        if after - at > longest:
            due = at + longest
            yield replace(who, begin=at, due=due, by=due + GRANT_S, must=after > due + GRANT_S)

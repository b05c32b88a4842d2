"""Ways to tell an unusual number from a usual one, compared on drawn series with known incidents.

`python -m trials.deviation_methods --seeds 11-30 --json` draws fifteen weeks of half hours of each variant and seed, lets
every method judge them online, and says how many incidents each finds, how many false alarms a week it gives, and how late
it is. Weeks 1 to 4 are for learning (incidents happen in them too); weeks 5 to 15 are graded. Every method knows the same
calendar. Thresholds were set on seeds 1 to 10, so that each gives as many false alarms as the kernel with its defaults
(`--seeds 1-10 --false 0.24`).
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trials.deviation_series import GRADED, LEARNING, VARIANTS, WEEKS, Series, Span, draw
from trials.deviation_ways import COUNTS_ONLY, METHODS, Alarms, Batch, Method, batch_of


@dataclass(slots=True)
class Grade:
    """What a method did: incidents found and there, false alarms, weeks, and hours until each found one was told."""

    found: int = 0
    there: int = 0
    false: int = 0
    weeks: int = 0
    hours: float = 0.0

    def add(self, series: Series, alarms: Sequence[Span]) -> None:
        """An incident is found by an alarm of its side that is on between its start and half an hour after its end.

        False is an alarm that touches nothing from an hour before an incident to an hour and a half after it.
        """
        for start, end, side in series.incidents:
            told = [alarm for alarm in alarms if alarm[2] == side and alarm[0] <= end and alarm[1] > start]
            self.there += start >= GRADED
            if told and start >= GRADED:
                self.found += 1
                self.hours += max(told[0][0] + 1 - start, 0) / 2
        graded = [alarm for alarm in alarms if alarm[0] >= GRADED]
        self.false += sum(not any(a <= end + 3 and b >= start - 2 for start, end, _ in series.incidents) for a, b, _ in graded)
        self.weeks += WEEKS - LEARNING

    def figures(self) -> dict[str, float]:
        """Recall, false alarms a week, mean delay in hours."""
        share, late = self.found / max(self.there, 1), self.hours / max(self.found, 1)
        return {"recall": round(share, 3), "false_per_week": round(self.false / self.weeks, 2), "delay_h": round(late, 2)}


def graded(batch: Batch, alarms: list[list[Span]]) -> dict[str, Any]:
    """The figures over all counted variants, over the measured one, and of each."""
    grades = {name: Grade() for name in ["counted", *VARIANTS]}
    for series, one in zip(batch.series, alarms, strict=True):
        grades[series.variant].add(series, one)
        if not series.measured:
            grades["counted"].add(series, one)
    return {name: grade.figures() for name, grade in grades.items()}


def tuned(method: Method, alarms: Alarms, batch: Batch, false: float) -> float:
    """The lowest threshold that gives no more false alarms a week."""
    lines = [round(float(line), 3) for line in np.arange(*method.grid)]
    few = (line for line in lines if graded(batch, alarms(line))["counted"]["false_per_week"] <= false)
    return next(few, lines[-1])


def compare(seeds: Sequence[int], false: float | None = None) -> dict[str, Any]:
    """Each method's threshold and figures; with a number of false alarms, at the threshold that gives it on these seeds."""
    batch = batch_of([draw(name, seed) for name in VARIANTS for seed in seeds])
    compared: dict[str, Any] = {}
    for name, method in METHODS.items():
        alarms = method.judge(batch)
        line = method.line if false is None else tuned(method, alarms, batch, false)
        figures = graded(batch, alarms(line))
        if name in COUNTS_ONLY:
            figures.pop("measured")
        compared[name] = {"threshold": line, **figures}
    return compared


def table(compared: Mapping[str, Any]) -> str:
    """The figures for reading."""
    lines = [f"{'':28} threshold  recall  false/week  delay h   measured: recall  false/week"]
    for name, one in compared.items():
        all_, extra = one["counted"], one.get("measured")
        lines.append(f"{name:28} {one['threshold']:9} {all_['recall']:7} {all_['false_per_week']:11} {all_['delay_h']:8}")
        lines[-1] += f"   {extra['recall']:16} {extra['false_per_week']:11}" if extra else ""
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="11-30", help="first-last")
    parser.add_argument("--false", type=float, help="seek the thresholds that give so many false alarms a week on these seeds")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    first, _, last = args.seeds.partition("-")
    compared = compare(range(int(first), int(last or first) + 1), args.false)
    sys.stdout.write((json.dumps(compared, indent=1, ensure_ascii=False) if args.json else table(compared)) + "\n")


if __name__ == "__main__":
    main()

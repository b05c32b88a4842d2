"""`gatehouse bench --only rules`: the rules alone, on one core: kernels, catalogue over a real mix, state, start, two rivals.

Exit 0 only when every promise holds. The rivals do the first ten rules from Kafka to the same tables in the same run; what is
promised beside them is an aim, printed as it is (trials/rivals says what they leave out, in their favour).
"""

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from schemas.errors import GatehouseError
from schemas.lists import Lists
from schemas.rules import Rule, load_catalogue
from schemas.settings import load
from schemas.site import Site, load_site
from streams.rules.dispatch import slots_of
from streams.rules.machine import Machine
from streams.rules.world import World
from trials import bench_kernels, bench_mix
from trials.bench import Figure, kept, machine, tell_figures
from trials.bench_own import tell

MANY_KEYS = 1_000_000
STARTED = (
    "from schemas.rules import load_catalogue; from schemas.settings import load; from schemas.site import load_site;"
    "from streams.rules.engine import Engine; Engine(load_site(load().site), list(load_catalogue().values())).warm();"
    "from streams.rules.compiled import compiled, told; names = compiled(); print(told(names) if names else '', end='')"
)
MOMENTARY_KEEPS = 200.0  # bytes of a live key, over all rules of the catalogue


@dataclass(frozen=True, slots=True)
class Held:
    """A million live keys of one counting rule."""

    keys: int
    resident_gb: float
    bytes_per_key: float


def run(*, as_json: bool, rivals: bool = True) -> int:
    """Measure all, print all; 0 when all promises hold, else 1."""
    site, rules = load_site(load().site), load_catalogue()
    tell("Kernels alone.")
    kernels = bench_kernels.measure(rules, site)
    tell("The catalogue over a morning of the simulated week, once and ten times.")
    mix = bench_mix.measure(site, list(rules.values()))
    tell("A million keys; a start with compiled kernels; two threads.")
    held, start_s, threads = _held(site, rules["five-denials"]), _start_s(), _threads(site, rules["five-denials"])
    beside = _beside(site) if rivals else {}
    figures = [*_kernel_figures(kernels), *_mix_figures(mix, held, start_s, threads), *_rival_figures(beside)]
    facts = {
        "kernels": {name: asdict(case) for name, case in kernels.items()},
        "mix": asdict(mix),
        "million_keys": asdict(held),
        "rivals": beside,
    }
    tell_figures(figures, facts, machine(), as_json=as_json)
    return 0 if kept(figures) else 1


def _kernel_figures(kernels: Mapping[str, bench_kernels.Case]) -> list[Figure]:
    found = []
    for name, case in kernels.items():
        found.append(Figure(f"{name}, sparse", round(case.sparse_per_s / 1e6, 2), 20.0, "M/s", at_least=True))
        found.append(Figure(f"{name}, densest", round(case.densest_per_s / 1e6, 2), 2.0, "M/s", at_least=True))
    return found


def _mix_figures(mix: bench_mix.Mix, held: Held, start_s: float, threads: float) -> list[Figure]:
    return [
        Figure("the whole catalogue over a real mix", round(mix.per_s), 500_000, "/s", at_least=True),
        Figure("time of ten times the rules", round(mix.cost_of_ten_times, 2), 3.0, "×"),
        Figure("time of a row after four more days", round(mix.cost_of_history, 2), 1.25, "×"),
        Figure("state of a live key, all rules", mix.state_bytes_per_key, MOMENTARY_KEEPS, "B"),
        Figure("a million keys, resident", held.resident_gb, 1.0, "GB"),
        Figure("start with compiled kernels", start_s, 5.0, "s"),
        Figure("two threads beside one (nogil)", threads, 1.3, "×", at_least=True),
    ]


def _rival_figures(beside: Mapping[str, Any]) -> list[Figure]:
    """The aims, one a rival and way."""
    found = []
    for name in ("quix", "bytewax"):
        for way, aim in (("end_to_end_per_s", 5.0), ("without_database_per_s", 20.0)):
            if name in beside:
                ratio = beside["gatehouse"][way] / beside[name][way]
                words = "end to end" if way.startswith("end") else "without the database"
                found.append(Figure(f"beside {name}, {words}", round(ratio, 2), aim, "×", at_least=True, aim=True))
    return found


def _held(site: Site, rule: Rule) -> Held:
    """Memory is what the process grew by, the index and spare room among it."""
    world = World(site, Lists(), slots_of([rule]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    resident = _resident()
    held = Machine(rule, world)
    for first in range(1, MANY_KEYS, 100_000):
        held.claim(np.arange(first, first + 100_000, dtype=np.int64) * 0x9E3779B97F4A7C1)
    grown = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, (_resident() - resident) // 1024)
    return Held(len(held), round(grown * 1024 / 1e9, 3), held.size() / len(held))


def _resident() -> int:
    """Bytes."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def _start_s() -> float:
    """A process of its own that reads the catalogue and loads every kernel; the first one fills the cache. A numba that cannot
    cache is said: the second compiles again."""
    seconds, said = [], ""
    for _ in range(2):
        began = time.perf_counter()
        said = subprocess.run([sys.executable, "-c", STARTED], check=True, stdout=subprocess.PIPE, text=True).stdout
        seconds.append(time.perf_counter() - began)
    if said:
        tell(said)
    return round(seconds[-1], 2)


def _threads(site: Site, rule: Rule) -> float:
    """How much more two threads fold than one in the same time: more than 1 only where kernels release the interpreter."""
    world = World(site, Lists(), slots_of([rule]))
    work = [bench_kernels.prepared(rule, world) for _ in range(2)]

    def fold(one: bench_kernels.Prepared) -> None:
        for _ in range(5):
            bench_kernels.fold(*one)

    began = time.perf_counter()
    fold(work[0])
    alone = time.perf_counter() - began
    began = time.perf_counter()
    both = [threading.Thread(target=fold, args=(one,)) for one in work]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    return round(2 * alone / (time.perf_counter() - began), 2)


def _beside(site: Site) -> Mapping[str, Any]:
    from trials.bench_beside import measure

    try:
        return measure(site)
    except GatehouseError as err:
        tell(f"No rivals: {err}")
        return {"missing": str(err)}

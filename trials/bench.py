"""`gatehouse bench`: speed and memory, each beside what it is held against, in one run on an instance of its own.

Exit 0 only when every figure holds. Speeds are ratios measured in the same run, because machines differ.
"""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import orjson
import psycopg
import typer

from schemas.site import load_site
from trials import bench_latency, bench_throughput
from trials.bench_own import instance, services, tell

EVENTS = 1_000_000
SEED = 1
PACKAGES = ("faust-streaming", "aiokafka", "kafka-python", "pyarrow", "numba", "numpy", "psycopg", "dash", "uvicorn")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, its limit, which side of it is good. An aim is told like a promise and decides no exit status."""

    name: str
    value: float
    limit: float
    unit: str
    at_least: bool = False
    aim: bool = False

    @property
    def holds(self) -> bool:
        """On the good side of the limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def ratio(self) -> float:
        """The value as a part of the limit."""
        return round(self.value / self.limit, 3)

    def as_line(self) -> str:
        """For people."""
        sign = "≥" if self.at_least else "≤"
        verdict = "holds" if self.holds else "aim, not reached" if self.aim else "DOES NOT HOLD"
        return f"{self.name:<44} {self.value:>10.2f} {self.unit:<8} {sign} {self.limit:g} (× {self.ratio:.2f})  {verdict}"


def run(*, as_json: bool, events: int = EVENTS, seed: int = SEED) -> int:
    """Measure all, print all; 0 when all figures hold, else 1."""
    with services() as settings:
        site = load_site(settings.site)
        with instance(settings) as mine:
            tell(f"First half: {events} events in Kafka to committed rows, beside bare COPY.")
            through = bench_throughput.measure(mine, site, events, seed)
            tell(f"{through.worker_per_s:.0f} events/s beside {through.copy_per_s:.0f}.")
        with instance(settings) as mine:
            tell(f"Second half: {bench_latency.PER_SECOND:.0f} messages a second through the gateway, watched in a browser.")
            latency = bench_latency.measure(mine, site)
            with mine.connection() as connection:
                server = _server(connection)
    figures = _figures(through, latency)
    facts = {"throughput": {**asdict(through), "ratio": through.ratio}, "latency": asdict(latency)}
    tell_figures(figures, facts, {**machine(), **server}, as_json=as_json)
    return 0 if kept(figures) else 1


def kept(figures: Iterable[Figure]) -> bool:
    """Whether every promise holds."""
    return all(figure.holds for figure in figures if not figure.aim)


def _figures(through: bench_throughput.Throughput, latency: bench_latency.Latency) -> Sequence[Figure]:
    memory = latency.memory_mb
    return (
        Figure("worker's speed as a part of bare COPY", round(through.ratio, 3), 0.5, "", at_least=True),
        Figure("gateway's 200 to committed, p99", latency.committed_p99, 50.0, "ms"),
        Figure("gateway's 200 to the DOM, p99", latency.shown_p99, 250.0, "ms"),
        Figure("messages a second through the gateway", latency.per_second, 950.0, "/s", at_least=True),
        Figure("messages refused meanwhile", latency.refused, 0.5, ""),
        Figure("gateway's memory, peak", memory["gateway"], 300.0, "MB"),
        Figure("worker's memory, peak", max(memory["worker"], round(through.worker_mb, 1)), 600.0, "MB"),
    )


def tell_figures(figures: Sequence[Figure], facts: Mapping[str, object], about: Mapping[str, object], *, as_json: bool) -> None:
    """Print figures, facts and machine, as one JSON object or as lines."""
    if as_json:
        rows = [{**asdict(figure), "ratio": figure.ratio, "holds": figure.holds} for figure in figures]
        aims = all(figure.holds for figure in figures if figure.aim)
        typer.echo(orjson.dumps({"ok": kept(figures), "aims_reached": aims, "figures": rows, **facts, "machine": about}))
        return
    for name, value in about.items():
        typer.echo(f"{name}: {value}")
    for name, value in facts.items():
        typer.echo(f"{name}: {value}")
    for figure in figures:
        typer.echo(figure.as_line())


def _server(connection: psycopg.Connection) -> dict[str, object]:
    """The database's versions."""
    row = connection.execute(
        "SELECT current_setting('server_version'), extversion FROM pg_extension WHERE extname = 'timescaledb'"
    ).fetchone()
    return {"postgresql": row[0], "timescaledb": row[1]} if row else {}


def machine() -> dict[str, object]:
    """Processor, memory, system, versions, and how busy the machine was with other things."""
    words = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in words if line.startswith("model name")), platform.machine())
    memory = Path("/proc/meminfo").read_text("ascii").split()[1]
    return {
        "processor": f"{os.cpu_count()} × {model}",
        "memory_gb": round(int(memory) * 1024 / 1e9, 1),
        "system": platform.platform(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }

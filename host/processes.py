"""Gatehouse's own processes on one machine: one row each."""

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from host.layout import Layout
from host.programs import END_WITH_PARENT, Program
from schemas.settings import HOME, Settings, variable

MARK = "UP_LOCAL"
"""In the environment of all that `up` starts: the local folder it belongs to."""
ROOMS = ("schemas", "streams", "alerts", "dashboard", "sites")
CODE = frozenset({".py", ".sql", ".yaml", ".csv", ".js", ".css"})


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its command of `gatehouse`, when it starts (a lower rank first), how long a stop may take (seconds)."""

    name: str
    arguments: tuple[str, ...]
    rank: int
    stop_s: int
    does: str

    def port(self, settings: Settings) -> int:
        """Where its health and figures are."""
        return int(getattr(settings, f"{self.name}_port"))


PROCESSES = (
    Process("gateway", ("gateway",), 10, 15, "takes devices' messages"),
    Process("worker", ("worker",), 11, 20, "judges events, stores events and alerts"),
    Process("desk", ("desk",), 12, 10, "makes incidents of alerts"),
    Process("dashboard", ("dashboard",), 12, 10, "shows the wall"),
    Process("simulator", ("simulate",), 20, 10, "is the simulated community"),
)
SIMULATOR = "simulator"


def programs(layout: Layout, settings: Settings, *, version: str) -> list[Program]:
    """How each process is run. Another `version` makes the supervisor start it anew."""
    environment = {
        variable("file"): str(layout.effective),
        "NUMBA_CACHE_DIR": str(layout.numba),
        "PYTHONUNBUFFERED": "1",
        "UP_VERSION": version,
    }
    python = (*END_WITH_PARENT, sys.executable, str(HOME / "gatehouse.py"))
    return [
        Program(process.name, (*python, *process.arguments), HOME, environment, process.stop_s, process.rank)
        for process in PROCESSES
    ]


def version_of(effective: Path, rooms: Iterable[str] = ROOMS) -> str:
    """A digest of the settings and of the code as it lies there, so that a new `up` starts anew what has changed."""
    digest = hashlib.sha256(effective.read_bytes())
    files = [HOME / "gatehouse.py", *(path for room in rooms for path in sorted((HOME / room).rglob("*")))]
    for path in files:
        if path.suffix in CODE:
            stat = path.stat()
            digest.update(f"{path.relative_to(HOME)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]

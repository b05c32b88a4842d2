"""`gatehouse logs`: what the processes and services say, from their rotated files."""

import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import typer

from host.engines import SERVICES
from host.layout import Layout
from host.processes import PROCESSES
from schemas.errors import MachineError, SettingsError
from schemas.settings import load

LOOK_S = 0.25
LOOK_BACK = 20
LONGEST = 300


def run(process: str, *, follow: bool, lines: int) -> int:
    """Print the last lines of one or of all; go on as lines come with `follow`, until Ctrl+C."""
    files = _chosen(Layout(load().local).logs, process)
    width = max(map(len, files)) if len(files) > 1 else 0
    tails = [_Tail(path, f"{name:<{width}}  " if width else "") for name, path in files.items()]
    for tail in tails:
        tail.last(lines)
    try:
        while follow:
            time.sleep(LOOK_S)
            for tail in tails:
                tail.new()
    except KeyboardInterrupt:
        typer.echo("")
    finally:
        for tail in tails:
            tail.close()
    return 0


def last_line(path: Path) -> str:
    """The last line that says something, shortened; empty without one."""
    if not path.exists():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        said = [line.strip() for line in deque(file, maxlen=LOOK_BACK) if line.strip()]
    return said[-1][:LONGEST] if said else ""


def _chosen(folder: Path, process: str) -> Mapping[str, Path]:
    known = (*(p.name for p in PROCESSES), *SERVICES, "supervisord")
    if process and process not in known:
        raise SettingsError(f"{process!r} is no process: use one of {', '.join(known)}.")
    names = [process] if process else known
    files = {name: folder / f"{name}.log" for name in names if (folder / f"{name}.log").exists()}
    if not files:
        raise MachineError(f"There is no log of {process or 'anything'} in {folder}: `gatehouse up` starts it.")
    return files


@dataclass(slots=True)
class _Tail:
    """One file that is followed, also when it is rotated: the name then belongs to another file."""

    path: Path
    prefix: str
    _file: TextIO | None = field(default=None)

    def last(self, lines: int) -> None:
        """Print the last lines, and be at the end."""
        self._file = self.path.open(encoding="utf-8", errors="replace")
        for line in deque(self._file, maxlen=lines):
            self._print(line)

    def new(self) -> None:
        """Print what has come since; go over to the new file when the old one was put away."""
        if self._file is None:
            return
        for line in self._file:
            self._print(line)
        if self.path.exists() and not self.path.samefile(Path(f"/proc/self/fd/{self._file.fileno()}")):
            self._file.close()
            self._file = self.path.open(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            self._file.close()

    def _print(self, line: str) -> None:
        sys.stdout.write(self.prefix + line.rstrip("\n") + "\n")
        sys.stdout.flush()

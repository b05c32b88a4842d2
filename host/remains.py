"""What a killed start or supervisor may have left running: found by the mark that everything of ours carries."""

import os
import signal
from pathlib import Path

from host.layout import Layout
from host.processes import MARK
from host.supervisor import until

ASK_S = 15.0
KILL_S = 5.0


def remains(layout: Layout, proc: Path = Path("/proc")) -> list[int]:
    """Process ids of all that was started for this local folder and still lives, the supervisor's own not among them."""
    mark = os.fsencode(f"{MARK}={layout.local}")
    return [int(folder.name) for folder in proc.iterdir() if folder.name.isdigit() and _carries(folder, mark)]


def _carries(folder: Path, mark: bytes) -> bool:
    try:
        return mark in (folder / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended meanwhile, or is another user's
        return False


def clear(layout: Layout) -> int:
    """End what remains: ask, wait, kill; how many there were."""
    found = remains(layout)
    for number, within_s in ((signal.SIGTERM, ASK_S), (signal.SIGKILL, KILL_S)):
        for pid in remains(layout):
            _send(pid, number)
        if until(lambda: not remains(layout), within_s):
            break
    return len(found)


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return

"""A program that somebody keeps running: the supervisor on a site's machine, the session of tests."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

END_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM", "--")
"""Ends a program when what started it dies in whatever way, so that a killed supervisor leaves nothing behind."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, where, and how long a stop may take (seconds) before it is a kill.

    `rank` orders start and stop: a lower one starts first and stops last. `stop_signal` asks it to end.
    """

    name: str
    argv: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_s: int = 10
    rank: int = 10
    as_root: bool = False
    stop_signal: str = "TERM"


def privileged(argv: Sequence[str]) -> list[str]:
    """The command as root would run it: through sudo where we are not root."""
    return list(argv) if os.geteuid() == 0 else ["sudo", *argv]

"""Running a command of the system, with its failure as one sentence."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence

from schemas.errors import MachineError

COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def run(
    argv: Sequence[str], *, mend: str, stdin: str = "", environment: Mapping[str, str] | None = None, timeout_s: float = 900
) -> str:
    """What the command says on standard output; MachineError with its last words and `mend`, what to do about it.

    `environment` is added to ours.
    """
    more = {**os.environ, **(environment or {})}
    try:
        done = subprocess.run(list(argv), input=stdin, env=more, capture_output=True, text=True, timeout=timeout_s, check=False)
    except FileNotFoundError as err:
        raise MachineError(f"The command {argv[0]} is not installed: {mend}") from err
    except subprocess.TimeoutExpired as err:
        raise MachineError(f"{argv[0]} did not end within {timeout_s:.0f} s: {mend}") from err
    if done.returncode != 0:
        raise MachineError(f"{argv[0]} failed ({_last_words(done)}): {mend}")
    return done.stdout


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    """The first line that speaks of an error, else the last one, without colours."""
    plain = COLOUR.sub("", done.stderr + "\n" + done.stdout)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return [*errors[:1], *lines[-1:], f"status {done.returncode}"][0][:300]

"""Running a command of the system, with its failure as one sentence."""

import os
import subprocess
from collections.abc import Mapping, Sequence

from schemas.errors import MachineError


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
    lines = [line.strip() for line in (done.stderr + "\n" + done.stdout).splitlines() if line.strip()]
    return lines[-1][:300] if lines else f"status {done.returncode}"

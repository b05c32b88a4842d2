"""A command of `gatehouse`, run to its end in the tests' own process.

It is the same function with the same words, settings and sentences; what is saved is the second or two that another Python
takes to start and to import. A test of the process itself (signals, kills, what is imported) starts one.
"""

import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from unittest.mock import patch

import gatehouse


def run(words: Sequence[str], environment: Mapping[str, str]) -> CompletedProcess[str]:
    """Exit status and what was said, as of a process with this environment."""
    out, err = io.StringIO(), io.StringIO()
    status: object = 0
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "argv", ["gatehouse", *words]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            gatehouse.main()
        except SystemExit as end:
            status = end.code
    assert status is None or isinstance(status, int), status
    return CompletedProcess(words, status or 0, out.getvalue(), err.getvalue())

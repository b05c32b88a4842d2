"""The command line as a whole."""

import subprocess
import sys

HEAVY = ("numba", "numpy", "pyarrow", "faust", "dash", "kafka", "psycopg", "fastapi", "pydantic", "yaml", "typst")


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys, gatehouse; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_wrong_option_is_wrong_use() -> None:
    done = subprocess.run(
        [sys.executable, "gatehouse.py", "up", "--no-such-option"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--no-such-option" in done.stderr

"""Who waited for the compiler is told; a start that finds its cache says nothing."""

import os
import subprocess
import sys
from pathlib import Path

from streams.rules.compiled import SHOWN, told

ROOT = Path(__file__).parents[3]
STARTS = "from streams.worker import id_set; from streams.rules.compiled import compiled; id_set.warm(); print(*compiled())"


def started(cache: Path) -> list[str]:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    return subprocess.run(
        [sys.executable, "-c", STARTS], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()


def test_the_first_start_compiles_and_the_second_loads(tmp_path: Path) -> None:
    assert "worker.id_set._add" in started(tmp_path)
    assert started(tmp_path) == []


def test_the_sentence_names_a_few_of_many() -> None:
    names = [f"rules.kernel_{n}" for n in range(SHOWN + 1)]
    assert f"compiled {SHOWN + 1} kernels" in told(names) and "kernel_0" in told(names)
    assert names[-1] not in told(names) and "…" in told(names)

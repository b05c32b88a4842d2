"""Ten of the rules in two other stream frameworks, written as their users would: what our speed stands beside.

Each rival is a process: it reads a Job as JSON from its standard input, and writes a Done as JSON to its standard output.
"""

import gc
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

import orjson


@dataclass(frozen=True, slots=True)
class Job:
    """What to judge: so many events of a topic with one partition. `folder` is for state; no `database_url`: none is stored."""

    kafka: str
    topic: str
    events: int
    site: str
    folder: str = ""
    database_url: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Seconds from the first record to the last commit (without a database: to the last judgement), and alerts by rule."""

    seconds: float
    rows: int = 0
    alerts: Mapping[str, int] = field(default_factory=dict)


def serve(work: Callable[[Job], Done]) -> None:
    """Do the one job of this process, with little time for the garbage collector: batches of rows are no garbage yet."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    done = work(Job(**orjson.loads(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(orjson.dumps(asdict(done)))

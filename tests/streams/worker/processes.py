"""A real `gatehouse worker` in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.settings import PREFIX, Settings

ROOT = Path(__file__).parents[3]


def environment(settings: Settings, **other: str) -> dict[str, str]:
    """What a process must be told to be of this installation."""
    given = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "KAFKA": settings.kafka,
        "TOPIC_PREFIX": settings.topic_prefix,
        "PARTITIONS": str(settings.partitions),
        "LOCAL": str(settings.local),
        "SITE": str(settings.site),
        "STATE_EVERY_S": "1",
        "LOG_LEVEL": "INFO",
        **other,
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    return {**kept, **{PREFIX + key: value for key, value in given.items()}}


def start(settings: Settings, name: str = "worker", **other: str) -> subprocess.Popen[bytes]:
    """Start it; its log goes to `.local/NAME.log`."""
    with (settings.local / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "gatehouse.py"), "worker"],
            env=environment(settings, **other),
            cwd=settings.local,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@contextmanager
def worker(settings: Settings, name: str = "worker", **other: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is ended at the end."""
    process = start(settings, name, **other)
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop it as the supervisor does."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

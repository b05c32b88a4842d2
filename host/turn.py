"""One `up` or `down` at a time in one local folder, and what the disk refuses them as a sentence."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from host.layout import Layout
from schemas.errors import MachineError


@contextmanager
def disk(layout: Layout) -> Iterator[None]:
    """Around all that writes: MachineError where the disk is full, or the folder is not ours to write."""
    try:
        yield
    except OSError as err:
        where = err.filename or layout.local
        raise MachineError(
            f"{where}: {err.strerror or err}. See that {layout.local} can be written and has room (`gatehouse doctor`)."
        ) from err


@contextmanager
def turn(layout: Layout) -> Iterator[None]:
    """Hold the folder's lock; MachineError where another command holds it."""
    with layout.turn.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise MachineError(f"Another `up` or `down` is at work in {layout.local}: wait until it has ended.") from err
        yield

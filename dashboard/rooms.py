"""Where work that takes its time is done off the event loop: in a few threads of its own, and no more of it than these bounds.

Whatever else somebody asks for, a press in a plan finds a thread; and many papers asked for at once are printed one by one.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

from schemas.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")


class Full(Unavailable):
    """So much of this waits already that no more is taken."""


@dataclass(slots=True)
class Room:
    """`workers` threads for one sort of work; of what is asked for, at most `most` is inside or waits at the door."""

    name: str
    workers: int
    most: int
    inside: int = 0
    _threads: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(self.workers, self.name)

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work returns, done with the caller's context; Full at once where too much waits."""
        if self.inside >= self.most:
            raise Full(f"Too much waits for {self.name}.")
        self.inside += 1
        try:
            whole = partial(copy_context().run, work, *args, **kwargs)
            return await asyncio.get_running_loop().run_in_executor(self._threads, whole)
        finally:
            self.inside -= 1


INCIDENTS = Room("incidents", workers=4, most=200)
"""Reading and working incidents: as many threads as the pool of their database connections holds."""
PAPERS = Room("papers", workers=1, most=10)
"""Printing: a report takes a tenth of a second, 600 labels some seconds."""

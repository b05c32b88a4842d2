"""Memory for large bodies: so many bytes at once, those that come later wait a little for room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Budget:
    """Bytes that may be in memory at one time."""

    def __init__(self, total: int, patience_s: float) -> None:
        self._free, self._patience_s = total, patience_s
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def room(self, size: int) -> AsyncIterator[bool]:
        """Whether there was room in time; given back at the end. Nothing is asked for a size of 0."""
        granted = size == 0 or await self._wait(size)
        try:
            yield granted
        finally:
            if granted and size:
                self._free += size
                async with self._changed:
                    self._changed.notify_all()

    async def _wait(self, size: int) -> bool:
        try:
            async with asyncio.timeout(self._patience_s), self._changed:
                await self._changed.wait_for(lambda: self._free >= size)
                self._free -= size
                return True
        except TimeoutError:
            return False

"""A steady stream of posts to the gateway over a few kept connections, at a stated rate, from one event loop.

Written on bare streams: an HTTP client library would take more of the machine than the gateway that is measured.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CONNECTIONS = 32
_PAUSE_S = 0.002


Message = Callable[[int], tuple[str, bytes]]


@dataclass(slots=True)
class Told:
    """When the gateway said 200, by the name of the message (seconds since the epoch); other answers; the rate."""

    at: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where to post."""

    host: str
    port: int
    path: str
    key: str

    def request(self, body: bytes) -> bytes:
        """A whole HTTP request."""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\nX-Gatehouse-Key: {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body


async def post(target: Target, message: Message, per_second: float, seconds: float) -> Told:
    """Post `message(i)` (a name and a body) at the rate; the answers."""
    queue: asyncio.Queue[int | None] = asyncio.Queue()
    told = Told()
    senders = [asyncio.create_task(_sender(target, queue, message, told)) for _ in range(CONNECTIONS)]
    began, sent, total = time.monotonic(), 0, int(per_second * seconds)
    while sent < total:
        due = min(total, int((time.monotonic() - began) * per_second) + 1)
        for i in range(sent, due):
            queue.put_nowait(i)
        sent = due
        await asyncio.sleep(_PAUSE_S)
    for _ in senders:
        queue.put_nowait(None)
    await asyncio.gather(*senders)
    told.per_second = total / (time.monotonic() - began)
    return told


async def _sender(target: Target, queue: asyncio.Queue[int | None], message: Message, told: Told) -> None:
    reader, writer = await asyncio.open_connection(target.host, target.port)
    try:
        while (item := await queue.get()) is not None:
            name, body = message(item)  # made when it is sent, as a device does: its time is now
            writer.write(target.request(body))
            status = await _status(reader)
            if status == 200:
                told.at[name] = time.time()
            else:
                told.refused += 1
    finally:
        writer.close()


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer whole; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, rest = head.partition(b"content-length:")
    await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
    return int(head.split(b" ", 2)[1])

"""How what is published leaves the server: one loop a browser, and one for whoever proves that the wall is fed (`/probe`)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.door.guard import Visit
from dashboard.door.tokens import same
from dashboard.figures import Figures
from dashboard.live.hub import Hub, Pace

log = logging.getLogger(__name__)

LOOK_S = 0.25  # how often a loop looks whether its socket or session has ended
QUEUE_MOST = 3  # pushes that wait for a slow browser; it gets the newest later instead
GONE = '{"gone": true}'
PROBE_KEY_FILE = "probe-key"


@dataclass(frozen=True, slots=True)
class Line:
    """One browser's line. `send` queues a text, `waiting` counts what is queued, `closed` says whether it is gone."""

    send: Callable[[str], None]
    waiting: Callable[[], int]
    closed: Callable[[], bool]


async def push_to(line: Line, hub: Hub, figures: Figures, visit: Visit | None) -> None:
    """Push what is newest to one browser until its line closes or its session ends."""
    clock = asyncio.get_running_loop().time
    pace, sent = Pace(hub.news_per_s), 0
    with figures.browsers.track_inprogress():
        while not line.closed():
            if visit is not None and visit.ended:
                line.send(GONE)
                return
            push = await hub.after(sent, LOOK_S)
            if push is None or push.seq <= sent:
                continue
            if line.waiting() >= QUEUE_MOST:
                figures.skipped.inc()
                await asyncio.sleep(LOOK_S)
                continue
            if wait := pace.wait_s(clock(), push, sent):
                await asyncio.sleep(min(wait, LOOK_S / 5))  # short: an urgent one may come meanwhile
                continue
            line.send(push.text(sent))
            pace.pushed(clock(), push, sent)
            figures.push_s.observe(max(0.0, clock() - push.born_s))
            sent = push.seq


def probe(hub: Hub, local: Path) -> Callable[[WebSocket], Awaitable[None]]:
    """`/probe`: every snapshot, as walls get it, for whoever holds the key in `.local/probe-key`.

    The key comes in the header X-Gatehouse-Key, or as `?key=` where a client can set no header.
    """

    async def serve(socket: WebSocket) -> None:
        """One probe, until it goes away."""
        key = _key(local)
        # An address is written into logs, a header is not.
        given = socket.headers.get("x-gatehouse-key") or socket.query_params.get("key", "")
        if not key or not same(given, key):
            await socket.close(4401)
            return
        await socket.accept()
        reader = asyncio.ensure_future(_until_closed(socket))
        sent = 0
        try:
            while not reader.done():
                push = await hub.after(sent, LOOK_S)
                if push is not None and push.seq > sent:
                    await socket.send_text(push.text(sent))
                    sent = push.seq
        except WebSocketDisconnect:
            log.debug("A probe went away.")
        finally:
            reader.cancel()

    return serve


async def _until_closed(socket: WebSocket) -> None:
    """Read (and ignore) until the other side closes."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        continue


def _key(local: Path) -> str:
    path = local / PROBE_KEY_FILE
    return path.read_text("utf-8").strip() if path.exists() else ""

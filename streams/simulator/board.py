"""How the simulated community tells that it is well: its board and its figures for Prometheus, read from the poster."""

import asyncio
import contextlib
import errno
import logging
import socket
import threading
from collections.abc import Iterator

import uvicorn
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette

from schemas.health import Health, routes
from streams.simulator.post import Answer, Poster

EVERY_S = 0.5
_NAME = "gatehouse_simulator_"

log = logging.getLogger(__name__)


class Figures(Collector):
    """What became of the messages, asked for when Prometheus asks."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    def collect(self) -> Iterator[Metric]:
        """Counters since the run's start, and what waits now."""
        tally = self._poster.tally
        ends = CounterMetricFamily(_NAME + "messages", "Messages by how they ended", labels=["end"])
        for end, number in _ends(self._poster).items():
            ends.add_metric([end], number)
        yield ends
        yield CounterMetricFamily(_NAME + "repeated_attempts", "Attempts that had to be repeated", value=tally.retries)
        yield CounterMetricFamily(_NAME + "skipped_seconds", "Seconds of life left out to keep up", value=tally.skipped_s)
        yield GaugeMetricFamily(_NAME + "waiting_messages", "Messages not heard yet", value=self._poster.waiting)


def _ends(poster: Poster) -> dict[str, int]:
    """A stale heartbeat was not refused: it was not worth repeating."""
    tally = poster.tally
    never = tally.counts[Answer.NEVER]
    return {"sent": tally.counts[Answer.HEARD], "refused": never - tally.stale, "stale": tally.stale}


def tell(board: Health, poster: Poster) -> None:
    """State the fact and the figures as they are now."""
    sentences = {
        None: "The gateway has not been asked yet.",
        True: "The gateway takes messages.",
        False: "The gateway does not take messages: they are repeated.",
    }
    board.say("gateway", bool(poster.reached), sentences[poster.reached])
    board.figures.update(
        {**_ends(poster), "waiting": poster.waiting, "skipped_s": poster.tally.skipped_s},
    )


async def keep_telling(board: Health, poster: Poster) -> None:
    """Until cancelled."""
    while True:
        tell(board, poster)
        await asyncio.sleep(EVERY_S)


@contextlib.contextmanager
def serving(board: Health, poster: Poster, host: str, port: int) -> Iterator[None]:
    """/healthz, /readyz and /metrics while it lasts, in a thread of their own. None without a port, or where another run of
    this installation has it: a second community beside the first is allowed, and says so."""
    listening = _listen(host, port) if port else None
    if listening is None:
        yield
        return
    registry = CollectorRegistry()
    registry.register(Figures(poster))
    config = uvicorn.Config(Starlette(routes=routes(board, registry)), log_config=None, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="health", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def _listen(host: str, port: int) -> socket.socket | None:
    try:
        return socket.create_server((host, port))
    except OSError as err:
        if err.errno != errno.EADDRINUSE:
            raise
        log.info("Port %d is taken, by another simulated community or program: this one tells its health nowhere.", port)
        return None

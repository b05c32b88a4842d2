"""How the simulated community tells that it is well: its board and its figures for Prometheus, read from the poster."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from schemas.health import Health, routes, served
from streams.simulator.post import Answer, Poster

EVERY_S = 0.5
_NAME = "gatehouse_simulator_"


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


def serving(board: Health, poster: Poster, host: str, port: int) -> AbstractContextManager[None]:
    """/healthz, /readyz and /metrics while it lasts. Not where another run of this installation has the port: a second
    community beside the first is allowed."""
    registry = CollectorRegistry()
    registry.register(Figures(poster))
    return served(routes(board, registry), host, port)

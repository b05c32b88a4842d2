"""Posting: a few lanes of keep-alive connections. A device's messages stay in order, and each is repeated until it is heard.

What the gateway answers decides, by a table: heard (200), not now (429, 503, no answer: the same bytes again, as a
device does), or never (what no repetition mends: counted and said, and the lane goes on). Nothing is dropped silently;
a heartbeat that has become stale is not worth repeating and is counted as such.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zlib import crc32

import aiohttp

from schemas.sources import Source
from streams.gateway.read import SIMULATED
from streams.simulator.words import Message

LANES = 16  # about 8 ms a post: 2,000 messages a second, twenty times a normal day
LANE_DEPTH = 48  # what a device's own memory would hold; then the community waits
STALE_S = 1.5  # a device repeats no heartbeat: an old one would only make its clock look wrong
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 4.0
ANSWER_S = 20.0
MARKED = {SIMULATED: "1"}
"""Marks every message of ours, whatever its format, so that the screens can say so."""

log = logging.getLogger(__name__)


class Answer(StrEnum):
    """What came of one attempt."""

    HEARD = "heard"
    NOT_NOW = "not now"
    NEVER = "never"


def judge(status: int) -> Answer:
    """What an HTTP status means to a device."""
    if 200 <= status < 300:
        return Answer.HEARD
    return Answer.NEVER if status in {400, 404, 405, 413, 415, 422} else Answer.NOT_NOW


@dataclass(slots=True)
class Tally:
    """What became of the messages, by answer; `retries` counts repeated attempts, `stale` heartbeats not repeated (they are
    among NEVER), `skipped_s` seconds of life that were left out."""

    counts: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    stale: int = 0
    skipped_s: int = 0


@dataclass(slots=True)
class Poster:
    """Posts messages until each is heard. `now`: seconds since the run's start; `heard` is told of every message's end."""

    session: aiohttp.ClientSession
    url: str
    sources: Mapping[str, Source]
    now: Callable[[], float]
    heard: Callable[[Message, Answer], None]
    tally: Tally = field(default_factory=Tally)
    reached: bool | None = None  # whether the newest attempt was heard; None before the first
    _lanes: list[asyncio.Queue[Message]] = field(default_factory=lambda: [asyncio.Queue(LANE_DEPTH) for _ in range(LANES)])

    async def put(self, message: Message) -> None:
        """Give a message to its device's lane; waits while that is full."""
        await self._lanes[crc32(message.say.device.id.encode()) % LANES].put(message)

    async def run(self) -> None:
        """Serve the lanes until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(self._serve(lane))

    @property
    def waiting(self) -> int:
        """Messages in the lanes."""
        return sum(lane.qsize() for lane in self._lanes)

    async def drained(self) -> None:
        """Wait until everything given has been heard."""
        for lane in self._lanes:
            await lane.join()

    async def _serve(self, lane: asyncio.Queue[Message]) -> None:
        while True:
            message = await lane.get()
            answer = await self._until_heard(message)
            self.tally.counts[answer] += 1
            self.heard(message, answer)
            lane.task_done()

    async def _until_heard(self, message: Message) -> Answer:
        pause = FIRST_PAUSE_S
        while True:
            if message.say.is_heartbeat and self.now() - message.due > STALE_S:
                self.tally.stale += 1
                return Answer.NEVER
            answer, why = await self._attempt(message)
            if answer is Answer.NEVER:
                log.warning("The gateway will never take a message of %s: %s.", message.say.device.id, why)
            self._tell(answer, why)
            if answer is not Answer.NOT_NOW:
                return answer
            self.tally.retries += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _tell(self, answer: Answer, why: str) -> None:
        """Say once that the gateway is away, and once that it is back."""
        before, self.reached = self.reached, answer is not Answer.NOT_NOW
        if before is not False and not self.reached:
            log.warning("The gateway does not take messages (%s): they are repeated.", why)
        if before is False and self.reached:
            log.info("The gateway answers again (%s).", why)

    async def _attempt(self, message: Message) -> tuple[Answer, str]:
        source = self.sources[message.source]
        headers = {"Content-Type": message.content_type, "X-Gatehouse-Key": source.key, **MARKED}
        try:
            async with self.session.post(f"{self.url}/in/{source.name}", data=message.body, headers=headers) as response:
                await response.read()
                return judge(response.status), f"HTTP {response.status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as err:
            return Answer.NOT_NOW, type(err).__name__

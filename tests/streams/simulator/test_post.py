"""Posting to a gateway that refuses, hangs up, or is away: a real HTTP server on loopback that is told how to behave."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from schemas.events import HEARTBEAT
from schemas.site import Device, DeviceKind, Name
from schemas.sources import Source
from streams.gateway.read import SIMULATED
from streams.simulator.post import Answer, Poster, judge
from streams.simulator.words import Message, at_once

SOURCES = {"hikvision": Source("hikvision", "hikvision", "the-key")}


def camera(number: int) -> Device:
    return Device(f"C-{number}", "hikvision", DeviceKind.CAMERA, "", 1, 0, 0, 0, Name("相机", "Camera"), f"10.0.0.{number}/1")


def message(device: int, number: int, word: str = "motion", due: float = 0.0) -> Message:
    return Message(due, "hikvision", "text/plain", f"{device}:{number}".encode(), at_once(camera(device), word, due))


@dataclass(slots=True)
class Gateway:
    """Answers the nth attempt of a body with what `behave` says: a status, or 0 to hang up. Keeps what it took, in order."""

    behave: Callable[[str, int], int]
    attempts: dict[str, int] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    headers: list[tuple[str, str, str]] = field(default_factory=list)
    url: str = ""

    async def post(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        self.attempts[body] = self.attempts.get(body, 0) + 1
        status = self.behave(body, self.attempts[body])
        if status == 0 and request.transport is not None:
            request.transport.abort()
        if status == 200:
            self.taken.append(body)
            self.headers.append((request.path, request.headers["X-Gatehouse-Key"], request.headers.get(SIMULATED, "")))
        return web.Response(status=status or 500)


@asynccontextmanager
async def serving(behave: Callable[[str, int], int]) -> AsyncIterator[Gateway]:
    gateway = Gateway(behave)
    app = web.Application()
    app.router.add_post("/in/{source}", gateway.post)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    gateway.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield gateway
    await runner.cleanup()


async def posted(gateway: Gateway, messages: list[Message], now: float = 0.0) -> tuple[Poster, list[tuple[str, Answer]]]:
    """Everything given, posted until it was heard; what became of each."""
    ends: list[tuple[str, Answer]] = []
    async with aiohttp.ClientSession() as session:
        poster = Poster(session, gateway.url, SOURCES, lambda: now, lambda m, a: ends.append((m.body.decode(), a)))
        lanes = asyncio.create_task(poster.run())
        for one in messages:
            await poster.put(one)
        await poster.drained()
        lanes.cancel()
        await asyncio.gather(lanes, return_exceptions=True)
    return poster, ends


def of_device(taken: list[str], device: int) -> list[str]:
    return [body for body in taken if body.startswith(f"{device}:")]


async def test_a_devices_messages_arrive_in_order_whatever_the_gateway_answers_at_first() -> None:
    def behave(body: str, attempt: int) -> int:
        troubles = {"1:2": [503, 429], "2:0": [0], "3:1": [500, 401]}.get(body, [])
        return troubles[attempt - 1] if attempt <= len(troubles) else 200

    async with serving(behave) as gateway:
        messages = [message(device, number) for number in range(4) for device in (1, 2, 3)]
        poster, ends = await posted(gateway, messages)
    for device in (1, 2, 3):
        assert of_device(gateway.taken, device) == [f"{device}:{number}" for number in range(4)]
    assert {answer for _, answer in ends} == {Answer.HEARD}
    assert len(ends) == len(messages)
    assert poster.tally.retries == 5


async def test_every_message_names_its_source_its_key_and_that_it_is_simulated() -> None:
    async with serving(lambda body, attempt: 200) as gateway:
        await posted(gateway, [message(1, 0)])
    assert gateway.headers == [("/in/hikvision", "the-key", "1")]


async def test_what_no_repetition_mends_is_told_and_the_next_goes_on() -> None:
    async with serving(lambda body, attempt: 413 if body == "1:0" else 200) as gateway:
        poster, ends = await posted(gateway, [message(1, 0), message(1, 1)])
    assert ends == [("1:0", Answer.NEVER), ("1:1", Answer.HEARD)]
    assert gateway.attempts["1:0"] == 1
    assert poster.tally.counts[Answer.NEVER] == 1


async def test_a_heartbeat_that_is_stale_is_not_sent_and_an_event_of_that_age_is() -> None:
    async with serving(lambda body, attempt: 200) as gateway:
        poster, ends = await posted(gateway, [message(1, 0, HEARTBEAT), message(1, 1)], now=60.0)
    assert gateway.taken == ["1:1"]
    assert poster.tally.stale == 1
    assert [body for body, _ in ends] == ["1:0", "1:1"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, Answer.HEARD),
        (401, Answer.NOT_NOW),
        (408, Answer.NOT_NOW),
        (413, Answer.NEVER),
        (429, Answer.NOT_NOW),
        (500, Answer.NOT_NOW),
        (503, Answer.NOT_NOW),
    ],
)
def test_a_status_means_to_a_device(status: int, answer: Answer) -> None:
    assert judge(status) is answer

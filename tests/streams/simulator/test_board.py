"""The community's board and figures, over HTTP, beside a gateway that takes messages or does not."""

import logging
import socket
from random import Random

import aiohttp
import httpx
import pytest

from host.services.ports import free_port
from schemas.health import Health
from streams.simulator.board import serving, tell
from streams.simulator.post import Poster
from tests.streams.simulator.test_post import SOURCES, message, posted
from tests.streams.simulator.test_post import serving as gateway_serving


async def test_a_community_that_is_heard_is_ready_and_counts_what_it_sent() -> None:
    async with gateway_serving(lambda body, attempt: 413 if body == "1:1" else 503 if attempt == 1 else 200) as gateway:
        poster, _ = await posted(gateway, [message(1, 0), message(1, 1), message(1, 2)])
    board, port = Health("simulator"), free_port(Random())
    tell(board, poster)
    with serving(board, poster, "127.0.0.1", port):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            alive, ready, figures = [await client.get(path) for path in ("/healthz", "/readyz", "/metrics")]
    assert (alive.status_code, ready.status_code) == (200, 200)
    assert ready.json()["figures"] == {"sent": 2, "refused": 1, "stale": 0, "waiting": 0, "skipped_s": 0}
    assert 'gatehouse_simulator_messages_total{end="sent"} 2.0' in figures.text
    assert 'gatehouse_simulator_messages_total{end="refused"} 1.0' in figures.text
    assert "gatehouse_simulator_repeated_attempts_total 2.0" in figures.text


async def test_before_the_first_answer_and_while_the_gateway_is_away_it_is_not_ready() -> None:
    board = Health("simulator")
    async with aiohttp.ClientSession() as session:
        poster = Poster(session, "http://127.0.0.1:9", SOURCES, lambda: 0.0, lambda _message, _answer: None)
    tell(board, poster)
    assert not board.ready
    assert board.facts["gateway"].sentence == "The gateway has not been asked yet."
    poster.reached = False
    tell(board, poster)
    assert not board.ready
    poster.reached = True
    tell(board, poster)
    assert board.ready


async def test_a_second_community_beside_the_first_says_that_its_port_is_taken(caplog: pytest.LogCaptureFixture) -> None:
    board = Health("simulator")
    async with aiohttp.ClientSession() as session:
        poster = Poster(session, "http://127.0.0.1:9", SOURCES, lambda: 0.0, lambda _message, _answer: None)
    with caplog.at_level(logging.INFO), socket.create_server(("127.0.0.1", 0)) as first:
        port = int(first.getsockname()[1])
        with serving(board, poster, "127.0.0.1", port):
            assert f"Port {port} is taken" in caplog.text

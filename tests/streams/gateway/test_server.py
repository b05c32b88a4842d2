"""Connections that hold a place and send nothing of use, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from streams.gateway import server

WHOLE = b"POST /in/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"


async def answer(_: Request) -> Response:
    """As to a stranger: the body is not read."""
    return Response("no", 401)


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server that has one."""
    app = Starlette(routes=[Route("/in/x", answer, methods=["POST"])])
    config = server.config(app, "127.0.0.1", 0)
    config.loop, config.lifespan = "none", "off"
    serving = uvicorn.Server(config)
    task = asyncio.create_task(serving.serve())
    while not serving.started:
        await asyncio.sleep(0.01)
    host, port = serving.servers[0].sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        serving.should_exit = True
        await task


async def test_two_requests_on_one_connection_are_answered() -> None:
    async with connected() as (reader, writer):
        for _ in range(2):
            writer.write(WHOLE)
            assert (await reader.readuntil(b"no")).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("rest", [b"POST /in/x HTTP/1.1\r\nHost:", WHOLE.replace(b": 2", b": 999999")])
async def test_a_second_request_that_never_ends_is_given_up(rest: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SILENT_S", 0.3)
    monkeypatch.setattr(server, "WHOLE_S", 0.3)
    async with connected() as (reader, writer):
        writer.write(WHOLE)
        await reader.readuntil(b"no")
        writer.write(rest)
        async with asyncio.timeout(20):
            await reader.read()
        assert reader.at_eof()


async def test_a_head_without_end_is_given_up() -> None:
    async with connected() as (reader, writer):
        writer.write(b"POST /in/x HTTP/1.1\r\nX: ")
        async with asyncio.timeout(20):
            with pytest.raises(ConnectionError):
                for _ in range(200):
                    writer.write(b"a" * 65_536)
                    await writer.drain()
                    await asyncio.sleep(0.001)
        assert reader.at_eof() or reader.exception() is not None

"""The gateway over HTTP: POST /in/{source} and /in/{source}/{key}, and the health of the process.

200 {"accepted": n, "heartbeats": n, "rejected": [{"reason", "at"}]} everything is safe, and what could not be read is kept;
the device must not repeat it. 401 not this source's key. 408 the body came too slowly. 413 too large. 429 too fast.
503 neither Kafka nor the spool can take it. The last two name in Retry-After when to come again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from schemas.decoded import Decoded
from schemas.errors import Unavailable
from schemas.sources import Source
from streams.gateway.budget import Budget
from streams.gateway.intake import REASONS, Intake, Message
from streams.gateway.limits import Gate, Verdict, offered_keys
from streams.gateway.metrics import Metrics
from streams.gateway.read import RECEIVED_AT, SIMULATED
from streams.gateway.times import parse_time

BODY_S = 20.0
"""Time for a body: three megabytes over a poor link take ten."""

SMALL = 64 * 1024
"""A body up to this needs no place in the budget for large ones."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_ANSWERS = {
    Verdict.UNAUTHORISED: (401, "This is not the source's key.", {"WWW-Authenticate": 'Basic realm="gatehouse"'}),
    Verdict.TOO_FAST: (429, "Too many messages a second.", {"Retry-After": "1"}),
    Verdict.TOO_LARGE: (413, "The message is larger than the limit.", {"Connection": "close"}),
    Verdict.TOO_SLOW: (408, "The body came too slowly.", {"Connection": "close"}),
    Verdict.BUSY: (503, "Too many large messages at once.", {"Retry-After": "1", "Connection": "close"}),
    Verdict.FULL: (503, "Nothing can be kept now: neither Kafka nor the spool takes it.", {"Retry-After": "5"}),
}


class Refusal(Exception):
    """A request that is not taken, and why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Door:
    """What a request passes through."""

    gate: Gate
    intake: Intake
    metrics: Metrics
    budget: Budget
    body_limit: int


def create_app(door: Door, more: Sequence[BaseRoute], lifespan: Lifespan) -> FastAPI:
    """The application: plain routes, so that no validation by FastAPI stands between a device and its answer."""

    async def post(request: Request) -> Response:
        """Answer one message."""
        try:
            return _accepted(await _take(request, door))
        except Refusal as refusal:
            return _refused(refusal.verdict, door.metrics)
        except ClientDisconnect:
            return Response(status_code=400)

    paths = ("/in/{source}", "/in/{source}/{key}")
    routes = [*(Route(path, post, methods=["POST", "PUT"]) for path in paths), *more]
    app = FastAPI(title="Gatehouse gateway", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.router.routes.extend(routes)
    return app


async def _take(request: Request, door: Door) -> Decoded:
    source = _admitted(request, door.gate)
    declared = _declared(request.headers, door.body_limit)
    async with door.budget.room(declared if declared > SMALL else 0) as granted:
        if not granted:
            raise Refusal(Verdict.BUSY)
        body = await _body(request, door.body_limit)
        headers = request.headers
        simulated = headers.get(SIMULATED) == "1"
        message = Message(source, body, headers.get("content-type", ""), _first_received(headers), simulated)
        try:
            return await door.intake.take(message)
        except Unavailable as err:
            raise Refusal(Verdict.FULL) from err


def _admitted(request: Request, gate: Gate) -> Source:
    name, headers = request.path_params["source"], request.headers
    path_key = request.path_params.get("key", "")
    keys = offered_keys(name, path_key, headers.get("x-gatehouse-key", ""), headers.get("authorization", ""))
    verdict, source = gate.admit(name, keys, asyncio.get_running_loop().time())
    if verdict is not Verdict.WELCOME or source is None:
        raise Refusal(verdict)
    return source


def _declared(headers: Headers, limit: int) -> int:
    """The length that the request declares; the limit where it declares none."""
    text = headers.get("content-length", "")
    length = int(text) if text.isdecimal() and len(text) < 16 else limit
    if length > limit:
        raise Refusal(Verdict.TOO_LARGE)
    return length


async def _body(request: Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise Refusal(Verdict.TOO_LARGE)
                chunks.append(chunk)
    except TimeoutError as err:
        raise Refusal(Verdict.TOO_SLOW) from err
    return b"".join(chunks)


def _first_received(headers: Mapping[str, str]) -> datetime | None:
    """The arrival that a retried dead letter had, if it is a time with a zone."""
    text = headers.get(RECEIVED_AT)
    if not text:
        return None
    try:
        zoned = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return None
    return parse_time(text, UTC) if zoned else None


def _accepted(decoded: Decoded) -> Response:
    rejected = [{"reason": r.reason, "at": r.at} for r in decoded.rejected[:REASONS]]
    answer = {"accepted": len(decoded.events), "heartbeats": len(decoded.heartbeats), "rejected": rejected}
    return Response(orjson.dumps(answer), media_type="application/json")


def _refused(verdict: Verdict, metrics: Metrics) -> Response:
    metrics.refused.labels(str(verdict)).inc()
    if verdict is Verdict.UNAUTHORISED:
        metrics.unauthorised.inc()
    if verdict is Verdict.TOO_LARGE:
        metrics.too_large.inc()
    status, sentence, headers = _ANSWERS[verdict]
    return Response(orjson.dumps({"error": sentence}), status, headers, "application/json")

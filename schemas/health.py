"""How a process tells that it is well: /healthz (alive), /readyz (does its work), /metrics.

`Health` is a small board of named facts, each with a sentence and since when. A process is ready while all of them hold.
"""

import errno
import logging
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

log = logging.getLogger(__name__)

GRACE_S = 1  # for a request that is being answered when the process ends
STOP_S = 3.0  # uvicorn looks ten times a second whether it is to end


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that must hold, what to say about it, and since when it is so."""

    ok: bool
    sentence: str
    since: datetime


@dataclass(slots=True)
class Health:
    """The board of one process. `figures` are numbers worth showing (spool depth, lag)."""

    process: str
    facts: dict[str, Fact] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)

    def say(self, name: str, ok: bool, sentence: str, now: datetime | None = None) -> None:
        """State a fact; `since` moves only when it turns."""
        before = self.facts.get(name)
        since = before.since if before and before.ok == ok else now or datetime.now(UTC)
        self.facts[name] = Fact(ok, sentence, since)

    @property
    def ready(self) -> bool:
        """All facts hold, and there is at least one."""
        return bool(self.facts) and all(fact.ok for fact in self.facts.values())

    def as_json(self) -> Mapping[str, object]:
        """{"process", "ready", "facts": {name: {"ok", "sentence", "since"}}, "figures"}."""
        facts = {name: {"ok": f.ok, "sentence": f.sentence, "since": f.since.isoformat()} for name, f in self.facts.items()}
        return {"process": self.process, "ready": self.ready, "facts": facts, "figures": dict(self.figures)}


def routes(health: Health, registry: CollectorRegistry = REGISTRY) -> list[BaseRoute]:
    """The three paths, for any Starlette or FastAPI application."""

    async def healthz(_: Request) -> Response:
        return Response(b'{"alive":true}', media_type="application/json")

    async def readyz(_: Request) -> Response:
        return Response(orjson.dumps(health.as_json()), status_code=200 if health.ready else 503, media_type="application/json")

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


@contextmanager
def served(paths: Sequence[BaseRoute], host: str, port: int) -> Iterator[None]:
    """The paths, in a thread with a loop of its own, so that they answer while everything else is busy.

    None without a port, or where another program has it: a process that can tell its health nowhere still does its work, and
    says so. The thread is ended before the interpreter is: a loop that still turns then brings the process down with it.
    """
    listening = _listen(host, port) if port else None
    if listening is None:
        yield
        return
    app = Starlette(routes=paths)
    config = uvicorn.Config(app, log_config=None, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="health", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_S)
        listening.close()


def _listen(host: str, port: int) -> socket.socket | None:
    try:
        return socket.create_server((host, port))
    except OSError as err:
        if err.errno != errno.EADDRINUSE:
            raise
        log.warning("Port %d is taken by another program: this process tells its health nowhere.", port)
        return None

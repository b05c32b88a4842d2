"""uvicorn, with an end to connections that say nothing: a device that opens one and sends no request holds a place."""

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SILENT_S = 20.0
"""From the connection to the request's last header line: a device sends both in one packet."""

KEEP_ALIVE_S = 75
"""Between two requests on one connection: cameras send a heartbeat every ten to thirty seconds."""

CONNECTIONS = 4000
"""At one time: every device of three communities, each with one."""


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection whose first request does not come."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the request."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(SILENT_S, self._give_up)

    def on_headers_complete(self) -> None:
        """The request is there."""
        self._patience.cancel()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        self._patience.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        self.transport.close()


def config(app: Any, host: str, port: int) -> uvicorn.Config:
    """uvicorn's settings: no access log, because keys may stand in paths; a bounded graceful stop."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=10,
        limit_concurrency=CONNECTIONS,
        backlog=2048,
    )

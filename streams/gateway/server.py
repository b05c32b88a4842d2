"""uvicorn, with an end to connections that say nothing: a device that opens one and sends no request holds a place."""

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SILENT_S = 20.0
"""From the connection to the request's last header line: a device sends both in one packet."""

WHOLE_S = 45.0
"""From the head to the body's end: longer than the application waits for room and for a body, so that it can say so itself."""

HEAD_BYTES = 320 * 1024
"""Of a request's head, and what was read together with it (uvloop reads 256 KiB at once)."""

KEEP_ALIVE_S = 75
"""Between two requests on one connection: cameras send a heartbeat every ten to thirty seconds."""

CONNECTIONS = 4000
"""At one time: every device of three communities, each with one."""


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection whose request does not come, does not end, or has a head without end; each request anew."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the request."""
        super().connection_made(transport)
        self._head_bytes: int | None = 0
        self._patience = self.loop.call_later(SILENT_S, self._give_up)

    def data_received(self, data: bytes) -> None:
        """The parser keeps a head's bytes until it is whole: they are bounded here, because it does not."""
        super().data_received(data)
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._give_up()

    def on_message_begin(self) -> None:
        """A request begins: its head must end."""
        self._head_bytes = 0
        self._wait(SILENT_S)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there; the body must end too, also where nobody reads it because the answer is given."""
        self._head_bytes = None
        self._wait(WHOLE_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._patience.cancel()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        self._patience.cancel()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._patience.cancel()
        self._patience = self.loop.call_later(seconds, self._give_up)

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

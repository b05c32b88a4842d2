"""How a page of Dash is fed: a store that the server fills over a websocket, and one function of the scripts that draws it.

What is pushed is a text of JSON, written once for all browsers of a process.
"""

from typing import Any, cast
from uuid import uuid4

from dash import ClientsideFunction, Dash, Input, Output, ctx, dcc, set_props

from dashboard.door.guard import current_visit
from dashboard.figures import Figures
from dashboard.live.hub import Hub
from dashboard.live.push import Line, push_to

SNAPSHOT, DRAWN = "snapshot", "drawn"
DRAWS = ("gatehouse", "draw")
"""Where the page's scripts keep the function that draws."""


class FedDash(Dash):
    """Dash whose pages have a worker each. All pages of a browser would share one, which lives as long as any of them, and with
    it the streams of those that are gone; these would go on taking pushes from those that are there."""

    def _get_worker_url(self) -> str:
        return f"{super()._get_worker_url()}?page={uuid4().hex}"


def stores() -> list[Any]:
    """What the layout of such a page holds beside what is seen."""
    return [dcc.Store(id=SNAPSHOT), dcc.Store(id=DRAWN)]


def feed(dash: Dash, hub: Hub, figures: Figures) -> None:
    """Draw each snapshot of the hub on every page of this application."""
    dash.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction(*DRAWS), Output(DRAWN, "data"), Input(SNAPSHOT, "data"), prevent_initial_call=True
    )

    async def stream() -> None:
        await push_to(_line(ctx.websocket), hub, figures, current_visit.get())

    dash.callback(websocket=True, persistent=True)(stream)


def _line(socket: Any) -> Line:
    """Dash's socket as a line. The queue's length is not in Dash's public face; without it a slow browser would grow it."""
    queue = socket._get_outbound_queue()
    return Line(
        send=lambda text: cast(None, set_props(SNAPSHOT, {"data": text})),
        waiting=lambda: int(queue.sync_q.qsize()),
        closed=lambda: bool(socket.is_shutdown),
    )

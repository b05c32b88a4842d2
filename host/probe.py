"""One event the whole way: posted to the gateway as a device would, seen in what the wall's socket pushes.

The event is a facility's `other`, which no rule judges, from a device of no place: it is stored like any event and raises
nothing.
"""

import json
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from uuid import UUID

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from schemas.errors import Unavailable
from schemas.events import Kind, event_id
from schemas.settings import Settings
from schemas.sources import read_sources

SOURCE = "gatehouse"
DEVICE = "up-probe"
PATIENCE_S = 5.0
KEY_FILE = "probe-key"


def follow(settings: Settings, identity: str, now: datetime, within_s: float) -> float:
    """Seconds from the gateway's 200 to the wall's socket; Unavailable where it does not arrive in time."""
    address = settings.dashboard_at.replace("http", "ws", 1) + "/probe"
    key = {"X-Gatehouse-Key": _key(settings.local)}  # not in the address, which servers write into their logs
    try:
        with connect(address, additional_headers=key, open_timeout=PATIENCE_S, max_size=None) as wall:
            event = post(settings, identity, now)
            posted = time.monotonic()
            while str(event) not in _shown(wall.recv(timeout=posted + within_s - time.monotonic())):
                continue
            return time.monotonic() - posted
    except TimeoutError as err:
        text = f"An event did not reach the wall within {within_s:.0f} s: `gatehouse status` says where it is held up."
        raise Unavailable(text) from err
    except (OSError, WebSocketException, ValueError) as err:
        raise Unavailable(f"The wall's socket does not answer ({err}): see `gatehouse logs dashboard`.") from err


def _shown(snapshot: str | bytes) -> list[str]:
    """The newest events that a snapshot names."""
    return list(json.loads(snapshot).get("last_events", []))


def post(settings: Settings, identity: str, now: datetime) -> UUID:
    """Post the event to the gateway; its id."""
    event = {"kind": Kind.FACILITY, "type": "other", "device": DEVICE, "id": identity, "occurred_at": now.isoformat()}
    key = read_sources(settings.local)[SOURCE].key
    headers = {"Content-Type": "application/json", "X-Gatehouse-Key": key}
    request = urllib.request.Request(f"{settings.gateway_at}/in/{SOURCE}", json.dumps(event).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            answer = json.loads(response.read())
    except (urllib.error.URLError, ValueError) as err:
        raise Unavailable(f"The gateway did not take an event ({err}): see `gatehouse logs gateway`.") from err
    if answer.get("accepted") != 1:
        raise Unavailable(f"The gateway did not accept an event ({answer}): see `gatehouse logs gateway`.")
    return event_id(SOURCE, DEVICE, identity)


def _key(local: Path) -> str:
    return (local / KEY_FILE).read_text("utf-8").strip()

"""At a steady thousand events a second through the real gateway: from its 200 to the committed row, and to the browser's DOM.

Most events are only load. Twenty a second are followed: their rows are asked for until they are visible to another
connection. Fire alarms among them are followed to the wall, by the browser's own clock.
"""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import orjson
import psycopg

from schemas.event_json import VENDOR
from schemas.events import event_id
from schemas.site import DeviceKind, Site
from schemas.sources import ensure_sources
from trials import smoke
from trials.bench_own import Instance
from trials.bench_post import Target, Told, post

PER_SECOND = 1000.0
WARM_S, MEASURED_S = 8.0, 30.0
FOLLOWED_EVERY = 50
ALARM_EVERY = 500
SETTLE_S = 4.0  # the last alarms come to the wall
RULE = "fire-panel-alarm"
SOURCE = "gatehouse"
_POLL_S = 0.001
_GIVE_UP_S = 10.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds: 50th and 99th percentile, how many were followed; `rows_each` is how many rows the gateway
    wrote into a record of its busiest topic; and each process' most memory in MB."""

    committed_p50: float
    committed_p99: float
    committed_n: int
    shown_p50: float
    shown_p99: float
    shown_n: int
    events: int
    per_second: float
    refused: int
    rows_each: float
    memory_mb: Mapping[str, float] = field(default_factory=dict)


class Messages:
    """The i-th message: motion of the cameras, and now and then a fire panel's alarm."""

    def __init__(self, site: Site) -> None:
        self._cameras = sorted(d.id for d in site.devices.values() if d.kind is DeviceKind.CAMERA)
        self._panels = sorted(d.id for d in site.devices.values() if d.kind is DeviceKind.FIRE_PANEL)
        self.alarms: dict[UUID, str] = {}

    def __call__(self, i: int) -> tuple[str, bytes]:
        """Name and body."""
        alarm = i % ALARM_EVERY == ALARM_EVERY - 1 and bool(self._panels)
        device = self._panels[i // ALARM_EVERY % len(self._panels)] if alarm else self._cameras[i * 7919 % len(self._cameras)]
        name = f"bench-{i}"
        if alarm:
            self.alarms[event_id(VENDOR, device, name)] = name
        kind, type_ = ("facility", "fire_alarm") if alarm else ("camera", "motion")
        at = datetime.now(UTC).isoformat()
        return name, orjson.dumps({"kind": kind, "type": type_, "device": device, "occurred_at": at, "id": name})


def measure(instance: Instance, site: Site) -> Latency:
    """Start everything, post, follow; Unavailable where a part does not come up."""
    source = ensure_sources(instance.settings.local)[SOURCE]
    target = Target("127.0.0.1", instance.settings.gateway_port, f"/in/{source.name}", source.key)
    with ExitStack() as stack:
        processes = [stack.enter_context(instance.running(name)) for name in ("gateway", "worker", "dashboard")]
        for process in processes:
            if process.name != "worker":  # it is ready with its first partition, which the first tick brings
                instance.wait_ready(process)
        instance.wait_ready(processes[1])
        connection = stack.enter_context(instance.connection())
        address = stack.enter_context(smoke.kiosk_link(instance.settings, connection))
        page = stack.enter_context(smoke.browser(address))
        messages, follower = Messages(site), Follower(instance)
        told = _run(target, messages, follower)
        time.sleep(SETTLE_S)
        shown = _shown(page, connection, messages, told)
        each = _rows_each(connection)
        memory = {process.name: round(process.peak_mb(), 1) for process in processes}
    committed = follower.milliseconds
    return Latency(
        *_percentiles(committed),
        len(committed),
        *_percentiles(shown),
        len(shown),
        len(told.at),
        round(told.per_second, 1),
        told.refused,
        each,
        memory,
    )


def _run(target: Target, messages: Messages, follower: "Follower") -> Told:
    """Post in a loop of its own thread (the browser's client has one in this), warm-up first."""
    result: list[Told] = []

    def work() -> None:
        result.append(asyncio.run(_posted(target, messages, follower)))

    thread = threading.Thread(target=work, name="post")
    thread.start()
    thread.join()
    return result[0]


async def _posted(target: Target, messages: Messages, follower: "Follower") -> Told:
    warm = int(PER_SECOND * WARM_S)
    await post(target, messages, PER_SECOND, WARM_S)
    with follower.following():
        told = await post(target, lambda i: follower.note(i, messages(i + warm)), PER_SECOND, MEASURED_S)
    follower.compare(told)
    return told


class Follower:
    """Asks the database for some of the posted events until each is visible, in a thread with a connection of its own."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._open: dict[UUID, tuple[datetime, str]] = {}
        self._visible: dict[str, float] = {}
        self._ends = threading.Event()
        self.milliseconds: list[float] = []

    def note(self, i: int, message: tuple[str, bytes]) -> tuple[str, bytes]:
        """Follow every FOLLOWED_EVERY-th message."""
        if i % FOLLOWED_EVERY == 0:
            said = orjson.loads(message[1])
            at = datetime.fromisoformat(said["occurred_at"])
            self._open[event_id(VENDOR, said["device"], said["id"])] = at, message[0]
        return message

    @contextmanager
    def following(self) -> Iterator[None]:
        """Follow while the block lasts, and then until all are visible."""
        thread = threading.Thread(target=self._follow, name="follow")
        thread.start()
        try:
            yield
        finally:
            self._ends.set()
            thread.join()

    def compare(self, told: Told) -> None:
        """Milliseconds from each 200 to the row; one that was visible before its 200 was heard counts as 0."""
        self.milliseconds = [
            max(0.0, (self._visible[name] - at) * 1000) for name, at in told.at.items() if name in self._visible
        ]

    def _follow(self) -> None:
        query = (
            "SELECT e.id FROM unnest(%s::uuid[], %s::timestamptz[]) AS asked (id, at)"
            " JOIN events_camera AS e ON e.event_time = asked.at AND e.id = asked.id"
        )
        until = time.monotonic() + MEASURED_S + _GIVE_UP_S
        with self._instance.connection() as connection:
            while (self._open or not self._ends.is_set()) and time.monotonic() < until:
                asked = list(self._open.items())
                rows = connection.execute(query, ([id_ for id_, _ in asked], [at for _, (at, _) in asked])).fetchall()
                now = time.time()
                for (id_,) in rows:
                    self._visible[self._open.pop(id_)[1]] = now
                time.sleep(_POLL_S)


def _rows_each(connection: psycopg.Connection) -> float:
    row = connection.execute(
        "SELECT count(*) / greatest(count(DISTINCT kafka_offset), 1)::float8 FROM events_camera"
    ).fetchone()
    return round(row[0], 1) if row else 0.0


def _shown(page: Any, connection: psycopg.Connection, messages: Messages, told: Told) -> list[float]:
    """Milliseconds from the 200 of each alarm to its element in the document."""
    seen = page.evaluate("() => Object.fromEntries(window.gatehouse.seen)")
    rows = connection.execute("SELECT id, why FROM alerts WHERE rule = %s", (RULE,)).fetchall()
    names = {str(alert): messages.alarms.get(_cause(why)) for alert, why in rows}
    pairs = [(told.at.get(name), seen.get(alert)) for alert, name in names.items() if name]
    return [max(0.0, at_ms - at * 1000) for at, at_ms in pairs if at is not None and at_ms is not None]


def _cause(why: Mapping[str, Any]) -> UUID:
    """The event that raised the alert."""
    return UUID(why["events"][-1]["id"])


def _percentiles(values: list[float]) -> tuple[float, float]:
    if not values:
        return float("inf"), float("inf")
    p50, p99 = np.percentile(values, (50, 99))
    return round(float(p50), 1), round(float(p99), 1)

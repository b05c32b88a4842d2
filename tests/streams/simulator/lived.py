"""A run of the live simulator, from its bytes through the gateway's decoders to the rules, without any service between."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from schemas.alerts import Alert
from schemas.codec import to_batch
from schemas.configuration import merged
from schemas.events import Event, Kind, Received
from schemas.lists import Lists
from schemas.rules import Rule
from schemas.site import Site
from streams.gateway.context import Context, register_of
from streams.gateway.envelope import Clocks, receive
from streams.gateway.pictures import Pictures
from streams.gateway.read import read_body
from streams.rules.engine import Admitted, Engine
from streams.simulator.incidents import Incident
from streams.simulator.play import Order, compose
from streams.simulator.words import Message

BLOCK_S, LATENESS_S, SKEW_S, WAY_S = 20, 2.0, 2.0, 0.02
SECOND = 1_000_000


@dataclass(slots=True)
class Lived:
    """What a run came to."""

    alerts: list[Alert] = field(default_factory=list)
    begun: list[Incident] = field(default_factory=list)
    events: int = 0

    @property
    def told(self) -> list[Alert]:
        """Alerts that an operator hears of."""
        return [alert for alert in self.alerts if alert.parent is None]


@dataclass(slots=True)
class _Gateway:
    """Reads, places in time, leaves out repetitions: what stands in the log."""

    site: Site
    clocks: Clocks = field(default_factory=lambda: Clocks(SKEW_S))
    pictures: Pictures = field(default_factory=Pictures)
    seen: set[UUID] = field(default_factory=set)

    def rows(self, messages: list[Message], start: datetime) -> Iterator[Received]:
        register, zone = register_of(self.site.devices), ZoneInfo(self.site.timezone)
        for message in messages:
            arrival = start + timedelta(seconds=message.due + WAY_S)
            found = read_body(
                message.source, message.body, message.content_type, Context(arrival, zone, register, message.source)
            )
            for row in receive(self.pictures.told(found, arrival), self.site.id, arrival, self.clocks)[0]:
                if not isinstance(row.what, Event) or row.what.id not in self.seen:
                    if isinstance(row.what, Event):
                        self.seen.add(row.what.id)
                    yield row


def live(site: Site, rules: list[Rule], order: Order, start: datetime, seconds: int, lists: Lists | None = None) -> Lived:
    """Play so many seconds of a run and judge them."""
    script, gateway, lived = compose(site, order, start), _Gateway(site), Lived()
    engine = Engine(site, rules, merged(site, lists or Lists()))
    for begin in range(0, seconds, BLOCK_S):
        waiting: list[tuple[Received, int]] = []
        for k in range(begin, begin + BLOCK_S):
            tick = _micros(start + timedelta(seconds=k))
            waiting += [(row, tick) for row in gateway.rows(script.second(k), start)]
        lived.begun += script.schedule.begun
        script.schedule.begun.clear()
        lived.events += sum(isinstance(row.what, Event) for row, _ in waiting)
        watermark = _micros(start + timedelta(seconds=begin + BLOCK_S - LATENESS_S))
        lived.alerts += engine.step(list(_admitted(waiting)), watermark).alerts
    return lived


def _admitted(waiting: list[tuple[Received, int]]) -> Iterator[Admitted]:
    for kind in Kind:
        mine = [(row, tick) for row, tick in waiting if row.what.kind is kind]
        if mine:
            ticks = np.array([tick for _, tick in mine], np.int64)
            times = np.array([_micros(row.event_time) for row, _ in mine], np.int64)
            late = times <= ticks - round(LATENESS_S * SECOND)
            yield Admitted(to_batch([row for row, _ in mine]), 0, np.arange(len(mine)), ticks, late)


def _micros(time: datetime) -> int:
    return round(time.timestamp() * SECOND)

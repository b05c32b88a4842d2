"""From what devices post to what the rules say: gateway's decoders and clocks, six logs with ticks, the worker's judge."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from schemas.alerts import Alert, Clearing
from schemas.codec import encode, encode_tick, to_batch
from schemas.configuration import merged
from schemas.events import Kind
from schemas.lists import Lists
from schemas.rules import load_catalogue
from schemas.site import Site, load_site
from schemas.topics import ARROW, TICK
from streams.gateway.context import Context, register_of
from streams.gateway.envelope import Clocks, receive
from streams.gateway.pictures import Pictures
from streams.gateway.read import read_body
from streams.rules.engine import Engine
from streams.worker.judge import Judge
from streams.worker.reader import Reader
from streams.worker.records import Record
from streams.worker.recover import Recovered
from tests.streams.worker.log import WRITTEN_MS
from trials.judging import FRESH, judge_alone

SITE = load_site(Path(__file__).parents[3] / "sites" / "aozheng" / "site.yaml")
RULES = list(load_catalogue().values())
START = datetime(2031, 3, 5, 4, tzinfo=UTC)
"""Noon at the site, a Wednesday."""

SHANGHAI = ZoneInfo("Asia/Shanghai")
REGISTER = register_of(SITE.devices)
LATENESS_S, SKEW_S = 2.0, 2.0


@dataclass(frozen=True, slots=True)
class Post:
    """A body that arrives in a second of the scene."""

    second: float
    body: bytes
    family: str = "hikvision"
    content_type: str = ""


def told(second: float, clock_s: float = 0.0) -> str:
    """What a device's clock shows at a second of the scene."""
    return (START + timedelta(seconds=second + clock_s)).astimezone(SHANGHAI).isoformat()


def time_at(second: float) -> datetime:
    """The instant of a second of the scene."""
    return START + timedelta(seconds=second)


def camera(device: str, word: str, second: float, state: str = "active", count: int = 1, site: Site = SITE) -> Post:
    """A camera's alarm as ISAPI writes it."""
    address, _, channel = site.devices[device].identity.partition("/")
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<ipAddress>{address}</ipAddress><channelID>{channel}</channelID><dateTime>{told(second)}</dateTime>
<activePostCount>{count}</activePostCount><eventType>{word}</eventType><eventState>{state}</eventState>
<eventDescription>{word} alarm</eventDescription><channelName>Camera 01</channelName></EventNotificationAlert>"""
    return Post(second + 0.05, body.encode())


def door(
    device: str, minor: int, second: float, serial: int, *, clock_s: float = 0.0, delay: float = 0.05, **more: Any
) -> Post:
    """An access controller's event; what comes after its time is said to be sent again."""
    address, _, number = SITE.devices[device].identity.partition("/")
    inner = {"majorEventType": 5, "subEventType": minor, "doorNo": int(number), "serialNo": serial}
    inner |= {"currentEvent": delay < 1} | more
    alert = {"ipAddress": address, "dateTime": told(second, clock_s), "activePostCount": 1, "eventState": "active"}
    alert |= {"eventType": "AccessControllerEvent", "isDataRetransmission": delay > 1, "AccessControllerEvent": inner}
    return Post(second + delay, orjson.dumps(alert))


def own(second: float, delay: float = 0.05, **event: Any) -> Post:
    """A message of our own form."""
    name = "at" if event.get("heartbeat") else "occurred_at"
    return Post(second + delay, orjson.dumps(event | {name: told(second)}), "gatehouse")


@dataclass(slots=True)
class Line:
    """A gateway and a worker. `hear` what is posted; what was said is kept with the second in which it was said."""

    engine: Engine = field(default_factory=lambda: Engine(SITE, RULES, merged(SITE, Lists())))
    clocks: Clocks = field(default_factory=lambda: Clocks(SKEW_S))
    pictures: Pictures = field(default_factory=Pictures)
    offsets: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    alerts: list[tuple[int, Alert]] = field(default_factory=list)
    clearings: list[Clearing] = field(default_factory=list)
    duplicates: int = 0
    late: int = 0
    judge: Judge = field(init=False)

    def __post_init__(self) -> None:
        """A worker that begins with empty logs."""
        self._start(FRESH)

    def _start(self, recovered: Recovered) -> None:
        reader = Reader("t", 0, SITE.id, SKEW_S)
        lateness_us = round(LATENESS_S * 1_000_000)
        self.judge = judge_alone(self.engine, reader, SITE.id, lateness_us, recovered=recovered, now=lambda: START)

    def hear(self, posts: Sequence[Post], until: int, begin: int = 0) -> "Line":
        """Take what is posted, tick every second, judge every second."""
        waiting = sorted(posts, key=lambda post: post.second)
        for second in range(begin, until):
            now = [post for post in waiting if second <= post.second < second + 1]
            records = [*(record for post in now for record in self._arrived(post)), *self._ticks(second + 1)]
            self._judged(second + 1, records, save=False)
        return self

    def restart(self) -> None:
        """The worker stops, and another one goes on from what was saved."""
        block = self._judged(0, [], save=True)
        self.engine = Engine(SITE, RULES, merged(SITE, Lists()))
        places = dict(self.judge.places)
        self._start(replace(FRESH, places=places, stored=places, state=block))

    def _judged(self, second: int, records: list[Record], *, save: bool) -> bytes | None:
        prepared = self.judge.step(records, flush=False, save=save)
        self.alerts += [(second, alert) for alert in prepared.block.alerts]
        self.clearings += prepared.block.clearings
        self.duplicates += prepared.figures.duplicates
        self.late += prepared.figures.late
        self.judge.emitted(prepared.block)
        return prepared.block.state

    def _arrived(self, post: Post) -> Iterator[Record]:
        arrival = time_at(post.second)
        found = read_body(post.family, post.body, post.content_type, Context(arrival, SHANGHAI, REGISTER, post.family))
        rows, _ = receive(self.pictures.told(found, arrival), SITE.id, arrival, self.clocks)
        for kind, mine in groupby(sorted(rows, key=lambda row: row.what.kind), key=lambda row: row.what.kind):
            yield self._record(kind, ARROW, encode(to_batch(list(mine))))

    def _ticks(self, second: int) -> Iterator[Record]:
        for kind in Kind:
            yield self._record(kind, TICK, encode_tick(time_at(second)))

    def _record(self, kind: Kind, content_type: str, value: bytes) -> Record:
        offset, self.offsets[kind] = self.offsets[kind], self.offsets[kind] + 1
        return Record(kind, offset, WRITTEN_MS, SITE.id.encode(), content_type, value)

    @property
    def told(self) -> list[tuple[str, str | None, datetime]]:
        """What an operator hears: rule, device and when, without the consequences of something else."""
        return [(alert.rule, alert.device, alert.raised_at) for _, alert in self.alerts if alert.parent is None]
